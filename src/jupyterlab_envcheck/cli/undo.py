"""`undo`: takes a job back by its files, or an earlier one by a plan back to its versions."""

from __future__ import annotations

import argparse
import os

from rich.text import Text

from .. import flow
from ..jobs import ENDED, Job, foreseen, jobs
from ..problems import Problem
from ..render.job import print_undo
from ..render.wishes import short
from .ids import find
from .planning import planned
from .policy import Administered, administered
from .settling import Faces, perform, settle
from .status import DONE


def undo(options: argparse.Namespace, faces: Faces | None = None) -> int:
    """Show what taking a job back changes, and do it if that is wanted."""
    faces = faces or Faces(options)
    job = find(options.job) if options.job is not None else _newest(faces)
    if job.state not in ENDED:
        raise Problem(
            "not-ended",
            f"Job {short(job.id)} has not ended yet.",
            f"Wait; or `jupyter envcheck jobs {short(job.id)} --cancel` ends it.",
        )
    rules = administered()
    if job.undo.possible:
        return _by_files(job, faces, rules)
    reason = (job.undo.reason or "nothing is kept of it").rstrip(".")
    why = f"The files of before job {short(job.id)} cannot be put back: {reason}."
    faces.console.print(Text(why))
    with faces.busy("Working out the way back to the versions of before…"):
        resolved = planned(flow.back(job.id, policy=rules.policy))
    return settle(resolved, faces, rules)


def _by_files(job: Job, faces: Faces, rules: Administered) -> int:
    print_undo(job, foreseen(job.id).plan, faces.console)
    if faces.dry_run:
        faces.write(job)
        return DONE
    rules.must_be_allowed()

    def begin() -> Job:
        return flow.undo(job.id, rules.job_timeout, undo_space=rules.undo_space)

    return perform(begin, "Put the files of before back?", faces)


def _newest(faces: Faces) -> Job:
    """Return the newest job of the target's environment that can be taken back."""
    subject, target = faces.find(faces.target)
    with faces.busy("Looking at the environment…"):
        environment = flow.report_on(subject, target).facts.environment
    if environment.value is None:
        raise Problem(
            "unknown-environment",
            f"It is not known which environment that is: {environment.why_unknown()}",
            "Name the job; `jupyter envcheck jobs` lists them.",
        )
    prefix = os.path.realpath(environment.value.prefix)
    for job in jobs():
        if job.undo.possible and os.path.realpath(job.plan.target.prefix) == prefix:
            return job
    raise Problem(
        "no-undo",
        f"No job can be undone in {environment.value.name}.",
        "`jupyter envcheck jobs` lists the jobs of all environments.",
    )
