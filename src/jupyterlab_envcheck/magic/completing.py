"""How a line may go on: commands, families, checks and findings, options, packages, jobs, targets."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence

from ..engine import Report
from ..render.catalogue import catalogue
from ..render.guide import guide
from .words import COMMANDS, cell_parser, commands, report_parser

#: Commands whose words are packages that are there.
_OF_PACKAGES = frozenset({"remove", "update", "reinstall"})
#: What stands, in `--help`, for a path; a target may be one.
_PATHS = frozenset({"FILE", "FOLDER", "PREFIX", "TARGET"})
_MOST_JOBS = 50


def completions(until_cursor: str, report: Report | None) -> list[str]:
    """Return what may stand at the end of a line that begins with our magic."""
    begun = last_word(until_cursor)
    magic, before = _before(until_cursor)
    if not magic:  # it is not complete yet
        return []
    if magic.startswith("%%"):  # there are no names, which options would hide
        return [one for one in _options(cell_parser()) if one not in before]
    if before and before[0] in COMMANDS:
        candidates = _of_command(before, begun, report)
    else:
        candidates = _of_report(report, first=not before)
    # Options are shown when one is begun: they would hide the names among them.
    shown = (one for one in candidates if one.startswith("-") == begun.startswith("-"))
    return [one for one in dict.fromkeys(shown) if one not in before]


def last_word(until_cursor: str) -> str:
    """Return the word that is begun at the end of a line; empty after a space."""
    return until_cursor.rpartition(" ")[2]


def may_be_file(until_cursor: str) -> bool:
    """Tell whether a file or a folder may stand at the end of a line that begins with our magic."""
    magic, before = _before(until_cursor)
    if magic != "%envcheck" or not before or before[0] not in COMMANDS:
        return False
    meant = _meant(before)
    return meant is not None and meant.metavar in _PATHS


def _before(until_cursor: str) -> tuple[str, list[str]]:
    """Return the magic, and the words between it and the one that is begun."""
    ended = until_cursor[: len(until_cursor) - len(last_word(until_cursor))]
    magic, *before = ended.split() or [""]
    return magic, before


def _of_report(report: Report | None, *, first: bool) -> Iterable[str]:
    if first:
        yield from COMMANDS
    entries = catalogue()
    yield from (entry.family for entry in entries)
    if report is not None:
        yield from (o.id for o in report.outcomes if o.status == "finding")
    yield from (entry.id for entry in entries)
    yield from _options(report_parser())


def _of_command(before: Sequence[str], begun: str, report: Report | None) -> Iterable[str]:
    command, meant = before[0], _meant(before)
    if begun.startswith("-"):
        yield from commands().options_of(command)
    elif meant is None:
        return
    elif meant.choices is not None:
        yield from meant.choices
    elif meant.metavar == "TARGET":
        yield from _kernelspecs()
    elif meant.metavar == "JOB":
        yield from _jobs(undoable=command == "undo")
    elif command == "explain":
        yield from (entry.id for entry in catalogue())
    elif command == "guide":
        yield from (entry.id for entry in guide())
    elif meant.dest == "specs" and command in _OF_PACKAGES and report is not None:
        yield from (package.name for package in report.facts.packages.value or ())


def _meant(before: Sequence[str]) -> argparse.Action | None:
    """Return what the next word of a command is for: the option before it, or the command's first word."""
    actions = commands().commands[before[0]]._actions  # noqa: SLF001 - there is no other way
    for action in actions:
        if before[-1] in action.option_strings and action.nargs != 0:
            return action
    return next((action for action in actions if not action.option_strings), None)


def _kernelspecs() -> Iterable[str]:
    if "jupyter_client" not in sys.modules:  # with tornado, which Tab must not bring into a process
        return ()
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415

    return sorted(KernelSpecManager().find_kernel_specs())


def _jobs(*, undoable: bool) -> Iterable[str]:
    from ..jobs import jobs  # noqa: PLC0415 - it loads all that can be done
    from ..render.wishes import short  # noqa: PLC0415

    for job in jobs()[:_MOST_JOBS]:
        if job.undo.possible or not undoable:
            yield short(job.id)


def _options(parser: argparse.ArgumentParser) -> Iterable[str]:
    for action in parser._actions:  # noqa: SLF001 - there is no other way
        yield from action.option_strings
