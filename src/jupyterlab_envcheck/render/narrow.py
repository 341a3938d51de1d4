"""The report on some checks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..engine import Report, summarise
from ..problems import Problem


def narrowed(report: Report, only: Sequence[str] | None) -> Report:
    """Return the report with the outcomes of these families, checks or outcome ids alone.

    Raises Problem where a word is none of them.
    """
    if not only:
        return report
    known = {word for o in report.outcomes for word in (o.family, o.check, o.id)}
    for word in only:
        if word not in known:
            raise Problem(
                "unknown-check",
                f"There is no check or family named {word}.",
                "`jupyter envcheck list` shows them all.",
            )
    kept = tuple(o for o in report.outcomes if {o.family, o.check, o.id} & set(only))
    return replace(report, outcomes=kept, summary=summarise(kept))
