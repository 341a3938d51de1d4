"""Follows a job to its end and shows how far it is; Ctrl-C cancels the job, not the following."""

from __future__ import annotations

import time
from typing import Protocol

from rich.console import Console

from ..jobs import ENDED, Job, cancel, read
from .progress import Shown, shown_on

#: Seconds between two looks at the job's files, as often as the job writes its progress.
_LOOK = 0.25


class Counted(Protocol):
    """What counts how often a person wants to stop."""

    count: int


def follow(job_id: str, console: Console, interrupts: Counted) -> Job:
    """Return the job, whole, once it has ended, or as it is when Ctrl-C was pressed twice."""
    with shown_on(console) as progress:
        return follow_on(progress, job_id, interrupts)


def follow_on(progress: Shown, job_id: str, interrupts: Counted) -> Job:
    """Follow a job on what shows its progress; return it likewise."""
    seen, heeded = 0, False
    while True:
        job = read(job_id, seen)
        seen = max((line.n for line in job.lines), default=seen)
        progress.show(job)
        if job.state in ENDED:
            break
        if interrupts.count and not heeded:
            heeded = True
            cancel(job_id)
            progress.say("Cancelling the job, and waiting for its end (once more stops waiting).")
        if interrupts.count > 1:
            progress.say("The job is cancelled, and ends by itself.")
            break
        time.sleep(_LOOK)
    return read(job_id)
