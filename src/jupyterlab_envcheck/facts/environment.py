"""The environment around the interpreter, and what is installed in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A place where packages are installed."""

    kind: str  #: venv, uv-venv, virtualenv, conda, conda-base, pixi, system, homebrew, pyenv, …
    name: str  #: what a person calls it: "proj", "base", "Python 3.13"
    prefix: str
    python: str  #: the executable that installs are addressed to
    writable: bool | None  #: whether this user may write into its site-packages
    owner: str | None  #: the tool that changes it: pip, uv, conda, pixi, the system's packages
    has_pip: bool | None
    externally_managed: bool | None  #: PEP 668 marker in force (a venv does not inherit it)
    leftovers: tuple[str, ...]  #: paths of what interrupted installs left behind


@dataclass(frozen=True, kw_only=True)
class Package:
    """One installed distribution."""

    name: str  #: normalised by PEP 503
    version: str | None
    installer: str | None  #: what INSTALLER says; None where it says nothing
    location: str  #: the folder on sys.path it lies in
    metadata: str  #: name of its .dist-info or .egg-info in that folder
    editable: bool
    requires: tuple[str, ...]  #: Requires-Dist as written, without those of optional extras


@dataclass(frozen=True, kw_only=True)
class CondaRecord:
    """One package conda has on record, read from the record's file name."""

    name: str
    version: str
    build: str


@dataclass(frozen=True, kw_only=True)
class Conda:
    """What conda knows of an environment."""

    records: tuple[CondaRecord, ...]
    requested: tuple[str, ...]  #: names people asked for, from the history
