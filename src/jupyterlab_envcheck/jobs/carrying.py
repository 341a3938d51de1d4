"""Carries out a plan under the lock: keeps what is there, runs the commands, proves what they did.

What fails half-way is taken back, so that the environment is as before or as planned; where that
fails too, the job says so and stays interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..facts.text import clean
from ..installers.failures import changed, timed_out
from ..plan import Changes, Failure, working
from ..probe import files
from ..problems import Problem
from . import backwards, marks, modules, pinning, proof
from .conda import check as conda_check, proof as conda_proof, tools
from .job import JobState, JobUndo, Verdict
from .making import kernelspecs, starting
from .order import CondaCheck
from .proof import Look, Numpy
from .running import Ending
from .snapshots import kept, restore, snapshot
from .snapshots.differing import differences_since
from .snapshots.kept import Kept
from .snapshots.snapshot import Snapshot
from .workplace import Workplace

_NOTHING = Look(packages=(), own=(), numpy=Numpy(state="absent"))


@dataclass(frozen=True, kw_only=True)
class _Trouble:
    """Why a plan was not carried out to its end."""

    state: JobState
    failure: Failure


_UNPROVED = _Trouble(
    state="failed",
    failure=Failure(
        reason="unproved",
        message="The installer reported success, but the planned changes are not there.",
        hint="Look at the log. Something on this machine sends installs elsewhere.",
    ),
)
_CANCELLED = _Trouble(
    state="cancelled",
    failure=Failure(
        reason="cancelled",
        message="The job was cancelled.",
        hint="Make a new plan whenever you like.",
    ),
)
_CHANGED = _Trouble(
    state="changed",
    failure=Failure(
        reason="changed",
        message="conda would do something else now than the plan says.",
        hint="Make a new plan, which shows it.",
    ),
)
_CHANGED_BETWEEN = _Trouble(
    state="changed",
    failure=Failure(
        reason="changed",
        message="What conda did first changes what it would do next, which is not what the plan says.",
        hint="Ask for what you want in two plans, one after the other.",
    ),
)
_UNCHANGED = "Nothing was changed."
_NOTHING_TO_UNDO = JobUndo(possible=False, reason="nothing was changed")


def carry_out(place: Workplace, held: int) -> tuple[JobState, Failure | None]:
    """Do what the plan says and return how it ended. Raises `Problem` while nothing has changed."""
    order, plan = place.order, place.job.plan
    if not order.creates:
        place.look_where()
    # The first of conda's dry runs is repeated while nothing has changed that could be lost.
    for check in order.checks[:1]:
        trouble = _otherwise(place, check)
        if trouble is not None:
            trouble = _told(trouble, _UNCHANGED)
            return trouble.state, trouble.failure
    before = _NOTHING if order.creates else proof.look(order.interpreter, place.env)
    brought = modules.brought(order.packages, plan.changes, before.conda)
    keeping = _keep(place)
    if not proof.is_as_planned(order):  # to look and to link takes a while
        return "changed", working.failure(changed())
    if _changes_files(place):  # a kernelspec alone is no file of the environment
        marks.begin(place.prefix, place.job.id)
    place.started()
    trouble = _carry_out(place, held)
    place.tell(replace(place.job, phase="verifying", progress=None))
    after = proof.look(order.interpreter, place.env)
    trouble = trouble or _unlike_the_plan(plan.changes, before, after)
    overwritten: Sequence[str] = ()
    aside: tuple[str, ...] = ()
    if trouble is None:
        overwritten = _remember(place, keeping)
    elif keeping is not None and keeping.snapshot is not None:
        others = backwards.beside(plan.changes, proof.changed(after, before))
        trouble, aside = _taken_back(place, keeping, keeping.snapshot, trouble)
        trouble = _with_others(trouble, others)
        after = proof.look(order.interpreter, place.env)
    verdict = proof.verdict(order, before, after, brought)
    verdict = replace(verdict, broken=(*verdict.broken, *overwritten), aside=aside)
    place.tell(replace(place.job, verdict=verdict))
    for remark in _remarks(place, before, after, done=trouble is None):
        place.log.add(remark)
    if trouble is not None and keeping is None:
        trouble = _not_taken_back(trouble, verdict.changes)
    return (trouble.state, trouble.failure) if trouble else _judged(verdict)


def _remarks(place: Workplace, before: Look, after: Look, *, done: bool) -> Iterator[str]:
    """Yield what was seen beside what the verdict says, and whether a new kernel starts.

    One that is made out of another, with variables set, may start anything: that is left alone.
    """
    yield from proof.remarks(before, after)
    spec = place.order.kernelspec
    if done and spec is not None and place.job.plan.wish.kind in ("create", "register"):
        yield starting.started(spec.name, place.env, place.cancelled)


def _otherwise(place: Workplace, check: CondaCheck) -> _Trouble | None:
    """Return what is wrong where conda would not do what the plan says. Raises `Problem`."""
    place.tell(replace(place.job, phase="resolving", progress=None))
    tools.must_be_trusted(check.tool, check.argv)
    try:
        same = conda_check.is_as_planned(
            check,
            place.job.plan.changes,
            place.prefix,
            place.env,
            limit=place.record.limit,
            cancelled=place.cancelled,
        )
    except Problem as problem:
        if problem.reason == "cancelled":
            return _CANCELLED
        raise
    return None if same else _CHANGED


def _changes_files(place: Workplace) -> bool:
    """Tell whether files of the environment change, be it only what conda is to hold to."""
    return bool(place.job.plan.argv or place.job.plan.pinned)


def _keep(place: Workplace) -> Kept | None:
    """Keep what is there now; where that is impossible the job says why it cannot be undone."""
    plan = place.job.plan
    if not _changes_files(place):
        only = Kept(
            prefix=place.prefix, site_packages=(), snapshot=None, kernelspec=place.order.kernelspec
        )
        if place.order.kernelspec is not None:
            kept.write(place.job.id, only)
        return only
    order = place.order
    taken = kept.take(
        place.job.id, order.interpreter, place.order.kernelspec, creates=order.creates
    )
    if not isinstance(taken, str):
        return taken
    if plan.undo.possible:  # it was said that this can be undone, and agreed to
        message = (
            f"What is there cannot be kept for an undo, as the plan says it would be: {taken}."
        )
        raise Problem("changed", message, "Make a new plan, which says so before.")
    place.tell(replace(place.job, undo=JobUndo(possible=False, reason=taken)))
    return None


def _carry_out(place: Workplace, held: int) -> _Trouble | None:
    """Run the commands, and write the kernelspec; return what went wrong."""
    plan = place.job.plan
    later = {check.command: check for check in place.order.checks[1:]}
    try:
        for number, argv in enumerate(plan.argv):
            if place.order.creates and number == 1:
                place.look_where()
            trouble = _otherwise(place, later[number]) if number in later else None
            if trouble is _CHANGED:  # a new plan would say the same
                return _CHANGED_BETWEEN
            trouble = trouble or _trouble(place, argv, place.run(argv, held))
            if trouble is not None:
                return trouble
        if plan.pinned:
            pinning.pin(place.prefix, plan.pinned)
        if place.order.kernelspec is not None:
            kernelspecs.write(place.order.kernelspec)
    except Problem as problem:
        return _Trouble(state="failed", failure=working.failure(problem))
    return None


def _trouble(place: Workplace, argv: tuple[str, ...], ending: Ending) -> _Trouble | None:
    if ending.cut:
        return _CANCELLED
    if ending.late:
        return _Trouble(state="failed", failure=working.failure(timed_out(place.record.limit)))
    if ending.returncode != 0:
        said = place.installer(argv).explain(ending.said)
        return _Trouble(state="failed", failure=working.failure(said))
    return None


def _taken_back(
    place: Workplace, keeping: Kept, taken: Snapshot, trouble: _Trouble
) -> tuple[_Trouble, tuple[str, ...]]:
    """Take back what had been begun, and tell so; return, too, where files of somebody's lie now."""
    if not snapshot.is_whole(taken):
        gone = _told(trouble, "What was kept of before is gone.")
        return replace(gone, state="interrupted"), ()
    differing = differences_since(taken, until=time.time_ns())
    aside = kept.aside(place.job.id)
    restored = restore.put_back(taken, differing, aside=aside, only_as_seen=False)
    for line in restore.remarks(restored, aside):
        place.log.add(line)
    if keeping.kernelspec is not None:
        kernelspecs.remove(keeping.kernelspec)
    theirs = restore.kept_of_somebody(restored)
    if restored.failed:
        said = f"What had been begun could not be taken back: {restored.failed[0]}."
        failure = replace(
            trouble.failure,
            message=f"{trouble.failure.message} {said}",
            hint="See whether the disk is full and whether you may write there, then put it back.",
        )
        return _Trouble(state="interrupted", failure=failure), theirs
    place.tell(replace(place.job, undo=_NOTHING_TO_UNDO))
    said = "What had been begun was taken back." if differing else _UNCHANGED
    return _told(trouble, said), theirs


