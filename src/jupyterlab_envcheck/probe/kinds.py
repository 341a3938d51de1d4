"""Tells what kind of environment lies at a prefix, and whose it is, by its files alone.

The order is that of C-ENVKIND: what a tool marks as its own comes before what only lies where a
tool puts things.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from ..facts import Venv
from ..facts.text import clean
from . import pyvenv
from .conda import root as conda_root
from .files import externally_managed, same
from .plain_files import text

#: Folder names that say nothing: the project's folder around them has the name.
_NAMELESS = frozenset({".venv", "venv", "env", ".env", "default", "virtualenv"})

#: Where a Python without an environment comes from: how its prefix begins, and what that tells.
_BEGINNINGS = (
    ("/opt/local/", "macports"),  # before python.org: it has frameworks of its own
    ("/library/frameworks/python.framework/", "python.org"),
    ("/library/developer/commandlinetools/", "apple"),
    ("/applications/xcode", "apple"),
    ("/usr/local/opt/python", "homebrew"),
    ("/nix/store/", "nix"),
    ("/gnu/store/", "guix"),
)

#: The same for tools that are put anywhere: a part of the prefix.
_PARTS = (
    ("/homebrew/", "homebrew"),
    ("/cellar/", "homebrew"),
    ("/linuxbrew/", "homebrew"),
    ("/.pyenv/versions/", "pyenv"),
    ("/pyenv-win/versions/", "pyenv"),
    ("/windowsapps/", "store"),
    ("/uv/python/", "uv-managed"),
    ("/spack/", "spack"),
)

#: Where a tool keeps virtual environments that bear no mark of it.
_CENTRAL = (
    ("/pipx/venvs/", "pipx"),
    ("/uv/tools/", "uv-tool"),
    ("/pypoetry/virtualenvs/", "poetry"),
    ("/pypoetry/cache/virtualenvs/", "poetry"),  # Windows
    ("/pdm/venvs/", "pdm"),
    ("/hatch/env/virtual/", "hatch"),
    ("/.hatch/", "hatch"),
)

#: Files that a tool leaves in an environment of its own.
_MARKS = (
    ("pipx_metadata.json", "pipx"),
    ("uv-receipt.toml", "uv-tool"),
    (".project", "pipenv"),
)

#: Files beside an environment. Poetry and PDM leave no mark in it; uv's comes first, and counts
#: only with its mark, since people keep several locks, and PDM makes environments with uv.
_LOCKS = (
    ("uv.lock", "uv-project"),
    ("poetry.lock", "poetry"),
    ("pdm.lock", "pdm"),
    (".pdm-python", "pdm"),
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
    "nix": "nix",
    "guix": "guix",
}

#: Kinds that were recognised in environments which their own tools had made.
_SEEN = frozenset(
    {
        "conda",
        "hatch",
        "pdm",
        "pipenv",
        "pipx",
        "poetry",
        "pyenv",
        "standalone",
        "system",
        "uv-project",
        "uv-tool",
        "uv-venv",
        "venv",
        "virtualenv",
    }
)

#: The only trace of Poetry in an environment whose project has no lock file yet.
_POETRYS_PROMPT = re.compile(r"-py\d+\.\d+$")

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})

_VERSION = re.compile(r"\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?")
_MOST_READ = 65_536  #: bytes of the small files that name a project


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What an environment is, and whose."""

    kind: str
    name: str
    owner: str | None
    project: str | None  #: folder of the project it was made for, None where there is none
    seen: bool  #: whether such a one was ever recognised alive, not only from recorded files


