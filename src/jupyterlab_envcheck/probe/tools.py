"""Finds the executable of the tool that changes an environment. Never runs anything.

What is named here a person may later agree to run. So a program counts only if nobody else can
change it (`trust.py`): the files of an environment, and a kernelspec's variables, can name anything.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping

from ..facts.text import clean
from . import homes
from .conda import root as conda_root
from .files import layout
from .plain_files import text
from .trust import distrusted

_MOST_READ = 20_000_000  #: bytes of a history, or of environments.txt
_MOST_ENVIRONMENTS = 500

_WINDOWS = sys.platform == "win32"

#: conda's programs in its root, and its kin that do the same work.
_IN_ROOT = (
    (
        "Scripts/conda.exe",
        "Library/bin/mamba.exe",
        "Library/bin/micromamba.exe",
    )
    if _WINDOWS
    else ("bin/conda", "condabin/conda", "bin/mamba", "bin/micromamba")
)
_CONDAS = ("conda", "mamba", "micromamba")

#: What the system's packages are changed with.
_SYSTEMS = ("apt", "dnf", "zypper", "pacman", "apk", "emerge", "yum", "pkg")

#: Owner -> the program's name, where the two differ.
_PROGRAMS = {"uv project": "uv", "nix": "nix", "guix": "guix"}


def tool_of(
    owner: str | None, *, prefix: str, python: str, env: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Return the tool's executable, else None and why.

    `env` is what the kernel was started with: its PATH counts, and CONDA_EXE and MAMBA_EXE.
    """
    if owner is None:
        return None, "it is not known which tool changes this environment"
    if owner == "pip":
        return _pip(python)
    if owner in ("uv", "uv project"):
        ours = _our_uv()
        if ours is not None:
            return clean(ours), None
    refused: list[str] = []
    for path in _there(owner, prefix, env):
        why = distrusted(path)
        if why is None:
            return clean(path), None
        refused.append(f"{clean(path, 300)} is not used, for {why}")
    if refused:
        return None, refused[0]
    names = " or ".join(_names(owner))
    return None, f"no {names} was found on the kernel's PATH, nor where it is usually put"


def not_trusted(owner: str, *, prefix: str, env: Mapping[str, str]) -> str | None:
    """Return the first executable of a tool that is there and that others can change."""
    there = (path for path in _there(owner, prefix, env) if distrusted(path) is not None)
    return next(map(clean, there), None)


def _pip(python: str) -> tuple[str | None, str | None]:
    """Return the interpreter, which runs pip as a module, if pip lies where it looks."""
    around = layout(python)
    shared = os.path.join(around.prefix, "lib", "python3", "dist-packages")  # Debian's
    for folder in (*around.site_packages, shared):
        if os.path.isdir(os.path.join(folder, "pip")):
            return clean(python), None
    return None, "pip is not installed in it"


def _our_uv() -> str | None:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - not needed for most environments

        return find_uv_bin()
    except (ImportError, OSError):
        return None


def _names(owner: str) -> tuple[str, ...]:
    if owner == "conda":
        return _CONDAS
    if owner == "the system's packages":
        return _SYSTEMS
    return (_PROGRAMS.get(owner, owner),)


def _there(owner: str, prefix: str, env: Mapping[str, str]) -> Iterator[str]:
    """Yield the executables that are there; of Windows' none that its shell would have to run."""
    for path in _candidates(owner, prefix, env):
        is_script = _WINDOWS and owner == "conda" and not path.lower().endswith(".exe")
        if os.path.isabs(path) and os.path.isfile(path) and not is_script:
            yield path


def _candidates(owner: str, prefix: str, env: Mapping[str, str]) -> Iterator[str]:
    if owner == "conda":
        yield from _condas(prefix, env)
    if owner == "pixi":
        home = env.get("PIXI_HOME") or homes.expand("~/.pixi", env)
        if home is not None:
            yield os.path.join(home, "bin", "pixi.exe" if _WINDOWS else "pixi")
    for name in _names(owner):
        found = shutil.which(name, path=env.get("PATH", ""))
        if found is not None:
            yield found


def _condas(prefix: str, env: Mapping[str, str]) -> Iterator[str]:
    """Yield conda's programs: of the root that made it, then of whoever changed it, then others."""
    history = _text(os.path.join(prefix, "conda-meta", "history"))
    programs = conda_root.commands(history)
    root = conda_root.root_of(prefix, programs, env)
    if root is not None:
        yield from _in_root(root)
    yield from programs
    yield from (env.get(name, "") for name in ("CONDA_EXE", "MAMBA_EXE"))
    listed = homes.expand("~/.conda/environments.txt", env)
    lines = _text(listed).splitlines() if listed is not None else []
    for place in _roots(lines[:_MOST_ENVIRONMENTS]):
        yield from _in_root(place)


def _roots(environments: Iterable[str]) -> Iterator[str]:
    for line in environments:
        place = re.sub(r"[\\/]envs[\\/][^\\/]+$", "", line.strip())
        if os.path.isabs(place) and conda_root.is_root(place):
            yield place


def _in_root(root: str) -> Iterator[str]:
    return (os.path.join(root, program) for program in _IN_ROOT)


def _text(path: str) -> str:
    try:
        return text(path, _MOST_READ)
    except OSError:
        return ""
