"""The words of each manager: what is to be done, and to which environment, as an argv."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .wishes import name_of

CONDA_FORGE = ("conda-forge",)
#: Anaconda's own channels, which conda takes where none are named.
DEFAULTS = ("defaults",)


@dataclass(frozen=True, kw_only=True)
class Place:
    """The environment that a command is for."""

    python: str
    prefix: str
    project: str | None = None  #: folder of the project it belongs to; None means where one stands
    channels: tuple[str, ...] = ()  #: of conda; empty means those that are configured
    pypi: bool = False  #: the packages are on the Python Package Index only


Spelling = Callable[[Place, tuple[str, ...]], tuple[str, ...]]


def of_channels(channels: tuple[str, ...]) -> tuple[str, ...]:
    """Return conda's and mamba's options for exactly these channels; none for Anaconda's own."""
    if channels in ((), DEFAULTS):
        return ()
    return (*(word for channel in channels for word in ("-c", channel)), "--override-channels")


def _of_micromamba(channels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same for micromamba, which has no channels unless they are configured."""
    return tuple(word for channel in channels or CONDA_FORGE for word in ("-c", channel))


def _in(option: str, place: Place) -> tuple[str, ...]:
    return (option, place.project) if place.project is not None else ()


def _pipx_name(place: Place) -> str:
    """Return what pipx calls an environment of its own: its folder's name."""
    return re.split(r"[\\/]", place.prefix.rstrip("\\/"))[-1]


def _conda_like(name: str, verb: str, *options: str) -> Spelling:
    def spell(place: Place, specs: tuple[str, ...]) -> tuple[str, ...]:
        micro = name == "micromamba"
        channels = _of_micromamba(place.channels) if micro else of_channels(place.channels)
        if verb == "remove":
            channels = ()
        return (name, verb, "-p", place.prefix, *channels, *options, *specs)

    return spell


def _project(name: str, verb: str, option: str) -> Spelling:
    """Spell a tool that is told by an option which folder's project is meant."""
    return lambda place, specs: (name, verb, *_in(option, place), *specs)


def _by_names(spell: Spelling) -> Spelling:
    """Spell for a tool that takes names alone, since the versions stand in the project's file."""
    return lambda place, specs: spell(place, tuple(map(name_of, specs)))


def _pixi(verb: str) -> Spelling:
    def spell(place: Place, specs: tuple[str, ...]) -> tuple[str, ...]:
        pypi = ("--pypi",) if place.pypi else ()
        return ("pixi", verb, *_in("--manifest-path", place), *pypi, *specs)

    return spell


_CONDA = ("conda", "mamba", "micromamba")

INSTALL: Mapping[str, Spelling] = {
    "pip": lambda place, specs: (place.python, "-m", "pip", "install", *specs),
    "uv": lambda place, specs: ("uv", "pip", "install", "--python", place.python, *specs),
    **{name: _conda_like(name, "install") for name in _CONDA},
    "pixi": _pixi("add"),
    "poetry": _project("poetry", "add", "--project"),
    "pdm": _project("pdm", "add", "--project"),
    "pipenv": lambda _, specs: ("pipenv", "install", *specs),
    # hatch has no command that adds: one writes the requirement down, and any run brings it in.
    "hatch": lambda _, __: ("hatch", "env", "run", "--", "python", "-c", ""),
    "uv project": _project("uv", "add", "--project"),
    "pipx": lambda place, specs: ("pipx", "inject", _pipx_name(place), *specs),
}
#: From wheels alone: to build what is broken is not what is wanted here.
REINSTALL: Mapping[str, Spelling] = {
    "pip": lambda place, specs: (
        *(place.python, "-m", "pip", "install"),
        *("--force-reinstall", "--only-binary", ":all:"),
        *specs,
    ),
    "uv": lambda place, specs: (
        ("uv", "pip", "install", "--python", place.python, "--reinstall", "--no-build", *specs)
    ),
    **{name: _conda_like(name, "install", "--force-reinstall") for name in _CONDA},
}
#: The newest that fits, for tools that keep what is there unless they are told so.
UPDATE: Mapping[str, Spelling] = {
    "pip": lambda place, specs: (place.python, "-m", "pip", "install", "--upgrade", *specs),
    "uv": lambda place, specs: (
        *("uv", "pip", "install", "--python", place.python),
        *(word for spec in specs for word in ("--upgrade-package", name_of(spec))),
        *specs,
    ),
    **{name: _conda_like(name, "update") for name in _CONDA},
    "pixi": lambda place, specs: (
        *("pixi", "update", *_in("--manifest-path", place)),
        *map(name_of, specs),
    ),
    "poetry": _by_names(_project("poetry", "update", "--project")),
    "pdm": _by_names(_project("pdm", "update", "--project")),
    "pipenv": lambda _, specs: ("pipenv", "update", *map(name_of, specs)),
    "uv project": lambda place, specs: (
        *("uv", "sync", *_in("--project", place)),
        *(word for spec in specs for word in ("--upgrade-package", name_of(spec))),
    ),
}
REMOVE: Mapping[str, Spelling] = {
    "pip": lambda place, names: (place.python, "-m", "pip", "uninstall", *names),
    "uv": lambda place, names: ("uv", "pip", "uninstall", "--python", place.python, *names),
    **{name: _conda_like(name, "remove") for name in _CONDA},
    "pixi": _pixi("remove"),
    "poetry": _project("poetry", "remove", "--project"),
    "pdm": _project("pdm", "remove", "--project"),
    "pipenv": lambda _, names: ("pipenv", "uninstall", *names),
    "uv project": _project("uv", "remove", "--project"),
    "pipx": lambda place, names: ("pipx", "uninject", _pipx_name(place), *names),
}
