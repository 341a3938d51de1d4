"""Names native libraries by where they lie: BLAS, OpenMP and what else runs thread pools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: The first that matches names the library. Most specific first: `libmkl_intel_thread` is MKL,
#: `libopenblas` is no reference BLAS.
_LIBRARIES = (
    ("openblas", r"(lib)?(scipy_)?openblas"),
    ("mkl", r"(lib)?mkl_"),
    ("flexiblas", r"(lib)?flexiblas"),
    ("blis", r"(lib)?blis"),
    ("nvpl", r"libnvpl_(blas|lapack)"),
    ("armpl", r"(lib)?armpl"),
    ("accelerate", r"(Accelerate|vecLib|libBLAS\.dylib|libLAPACK\.dylib)$"),
    ("libgomp", r"libgomp[.-]"),
    ("libiomp5", r"libiomp5"),
    ("libomp", r"libomp(140)?[.-]"),
    ("vcomp", r"vcomp"),
    ("tbb", r"(lib)?tbb(12)?(_debug)?[.-]"),
    ("cuda", r"libcuda\.so|nvcuda\.dll|libcudart|cudart64|libcublas|cublas"),
)
#: As one: a process maps 500 files.
_NAMED = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _LIBRARIES))

#: The interface that all of them can stand behind. Not a .dll: conda's libblas.dll hands on to
#: whatever variant is installed.
_INTERFACE = re.compile(r"lib(c|ref)?blas(64)?[.-](so|dylib|\d)")

#: Debian keeps each provider's libblas.so.3 in a folder that is named for it, `openblas-pthread`;
#: netlib's, the reference, lies in `blas`.
_PROVIDERS = re.compile(r"(openblas|blis|flexiblas|atlas)(64)?(-|$)")


def library(path: str) -> str | None:
    """Return what library lies at `path`, or None where it is none of ours.

    What is only called BLAS is the reference implementation, unless its folder says otherwise. A
    link's name tells nothing: give the path that it leads to.
    """
    *folders, basename = re.split(r"[/\\]", path)
    named = _NAMED.match(basename)
    if named is not None:
        return named.lastgroup
    if _INTERFACE.match(basename) is None:
        return None
    provider = _PROVIDERS.match(folders[-1]) if folders else None
    return provider[1] if provider is not None else "reference"


def mapped_paths(maps: str) -> Iterator[str]:
    r"""Yield the files of a memory map in the format of /proc/PID/maps, each once.

    The system writes a newline in a path as `\012`, and puts ` (deleted)` behind what is no longer
    on disk.
    """
    seen = set()
    for line in maps.split("\n"):
        ending = line[line.find("/") :]
        if ending in seen:  # a file is mapped in five pieces: most lines are not looked at
            continue
        match line.split(None, 5):
            case [_, _, _, _, _, path] if path.startswith("/"):
                seen.add(ending)
                yield path.removesuffix(" (deleted)").replace("\\012", "\n")


def classified(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return (library, path) for each of ours among `paths`, each once."""
    named = ((library(path), path) for path in dict.fromkeys(paths))
    return [(name, path) for name, path in named if name is not None]
