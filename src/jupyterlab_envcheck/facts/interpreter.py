"""The Python that runs the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """A Python interpreter, as it speaks of itself."""

    executable: str
    prefix: str
    base_prefix: str
    version: str  #: "3.13.1"
    implementation: str  #: "cpython", "pypy"
    found: str  #: how this interpreter was found, in words
    stdlib: str | None
    site_packages: tuple[str, ...]  #: purelib and platlib, where installers put packages
    path: tuple[str, ...]  #: sys.path, in its order
    user_site: str | None  #: the user's own site-packages; None if Python does not look there
    markers: Mapping[str, str]  #: environment markers of PEP 508, as in packaging.markers
    on_path: Mapping[str, str]  #: what its shell commands find: "pip" -> /usr/bin/pip
    variables: Mapping[str, str]  #: of the environment it starts with, those that checks read
