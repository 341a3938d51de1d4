"""Where the command writes for people."""

from __future__ import annotations

from typing import NoReturn

from rich.console import Console


class PipedConsole(Console):
    """Lets the command decide what a reader's going away means; rich would end with status 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise BrokenPipeError again."""
        raise BrokenPipeError


def for_people(*, stderr: bool = False) -> Console:
    """Return what writes on standard output, or on standard error, in the words' own colours."""
    return PipedConsole(stderr=stderr, highlight=False)
