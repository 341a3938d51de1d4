"""The Pythons of this machine, found by search: PATH, and pyenv's where it is."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

_NAMES = ("python2.7", *(f"python3.{minor}" for minor in range(6, 16)), "python3", "pypy3")


@cache
def pythons() -> dict[str, str]:
    """Return an interpreter for each version found: "3.8" -> its path, "pypy3.9" -> its path."""
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")]
    found = [sys.executable]
    found += [path for name in _NAMES if (path := shutil.which(name)) is not None]
    for root in filter(None, roots):
        found += map(str, sorted(Path(root).glob("versions/*/bin/python")))
    tell = "import sys; print('pypy' * hasattr(sys, 'pypy_version_info') + '%d.%d' % sys.version_info[:2])"
    versions: dict[str, str] = {}
    for path in found:
        told = subprocess.run(
            [path, "-c", tell], capture_output=True, text=True, timeout=60, check=False
        )
        if told.returncode == 0:  # a shim of pyenv without a version ends otherwise
            versions.setdefault(told.stdout.strip(), path)
    return versions


def supported() -> dict[str, str]:
    """Return those the probe runs on."""
    return {name: path for name, path in pythons().items() if not is_old(name)}


def is_old(name: str) -> bool:
    """Tell whether a version is below the probe's floor."""
    major, minor = name.removeprefix("pypy").split(".")
    return (int(major), int(minor)) < (3, 8)


def old_python(version: str, folder: Path) -> str:
    """Return a Python below the floor: a real one, else one that only says so."""
    real = pythons().get(version)
    if real is not None:
        return real
    numbers = (*map(int, version.split(".")), 0)
    return fake_python(
        folder,
        f"#!{sys.executable}\n"
        f"import sys\nsys.version_info = {numbers}\n"
        "code = sys.argv.index('-c') + 1\n"
        "text = sys.argv[code]\nsys.argv = ['-c', *sys.argv[code + 1:]]\nexec(text)\n",
    )


def fake_python(folder: Path, text: str) -> str:
    """Write an executable file that stands for a Python."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "python3"
    file.write_text(text, encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)