def kind_of(
    prefix: str,
    *,
    version: str | None,
    base_prefix: str | None,
    stdlib: str | None,
    env: Mapping[str, str],
) -> Kind:
    """Return the kind of environment, most specific first; what is not known of it may be None.

    `env` is what its kernel was started with: some tools' folders are moved by variables.
    """
    meta = os.path.join(prefix, "conda-meta")
    if os.path.isfile(os.path.join(meta, "pixi")):
        project = _pixi_project(prefix)
        default = project is not None and _basename(prefix) == "default"
        return _kind("pixi", _basename(project if default and project else prefix), project)
    if os.path.exists(os.path.join(meta, "history")):
        base = conda_root.is_root(prefix) or _is(prefix, env.get("MAMBA_ROOT_PREFIX"))
        return _kind("conda-base" if base else "conda", "base" if base else _basename(prefix))
    config, _ = pyvenv.config(prefix)
    if config is not None or (base_prefix is not None and not same(prefix, base_prefix)):
        kind, project = _venv_kind(prefix, config or {})
        return _kind(kind, _venv_name(prefix), project)
    origin = _origin(prefix, env)
    if origin is None and (prefix == "/usr" or externally_managed(stdlib, in_force=True)):
        origin = "uv-managed" if _is_uvs(stdlib) else "system"
    if origin is None and _has_module(env):
        origin = "module"
    name = f"Python {'.'.join(version.split('.')[:2])}" if version else _basename(prefix) or prefix
    return _kind(origin or "standalone", name)


def venv_of(
    prefix: str, base_prefix: str | None, *, env: Mapping[str, str] = _NO_VARIABLES
) -> tuple[Venv | None, dict[str, str]]:
    """Return what a virtual environment says of its base, None where it is none.

    Beside it stands why what is unknown is so, by the names of the fields, "value" for all of it.
    """
    config, why = pyvenv.config(prefix)
    if config is None:
        is_one = base_prefix is not None and not same(prefix, base_prefix)
        why = why or ("its pyvenv.cfg is gone" if is_one else None)
        return None, {"value": why} if why is not None else {}
    home = config.get("home") or None
    written = config.get("version") or config.get("version_info")  # the second of uv and virtualenv
    match = _VERSION.match(written or "")
    base = base_prefix if base_prefix and not same(prefix, base_prefix) else _base(config, home)
    # Python's own reading: without the key, the base's packages are seen.
    system_site = config.get("include-system-site-packages", "true").lower() == "true"
    venv = Venv(
        home=home,
        home_exists=os.path.isdir(home) and not _leads_nowhere(prefix)
        if home is not None
        else None,
        version=match[0] if match is not None else None,
        system_site=system_site,
        base_kind=_base_kind(base, env) if base is not None else None,
    )
    unknown = {
        name: "its pyvenv.cfg does not say"
        for name in ("home", "home_exists", "version", "base_kind")
        if getattr(venv, name) is None
    }
    if base is not None and venv.base_kind is None:
        unknown["base_kind"] = clean(f"{base} is gone")
    return venv, unknown


def _leads_nowhere(prefix: str) -> bool:
    """Tell whether a virtual environment's Python is a link to one that is gone from its folder."""
    try:
        os.stat(os.path.join(prefix, "bin", "python"))
    except FileNotFoundError:
        return os.path.islink(os.path.join(prefix, "bin", "python"))
    except OSError:  # what may not be seen need not be gone
        return False
    return False


def _kind(kind: str, name: str, project: str | None = None) -> Kind:
    return Kind(
        kind=kind,
        name=clean(name, 200),
        owner=_OWNERS.get(kind),
        project=clean(project) if project else None,
        seen=kind in _SEEN,
    )


def _basename(path: str) -> str:
    return PurePath(path).name


def _place(path: str) -> str:
    return path.replace("\\", "/").lower().rstrip("/") + "/"


def _is(prefix: str, other: str | None) -> bool:
    return bool(other) and same(prefix, other or "")


def _venv_kind(prefix: str, config: Mapping[str, str]) -> tuple[str, str | None]:
    """Return which tool made a venv, and for which project."""
    for mark, kind in _MARKS:
        if os.path.isfile(os.path.join(prefix, mark)):
            return kind, _line(os.path.join(prefix, mark)) if kind == "pipenv" else None
    beside = os.path.dirname(prefix.rstrip("/\\"))
    place = _place(prefix)
    for part, kind in _CENTRAL:
        if part in place:
            # Only a folder that Hatch is told to keep in the project tells which one it is.
            return kind, os.path.dirname(beside) if _basename(beside) == ".hatch" else None
    for lock, kind in _LOCKS:
        if os.path.isfile(os.path.join(beside, lock)) and (kind != "uv-project" or "uv" in config):
            return kind, beside
    if "virtualenv" in config and _POETRYS_PROMPT.search(config.get("prompt", "")):
        return "poetry", beside if _basename(prefix) == ".venv" else None
    plain = "virtualenv" if "virtualenv" in config else "venv"
    return ("uv-venv" if "uv" in config else plain), None


