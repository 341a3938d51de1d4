"""Runs the checks over the facts, in the order of what they require."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import cast

from .checks.base import Check
from .facts import Facts, Knowledge, Sections, Table
from .facts.text import clean
from .recommendations import Evidence, Outcome, Severity, Skip, Status, Summary, Target

#: Worst first, then what could not be told, then what is well.
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_A_YEAR = timedelta(days=365)
_STATUS_RANK: Mapping[Status, int] = {"finding": 0, "crash": 1, "skip": 2, "pass": 3}


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is said about one environment at one time."""

    schema_version: int = 1
    id: str
    at: str
    target: Target
    fingerprint: str | None  #: of what is installed; changes with it. None where that is unknown
    facts: Sections
    outcomes: tuple[Outcome, ...]
    summary: Summary


def judge(facts: Facts, checks: Sequence[type[Check]]) -> tuple[Outcome, ...]:
    """Return the outcomes of `checks`, worst first, else in the catalogue's order.

    A check whose requirement did not pass is skipped. A check that raises is a crash, which is an
    outcome like any other: one bad check must not take the report along.
    """
    outcomes: dict[type[Check], tuple[Outcome, ...]] = {}
    for check in TopologicalSorter({check: check.requires for check in checks}).static_order():
        outcomes[check] = _outcomes(check, facts, outcomes)
    catalogue = [outcome for check in checks for outcome in outcomes[check]]
    return tuple(sorted(catalogue, key=_badness))


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Count findings by severity, and what was skipped or crashed."""
    severities = Counter(str(o.severity) for o in outcomes if o.severity is not None)
    statuses = Counter(o.status for o in outcomes)
    return Summary(**severities, skip=statuses["skip"], crash=statuses["crash"])


def _badness(outcome: Outcome) -> tuple[int, int]:
    rank = _RANK[outcome.severity] if outcome.severity is not None else len(_RANK)
    return _STATUS_RANK[outcome.status], rank


def _outcomes(
    check: type[Check], facts: Facts, before: Mapping[type[Check], tuple[Outcome, ...]]
) -> tuple[Outcome, ...]:
    for required in check.requires:
        if any(outcome.status != "pass" for outcome in before[required]):
            return (_unfound(check, "skip", f"it needs {required.id()} to pass first"),)
    known = _Consulted(facts.knowledge)
    try:
        found = check.run(replace(facts, knowledge=cast("Knowledge", known)))
    except Exception as error:  # noqa: BLE001 - the one place where any failure becomes an outcome
        return (_unfound(check, "crash", clean(f"{type(error).__name__}: {error}")),)
    if isinstance(found, Skip):
        return (_unfound(check, "skip", found.reason),)
    aged = _aged(known.tables, facts)
    if not found:
        return (replace(_unfound(check, "pass", None), evidence=aged),)
    return tuple(
        Outcome(
            id=f"{check.id()}:{finding.about}" if finding.about else check.id(),
            check=check.id(),
            family=check.family,
            status="finding",
            severity=finding.severity,
            title=finding.title,
            why=finding.why,
            evidence=(*finding.evidence, *aged),
            actions=finding.actions,
            sources=check.sources,
        )
        for finding in found
    )


class _Consulted:
    """Knowledge that notes which of its tables a check looks at."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self.tables: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self.tables.add(name)
        return getattr(self._known, name)


def _aged(consulted: Iterable[str], facts: Facts) -> tuple[Evidence, ...]:
    """Return what a check compared with that has not been looked up for a year."""
    tables: dict[str, Table[object]]
    tables = {name: getattr(facts.knowledge, name) for name in sorted(consulted)}
    return tuple(
        Evidence(
            label="Old data",
            value=f"what is known of {name} is of {table.as_of}, more than a year ago",
            source=table.source,
        )
        for name, table in tables.items()
        if facts.now - table.as_of > _A_YEAR
    )


def _unfound(check: type[Check], status: Status, reason: str | None) -> Outcome:
    return Outcome(
        id=check.id(),
        check=check.id(),
        family=check.family,
        status=status,
        title=check.title(),
        reason=reason,
    )