def _unlike_the_plan(planned: Changes, before: Look, after: Look) -> _Trouble | None:
    if not proof.is_planned(planned, after):
        return _UNPROVED
    names = conda_proof.beyond(before.conda, after.conda, planned)
    if not names:
        return None
    message = f"conda changed more than the plan says: {clean(', '.join(names), 300)}."
    hint = "Make a new plan, which shows it."
    failure = Failure(reason="unplanned", message=message, hint=hint)
    return _Trouble(state="failed", failure=failure)


def _not_taken_back(trouble: _Trouble, changes: Changes) -> _Trouble:
    """Tell of what could not be kept before, and so is half done."""
    if changes == Changes():
        return _told(trouble, _UNCHANGED)
    half = _told(trouble, "Some of it had been done: look at what changed.")
    return replace(half, state="interrupted")


def _with_others(trouble: _Trouble, others: Sequence[str]) -> _Trouble:
    """Tell what was no part of the plan and is gone, too: a terminal's pip heeds no lock."""
    if not others or trouble.failure.reason == "unplanned":  # that names what conda did beside it
        return trouble
    named = clean("; ".join(others), 300)
    return _told(trouble, f"Somebody changed something else meanwhile, and that, too: {named}.")


def _told(trouble: _Trouble, more: str) -> _Trouble:
    message = f"{trouble.failure.message} {more}"
    return replace(trouble, failure=replace(trouble.failure, message=message))


