"""How a line may go on: commands, families, checks and findings, options, packages, jobs."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine import Report
from ..render.catalogue import catalogue
from ..render.guide import guide
from .words import COMMANDS, cell_parser, commands, report_parser

#: Commands whose words are packages that are there.
_OF_PACKAGES = frozenset({"remove", "update", "reinstall"})
_MOST_JOBS = 50


def completions(until_cursor: str, report: Report | None) -> list[str]:
    """Return what may stand at the end of a line that begins with our magic."""
    begun = last_word(until_cursor)
    magic, *before = until_cursor[: len(until_cursor) - len(begun)].split() or [""]
    if not magic:  # it is not complete yet
        return []
    if magic.startswith("%%"):
        candidates: Iterable[str] = _options(cell_parser())
    elif before and before[0] in COMMANDS:
        candidates = _of_command(before[0], begun, report)
    else:
        candidates = _of_report(report, first=not before)
    # Options are shown when one is begun: they would hide the names among them.
    shown = (one for one in candidates if one.startswith("-") == begun.startswith("-"))
    return [one for one in dict.fromkeys(shown) if one not in before]


def last_word(until_cursor: str) -> str:
    """Return the word that is begun at the end of a line; empty after a space."""
    return until_cursor.rpartition(" ")[2]


def _of_report(report: Report | None, *, first: bool) -> Iterable[str]:
    if first:
        yield from COMMANDS
    entries = catalogue()
    yield from (entry.family for entry in entries)
    if report is not None:
        yield from (o.id for o in report.outcomes if o.status == "finding")
    yield from (entry.id for entry in entries)
    yield from _options(report_parser())


def _of_command(command: str, begun: str, report: Report | None) -> Iterable[str]:
    if begun.startswith("-"):
        yield from commands().options_of(command)
    elif command == "explain":
        yield from (entry.id for entry in catalogue())
    elif command == "guide":
        yield from (entry.id for entry in guide())
    elif command in {"undo", "jobs"}:
        yield from _jobs(undoable=command == "undo")
    elif command in _OF_PACKAGES and report is not None:
        yield from (package.name for package in report.facts.packages.value or ())


def _jobs(*, undoable: bool) -> Iterable[str]:
    from ..jobs import jobs  # noqa: PLC0415 - it loads all that can be done
    from ..render.wishes import short  # noqa: PLC0415

    for job in jobs()[:_MOST_JOBS]:
        if job.undo.possible or not undoable:
            yield short(job.id)


def _options(parser: object) -> Iterable[str]:
    for action in parser._actions:  # type: ignore[attr-defined]  # noqa: SLF001
        yield from action.option_strings
