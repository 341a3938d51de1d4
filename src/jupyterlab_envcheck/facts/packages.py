"""What is installed, by the metadata that installers leave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DirectUrl:
    """Where a distribution came from, if not from an index (PEP 610)."""

    url: str  #: without user and password
    commit: str | None  #: for a version control system
    local: bool  #: a file or folder of some machine


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """A native library that a distribution brings along."""

    library: str  #: openblas, libgomp, cuda, …
    path: str  #: relative to the package's location


@dataclass(frozen=True, kw_only=True)
class Build:
    """What a package was built for or with, read from its files, never by importing it."""

    flavour: str | None  #: cpu, cuda, rocm, xpu, metal, tpu: what its kernels run on
    flavour_version: str | None  #: of that toolkit: "13.2"
    blas: (
        str | None
    )  #: the BLAS it was built with, by its own name: scipy-openblas, mkl, accelerate
    blas_version: str | None
    blas_details: str | None  #: "openblas configuration" and the like, as written


@dataclass(frozen=True, kw_only=True)
class Package:
    """One installed distribution."""

    name: str  #: normalised by PEP 503
    version: str | None
    installer: str | None  #: what INSTALLER says; None where it says nothing
    location: str  #: the folder on sys.path it lies in
    metadata: str  #: name of its .dist-info, .egg-info, .egg or .egg-link in that folder
    form: str  #: dist-info, egg-info, egg, egg-link
    editable: bool
    requested: bool | None  #: a person asked for it by name (REQUESTED); None where nobody notes it
    direct_url: DirectUrl | None
    requires: tuple[str, ...]  #: Requires-Dist as written, without those of optional extras
    imports: tuple[str, ...]  #: top-level names it brings: Import-Name, else RECORD, top_level.txt
    compiled: bool | None  #: it brings extension modules; None where no RECORD tells
    bundles: tuple[Bundled, ...]
    build: Build | None  #: None where nothing is to be told, or it is unknown ("NAME.build")
