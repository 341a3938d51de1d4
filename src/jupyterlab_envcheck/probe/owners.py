"""Finds the package that a library's file belongs to.

Nothing is searched through: each way reads only the few files whose names make them candidates, for
a process can have twenty libraries, and an environment 5,000 distributions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from ..facts import Package
from ..facts.text import clean
from .plain_files import content

#: What conda's packages with these libraries are called. Only their records are read: all 300 of an
#: environment are 100 MB of JSON.
_CONDA_NAMES = {
    "openblas": ("libopenblas", "openblas"),
    "mkl": ("mkl",),
    "blis": ("blis",),
    "flexiblas": ("libflexiblas", "flexiblas"),
    "nvpl": ("libnvpl-blas0", "libnvpl-lapack0"),
    "armpl": ("arm-performance-libraries",),
    "reference": ("libblas", "libcblas"),
    "libgomp": ("libgomp", "_openmp_mutex"),
    "libomp": ("llvm-openmp",),
    "libiomp5": ("llvm-openmp", "intel-openmp"),
    "vcomp": ("vcomp14", "vc14_runtime"),
    "tbb": ("tbb",),
    "cuda": ("libcublas", "cuda-cudart"),
}

#: How the names of Debian's and Ubuntu's packages with these libraries begin.
_DEBIAN_NAMES = {
    "openblas": ("libopenblas",),
    "mkl": ("libmkl",),
    "blis": ("libblis",),
    "flexiblas": ("libflexiblas",),
    "atlas": ("libatlas",),
    "reference": ("libblas",),
    "libgomp": ("libgomp",),
    "libomp": ("libomp",),
    "libiomp5": ("libomp", "libiomp"),
    "tbb": ("libtbb",),
    "cuda": ("libcuda", "libnvidia-compute", "libcublas"),
}

#: Where dpkg keeps the list of each package's files.
DPKG = Path("/var/lib/dpkg/info")

_LARGEST = 32_000_000  #: bytes; lists of 10,000 files are 1 MB


def owner_of(
    path: str, library: str, packages: Sequence[Package], prefix: str, *, dpkg: Path = DPKG
) -> str | None:
    """Return the distribution or package that brought the file, None where none is known.

    That is a distribution, else conda's package in `prefix`, else Debian's.
    """
    # The deepest first: a project's folder on sys.path can hold the environment itself.
    for folder in sorted({package.location for package in packages}, key=len, reverse=True):
        relative = _inside(path, folder)
        if relative is not None:
            here = [package for package in packages if package.location == folder]
            return _distribution(relative, folder, here)
    relative = _inside(path, prefix)
    if relative is not None:
        found = _conda_package(relative, library, Path(prefix, "conda-meta"))
        if found is not None:
            return found
    return _debian_package(path, library, dpkg)


def _inside(path: str, folder: str) -> str | None:
    """Return the path from `folder`, with slashes; None where it lies elsewhere.

    A memory map shows real paths, where a folder on sys.path may be behind links.
    """
    for base in dict.fromkeys((folder, _real(folder))):
        begins = os.path.normcase(base.rstrip("/\\") + os.sep)
        if os.path.normcase(path).startswith(begins):
            return path[len(begins) :].replace(os.sep, "/")
    return None


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # ValueError: a null character
        return path


def _distribution(relative: str, folder: str, packages: Sequence[Package]) -> str | None:
    for package in packages:
        if any(bundled.path == relative for bundled in package.bundles):
            return package.name
    top = relative.split("/", 1)[0]
    # auditwheel and delvewheel put a distribution's libraries in `<its name>.libs`.
    named = canonicalize_name(top.removesuffix(".libs"))
    if any(package.name == named for package in packages):
        return named
    # Several bring a part of a namespace such as `nvidia`; of some it is not known what they bring.
    bringing = [package for package in packages if top in package.imports or not package.imports]
    wanted = re.compile(rb"(?m)^\"?" + re.escape(os.fsencode(relative)) + rb"\"?,")
    for package in bringing:
        if wanted.search(_bytes(os.path.join(folder, package.metadata, "RECORD"))):
            return package.name
    return None


def _conda_package(relative: str, library: str, meta: Path) -> str | None:
    wanted = f'"{relative}"'.encode("utf-8", "surrogateescape")
    names = _CONDA_NAMES.get(library, ())
    for file_name in _names(str(meta), *(f"{name}-" for name in names)):
        name = file_name.removesuffix(".json").rsplit("-", 2)[0]
        if name in names and wanted in _bytes(os.path.join(meta, file_name)):
            return name
    return None


def _debian_package(path: str, library: str, dpkg: Path) -> str | None:
    # /lib is a link to /usr/lib for years now, but many packages still say /lib.
    wanted = {os.fsencode(path), os.fsencode(path.removeprefix("/usr"))}
    for file_name in _names(str(dpkg), *_DEBIAN_NAMES.get(library, ())):
        if file_name.endswith(".list"):
            listed = _bytes(os.path.join(dpkg, file_name)).split(b"\n")
            if not wanted.isdisjoint(listed):
                return clean(file_name.removesuffix(".list").split(":", 1)[0], 200)
    return None


def _names(folder: str, *beginnings: str) -> Iterator[str]:
    """Yield the names in a folder that begin so, sorted; none where it cannot be read."""
    if not beginnings:
        return
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        return
    yield from sorted(name for name in names if name.startswith(beginnings))


def _bytes(file: str) -> bytes:
    """Return what is in a file; nothing where it cannot be read."""
    try:
        return content(file, _LARGEST)
    except OSError:
        return b""
