"""Where Jupyter itself runs, and which kernels and halves of widgets it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kernelspec:
    """A kernel that Jupyter offers."""

    name: str
    display_name: str
    folder: str
    python: str | None  #: that it starts; None where it is no Python's, or that is unknown
    works: bool | None  #: that Python is there and has ipykernel, by its files
    trouble: str | None  #: why it does not
    hides: str | None  #: folder of another kernelspec of that name that Jupyter therefore ignores
    by_user: bool  #: it lies in the user's own folder, which comes first


@dataclass(frozen=True, kw_only=True)
class OtherEnvironment:
    """An environment of this machine that is neither the kernel's nor the server's."""

    name: str
    prefix: str
    kind: str
    has_ipykernel: bool
    offered: bool  #: some kernelspec starts its Python


@dataclass(frozen=True, kw_only=True)
class Jupyter:
    """The server's side of the story."""

    prefix: str
    python: str
    name: str  #: what a person calls the server's environment
    kind: str
    same_environment: bool | None  #: whether the kernel lives in it too
    kernelspecs: tuple[Kernelspec, ...]
    environments: tuple[OtherEnvironment, ...]
    finds_conda_kernels: bool | None  #: nb_conda_kernels is installed there
    labextensions: Mapping[str, str]  #: prebuilt ones in the server's environment: name -> version
    navigator: (
        str | None
    )  #: version of Anaconda Navigator in conda's base; None where there is none
