"""Ids of jobs as people type them: their beginnings."""

from __future__ import annotations

from ..facts.text import clean
from ..jobs import Job, jobs
from ..problems import Problem
from ..render.wishes import short


def find(beginning: str) -> Job:
    """Return the job whose id begins so; Problem where there is none, or more than one."""
    if not beginning.strip():  # a script's variable that is not set
        raise Problem(
            "empty-job", "The id of the job is empty.", "`jupyter envcheck jobs` lists them."
        )
    found = [job for job in jobs() if job.id.startswith(beginning)]
    shown = clean(beginning, 80)
    if not found:
        raise Problem(
            "unknown-job", f"There is no job {shown}.", "`jupyter envcheck jobs` lists them."
        )
    if len(found) > 1 and beginning not in {job.id for job in found}:
        raise Problem(
            "ambiguous-job",
            f"{len(found)} jobs have ids that begin with {shown}.",
            f"Write more of it: {', '.join(_longer(job, beginning) for job in found[:5])}.",
        )
    return next((job for job in found if job.id == beginning), found[0])


def _longer(job: Job, beginning: str) -> str:
    return job.id[: max(len(short(job.id)), len(beginning) + 4)]
