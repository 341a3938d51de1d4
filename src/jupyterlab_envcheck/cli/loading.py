"""Loads what a command does: its own module alone, so that each starts as fast as it can."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settling import Faces


def loaded(command: str) -> Callable[[argparse.Namespace, Faces | None], int]:
    """Return what a command that shows and asks does, in a terminal or with other faces."""
    match command:
        case "undo":
            from .undo import undo as run  # noqa: PLC0415 - each loads what it needs, here and below
        case "jobs":
            from .jobs import jobs as run  # noqa: PLC0415
        case "outdated":
            from .outdated import outdated as run  # noqa: PLC0415
        case "export":
            from .export import export as run  # noqa: PLC0415
        case _:
            from .change import change as run  # noqa: PLC0415
    return run
