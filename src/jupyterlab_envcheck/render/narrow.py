"""The report on some checks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..engine import Report, summarise
from ..problems import Problem
from ..recommendations import Outcome


def narrowed(report: Report, only: Sequence[str] | None) -> Report:
    """Return the report with the outcomes of these families, checks or outcome ids alone.

    Raises Problem where a word is none of them.
    """
    return narrowed_all([report], only)[0]


def narrowed_all(reports: Sequence[Report], only: Sequence[str] | None) -> tuple[Report, ...]:
    """Return each report likewise; an id may be of one of them alone."""
    if not only or not reports:
        return tuple(reports)
    known = {word for report in reports for o in report.outcomes for word in _words_of(o)}
    checks = {o.check for report in reports for o in report.outcomes}
    for word in only:
        check, colon, _ = word.partition(":")  # what was found once need not be found again
        if word not in known and not (colon and check in checks):
            raise Problem(
                "unknown-check",
                f"There is no check or family named {word}.",
                "`jupyter envcheck list` shows them all.",
            )
    return tuple(_narrowed(report, set(only)) for report in reports)


def _narrowed(report: Report, only: set[str]) -> Report:
    kept = tuple(outcome for outcome in report.outcomes if _words_of(outcome) & only)
    return replace(report, outcomes=kept, summary=summarise(kept))


def _words_of(outcome: Outcome) -> set[str]:
    return {outcome.family, outcome.check, outcome.id}
