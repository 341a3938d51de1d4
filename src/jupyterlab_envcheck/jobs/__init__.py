"""Makes plans, runs each in a process of its own, streams, cancels, and proves the result."""

from __future__ import annotations

from .child import Stop
from .history import LIMIT, begin, cancel, is_locked, jobs, read
from .job import ENDED, SPACE, Job, JobState, JobUndo, Line, Progress, Verdict
from .order import Order
from .outdated import outdated
from .resolve import Resolved, resolve
from .undo import foreseen, free, order_of, undo, versions_before, what_is_known

__all__ = [
    "ENDED",
    "LIMIT",
    "SPACE",
    "Job",
    "JobState",
    "JobUndo",
    "Line",
    "Order",
    "Progress",
    "Resolved",
    "Stop",
    "Verdict",
    "begin",
    "cancel",
    "foreseen",
    "free",
    "is_locked",
    "jobs",
    "order_of",
    "outdated",
    "read",
    "resolve",
    "undo",
    "versions_before",
    "what_is_known",
]
