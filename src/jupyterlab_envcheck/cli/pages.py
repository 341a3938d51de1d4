"""`list`, `explain` and `guide`: what is written about the checks, and the advice."""

from __future__ import annotations

import argparse

from ..render import guide
from ..render.catalogue import catalogue, explanation
from .status import DONE


def page(options: argparse.Namespace) -> int:
    """Print the list of checks, the page of one, or the guide."""
    print(text_of(options))  # noqa: T201 - our output
    return DONE


def text_of(options: argparse.Namespace) -> str:
    """Return the list of checks, the page of one, or the guide; Problem where there is no such page."""
    match options.command:
        case "list":
            return "\n".join(f"{entry.id:<28} {entry.title}" for entry in catalogue())
        case "explain":
            return explanation(options.id)
        case _:
            return guide.page(options.entry)
