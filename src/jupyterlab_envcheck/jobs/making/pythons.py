"""Finds the Python that a new environment is made upon."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...installers import CONDA_KINDS, venvs
from ...plan import Request
from ...probe.bootstrap import FLOOR
from ...probe.homes import home
from ...probe.whose import withheld
from .. import environment
from ..child import Stop, run

#: Seconds for one question to uv, which may have to start every Python of this machine.
_LIMIT = 30.0


@dataclass(frozen=True, kw_only=True)
class Base:
    """A Python, and what a person should know of it."""

    python: str
    warnings: tuple[str, ...] = ()


class NoPython(Exception):
    """There is none of the version that was asked for; `there` are those that are."""

    def __init__(self, message: str, there: tuple[str, ...]) -> None:
        super().__init__(message)
        self.message = message
        self.there = there


def base_of(
    request: Request, environ: Mapping[str, str], *, stop: Stop, limit: float = _LIMIT
) -> Base:
    """Return the Python that a wish for an environment means: the kernel's own unless it says.

    Raises `NoPython`.
    """
    wanted, own = request.wish.python, request.interpreter
    floor = ".".join(map(str, FLOOR))
    if wanted is not None and is_too_old(wanted):
        message = f"Python {wanted} is older than {floor}, the oldest that is supported here."
        raise NoPython(message, _there(request, environ, stop, limit))
    if own is not None and (wanted is None or venvs.is_version(own.version, wanted)):
        if is_too_old(own.version):
            message = f"The kernel's Python {own.version} is older than {floor}, the oldest that "
            raise NoPython(f"{message}is supported here.", _there(request, environ, stop, limit))
        return Base(python=request.target.python, warnings=_of_conda(request))
    if wanted is None:
        said = "The kernel's own Python is not known: the environment is made with Jupyter's."
        return Base(python=sys.executable, warnings=(said,))
    found = _found(wanted, environ, stop, limit)
    why_not = withheld(found) if found is not None else None
    if found is not None and why_not is None:
        return Base(python=found)
    if venvs.is_version(_own_version(), wanted):
        return Base(python=sys.executable)
    message = f"There is no Python {wanted} on this machine."
    if why_not is not None:
        message = f"There is a Python {wanted}, but {why_not.message}"
    raise NoPython(message, _there(request, environ, stop, limit))


def is_too_old(version: str) -> bool:
    """Tell whether a Python of that version is older than the oldest that is supported."""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    return numbers < FLOOR


def _found(wanted: str, environ: Mapping[str, str], stop: Stop, limit: float) -> str | None:
    uv = environment.uv_executable()
    env = _with_pyenv(environ)
    if uv is None:
        name = f"python{'.'.join(wanted.split('.')[:2])}"
        return shutil.which(name, path=env.get("PATH")) if wanted.count(".") == 1 else None
    reply = run(venvs.uv_find(uv, wanted), env=env, limit=limit, stop=stop)
    path = reply.output.strip()
    return path if reply.returncode == 0 and Path(path).is_file() else None


def _there(
    request: Request, environ: Mapping[str, str], stop: Stop, limit: float
) -> tuple[str, ...]:
    """Return the versions that an environment could be made with, the newest first."""
    listed: tuple[str, ...] = ()
    uv = environment.uv_executable()
    if uv is not None:
        reply = run(venvs.uv_list(uv), env=_with_pyenv(environ), limit=limit, stop=stop)
        listed = venvs.read_list(reply.output, lambda python: withheld(python) is None)
    own = [request.interpreter.version] if request.interpreter is not None else []
    versions = venvs.newest_first((*listed, *own, _own_version()))
    return tuple(version for version in versions if not is_too_old(version))


def _with_pyenv(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which Pythons are looked for: pyenv's are not on PATH, only shims."""
    env = environment.built(environ)
    roots = (Path(environ.get("PYENV_ROOT", "")), Path(home(environ) or "", ".pyenv"))
    bins = dict.fromkeys(_bins(root for root in roots if root.is_absolute()))
    env["PATH"] = os.pathsep.join((env.get("PATH", os.defpath), *bins))
    return env


def _bins(roots: Iterable[Path]) -> Iterator[str]:
    for root in roots:
        yield from map(str, sorted(root.glob("versions/*/bin")))


def _of_conda(request: Request) -> tuple[str, ...]:
    found = request.environment
    if found is None:
        return ()
    base = found.venv.base_kind if found.venv is not None else None
    if found.kind not in CONDA_KINDS and base not in CONDA_KINDS:
        return ()
    whose = found.name if found.kind in CONDA_KINDS else "a conda environment"
    return (
        f"It is made with the Python of {whose}, and stops working when that one goes or changes.",
    )


def _own_version() -> str:
    return "{}.{}.{}".format(*sys.version_info)
