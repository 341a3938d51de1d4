"""What putting back the files of before a job changes, and what of that the job was not to do."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Package
from ..plan import Changes
from . import proof
from .conda import proof as conda_proof
from .job import Job
from .order import Order
from .proof import Look, Numpy
from .snapshots import kept

_UNASKED = Numpy(state="absent")


def changes_back(job: Job, order: Order, there: Sequence[Package]) -> Changes:
    """Return what undoing a job changes; `there` is what lies in the environment itself.

    Of a job that came to its end that is what it did, turned around. Else it is what differs from
    what was kept, by Python's packages and by conda's records.
    """
    if job.state != "interrupted" and job.verdict is not None:
        return job.verdict.changes.reversed()
    changes = _difference(job, order, there)
    if kept.read_differences(job.puts_back) is None:
        return changes
    planned = _names(job.plan.changes)  # what others did since stays, where one knows what they did
    return Changes(
        install=tuple(change for change in changes.install if change.name in planned),
        update=tuple(change for change in changes.update if change.name in planned),
        remove=tuple(change for change in changes.remove if change.name in planned),
    )


def by_others(job: Job, back: Changes) -> tuple[str, ...]:
    """Return, in words, what the changes take back that was none of an interrupted job's plan.

    Somebody else did it since, as far as can be told: "six 1.17.0 added".
    """
    return beside(job.plan.changes, back) if job.state == "interrupted" else ()


def beside(plan: Changes, back: Changes) -> tuple[str, ...]:
    """Return, in words, what somebody did beside a plan, by the changes that take all back."""
    # What conda's records lack and Python still finds is half of something, and nobody's.
    halves = {c.name for c in back.install} & {c.name for c in back.remove}
    planned = _names(plan) | halves
    return (
        *(f"{c.name} {c.version} added" for c in back.remove if c.name not in planned),
        *(f"{c.name} {c.new} → {c.old}" for c in back.update if c.name not in planned),
        *(f"{c.name} {c.version} removed" for c in back.install if c.name not in planned),
    )


def _difference(job: Job, order: Order, there: Sequence[Package]) -> Changes:
    keeping = kept.read(job.puts_back)
    taken = keeping.snapshot if keeping is not None else None
    if taken is None or not taken.roots.conda:
        return proof.difference(there, order.packages)
    last = len(taken.roots.folders) - 1
    now = Look(
        packages=(),
        own=tuple(there),
        numpy=_UNASKED,
        conda=conda_proof.there(taken.now(last)),
    )
    then = Look(
        packages=(),
        own=order.packages,
        numpy=_UNASKED,
        conda=conda_proof.there(taken.then(last)),
    )
    return proof.changed(now, then)


def _names(changes: Changes) -> frozenset[str]:
    return frozenset((*changes.replaced(), *(new.name for new in changes.install)))
