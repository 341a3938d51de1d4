"""`jobs`: what was done, job by job, and what is kept for undoing it."""

from __future__ import annotations

import argparse

from rich.text import Text

from ..jobs import ENDED, Job, cancel, free, jobs as all_jobs, read
from ..problems import Problem
from ..render.job import print_end, print_job, print_jobs
from ..render.wishes import short, size
from .ids import find
from .interrupts import Interrupts
from .parser import ALL
from .settling import Faces
from .status import COULD_NOT, DONE, NOT_DONE


def jobs(options: argparse.Namespace, faces: Faces | None = None) -> int:
    """List the jobs, show or cancel one, or free what is kept for undoing."""
    faces = faces or Faces(options)
    if options.free is not None:
        return _free(options, faces)
    if options.cancel:
        return _cancel(find(options.job), faces)
    if options.job is not None:
        job = read(find(options.job).id)
        faces.write(job)
        if not faces.as_json:
            print_job(job, faces.console)
        return DONE
    listed = all_jobs()
    faces.write(listed)
    if not faces.as_json:
        print_jobs(listed, faces.console)
    return DONE


def _cancel(job: Job, faces: Faces) -> int:
    if job.state in ENDED:
        raise Problem(
            "ended",
            f"Job {short(job.id)} has ended already.",
            f"To undo it: jupyter envcheck undo {short(job.id)}"
            if job.undo.possible
            else "`jupyter envcheck jobs` tells how it ended.",
        )
    cancel(job.id)
    with Interrupts() as interrupts:
        job = faces.follow(job.id, interrupts)
    print_end(job, faces.console, log=False)
    return DONE if job.state == "cancelled" else NOT_DONE


def _free(options: argparse.Namespace, faces: Faces) -> int:
    named = options.job if options.free == ALL else options.free
    chosen = _all_but_needed(faces) if named is None else _named(find(named), faces)
    if not chosen:
        faces.console.print("There is nothing to free.")
    elif kept := [job for job in chosen if job.undo.space is not None]:
        jobs = f"Job {short(kept[0].id)}" if len(kept) == 1 else f"{len(kept)} jobs"
        total = size(sum(job.undo.space or 0 for job in kept))
        faces.console.print(Text(f"{jobs} could not be undone any more ({total})."))
    if chosen and not faces.agreed("Free what is kept?"):
        return COULD_NOT
    freed = [free(job.id) for job in chosen]
    faces.write(freed)
    if freed and not faces.as_json:
        faces.console.print("Freed.")
    return DONE


def _all_but_needed(faces: Faces) -> list[Job]:
    """Return the jobs of which something is kept, but for those that an environment is mended with."""
    chosen = []
    for job in all_jobs():
        if job.state == "interrupted" and job.undo.possible:
            first = f"First run: jupyter envcheck undo {short(job.id)}"
            faces.console.print(Text(f"{_mends(job)} {first}"))
        elif job.undo.space is not None:
            chosen.append(job)
    return chosen


def _named(job: Job, faces: Faces) -> list[Job]:
    """Return the job, if there is something to let go of: of an interrupted one the word of it, too."""
    if job.state != "interrupted":
        return [job] if job.undo.space is not None else []
    stays = "the environment stays as it is now."
    told = (
        f"{_mends(job)} Without it {stays}"
        if job.undo.possible
        else f"Job {short(job.id)} was interrupted, and nothing is kept that could mend it: {stays}"
    )
    faces.console.print(Text(told))
    return [job]


def _mends(job: Job) -> str:
    return f"Job {short(job.id)} was interrupted, and what is kept of it is what mends it."
