"""The arrow as code: what server, magic and command line call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from .checks import CHECKS
from .engine import Report, judge, summarise
from .probe.gather import Subject, gather
from .probe.notebook import Cell
from .recommendations import Target

PROBE_TIMEOUT = 20.0  #: seconds; importing numpy from a cold network disk takes several


def report_on(
    subject: Subject,
    target: Target,
    *,
    cells: Sequence[Cell] | None = None,
    refresh: bool = False,
    timeout: float = PROBE_TIMEOUT,
) -> Report:
    """Return what is the case with `subject`, and what to make of it.

    `cells` are the notebook's code, None where there is no notebook. `refresh` asks anew what is
    otherwise remembered while the environment's files do not change. Takes up to `timeout` seconds;
    what could not be found out by then is unknown, with its reason.
    """
    now = datetime.now(UTC)
    facts = gather(subject, cells=cells, now=now.date(), refresh=refresh, timeout=timeout)
    outcomes = judge(facts, CHECKS)
    return Report(
        id=uuid4().hex,
        at=now.isoformat(timespec="seconds"),
        target=target,
        facts=facts,
        outcomes=outcomes,
        summary=summarise(outcomes),
    )