def _remember(place: Workplace, keeping: Kept | None) -> Sequence[str]:
    """Write down what was changed, for an undo; return whose files were overwritten unplanned."""
    if keeping is None:
        return ()
    plan, interpreter, taken = place.job.plan, place.order.interpreter, keeping.snapshot
    differing = () if taken is None else differences_since(taken)
    if not differing and place.order.kernelspec is None:
        place.tell(replace(place.job, undo=_NOTHING_TO_UNDO))
        return ()
    if not kept.write_differences(place.job.id, kept.Differences(files=differing)):
        # Without them nobody could tell what the job changed from what a person changed later.
        why = "what it changed could not be written down"
        place.tell(replace(place.job, undo=JobUndo(possible=False, reason=why)))
        return ()
    there = files.fingerprint(plan.target.prefix, interpreter.site_packages)
    kept.write(place.job.id, replace(keeping, fingerprint=there))
    place.tell(replace(place.job, undo=JobUndo(possible=True)))
    return () if taken is None else proof.overwritten(taken, differing, plan.changes)


def _judged(verdict: Verdict) -> tuple[JobState, Failure | None]:
    if verdict.broken:
        message = f"Everything was done as planned, but {verdict.broken[0]}."
        hint = "Undo it, or look at what is broken and install what it needs."
        return "failed", Failure(reason="broken", message=message, hint=hint)
    return "succeeded", None
