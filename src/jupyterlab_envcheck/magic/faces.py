"""Shows and asks in a cell, as the command does in a terminal."""

from __future__ import annotations

import argparse
import sys
from typing import IO, Any, cast

from IPython.core.error import StdinNotImplementedError
from rich.console import Console

from ..cli.settling import Faces
from ..probe.subject import Subject
from ..problems import Problem
from ..recommendations import Target
from ..render.text import WIDTH
from .place import Place

_STDIN = "Give --yes to go on without being asked."


def as_magic(text: str) -> str:
    """Return a text with our command as it is typed in a cell."""
    return text.replace("jupyter envcheck", "%envcheck")


def sentences(problem: Problem) -> str:
    """Return what went wrong, and what to do."""
    return as_magic(f"{problem.message}\n{problem.hint}")


class CellFaces(Faces):
    """A cell of a notebook, or of IPython in a terminal."""

    def __init__(self, options: argparse.Namespace, place: Place) -> None:
        self._place = place
        super().__init__(options)

    def _console(self) -> Console:
        return console(self._place, error=self.as_json)

    def find(self, word: str | None) -> tuple[Subject, Target]:
        """Return whom a word means; None is this very process."""
        return self._place.find() if word is None else super().find(word)

    def _answer(self, question: str) -> str:
        if not self._place.in_kernel and not sys.stdin.isatty():
            raise _nobody()
        try:
            return input(f"{question} [y/N] ")
        except StdinNotImplementedError:
            raise _nobody() from None
        except (EOFError, KeyboardInterrupt):
            return ""

    def tell(self, problem: Problem) -> None:
        """Tell what went wrong."""
        print(sentences(problem))  # noqa: T201 - our output


def console(place: Place, *, error: bool = False) -> Console:
    """Return what is written on: the output of the cell."""
    stream = sys.stderr if error else sys.stdout
    return Console(
        file=cast("IO[str]", _AsMagic(stream)),
        width=WIDTH if place.in_kernel else None,
        highlight=False,
        # A kernel calls for colours, which not every place shows that keeps what it wrote.
        force_terminal=False if place.in_kernel else None,
        force_jupyter=False,  # in a kernel rich would show each line as an output of its own
    )


def _nobody() -> Problem:
    return Problem("not-asked", "Nothing was done: there is nobody here to ask.", _STDIN)


class _AsMagic:
    """A stream, in which our command is spelled as a cell spells it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> Any:
        return self._stream.write(as_magic(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