def _venv_name(prefix: str) -> str:
    name = _basename(prefix)
    return (_basename(os.path.dirname(prefix)) or name) if name in _NAMELESS else name


def _pixi_project(prefix: str) -> str | None:
    """Return the folder of the manifest that pixi names, else of one around `.pixi/envs/NAME`."""
    try:
        told = json.loads(text(os.path.join(prefix, "conda-meta", "pixi"), _MOST_READ))
    except (OSError, ValueError, RecursionError):
        told = None
    manifest = told.get("manifest_path") if isinstance(told, dict) else None
    if isinstance(manifest, str) and os.path.isabs(manifest) and os.path.isfile(manifest):
        return os.path.dirname(manifest)
    folder = os.path.dirname(prefix)
    while folder != os.path.dirname(folder):
        manifests = ("pixi.toml", "pyproject.toml", "mojoproject.toml")
        if any(os.path.isfile(os.path.join(folder, name)) for name in manifests):
            return folder
        folder = os.path.dirname(folder)
    return None


def _line(file: str) -> str | None:
    """Return the first line of a small file, None where it says nothing."""
    try:
        lines = text(file, _MOST_READ).strip().splitlines()
    except OSError:
        return None
    return lines[0].strip() if lines else None


def _origin(prefix: str, env: Mapping[str, str]) -> str | None:
    if _is(prefix, env.get("EBROOTPYTHON")):
        return "module"
    place = _place(prefix)
    for variable, folder, kind in (
        ("PYENV_ROOT", "versions/", "pyenv"),
        ("UV_PYTHON_INSTALL_DIR", "", "uv-managed"),
        ("SPACK_ROOT", "", "spack"),
    ):
        root = env.get(variable)
        if root and place.startswith(_place(root) + folder):
            return kind
    if os.path.isdir(os.path.join(prefix, ".spack")):
        return "spack"
    for beginning, kind in _BEGINNINGS:
        if place.startswith(beginning):
            return kind
    return next((kind for part, kind in _PARTS if part in place), None)


def _is_uvs(stdlib: str | None) -> bool:
    """Tell whether the marker of PEP 668 was put there by uv, whose Pythons can lie anywhere."""
    try:
        written = text(os.path.join(stdlib or "", "EXTERNALLY-MANAGED"), _MOST_READ)
    except OSError:
        return False
    return "managed by uv" in written


def _has_module(env: Mapping[str, str]) -> bool:
    """Tell whether a cluster's module of a Python is loaded: `python/3.12.3-GCCcore-13.3.0`."""
    loaded = env.get("LOADEDMODULES", "").lower().split(":")
    return any(module.split("/")[0].startswith("python") for module in loaded)


def _base(config: Mapping[str, str], home: str | None) -> str | None:
    """Return the prefix of the Python that a venv was made from."""
    if config.get("base-prefix"):  # virtualenv's
        return config["base-prefix"]
    if home is None:
        return None
    return os.path.dirname(home) if _basename(home).lower() in ("bin", "scripts") else home


def _base_kind(base: str, env: Mapping[str, str]) -> str | None:
    if not os.path.isdir(base):
        return None
    stdlib = _stdlib(base)
    return kind_of(base, version=None, base_prefix=None, stdlib=stdlib, env=env).kind


def _stdlib(prefix: str) -> str | None:
    """Return a folder of the standard library: the marker of PEP 668 lies beside it."""
    lib = os.path.join(prefix, "lib")
    try:
        names = sorted(os.listdir(lib))
    except (OSError, ValueError):
        return None
    folders = (os.path.join(lib, name) for name in names if name.startswith(("python", "pypy")))
    return next((f for f in folders if os.path.isfile(os.path.join(f, "os.py"))), None)
