"""Tells what kind of environment lies at a prefix, by its files alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..facts.text import clean
from .packages import metadata_names

#: Folder names that say nothing: the project's folder around them has the name.
_NAMELESS = frozenset({".venv", "venv", "env", ".env", "default", "virtualenv"})

#: Where a Python without an environment comes from: a part of its prefix, and what that tells.
_ORIGINS = (
    ("/homebrew/", "homebrew"),
    ("/cellar/", "homebrew"),
    ("/linuxbrew/", "homebrew"),
    ("/.pyenv/versions/", "pyenv"),
    ("/pyenv-win/versions/", "pyenv"),
    ("/library/frameworks/python.framework/", "python.org"),
    ("/library/developer/commandlinetools/", "apple"),
    ("/applications/xcode.app/", "apple"),
    ("/windowsapps/", "store"),
    ("/uv/python/", "uv-managed"),
    ("/opt/local/", "macports"),
    ("/spack/", "spack"),
)

#: The tool that changes an environment of this kind, where it is no question of what is at hand.
_OWNERS = {
    "pixi": "pixi",
    "conda": "conda",
    "conda-base": "conda",
    "uv-venv": "uv",
    "uv-project": "uv project",  # `uv sync` undoes what its lock file does not name
    "uv-managed": "uv",
    "venv": "pip",
    "pyenv": "pip",
    "python.org": "pip",
    "standalone": "pip",
    "virtualenv": "pip",
    "poetry": "poetry",
    "pdm": "pdm",
    "hatch": "hatch",
    "pipenv": "pipenv",
    "pipx": "pipx",
    "uv-tool": "uv",
    "system": "the system's packages",
    "homebrew": "brew",
    "macports": "port",
    "spack": "spack",
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What an environment is, and whose."""

    kind: str
    name: str
    owner: str | None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where an environment lies, as far as files tell without asking its Python."""

    prefix: str
    site_packages: tuple[str, ...]


def kind_of(
    prefix: str, *, version: str | None, base_prefix: str | None, stdlib: str | None
) -> Kind:
    """Return the kind of environment, most specific first; None for what is not known."""
    path = Path(prefix)
    config = pyvenv_cfg(path / "pyvenv.cfg")
    if (path / "conda-meta" / "pixi").is_file():
        return _kind("pixi", path.name)
    if (path / "conda-meta" / "history").exists():
        base = _is_conda_base(path)
        return _kind("conda-base" if base else "conda", "base" if base else path.name)
    if config or (base_prefix is not None and not same(prefix, base_prefix)):
        return _kind(_venv_kind(path, config), _venv_name(path))
    origin = _origin(prefix)
    if origin is None and (prefix == "/usr" or externally_managed(stdlib, in_force=True)):
        origin = "system"
    name = f"Python {'.'.join(version.split('.')[:2])}" if version else path.name or prefix
    return _kind(origin or "standalone", name)


def pyvenv_cfg(file: Path) -> dict[str, str]:
    """Return the keys of a pyvenv.cfg in lower case; empty where there is none. Never fails."""
    try:
        with file.open("rb") as opened:
            text = opened.read(65_536).decode("utf-8", "replace")
    except (OSError, ValueError):
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {
        clean(key.strip().lower(), 100): clean(value.strip().strip("\"'"))
        for key, equals, value in pairs
        if equals and key.strip()
    }


def externally_managed(stdlib: str | None, *, in_force: bool) -> bool | None:
    """Tell whether the marker of PEP 668 lies there and counts: it does not in a venv."""
    if not in_force:
        return False
    return None if stdlib is None else os.path.exists(os.path.join(stdlib, "EXTERNALLY-MANAGED"))


def writable(site_packages: Sequence[str]) -> bool | None:
    """Tell whether this user may write where installers put packages, or may make that folder."""
    if not site_packages:
        return None
    return all(_writable(Path(folder)) for folder in site_packages)


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
    return next((str(p) for name in names if (p := Path(prefix, name)).is_file()), None)


def same(one: str, other: str) -> bool:
    """Tell whether two paths are the same file or folder."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))


def _kind(kind: str, name: str) -> Kind:
    return Kind(kind=kind, name=clean(name, 200), owner=_OWNERS.get(kind))


def _is_conda_base(prefix: Path) -> bool:
    has_command = any(
        (prefix / part).exists() for part in ("condabin", "bin/conda", "Scripts/conda.exe")
    )
    return has_command and any(prefix.glob("conda-meta/conda-[0-9]*.json"))


def _venv_kind(prefix: Path, config: Mapping[str, str]) -> str:  # noqa: PLR0911 - one a kind
    """Return which tool made a venv; Poetry and PDM leave no mark but where it lies."""
    place = prefix.as_posix().lower()
    if "/pipx/venvs/" in place:
        return "pipx"
    if "/uv/tools/" in place:
        return "uv-tool"
    if (prefix / ".project").is_file():
        return "pipenv"
    if "/pypoetry/virtualenvs/" in place or (prefix.parent / "poetry.lock").is_file():
        return "poetry"
    if (prefix.parent / "pdm.lock").is_file() or (prefix.parent / ".pdm-python").is_file():
        return "pdm"
    if "/hatch/env/virtual/" in place:
        return "hatch"
    if "uv" in config:
        return "uv-project" if (prefix.parent / "uv.lock").is_file() else "uv-venv"
    return "virtualenv" if "virtualenv" in config else "venv"


def _venv_name(prefix: Path) -> str:
    return prefix.parent.name or prefix.name if prefix.name in _NAMELESS else prefix.name


def _origin(prefix: str) -> str | None:
    place = Path(prefix).as_posix().lower() + "/"
    root = os.environ.get("PYENV_ROOT")
    if root and place.startswith(Path(root).as_posix().lower() + "/versions/"):
        return "pyenv"
    return next((kind for part, kind in _ORIGINS if part in place), None)


def _writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _site_packages(prefix: Path) -> list[str]:
    if (prefix / "Lib" / "site-packages").is_dir():  # Windows
        return [str(prefix / "Lib" / "site-packages")]
    try:
        return sorted(str(found) for found in prefix.glob("lib/py*/site-packages"))
    except OSError:
        return []
