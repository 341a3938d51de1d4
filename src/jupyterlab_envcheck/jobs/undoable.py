"""Tells whether a job can be undone now, by the files that were kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..probe import files
from . import marks
from .job import ENDED, Job, JobUndo
from .snapshots import kept
from .snapshots.kept import Kept

_LATER = (
    "the environment was changed since. A plan can bring back the versions that were there before"
)


def told(job: Job) -> Job:
    """Return the job with whether it can be undone now; reads files for some milliseconds."""
    return replace(job, undo=undo_of(job))


def undo_of(job: Job) -> JobUndo:
    """Return whether a job can be undone now, by the files that were kept."""
    keeping = kept.read(job.puts_back)
    why_not = _why_not(job, keeping)
    space = kept.space(job.puts_back) if keeping is not None and keeping.snapshot else None
    return JobUndo(possible=why_not is None, reason=why_not, space=space)


def _why_not(job: Job, keeping: Kept | None) -> str | None:
    if job.state not in ENDED:
        return "it has not ended"
    if job.plan.wish.kind == "undo" and job.state != "interrupted":
        return "it is an undo. Make the plan again instead"
    if kept.is_undone(job.puts_back):
        return "it was undone"
    if keeping is None or (keeping.snapshot and not Path(keeping.snapshot.folder).is_dir()):
        return job.undo.reason or "what was kept for it is gone"
    if job.state != "interrupted" and keeping.fingerprint is None:
        return job.undo.reason or _LATER
    return _LATER if _is_changed(job, keeping) else None


def _is_changed(job: Job, keeping: Kept) -> bool:
    """Tell whether somebody has changed since what the job left behind."""
    if keeping.snapshot is None:
        return False
    if job.state == "interrupted":  # its files are no one's state; only a later job tells
        return marks.of(keeping.prefix) != job.id
    return files.fingerprint(keeping.prefix, keeping.site_packages) != keeping.fingerprint
