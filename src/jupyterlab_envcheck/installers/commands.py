"""How an environment's own managers are spelled for a person who types, or copies, the command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..recommendations import Command
from .spelling import INSTALL, REINSTALL, REMOVE, UPDATE, Place, Spelling
from .wishes import name_of

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

_PIP_LIKE = ("pip", "uv")


def commands_for(  # noqa: PLR0913 - all that can decide how it is spelled, each by its name
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
    channels: Sequence[str] = (),
    project: str | None = None,
    pypi: bool = False,
) -> tuple[Command, ...]:
    """Return the install of `specs` into one environment, for each manager that fits its kind.

    None where its owner lets no tool in: `externally_managed` tells whether the marker of PEP 668
    is in force. `channels` are those the environment is made of, for conda and its like; `project`
    is the folder of the project it belongs to. What is on the Python Package Index only (`pypi`)
    comes into conda's environments by pip.
    """
    place = Place(
        python=python, prefix=prefix, project=project, channels=tuple(channels), pypi=pypi
    )
    managers = _managers(kind, externally_managed=externally_managed)
    if pypi and kind in CONDA_KINDS:
        managers = _PIP_LIKE
    return _spelled(INSTALL, managers, place, specs)


def update_commands(
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
    channels: Sequence[str] = (),
    project: str | None = None,
) -> tuple[Command, ...]:
    """Return what brings `specs` to the newest that fits, for each manager that fits the kind."""
    place = Place(python=python, prefix=prefix, project=project, channels=tuple(channels))
    return _spelled(UPDATE, _managers(kind, externally_managed=externally_managed), place, specs)


def reinstall_commands(
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
    channels: Sequence[str] = (),
) -> tuple[Command, ...]:
    """Return what installs `specs` anew over what is there, for each manager that can."""
    place = Place(python=python, prefix=prefix, channels=tuple(channels))
    return _spelled(REINSTALL, _managers(kind, externally_managed=externally_managed), place, specs)


def remove_commands(
    kind: str,
    python: str,
    prefix: str,
    specs: Sequence[str],
    *,
    externally_managed: bool | None = None,
    project: str | None = None,
    pypi: bool = False,
) -> tuple[Command, ...]:
    """Return the removal of `specs` from one environment, for each manager that fits its kind.

    What pip brought into one of conda's environments (`pypi`) is removed by pip.
    """
    place = Place(python=python, prefix=prefix, project=project, pypi=pypi)
    managers = _managers(kind, externally_managed=externally_managed)
    if pypi and kind in CONDA_KINDS:
        managers = _PIP_LIKE
    return _spelled(REMOVE, managers, place, tuple(name_of(spec) for spec in specs))


def recommended_manager(
    kind: str, *, has_pip: bool | None, externally_managed: bool | None = None
) -> str | None:
    """Return the manager that fits an environment best; None where none is known to."""
    managers = _managers(kind, externally_managed=externally_managed)
    if managers == _PIP_LIKE and (kind == "uv-venv" or has_pip is False):
        return "uv"
    return managers[0] if managers else None


def _spelled(
    spellings: Mapping[str, Spelling],
    managers: Sequence[str],
    place: Place,
    specs: Sequence[str],
) -> tuple[Command, ...]:
    return tuple(
        Command(manager=manager, argv=spellings[manager](place, tuple(specs)))
        for manager in managers
        if manager in spellings
    )


def _managers(kind: str, *, externally_managed: bool | None) -> tuple[str, ...]:
    if kind in CONDA_KINDS:
        return ("conda", "mamba", "micromamba")
    if kind in PROJECT_KINDS:
        return (PROJECT_KINDS[kind],)
    if kind == "pipx":
        return ("pipx",)
    return () if externally_managed or kind in _CLOSED_KINDS else _PIP_LIKE
