"""The environment around the interpreter, and what conda knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Venv:
    """What a virtual environment says of the Python it was made from (pyvenv.cfg)."""

    home: str | None  #: folder of the Python it was made from, as written
    home_exists: bool | None  #: whether that Python is still there
    version: str | None  #: of that Python when it was made: "3.13.1", "3.13"
    system_site: bool  #: whether it looks into the base's packages, too
    base_kind: str | None  #: kind of the environment it stands on: conda, system, pyenv, …


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Files that two distributions in one folder both claim by their RECORDs."""

    packages: tuple[str, str]  #: normalised names, sorted
    files: int  #: how many files both claim
    example: str  #: one of them, relative to the folder


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """A distribution that Python does not see: one of its name lies earlier on sys.path."""

    name: str  #: normalised
    version: str | None
    location: str  #: the folder on sys.path it lies in
    seen_version: str | None  #: of the one that Python sees
    seen_location: str


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """A change of the environment that was ended from outside before it was done."""

    job: str  #: its id
    what: str  #: in words: "install scikit-learn"
    at: str | None  #: when it began, ISO 8601
    undoable: bool  #: the files of before are kept, and can be put back
    reason: str | None  #: why not
    done: tuple[str, ...]  #: planned changes that are there: "scipy 1.18.1"
    missing: tuple[str, ...]  #: planned changes that are not
    since: tuple[str, ...] = ()  #: changes that nobody planned: "six 1.17.0 added"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A place where packages are installed."""

    kind: str  #: venv, uv-venv, virtualenv, conda, conda-base, pixi, system, homebrew, pyenv, …
    name: str  #: what a person calls it: "proj", "base", "Python 3.13"
    prefix: str
    python: str  #: the executable that installs are addressed to
    writable: bool | None  #: whether this user may write into its site-packages
    owner: str | None  #: the tool that changes it: pip, uv, conda, pixi, the system's packages
    tool: str | None  #: that tool's executable on this machine
    project: str | None  #: folder of the project a project tool made it for
    user: str | None  #: name of the user whose files these are
    has_pip: bool | None
    externally_managed: bool | None  #: PEP 668 marker in force (a venv does not inherit it)
    venv: Venv | None  #: None where it is no virtual environment
    leftovers: tuple[str, ...]  #: paths of what interrupted installs left behind
    overlaps: tuple[Overlap, ...]
    shadows: tuple[Shadow, ...]
    free: int | None  #: bytes free on the filesystem of its prefix
    interrupted: Interrupted | None = None  #: a job of ours that did not end, and was not mended


@dataclass(frozen=True, kw_only=True)
class CondaRecord:
    """One package conda has on record; what only the name of the record's file tells is never null."""

    name: str
    version: str
    build: str
    channel: str | None  #: "conda-forge"; "defaults" for Anaconda's own; "pypi" for pip's
    subdir: str | None  #: linux-64, noarch, …
    depends: tuple[str, ...] | None  #: as written
    distributions: tuple[str, ...] | None  #: names of the .dist-info and .egg-info it brought
    size: int | None  #: bytes on disk, as recorded
    missing: tuple[str, ...] | None  #: files it brought that are gone (bytecode aside), at most 20


@dataclass(frozen=True, kw_only=True)
class Condarc:
    """conda's configuration for this environment, from its files and CONDA_ variables."""

    files: tuple[str, ...]  #: that were read, later ones win
    channels: tuple[str, ...]  #: in conda's order; empty where none is set
    default_channels: tuple[str, ...] | None  #: where somebody says what "defaults" means
    channel_priority: str | None  #: strict, flexible, disabled; None where none is set
    solver: str | None
    pkgs_dirs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Whether Anaconda's terms of service were accepted here, by the files of conda-anaconda-tos."""

    asked: bool | None  #: whether conda here asks: the plugin is installed where conda is
    accepted: tuple[str, ...]  #: channels, as URLs
    rejected: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Conda:
    """What conda knows of an environment."""

    records: tuple[CondaRecord, ...]
    requested: tuple[str, ...]  #: names people asked for, from the history
    variants: Mapping[str, str]  #: BLAS variant by record: {"libblas": "openblas"}
    pinned: tuple[str, ...]  #: specs of conda-meta/pinned
    frozen: bool  #: conda-meta/frozen lies there (CEP 22)
    root: str | None  #: prefix of the conda that made it
    config: Condarc | None
    terms: Terms | None
