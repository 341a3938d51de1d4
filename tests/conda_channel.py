"""A conda channel in a folder, made of what is at hand: this Python's own tree, and wheels.

It is made once, under `build/`, and made anew when its recipe, this Python or the versions
installed beside it change. Wheels come from the package registry, through pip as it is configured.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from packaging.utils import canonicalize_name

import conda_packages
import conda_rattler

Test = TypeVar("Test", bound=Any)

_BUILD = Path(__file__).parents[1] / "build" / "conda-channel"
_RECIPE = (__file__, conda_packages.__file__, conda_rattler.__file__)

#: What environments are made of, with all it needs, in the versions installed beside the tests.
_WHEELS = ("ipykernel", "numpy", "packaging", "pip", "six", "threadpoolctl")
OLD_SIX = "1.16.0"  #: an older version of something small

#: As it was before any test: the first one that needs the channel may have led pip elsewhere. Without
#: what would have compiled code checked in another way, or put in another place.
_ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if name not in ("SOURCE_DATE_EPOCH", "PYTHONPYCACHEPREFIX")
}

#: What the second channel has, too.
_IN_BOTH = frozenset({"packaging", "six", "threadpoolctl"})


@dataclass(frozen=True)
class Channels:
    """Two channels, and what they were made of."""

    folder: Path

    @property
    def forge(self) -> str:
        """Return the URL of the channel that has everything."""
        return (self.folder / "conda-forge").as_uri()

    @property
    def main(self) -> str:
        """Return the URL of a channel that has some of the packages, in builds of its own."""
        return (self.folder / "pkgs" / "main").as_uri()

    @property
    def cache(self) -> Path:
        """Return where rattler keeps what it extracted and read."""
        return self.folder / "cache"

    def wheel(self, name: str, version: str | None = None) -> Path:
        """Return the wheel a package was made from."""
        (wheel,) = self.folder.glob(f"wheels/{name}-{version or versions()[name]}-*.whl")
        return wheel


def why_not() -> str | None:
    """Return why no channel can be made here, in words, None where one can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the conda world is made on Linux x86-64 only"
    if sys.implementation.name != "cpython":
        return "the conda world is made of a CPython"
    if Path(sys.base_prefix, "conda-meta").is_dir():
        return "the libraries of a conda Python lie in many packages"
    own = {"posix_local", "deb_system", "rpm_prefix"} & set(sysconfig.get_scheme_names())
    if own or sys.platlibdir != "lib":
        return "a system's Python looks for packages in places of its own"
    return None


#: To make the channel takes a minute the first time: what needs it belongs to the long rest.
NEEDS_CHANNEL = (
    pytest.mark.soak,
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
)


def needs_channel(test: Test) -> Test:
    """Mark a test that makes conda environments."""
    for mark in NEEDS_CHANNEL:
        test = mark(test)
    return test


@cache
def channels() -> Channels:
    """Return the channels, and make them where they are not made yet (half a minute)."""
    recipe = [Path(file).read_text() for file in _RECIPE]
    recipe += [sys.version, sys.base_prefix, str(versions())]
    digest = hashlib.sha256("\n".join(recipe).encode()).hexdigest()[:12]
    made = _BUILD / f"{conda_packages.STDLIB.name}-{digest}"
    if made.is_dir():
        return Channels(made)
    with _alone():
        if not made.is_dir():
            # Of another recipe, or half made by a process that was killed.
            for old in (*_BUILD.glob(f"{conda_packages.STDLIB.name}-*"), *_BUILD.glob("tmp*")):
                shutil.rmtree(old)
            with tempfile.TemporaryDirectory(dir=_BUILD) as folder:
                _make(Path(folder, "made"))
                Path(folder, "made").rename(made)
            _extract(Channels(made))
    return Channels(made)


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process makes a channel."""
    import fcntl  # noqa: PLC0415 - not on Windows

    _BUILD.mkdir(parents=True, exist_ok=True)
    with (_BUILD / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of all wheels that are in the channel, by their normalised names."""
    found: dict[str, str] = {}
    todo: list[str] = list(_WHEELS)
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in found:
            distribution = importlib.metadata.distribution(name)
            found[name] = distribution.version
            todo += [r.name for r in conda_packages.needs(distribution.requires or ())]
    return dict(sorted(found.items()))


def _make(folder: Path) -> None:
    wheels, trees = folder / "wheels", folder / "trees"
    wheels.mkdir(parents=True)
    _download(wheels, *(f"{name}=={version}" for name, version in versions().items()))
    _download(wheels, f"six=={OLD_SIX}")
    packages = [conda_packages.python(trees / "python")]
    packages += [conda_packages.of_wheel(file, trees / file.stem) for file in wheels.iterdir()]
    packages += conda_packages.small(trees)
    packages += [p.in_main() for p in packages if p.name in _IN_BOTH and p.version != OLD_SIX]
    # conda compiles what it installs and rattler does not: first starts would take seconds.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-qq", "-j", "0", "-x", "/tests/", str(trees)],
        check=False,  # some code of every standard library is there to fail
        env=_ENVIRON,
    )
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda package: conda_packages.pack(package, folder), packages))
    shutil.rmtree(trees)
    for channel in {package.channel for package in packages}:
        conda_rattler.index(folder / channel)


def _extract(made: Channels) -> None:
    """Have rattler extract the large packages now, for the first test is not to wait for it."""
    with tempfile.TemporaryDirectory(dir=_BUILD) as folder:
        conda_rattler.install(Path(folder), ["ipykernel", "pip", "numpy"], [made.forge], made.cache)


def _download(folder: Path, *pins: str) -> None:
    argv = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    pip = subprocess.run(
        [*argv, "--dest", str(folder), *pins],
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRON,
    )
    if pip.returncode:
        raise RuntimeError(f"pip cannot fetch the conda channel's wheels: {pip.stderr[-3000:]}")
