"""Native libraries that decide how fast numbers are crunched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Library:
    """A BLAS or OpenMP library with its thread pool, as threadpoolctl describes it."""

    library: str  #: openblas, mkl, blis, flexiblas, libgomp, libomp, libiomp5, …
    version: str | None
    path: str | None  #: None for one that only numpy's build names
    owner: str | None  #: distribution or conda package the file belongs to
    threads: int | None
    layer: str | None  #: threading layer: pthreads, openmp, …
    architecture: str | None  #: the kernels it chose: Haswell, SkylakeX, …
    backend: str | None = None  #: of FlexiBLAS, the BLAS it hands its work to
    backends: tuple[str, ...] = ()  #: of FlexiBLAS, those it could hand its work to


@dataclass(frozen=True, kw_only=True)
class MappedLibrary:
    """A library that a live process has in memory."""

    library: str
    path: str
    owner: str | None
