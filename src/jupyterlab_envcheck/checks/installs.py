"""The actions that several checks offer, spelled for the environment they are offered for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
from ..recommendations import Command, CreateEnvironment, Gui, Install, Run

#: Channels that commands name; of what comes from others, conda's configuration knows more.
_NAMED = frozenset({"conda-forge", "defaults"})


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
    best = recommended_manager(
        environment.kind,
        has_pip=environment.has_pip,
        externally_managed=environment.externally_managed,
    )
    return (Install(title=title, specs=tuple(specs), commands=commands, recommended=best),)


def install_in_terminal(
    environment: Environment, specs: Sequence[str], title: str, *, conda: Conda | None = None
) -> tuple[Run, ...]:
    """Return the lines for a terminal that install what no plan can be asked for.

    That is conda's own spelling of versions and builds: `pytorch=*=cuda*`, `cuda-version=12`.
    """
    return _run(title, _installing(environment, specs, conda))


def reinstall(
    environment: Environment, specs: Sequence[str], title: str, *, conda: Conda | None = None
) -> tuple[Run, ...]:
    """Return the lines for a terminal that install `specs` anew over what is there.

    Empty where nothing may, as for `install`.
    """
    return _run(
        title,
        _startable(
            environment,
            reinstall_commands(
                environment.kind,
                environment.python,
                environment.prefix,
                tuple(specs),
                externally_managed=environment.externally_managed,
                channels=channels_of(conda),
            ),
        ),
    )


def uninstall(
    environment: Environment, names: Sequence[str], title: str, *, by_pip: bool = False
) -> tuple[Run, ...]:
    """Return the lines for a terminal that remove packages; empty where nothing may.

    `by_pip` is for what pip or uv brought into an environment of conda's.
    """
    return _run(
        title,
        _startable(
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
        ),
    )


def create(
    environment: Environment | None,
    specs: Sequence[str] = (),
    title: str = "Create an environment",
    *,
    version: str | None = None,
) -> CreateEnvironment:
    """Return the action that makes a new environment of the same sort; where none is known, a venv.

    `version` is a Python to ask for ("3.14"), None for any.
    """
    kind = environment.kind if environment is not None else "venv"
    return CreateEnvironment(
        title=title, commands=create_commands(kind, "proj", tuple(specs), version=version)
    )


def in_navigator(facts: Facts, names: Sequence[str]) -> tuple[Gui, ...]:
    """Return Navigator's steps that install packages, where there is a Navigator and it can."""
    environment, jupyter = facts.environment.value, facts.jupyter.value
    if environment is None or environment.kind not in CONDA_KINDS:
        return ()
    if jupyter is None or jupyter.navigator is None:
        return ()
    steps = navigator_install(environment.name, names)
    return (Gui(title="In Anaconda Navigator", steps=steps),)


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


def _startable(environment: Environment, commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Leave out the pip that is not there."""
    if environment.has_pip is not False:
        return commands
    return tuple(command for command in commands if command.manager != "pip")


def _run(title: str, commands: tuple[Command, ...]) -> tuple[Run, ...]:
    return (Run(title=title, commands=commands),) if commands else ()
