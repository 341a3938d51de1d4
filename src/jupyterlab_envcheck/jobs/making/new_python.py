"""Foresees the Python of an environment that conda has yet to make: where it looks for packages."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.markers import default_environment

from ...facts import Interpreter
from ...installers import CondaPackage
from ...plan import Request
from ...problems import Problem


def python_in(prefix: Path) -> Path:
    """Return the Python that conda puts there."""
    return prefix / ("python.exe" if sys.platform == "win32" else "bin/python")


def foreseen(request: Request, prefix: Path, packages: Iterable[CondaPackage]) -> Interpreter:
    """Return what the Python among `packages` will say of itself at `prefix`. Raises `Problem`.

    `request` is of the kernel the environment is made from, which runs on this machine, too.
    """
    found = next((package for package in packages if package.name == "python"), None)
    if found is None:
        message = "conda's answer names no Python for the new environment."
        raise Problem("bad-reply", message, "Name a Python that conda's channels have.")
    minor = ".".join(found.version.split(".")[:2])
    # A Python without the lock around the interpreter has folders of its own.
    called = f"python{minor}{'t' if found.build.endswith('t') else ''}"
    if sys.platform == "win32":
        stdlib, zipped, compiled = (
            prefix / "Lib",
            prefix / f"python{minor.replace('.', '')}.zip",
            "DLLs",
        )
        extensions = prefix / compiled
    else:
        stdlib = prefix / "lib" / called
        zipped = prefix / "lib" / f"python{minor.replace('.', '')}.zip"
        extensions = stdlib / "lib-dynload"
    site_packages = str(stdlib / "site-packages")
    own = request.interpreter
    markers = dict(own.markers) if own is not None else _markers()
    markers |= {
        "implementation_version": found.version,
        "python_full_version": found.version,
        "python_version": minor,
    }
    return Interpreter(
        executable=str(python_in(prefix)),
        prefix=str(prefix),
        base_prefix=str(prefix),
        version=found.version,
        implementation=platform.python_implementation().lower()
        if own is None
        else own.implementation,
        found="to be made by this plan",
        stdlib=str(stdlib),
        site_packages=(site_packages,),
        path=(str(zipped), str(stdlib), str(extensions), site_packages),
        user_site=None,
        markers=markers,
        on_path={},
        variables={},
    )


def _markers() -> dict[str, str]:
    return {name: str(value) for name, value in default_environment().items()}
