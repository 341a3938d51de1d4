"""Names native libraries by their file names: BLAS, OpenMP and what else runs thread pools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: The first that matches names the library. Most specific first: `libmkl_intel_thread` is MKL,
#: `libopenblas` is no reference BLAS.
_LIBRARIES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("openblas", r"^(lib)?(scipy_)?openblas"),
        ("mkl", r"^(lib)?mkl_"),
        ("flexiblas", r"^(lib)?flexiblas"),
        ("blis", r"^(lib)?blis"),
        ("nvpl", r"^libnvpl_(blas|lapack)"),
        ("armpl", r"^(lib)?armpl"),
        ("accelerate", r"^(Accelerate|vecLib|libBLAS\.dylib|libLAPACK\.dylib)$"),
        ("blas", r"^(lib)?(c?blas|refblas)(64)?[.-]"),
        ("libgomp", r"^libgomp[.-]"),
        ("libiomp5", r"^libiomp5"),
        ("libomp", r"^libomp(140)?[.-]"),
        ("vcomp", r"^vcomp"),
        ("tbb", r"^(lib)?tbb(12)?(_debug)?[.-]"),
        ("cuda", r"^(libcuda\.so|nvcuda\.dll|libcudart|cudart64|libcublas|cublas)"),
    )
)


def library(path: str) -> str | None:
    """Return what library lies at `path`, or None where it is none of ours."""
    basename = re.split(r"[/\\]", path)[-1]
    return next((name for name, pattern in _LIBRARIES if pattern.search(basename)), None)


def mapped_paths(maps: str) -> Iterator[str]:
    """Yield the files of a memory map in the format of /proc/PID/maps."""
    for line in maps.splitlines():
        match line.split(None, 5):
            case [_, _, _, _, _, path] if path.startswith("/"):
                yield path.removesuffix(" (deleted)")


def classified(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return (library, path) for each of ours among `paths`, each once."""
    named = ((library(path), path) for path in dict.fromkeys(paths))
    return [(name, path) for name, path in named if name is not None]
