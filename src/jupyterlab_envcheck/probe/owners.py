"""Finds the package that a library's file belongs to."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from ..facts import Package
from .conda import record

#: What conda's packages with these libraries are called. Only their records are read: all 300 of an
#: environment are 100 MB of JSON.
_CONDA_NAMES = {
    "openblas": ("libopenblas", "openblas"),
    "mkl": ("mkl",),
    "blis": ("blis",),
    "flexiblas": ("libflexiblas", "flexiblas"),
    "nvpl": ("libnvpl-blas0", "libnvpl-lapack0"),
    "blas": ("libblas", "libcblas", "libopenblas", "mkl", "blis"),
    "libgomp": ("libgomp", "_openmp_mutex"),
    "libomp": ("llvm-openmp",),
    "libiomp5": ("llvm-openmp", "intel-openmp"),
    "tbb": ("tbb",),
    "cuda": ("libcublas", "cuda-cudart"),
}


def owner_of(path: str, library: str, packages: Sequence[Package], prefix: str) -> str | None:
    """Return the distribution or conda package that brought the file, None where none is known."""
    for folder in dict.fromkeys(package.location for package in packages):
        if path.startswith(folder.rstrip("/\\") + os.sep):
            here = [package for package in packages if package.location == folder]
            return _distribution(os.path.relpath(path, folder), folder, here)
    if path.startswith(prefix.rstrip("/\\") + os.sep):
        return _conda_package(os.path.relpath(path, prefix), library, prefix)
    return None


def _distribution(relative: str, folder: str, packages: Sequence[Package]) -> str | None:
    relative = relative.replace(os.sep, "/")
    top = relative.split("/", 1)[0]
    # auditwheel and delvewheel put a distribution's libraries in `<its name>.libs`.
    names = {package.name for package in packages}
    if (named := canonicalize_name(top.removesuffix(".libs"))) in names:
        return named
    wanted = re.compile(rb"(?m)^" + re.escape(relative.encode("utf-8", "surrogateescape")) + rb",")
    for package in packages:
        if wanted.search(_bytes(Path(folder, package.metadata, "RECORD"))):
            return package.name
    return None


def _conda_package(relative: str, library: str, prefix: str) -> str | None:
    wanted = f'"{relative.replace(os.sep, "/")}"'.encode("utf-8", "surrogateescape")
    meta = Path(prefix, "conda-meta")
    for name in _CONDA_NAMES.get(library, ()):
        for file in sorted(meta.glob(f"{name}-*.json")):
            found = record(file.name)
            if found is not None and found.name == name and wanted in _bytes(file):
                return name
    return None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (OSError, ValueError):
        return b""
