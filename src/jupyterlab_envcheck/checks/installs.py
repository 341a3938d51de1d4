"""The actions that several checks offer, spelled for the environment they are offered for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..facts import Conda, Environment, Facts, ImportName, Table
from ..installers import (
    CONDA_KINDS,
    commands_for,
    create_commands,
    navigator_install,
    recommended_manager,
    reinstall_commands,
    remove_commands,
)
from ..recommendations import Command, CreateEnvironment, Gui, Install, Remove, Run

#: Channels that commands name; of what comes from others, conda's configuration knows more.
_NAMED = frozenset({"conda-forge", "defaults"})

_NAME = re.compile(r"[\w.-]+")

_PIPS = frozenset({"pip", "uv"})
_CONDAS = frozenset({"conda", "mamba", "micromamba"})
CONDA_FORGE = ("conda-forge",)

#: Environments whose packages are called as conda calls them.
_OF_CONDA = CONDA_KINDS | {"pixi"}


def channels_of(conda: Conda | None) -> tuple[str, ...]:
    """Return the channel an environment is made of, where most of it is of one that is named.

    Empty where that is another or unknown: then commands leave it to conda's configuration.
    """
    if conda is None:
        return ()
    counted = Counter(record.channel for record in conda.records if record.channel is not None)
    if not counted:
        return ()
    (channel, _), *_ = counted.most_common(1)
    return (channel,) if channel in _NAMED else ()


def install(
    environment: Environment, specs: Sequence[str], title: str, *, conda: Conda | None = None
) -> tuple[Install, ...]:
    """Return the action that installs `specs`, spelled for what may change `environment`.

    `conda` is what it knows of the environment: from its channel more is taken. Empty where
    nothing may: what the operating system manages is not offered to pip.
    """
    commands = _installing(environment, specs, conda)
    if not commands:
        return ()
    best = _best(environment)
    return (Install(title=title, specs=tuple(specs), commands=commands, recommended=best),)


def install_as_conda(
    environment: Environment,
    specs: Sequence[str],
    title: str,
    *,
    conda: Conda | None = None,
    pins: Sequence[str] = (),
    action_id: str | None = None,
) -> tuple[Install | Run, ...]:
    """Return the action for what is spelled as conda does: `pytorch=*=cuda*`, `cuda-version=12`.

    Lines for a terminal where another tool looks after the environment. `pins` are what conda is to
    hold to from then on; `action_id` is for one of several such actions.
    """
    commands = _installing(environment, specs, conda)
    if environment.kind not in CONDA_KINDS:
        runs = _run(title, commands)
        return tuple(replace(run, id=action_id or run.id) for run in runs)
    return (
        Install(
            id=action_id or "install",
            title=f"{title}…",
            specs=tuple(specs),
            commands=commands,
            recommended=_best(environment),
            pins=tuple(pins),
        ),
    )


def reinstall(
    environment: Environment, specs: Sequence[str], title: str, *, conda: Conda | None = None
) -> tuple[Install | Run, ...]:
    """Return the action that installs `specs` anew over what is there.

    Lines for a terminal where another tool looks after the environment; empty where nothing may,
    as for `install`.
    """
    commands = _startable(
        environment,
        reinstall_commands(
            environment.kind,
            environment.python,
            environment.prefix,
            tuple(specs),
            externally_managed=environment.externally_managed,
            channels=channels_of(conda),
        ),
    )
    if not _by_plan(environment, commands):
        return _run(title, commands)
    return (
        Install(
            title=f"{title}…",
            specs=tuple(specs),
            commands=commands,
            recommended=_best(environment),
            wish="reinstall",
        ),
    )


def uninstall(
    environment: Environment, names: Sequence[str], title: str, *, by_pip: bool = False
) -> tuple[Remove | Run, ...]:
    """Return the action that removes packages; empty where nothing may.

    Lines for a terminal where another tool looks after the environment. `by_pip` is for what pip or
    uv brought into an environment of conda's.
    """
    commands = _startable(
        environment,
        remove_commands(
            environment.kind,
            environment.python,
            environment.prefix,
            tuple(names),
            externally_managed=environment.externally_managed,
            project=environment.project,
            pypi=by_pip,
        ),
    )
    if not _by_plan(environment, commands):
        return _run(title, commands)
    return (
        Remove(
            title=f"{title}…",
            specs=tuple(names),
            commands=commands,
            recommended=_best(environment),
        ),
    )


def create(
    environment: Environment | None,
    specs: Sequence[str] = (),
    title: str = "Create an environment",
    *,
    version: str | None = None,
) -> CreateEnvironment:
    """Return the action that makes a new environment; in a terminal, by the tools of this one.

    `version` is a Python to ask for ("3.14"), None for any. What a project of pixi's calls its
    packages is not what a plan, which takes them from the Python Package Index, could ask for.
    """
    kind = environment.kind if environment is not None else "venv"
    return CreateEnvironment(
        title=title,
        commands=create_commands(kind, "proj", tuple(specs), version=version),
        specs=() if kind == "pixi" else tuple(specs),
        python=version,
    )


def create_by_conda(
    environment: Environment | None, specs: Sequence[str], title: str
) -> CreateEnvironment | Run:
    """Return the action that makes an environment of conda-forge's packages.

    Lines for a terminal where this one is not conda's: whether there is a conda is not known then.
    """
    kind = environment.kind if environment is not None else "conda"
    commands = create_commands(kind if kind in _OF_CONDA else "conda", "proj", tuple(specs))
    if environment is None or kind not in CONDA_KINDS:
        return Run(id="run-create", title=title, commands=commands)
    return CreateEnvironment(
        title=title, commands=commands, specs=tuple(specs), channels=CONDA_FORGE
    )


def put_back_condas(
    environment: Environment, condas: Mapping[str, str], title: str, *, conda: Conda | None = None
) -> tuple[Install | Run, ...]:
    """Return the action that takes away what pip put over packages of conda's, and puts theirs there.

    `condas` has for the name of each distribution what conda calls it. In a terminal it takes two
    steps.
    """
    names = tuple(condas)
    first = uninstall(environment, names, title, by_pip=True)
    then = reinstall(environment, tuple(condas.values()), title, conda=conda)
    before = tuple(command for action in first for command in action.commands)
    return tuple(
        replace(action, commands=(*before, *action.commands), specs=names)
        if isinstance(action, Install)
        else replace(action, commands=(*before, *action.commands))
        for action in then
    )


def in_navigator(facts: Facts, names: Sequence[str]) -> tuple[Gui, ...]:
    """Return Navigator's steps that install packages, where there is a Navigator and it can.

    It installs by name: of a version that is asked for its list says nothing.
    """
    environment, jupyter = facts.environment.value, facts.jupyter.value
    if environment is None or environment.kind not in CONDA_KINDS:
        return ()
    if jupyter is None or jupyter.navigator is None or not all(map(_NAME.fullmatch, names)):
        return ()
    steps = navigator_install(environment.name, names)
    return (Gui(id="navigator", title="In Anaconda Navigator", steps=steps),)


def terminal(title: str, *lines: Sequence[str], manager: str = "shell") -> Run:
    """Return lines for a terminal, never run for the person."""
    commands = tuple(Command(manager=manager, argv=tuple(line)) for line in lines)
    return Run(title=title, commands=commands)


def in_its_names(
    environment: Environment, specs: Sequence[str], known: Table[ImportName]
) -> tuple[str, ...]:
    """Return requirements by the names of the environment's own packages.

    A package can be called one thing on the Python Package Index, as in what packages require, and
    another by conda: torch is pytorch.
    """
    if environment.kind not in CONDA_KINDS and environment.kind != "pixi":
        return tuple(specs)
    theirs = {row.pypi: row.conda for row in known.rows.values() if row.pypi and row.conda}
    named = []
    for spec in specs:
        requirement = Requirement(spec)
        name = canonicalize_name(requirement.name)
        named.append(f"{theirs.get(name, name)}{requirement.specifier}")
    return tuple(named)


def _installing(
    environment: Environment, specs: Sequence[str], conda: Conda | None
) -> tuple[Command, ...]:
    return _startable(
        environment,
        commands_for(
            environment.kind,
            environment.python,
            environment.prefix,
            tuple(specs),
            externally_managed=environment.externally_managed,
            channels=channels_of(conda),
            project=environment.project,
        ),
    )


def _best(environment: Environment) -> str | None:
    return recommended_manager(
        environment.kind,
        has_pip=environment.has_pip,
        externally_managed=environment.externally_managed,
    )


def _by_plan(environment: Environment, commands: Sequence[Command]) -> bool:
    """Tell whether a plan may carry this out: what a project's tool or the system owns, they change."""
    managers = {command.manager for command in commands}
    by = _CONDAS | _PIPS if environment.kind in CONDA_KINDS else _PIPS
    return bool(managers) and managers <= by


def _startable(environment: Environment, commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Leave out the pip that is not there."""
    if environment.has_pip is not False:
        return commands
    return tuple(command for command in commands if command.manager != "pip")


def _run(title: str, commands: tuple[Command, ...]) -> tuple[Run, ...]:
    return (Run(title=title, commands=commands),) if commands else ()
