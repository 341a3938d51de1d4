"""How each manager is spelled for a person who types, or copies, the command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence

from ..recommendations import Command
from .specs import name_of

CONDA_KINDS = frozenset({"conda", "conda-base"})
#: Environments that a project's own tool keeps in step with a file: it undoes what others add.
PROJECT_KINDS: Mapping[str, str] = {
    "pixi": "pixi",
    "poetry": "poetry",
    "pdm": "pdm",
    "pipenv": "pipenv",
    "hatch": "hatch",
    "uv-project": "uv project",
}

#: Environments in which neither pip nor uv may install, and no other tool takes a Python package.
_CLOSED_KINDS = frozenset({"homebrew", "macports", "spack", "uv-tool"})

_CHANNEL = ("-c", "conda-forge", "--override-channels")


def commands_for(
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
) -> tuple[Command, ...]:
    """Return the install of `specs` into one environment, for each manager that fits its kind.

    None where its owner lets no tool in: `externally_managed` tells whether the marker of PEP 668
    is in force.
    """
    return tuple(
        Command(manager=manager, argv=_INSTALL[manager](python, prefix, tuple(specs)))
        for manager in _managers(kind, externally_managed=externally_managed)
    )


def remove_commands(
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
) -> tuple[Command, ...]:
    """Return the removal of `specs` from one environment, for each manager that fits its kind."""
    names = tuple(name_of(spec) for spec in specs)
    return tuple(
        Command(manager=manager, argv=_REMOVE[manager](python, prefix, names))
        for manager in _managers(kind, externally_managed=externally_managed)
        if manager in _REMOVE
    )


def create_commands(
    kind: str, name: str, specs: Sequence[str], *, version: str | None = None
) -> tuple[Command, ...]:
    """Return what makes an environment called `name` with a kernel and `specs` in it.

    One line each, as a person types them; for environments of conda's kind by its tools.
    `version` is a Python to ask for ("3.14"), None for any.
    """
    wanted = ("ipykernel", *specs)
    python = f"python={version}" if version else "python"
    conda_like = [
        Command(manager=manager, argv=(manager, "create", "-n", name, *_CHANNEL, python, *wanted))
        for manager in ("conda", "mamba", "micromamba")
    ]
    uv_python = ("--python", version) if version else ()
    folder_python = f"{name}/bin/python"
    pip_like = [
        Command(manager="venv", argv=(f"python{version or 3}", "-m", "venv", name)),
        Command(manager="venv", argv=(folder_python, "-m", "pip", "install", *wanted)),
        Command(manager="uv", argv=("uv", "venv", "--seed", *uv_python, name)),
        Command(manager="uv", argv=("uv", "pip", "install", "--python", name, *wanted)),
    ]
    return tuple(conda_like if kind in CONDA_KINDS else pip_like)


def recommended_manager(
    kind: str, *, has_pip: bool | None, externally_managed: bool | None = None
) -> str | None:
    """Return the manager that fits an environment best; None where none is known to."""
    managers = _managers(kind, externally_managed=externally_managed)
    if managers == _PIP_LIKE and (kind == "uv-venv" or has_pip is False):
        return "uv"
    return managers[0] if managers else None


def shell_line(argv: Sequence[str], *, windows: bool = False) -> str:
    """Return `argv` as a line that a shell takes apart into the same words.

    On Windows the quotes are those of cmd.exe and PowerShell alike, for words without quotes.
    """
    if not windows:
        return shlex.join(argv)
    return " ".join(word if _BARE.fullmatch(word) else f'"{word}"' for word in argv)


_BARE = re.compile(r"[\w:\\/.\-+=,]+")

_PIP_LIKE = ("pip", "uv")


def _managers(kind: str, *, externally_managed: bool | None) -> tuple[str, ...]:
    if kind in CONDA_KINDS:
        return ("conda", "mamba", "micromamba")
    if kind in PROJECT_KINDS:
        return (PROJECT_KINDS[kind],)
    if kind == "pipx":
        return ("pipx",)
    return () if externally_managed or kind in _CLOSED_KINDS else _PIP_LIKE


def _pipx_name(prefix: str) -> str:
    """Return what pipx calls an environment of its own: its folder's name."""
    return re.split(r"[\\/]", prefix.rstrip("\\/"))[-1]


_Spelling = Callable[[str, str, tuple[str, ...]], tuple[str, ...]]

_INSTALL: Mapping[str, _Spelling] = {
    "pip": lambda python, _, specs: (python, "-m", "pip", "install", *specs),
    "uv": lambda python, _, specs: ("uv", "pip", "install", "--python", python, *specs),
    "conda": lambda _, prefix, specs: ("conda", "install", "-p", prefix, *specs),
    "mamba": lambda _, prefix, specs: ("mamba", "install", "-p", prefix, *specs),
    "micromamba": lambda _, prefix, specs: (
        ("micromamba", "install", "-p", prefix, "-c", "conda-forge", *specs)
    ),
    "pixi": lambda _, __, specs: ("pixi", "add", *specs),
    "poetry": lambda _, __, specs: ("poetry", "add", *specs),
    "pdm": lambda _, __, specs: ("pdm", "add", *specs),
    "pipenv": lambda _, __, specs: ("pipenv", "install", *specs),
    # hatch has no command that adds: one writes the requirement down, and any run brings it in.
    "hatch": lambda _, __, ___: ("hatch", "env", "run", "--", "python", "-c", ""),
    "uv project": lambda _, __, specs: ("uv", "add", *specs),
    "pipx": lambda _, prefix, specs: ("pipx", "inject", _pipx_name(prefix), *specs),
}
_REMOVE: Mapping[str, _Spelling] = {
    "pip": lambda python, _, names: (python, "-m", "pip", "uninstall", *names),
    "uv": lambda python, _, names: ("uv", "pip", "uninstall", "--python", python, *names),
    "conda": lambda _, prefix, names: ("conda", "remove", "-p", prefix, *names),
    "mamba": lambda _, prefix, names: ("mamba", "remove", "-p", prefix, *names),
    "micromamba": lambda _, prefix, names: ("micromamba", "remove", "-p", prefix, *names),
    "pixi": lambda _, __, names: ("pixi", "remove", *names),
    "poetry": lambda _, __, names: ("poetry", "remove", *names),
    "pdm": lambda _, __, names: ("pdm", "remove", *names),
    "pipenv": lambda _, __, names: ("pipenv", "uninstall", *names),
    "uv project": lambda _, __, names: ("uv", "remove", *names),
    "pipx": lambda _, prefix, names: ("pipx", "uninject", _pipx_name(prefix), *names),
}
