"""The install that several checks offer."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Environment
from ..installers import commands_for, recommended_manager
from ..recommendations import Install


def install(environment: Environment, specs: Sequence[str], title: str) -> tuple[Install, ...]:
    """Return the action that installs `specs`, spelled for what may change `environment`.

    Empty where nothing may: what the operating system manages is not offered to pip.
    """
    managed = environment.externally_managed
    commands = commands_for(
        environment.kind,
        environment.python,
        environment.prefix,
        tuple(specs),
        externally_managed=managed,
    )
    if environment.has_pip is False:
        commands = tuple(command for command in commands if command.manager != "pip")
    if not commands:
        return ()
    best = recommended_manager(
        environment.kind, has_pip=environment.has_pip, externally_managed=managed
    )
    return (Install(title=title, specs=tuple(specs), commands=commands, recommended=best),)
