"""Asks whether to go on, where there is somebody to ask."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

from ..problems import Problem


def answer(question: str, console: Console) -> str:
    """Return what a person types, nothing where it is broken off; Problem where nobody can be asked."""
    if not (sys.stdin.isatty() and console.file.isatty()):
        raise Problem(
            "not-asked",
            "Nothing was done: there is no terminal here to ask on.",
            "Give --yes to go on without being asked.",
        )
    console.print()
    try:
        return console.input(Text(f"{question} [y/N] ", style="bold"))
    except (EOFError, KeyboardInterrupt):
        console.print()
        return ""
