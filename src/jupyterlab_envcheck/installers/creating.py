"""How an environment with a kernel in it is made, line by line, as people type it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..recommendations import Command
from .spelling import CONDA_FORGE, of_channels

_KERNEL = "ipykernel"


def create_commands(
    kind: str,
    name: str,
    specs: Sequence[str],
    *,
    version: str | None = None,
) -> tuple[Command, ...]:
    """Return what makes an environment called `name` with a kernel and `specs` in it.

    By the tools of environments of this kind. `version` is a Python to ask for ("3.14"), None for
    any.
    """
    if kind in ("conda", "conda-base"):
        return _conda_like(name, tuple(specs), version)
    if kind in _PROJECTS:
        manager, spelled = _PROJECTS[kind]
        lines = spelled(name, tuple(specs), version)
        return tuple(Command(manager=manager, argv=line) for line in lines)
    return _pip_like(name, tuple(specs), version)


def _conda_like(name: str, specs: tuple[str, ...], version: str | None) -> tuple[Command, ...]:
    wanted = (f"python={version}" if version else "python", _KERNEL, *specs)
    return tuple(
        Command(manager=tool, argv=(tool, "create", "-n", name, *of_channels(CONDA_FORGE), *wanted))
        for tool in ("conda", "mamba", "micromamba")
    )


def _pip_like(name: str, specs: tuple[str, ...], version: str | None) -> tuple[Command, ...]:
    wanted = (_KERNEL, *specs)
    uv_python = ("--python", version) if version else ()
    return (
        Command(manager="venv", argv=(f"python{version or 3}", "-m", "venv", name)),
        Command(manager="venv", argv=(f"{name}/bin/python", "-m", "pip", "install", *wanted)),
        Command(manager="uv", argv=("uv", "venv", "--seed", *uv_python, name)),
        Command(manager="uv", argv=("uv", "pip", "install", "--python", name, *wanted)),
    )


_Lines = tuple[tuple[str, ...], ...]


def _pixi(name: str, specs: tuple[str, ...], version: str | None) -> _Lines:
    python = f"python={version}" if version else "python"
    return (
        ("pixi", "init", name),
        ("pixi", "add", "--manifest-path", name, python, _KERNEL, *specs),
    )


def _uv_project(name: str, specs: tuple[str, ...], version: str | None) -> _Lines:
    python = ("--python", version) if version else ()
    return (
        ("uv", "init", *python, name),
        ("uv", "add", "--project", name, "--dev", _KERNEL),
        *((("uv", "add", "--project", name, *specs),) if specs else ()),
    )


def _poetry(name: str, specs: tuple[str, ...], version: str | None) -> _Lines:
    python = (("poetry", "env", "use", "--project", name, version),) if version else ()
    return (
        ("poetry", "new", name),
        *python,
        ("poetry", "add", "--project", name, _KERNEL, *specs),
    )


def _pdm(name: str, specs: tuple[str, ...], version: str | None) -> _Lines:
    python = ("--python", version) if version else ()
    return (
        ("pdm", "new", *python, name),
        ("pdm", "add", "--project", name, _KERNEL, *specs),
    )


_PROJECTS: Mapping[str, tuple[str, Callable[[str, tuple[str, ...], str | None], _Lines]]] = {
    "pixi": ("pixi", _pixi),
    "uv-project": ("uv project", _uv_project),
    "poetry": ("poetry", _poetry),
    "pdm": ("pdm", _pdm),
}
