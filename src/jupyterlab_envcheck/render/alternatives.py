"""What would work instead, as lines to type."""

from __future__ import annotations

from collections.abc import Sequence

from ..installers import shell_line
from ..plan import ways_out
from ..recommendations import (
    Action,
    Command,
    CreateEnvironment,
    Install,
    Read,
    Remove,
    Repair,
    SetEnvironment,
)
from .wishes import short

_OURS = ("jupyter", "envcheck")


def commands_of(action: Action) -> tuple[Command, ...]:
    """Return the commands that a report shows for an action; what only we can do, by our own."""
    if isinstance(action, Repair):
        return (Command(manager="envcheck", argv=(*_OURS, "undo", short(action.job))),)
    commands: tuple[Command, ...] = getattr(action, "commands", ())
    return commands


def lines_of(action: Action, target: str | None) -> list[str]:
    """Return how an action is done in a terminal: by our own command, else by other tools'.

    `target` is the word the environment was named by; None where it was not named.
    """
    if isinstance(action, SetEnvironment):
        return [f"{name}={value}" for name, value in action.variables.items()]
    own = own_words(action, () if target is None else ("--target", target))
    if own is not None:
        return [shell_line((*_OURS, *own))]
    return _labelled(commands_of(action))


def _labelled(commands: Sequence[Command]) -> list[str]:
    """Return commands line by line; each manager's under its name where there are several."""
    several = len({command.manager for command in commands}) > 1
    lines, before = [], None
    for command in commands:
        if several and command.manager != before:
            lines.append(f"# with {command.manager}")
        before = command.manager
        lines.append(shell_line(command.argv))
    return lines


def own_words(action: Action, target: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Return the words by which our own command does an action; None where it does not."""
    words: tuple[str, ...] | None = None
    match action:
        case Install():
            build = ways_out.allowing(action.build)
            words = (action.wish, *action.specs, *build, *(("--pin",) * bool(action.pins)), *target)
        case Remove():
            words = ("remove", *action.specs, *target)
        case CreateEnvironment():
            python = ("--python", action.python) if action.python is not None else ()
            folder = ("--folder", action.folder) if action.folder is not None else ()
            build = ways_out.allowing(action.build)
            channels = tuple(word for name in action.channels for word in ("--channel", name))
            more = (*python, *folder, *build, *channels)
            words = ("create", action.name, *action.specs, *more, *target)
        case Repair():
            words = ("undo", short(action.job))
        case Read():
            words = ("guide", action.entry)
    return words
