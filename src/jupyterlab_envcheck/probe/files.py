"""Tells where an environment's parts lie and who may write them, by its files alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..facts.text import clean
from .packages import metadata_names


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where an environment lies, as far as files tell without asking its Python."""

    prefix: str
    site_packages: tuple[str, ...]


def externally_managed(stdlib: str | None, *, in_force: bool) -> bool | None:
    """Tell whether the marker of PEP 668 lies there and counts: it does not in a venv."""
    if not in_force:
        return False
    return None if stdlib is None else os.path.exists(os.path.join(stdlib, "EXTERNALLY-MANAGED"))


def writable(site_packages: Sequence[str]) -> bool | None:
    """Tell whether this user may write where installers put packages, or may make that folder."""
    if not site_packages:
        return None
    return all(_writable(folder) for folder in site_packages)


def user_of(prefix: str) -> str | None:
    """Return the name of the user whose folder it is, None where that cannot be told."""
    try:
        owner = os.stat(prefix).st_uid
    except (OSError, ValueError):
        return None
    return user_name(owner) if sys.platform != "win32" else None  # where an owner is no number


def user_name(uid: int) -> str:
    """Return what a user is called, not on Windows."""
    import pwd  # noqa: PLC0415 - Windows has none

    try:
        return clean(pwd.getpwuid(uid).pw_name, 100)
    # Of a container's host, or of a directory service that does not answer.
    except (KeyError, OverflowError, OSError):
        return f"uid {uid}"


def fingerprint(prefix: str, site_packages: Iterable[str]) -> str:
    """Return a digest that changes when a package comes, changes or goes.

    Of dist-info and conda-meta names and times, not of site-packages' own time, which a
    `__pycache__` moves.
    """
    digest = hashlib.sha256()
    for folder in (*site_packages, os.path.join(prefix, "conda-meta")):
        digest.update(f"{folder}\n".encode("utf-8", "surrogateescape"))
        for name, changed in sorted(metadata_names(folder, conda=folder.endswith("conda-meta"))):
            digest.update(f"{name} {changed!r}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def layout(python: str) -> Layout:
    """Return the environment around an executable, without asking it."""
    folder = Path(python).parent
    prefix = folder.parent if folder.name.lower() in ("bin", "scripts") else folder
    return Layout(prefix=str(prefix), site_packages=tuple(_site_packages(prefix)))


def python_of(prefix: str) -> str | None:
    """Return the Python of an environment, None where there is none."""
    names = (
        ("python.exe", "Scripts/python.exe")
        if sys.platform == "win32"
        else (
            "bin/python",
            "bin/python3",
            "bin/pypy3",
        )
    )
    paths = (str(Path(prefix, name)) for name in names)
    return next((path for path in paths if os.path.isfile(path)), None)


def same(one: str, other: str) -> bool:
    """Tell whether two paths are the same file or folder."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))


def _writable(folder: str) -> bool:
    while not os.path.exists(folder) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return os.access(folder, os.W_OK)


def _site_packages(prefix: Path) -> list[str]:
    if os.path.isdir(prefix / "Lib" / "site-packages"):  # Windows
        return [str(prefix / "Lib" / "site-packages")]
    try:
        return sorted(str(found) for found in prefix.glob("lib/py*/site-packages"))
    except (OSError, ValueError):
        return []
