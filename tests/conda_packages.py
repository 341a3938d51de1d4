"""Makes conda packages: of this Python, of wheels, and small ones of nothing much."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import IO, Any

from packaging.requirements import Requirement

STDLIB = Path(sysconfig.get_path("stdlib"))
_MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"

#: What no environment needs of a standard library, and what an installer would put there.
_LEFT_OUT = shutil.ignore_patterns(
    *("site-packages", "dist-packages", "test", "tests", "idlelib", "turtledemo", "config-*"),
    *("*.a", "*.opt-?.pyc", "EXTERNALLY-MANAGED"),
)

#: conda's way to write in a file where the prefix is to be put in.
_PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package in the making: its files lie in a folder as they will lie in a prefix."""

    name: str
    version: str
    build: str
    tree: Path
    depends: tuple[str, ...] = ()
    channel: str = "conda-forge"  #: the channel's folder
    entry_points: tuple[str, ...] | None = None  #: None where it is not `noarch: python`

    def in_main(self) -> Package:
        """Return the same as another channel builds it."""
        return replace(self, channel="pkgs/main", build=self.build.replace("hd8ed1ab", "hd3eb1b0"))


def needs(requires: Iterable[str]) -> list[Requirement]:
    """Return those requirements that hold here, without those of optional extras."""
    parsed = [Requirement(text) for text in requires]
    return [r for r in parsed if r.marker is None or r.marker.evaluate({"extra": ""})]


def python(tree: Path) -> Package:
    """Return this very Python as a package that runs from any prefix."""
    shutil.copytree(STDLIB, tree / "lib" / STDLIB.name, ignore=_LEFT_OUT, symlinks=True)
    (tree / "lib" / STDLIB.name / "site-packages").mkdir()
    for library in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        shutil.copy2(library, tree / "lib", follow_symlinks=False)
    (tree / "bin").mkdir()
    executable = tree / "bin" / STDLIB.name
    shutil.copy2(Path(sys.base_prefix, "bin", STDLIB.name), executable)
    # As conda-build does: the library beside it, not the one of the Python it is a copy of.
    here, there = b"$ORIGIN/../lib", os.fsencode(Path(sys.base_prefix, "lib"))
    if len(here) <= len(there):
        content = executable.read_bytes()
        executable.write_bytes(content.replace(there + b"\0", here.ljust(len(there) + 1, b"\0")))
    for name in ("python", "python3"):
        (tree / "bin" / name).symlink_to(executable.name)
    version = "{}.{}.{}".format(*sys.version_info)
    return Package(name="python", version=version, build="h0_0_cpython", tree=tree)


