"""Begins the job that undoes another one, and tells what is known of one that was interrupted."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from uuid import uuid4

from packaging.utils import canonicalize_name

from ..facts import Interrupted, Package
from ..facts.requirements import same_version, versions
from ..installers import failures, for_conda
from ..plan import (
    Added,
    Changes,
    Plan,
    Removed,
    Restart,
    Undo,
    Updated,
    Wish,
    of_conda,
    working,
)
from ..probe import files
from ..problems import Problem
from . import backwards, folders, history, marks, modules as modules_of, place, records
from .conda import proof as conda_proof
from .job import ENDED, SPACE, Job
from .order import Order
from .snapshots import kept
from .undoable import told, undo_of


def undo(
    job_id: str,
    *,
    limit: float = history.LIMIT,
    undo_space: int = SPACE,
    modules: Sequence[str] | None = None,
) -> str:
    """Begin to put back the files of before a job and return the new job's id.

    Of an interrupted job this is the repair. `modules` are those that kernels there have imported,
    None where that is unknown. Raises `Problem`: not-found, no-undo, locked, changed,
    and what keeps any job from being started.
    """
    if history.is_locked(history.read(job_id).plan.target.prefix):
        raise failures.locked()
    undoing = foreseen(job_id, modules=modules)
    history.must_be_mended(undoing)
    return history.start(undoing, None, limit=limit, undo_space=undo_space)


def foreseen(job_id: str, *, modules: Sequence[str] | None = None) -> Order:
    """Return what undoing a job is to do, by what is there now; starts nothing.

    Raises `Problem` where it cannot be undone.
    """
    job = history.read(job_id)
    now = undo_of(job)
    if not now.possible:
        message = f"This job cannot be undone: {now.reason}."
        raise Problem("no-undo", message, "Make a plan with the versions you had before.")
    order, keeping = order_of(job.puts_back), kept.read(job.puts_back)
    target, interpreter = job.plan.target, order.interpreter
    there = place.own(interpreter.site_packages)
    changes = backwards.changes_back(job, order, there)
    fingerprint = keeping.fingerprint if keeping is not None else None
    if fingerprint is None or job.state == "interrupted":
        fingerprint = files.fingerprint(target.prefix, interpreter.site_packages)
    plan = Plan(
        id=uuid4().hex,
        state="ready",
        target=target,
        wish=Wish(kind="undo", job=job.puts_back),
        installer=None,
        changes=changes,
        warnings=tuple(
            f"{words} since, which was not of that plan: it is taken back, too."
            for words in backwards.by_others(job, changes)
        ),
        restart=_restart(changes, order, there, modules),
        undo=Undo(possible=False, reason="it is an undo. Make the plan again instead"),
        fingerprint=fingerprint,
    )
    return Order(
        plan=plan,
        pins="",
        interpreter=interpreter,
        packages=there,
        modules=None if modules is None else tuple(modules),
        undoes=job.puts_back,
    )


def _restart(
    changes: Changes, order: Order, there: Sequence[Package], imported: Sequence[str] | None
) -> Restart:
    conda = conda_proof.there(order.interpreter.prefix)
    if conda:
        owners = of_conda.owners_of_records(conda)
        return modules_of.restart_for(changes, there, owners, imported)
    return working.restart_for(changes, imported, modules_of.brought(there, changes))


def free(job_id: str) -> Job:
    """Let go of what is kept for undoing a job, and return the job. Raises `Problem`.

    Of an interrupted one this says that the environment is to stay as it is.
    """
    job = history.read(job_id)
    if job.state not in ENDED or not kept.free_if_idle(job.puts_back):
        raise failures.locked()
    if marks.of(job.plan.target.prefix) == job.id:
        marks.forget(job.plan.target.prefix)
    return told(job)


def versions_before(job_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what brings back the versions of before a job: specs to install, names to remove.

    Raises `Problem` where the job is not known any more.
    """
    order = order_of(job_id)
    then, now = versions(order.packages), versions(place.own(order.interpreter.site_packages))
    by_conda, gone, covered = _condas_before(order)
    specs = tuple(
        f"{name}=={version}"
        for name, version in then.items()
        if version is not None and not same_version(version, now.get(name)) and name not in covered
    )
    return (*by_conda, *specs), tuple(sorted({*now.keys() - then.keys(), *gone}))


def _condas_before(order: Order) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return what conda is to bring back of what the job itself changed, and to take away.

    A library is no distribution, and of one version there are several builds. The third are the
    distributions that come with it.
    """
    there = {record.name: record for record in conda_proof.there(order.plan.target.prefix)}
    changes = order.plan.changes
    back: dict[str, str] = {}
    for change in changes.update:
        record = there.get(change.name) if change.by == "conda" else None
        if record is not None and (record.version, record.build) != (change.old, change.old_build):
            back[change.name] = f"{change.name}={change.old}={change.old_build or '*'}"
    # What went because something else took its place comes back with what needs it.
    removals = changes.remove if order.plan.wish.kind == "remove" else ()
    for removed in removals:
        wanted = f"{removed.name}={removed.version}"
        if removed.by == "conda" and removed.name not in there and for_conda(wanted) is not None:
            back[removed.name] = wanted
    gone = (new.name for new in changes.install if new.by == "conda" and new.name in there)
    brought = of_conda.owners_of_records(there.values())
    covered = {name for record in back for name in (record, *brought.distributions(record))}
    return tuple(back.values()), tuple(gone), frozenset(map(canonicalize_name, covered))


def what_is_known(prefix: str, packages: tuple[Package, ...] | None) -> Interrupted | None:
    """Return what is known of a change that was interrupted, None where none was."""
    job = history.interrupted(prefix)
    if job is None:
        return None
    undo_now, changes = undo_of(job), job.plan.changes
    begun = job.plan.wish
    if begun.kind == "undo":  # of what, is more than that it was one
        with contextlib.suppress(Problem):
            begun = order_of(job.puts_back).plan.wish
    since: tuple[str, ...] = ()
    with contextlib.suppress(Problem):
        back = backwards.changes_back(job, order_of(job.puts_back), packages or ())
        since = backwards.by_others(job, back)
    there = versions(packages or ())
    lacking = conda_proof.lacking(changes, conda_proof.there(prefix))
    wanted: list[tuple[str, Added | Updated | Removed, str | None]] = [
        *((f"{new.name} {new.version}", new, new.version) for new in changes.install),
        *((f"{change.name} {change.new}", change, change.new) for change in changes.update),
        *((f"{gone.name} removed", gone, None) for gone in changes.remove),
    ]
    done = [
        words
        for words, change, version in wanted
        if (
            change.name not in lacking
            if change.by == "conda"
            else same_version(there.get(change.name), version)
        )
    ]
    known = packages is not None
    return Interrupted(
        job=job.id,
        what=" ".join(
            (*(("undo",) if begun is not job.plan.wish else ()), begun.kind, *begun.specs)
        ),
        at=job.started,
        undoable=undo_now.possible,
        reason=undo_now.reason,
        done=tuple(done) if known else (),
        missing=tuple(words for words, _, _ in wanted if words not in done) if known else (),
        since=since if known else (),
    )


def order_of(job_id: str) -> Order:
    """Return what a job was to do. Raises `Problem` where it is not known any more."""
    try:
        return records.read(Order, folders.job(job_id) / "order.json")
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = "What is kept of this job cannot be read."
        raise Problem("unreadable", message, f"Look at {folders.job(job_id)}.") from error
