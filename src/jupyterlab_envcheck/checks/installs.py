"""The install that several checks offer."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Environment
from ..installers import commands_for, recommended_manager
from ..recommendations import Install


def install(environment: Environment, specs: Sequence[str], title: str) -> Install:
    """Return the action that installs `specs` into `environment`, spelled for what is there."""
    commands = commands_for(environment.kind, environment.python, environment.prefix, tuple(specs))
    if environment.has_pip is False:
        commands = tuple(command for command in commands if command.manager != "pip")
    return Install(
        title=title,
        specs=tuple(specs),
        commands=commands,
        recommended=recommended_manager(environment.kind, has_pip=environment.has_pip),
    )
