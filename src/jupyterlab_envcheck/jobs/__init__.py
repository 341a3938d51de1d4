"""Makes plans, runs each in a process of its own, streams, cancels, and proves the result."""

from __future__ import annotations

from .child import Stop
from .history import begin, cancel, is_locked, jobs, read
from .job import ENDED, Job, JobState, JobUndo, Line, Progress, Verdict
from .order import Order
from .resolve import Resolved, resolve

__all__ = [
    "ENDED",
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
    "is_locked",
    "jobs",
    "read",
    "resolve",
]