def of_wheel(wheel: Path, tree: Path) -> Package:
    """Return a wheel as conda would package it: `noarch: python` unless it is compiled."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tree)  # noqa: S202 - pip checked it when it fetched it
    (dist_info,) = tree.glob("*.dist-info")
    name, version = dist_info.name.removesuffix(".dist-info").rsplit("-", 1)
    (dist_info / "INSTALLER").write_text("conda\n")
    with (dist_info / "RECORD").open("a") as record:
        record.write(f"{dist_info.name}/INSTALLER,,\n")
    metadata = BytesHeaderParser().parsebytes((dist_info / "METADATA").read_bytes())
    depends = [_as_conda(needed) for needed in needs(metadata.get_all("Requires-Dist", ()))]
    entry_points = _entry_points(dist_info / "entry_points.txt")
    packages = tree / "site-packages"
    packages.mkdir()
    for entry in list(tree.iterdir()):
        if entry.suffix == ".data":
            _spread(entry, tree)
        elif entry != packages:
            entry.rename(packages / entry.name)
    noarch = wheel.stem.endswith("-none-any")
    if noarch:
        depends.append(_as_conda(Requirement(f"python{metadata['Requires-Python'] or ''}")))
    else:
        depends.append(f"python {_MINOR}.*")
        (tree / "lib" / STDLIB.name).mkdir(parents=True)
        packages.rename(tree / "lib" / STDLIB.name / "site-packages")
        _scripts(tree / "bin", entry_points)
    if name == "numpy":
        depends.append("libblas")  # as conda's does, though this one brings its own OpenBLAS
    return Package(
        name=name.lower(),
        version=version,
        build="pyhd8ed1ab_0" if noarch else f"py{_MINOR.replace('.', '')}h2bc3f7f_0",
        tree=tree,
        depends=tuple(depends),
        entry_points=entry_points if noarch else None,
    )


def small(trees: Path) -> list[Package]:
    """Return BLAS in its variants, and what else there is to have variants or none."""
    made = [
        _small(trees, "libopenblas", "0.3.30", "pthreads_h94d23a6_4", "_openmp_mutex"),
        _small(trees, "mkl", "2025.3.0", "h0e700b2_463", "_openmp_mutex"),
        _small(trees, "_openmp_mutex", "4.5", "2_gnu"),
        _small(trees, "_openmp_mutex", "4.5", "2_kmp_llvm"),
        # With a conda record and the two executables, a prefix is a base.
        _small(trees, "conda", "26.7.0", f"py{_MINOR.replace('.', '')}h06a4308_0", "python"),
    ]
    for folder in ("bin", "condabin"):
        _executable(made[-1].tree / folder / "conda", "#!/bin/sh\necho conda 26.7.0\n")
    for variant, library in (("openblas", "libopenblas"), ("mkl", "mkl"), ("netlib", None)):
        build = f"5_hd7b6a1c_{variant}"
        blas = _small(trees, "libblas", "3.11.0", build, *filter(None, [library]))
        _write(blas.tree / "lib" / "libblas.variant", f"{variant}\n")
        if variant == "mkl":
            script = blas.tree / "etc" / "conda" / "activate.d" / "libblas_mkl_activate.sh"
            _write(script, "export MKL_INTERFACE_LAYER=LP64,GNU\n")
        made.append(blas)
        above = f"libblas 3.11.0 {build}"
        made += [_small(trees, n, "3.11.0", build, above) for n in ("libcblas", "liblapack")]
        if library is not None:
            blas = _small(trees, "blas", "1.0", f"0_{variant}", library)
            made.append(replace(blas, channel="pkgs/main"))
    return made


def pack(package: Package, channels: Path) -> None:
    """Write a package into its channel."""
    subdir = "noarch" if package.entry_points is not None else "linux-64"
    info: dict[str, Any] = {
        "index": {
            "name": package.name,
            "version": package.version,
            "build": package.build,
            "build_number": next(int(part) for part in package.build.split("_") if part.isdigit()),
            "depends": list(package.depends),
            "license": "none",
            "subdir": subdir,
            "timestamp": 1_760_000_000_000,
        },
        "about": {"summary": f"{package.name}, made for tests"},
    }
    if package.entry_points is not None:
        info["index"]["noarch"] = "python"
        noarch = {"type": "python", "entry_points": list(package.entry_points)}
        info["link"] = {"noarch": noarch, "package_metadata_version": 1}
    files = sorted(
        os.path.relpath(Path(folder, name), package.tree)
        for folder, folders, names in os.walk(package.tree)
        for name in [*names, *(f for f in folders if Path(folder, f).is_symlink())]
    )
    paths = [_path(package.tree / file, file) for file in files]
    info["paths"] = {"paths_version": 1, "paths": paths}
    texts = {f"info/{name}.json": json.dumps(content, indent=1) for name, content in info.items()}
    texts["info/files"] = "".join(f"{file}\n" for file in files)
    folder = channels / package.channel / subdir
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{package.name}-{package.version}-{package.build}"
    with zipfile.ZipFile(folder / f"{stem}.conda", "w") as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        with _tar_in(archive, f"info-{stem}.tar.zst") as tar:
            for name, text in texts.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
        with _tar_in(archive, f"pkg-{stem}.tar.zst") as tar:
            for file in files:
                tar.add(package.tree / file, file, recursive=False)


@contextmanager
def _tar_in(archive: zipfile.ZipFile, name: str) -> Iterator[tarfile.TarFile]:
    with archive.open(name, "w", force_zip64=True) as member:
        stream = _Zstandard(member)
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            yield tar
        stream.end()


class _Zstandard(io.RawIOBase):
    """Writes what it is given as one Zstandard frame (RFC 8878) of blocks that are not compressed.

    Compressing and extracting would take most of the time it takes to make a channel.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        # Its magic number, no flags, and a window of 128 KiB, which no block may exceed.
        out.write(b"\x28\xb5\x2f\xfd\x00\x38")

    def write(self, data: Any) -> int:
        for start in range(0, len(data), 1 << 17):
            self._block(data[start : start + (1 << 17)])
        return len(data)

    def end(self) -> None:
        """Write an empty block that says it is the last."""
        self._block(b"", last=True)

    def _block(self, data: bytes, *, last: bool = False) -> None:
        self._out.write((len(data) << 3 | last).to_bytes(3, "little") + data)


def _path(place: Path, file: str) -> dict[str, Any]:
    if place.is_symlink():
        return {"_path": file, "path_type": "softlink"}
    content = place.read_bytes()
    entry = {
        "_path": file,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }
    if content.startswith(f"#!{_PLACEHOLDER}".encode()):
        entry |= {"prefix_placeholder": _PLACEHOLDER, "file_mode": "text"}
    return entry


def _small(trees: Path, name: str, version: str, build: str, *depends: str) -> Package:
    tree = trees / f"{name}-{version}-{build}"
    tree.mkdir()
    return Package(name=name, version=version, build=build, tree=tree, depends=depends)


def _as_conda(needed: Requirement) -> str:
    """Return a requirement as a dependency, under the name that wheels' files have."""
    name = re.sub(r"[-.]+", "_", needed.name).lower()
    return f"{name} {needed.specifier}".strip()


def _entry_points(file: Path) -> tuple[str, ...]:
    """Return the commands: `f2py = numpy.f2py.f2py2e:main`."""
    parser = ConfigParser(delimiters="=", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file)
    section = "console_scripts"
    return tuple(f"{k} = {v}" for k, v in parser.items(section)) if section in parser else ()


def _scripts(folder: Path, entry_points: Iterable[str]) -> None:
    """Write the commands as a package of one platform has them, and have the prefix put in."""
    for line in entry_points:
        name, module, function = re.split(r"\s*[=:]\s*", line)
        text = f"#!{_PLACEHOLDER}/bin/python\nfrom {module} import {function}\n{function}()\n"
        _executable(folder / name, text)


def _spread(data: Path, tree: Path) -> None:
    """Move what a wheel puts outside of site-packages."""
    places = {"data": tree, "scripts": tree / "bin", "purelib": tree / "site-packages"}
    places["platlib"] = places["purelib"]
    for part in data.iterdir():
        if part.name in places:
            shutil.copytree(part, places[part.name], dirs_exist_ok=True)
    shutil.rmtree(data)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _executable(file: Path, text: str) -> None:
    _write(file, text)
    file.chmod(0o755)
