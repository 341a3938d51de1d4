"""Starts jobs, tells of them, cancels them: the same from server, magic and command line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..facts.text import clean
from ..installers import failures
from ..plan import Failure, Plan
from ..problems import Problem
from . import folders, lock, marks, proof, records
from .environment import with_index
from .job import ENDED, SPACE, Job, JobState, JobUndo, Record
from .log import lines
from .order import Order
from .pruning import prune
from .resolve import Resolved
from .snapshots import kept
from .undoable import told, undo_of

#: Seconds that a command of a job may take.
LIMIT = 3600.0

#: Seconds between two looks at a job's files.
_LOOK = 0.25

_LOCK = "lock"


def begin(resolved: Resolved, *, limit: float = LIMIT, undo_space: int = SPACE) -> str:
    """Start the job of a plan and return its id; one plan makes one job, however often asked.

    `limit` is in seconds, `undo_space` in bytes. Raises `Problem`: not-ready, nothing-to-do, changed,
    locked, interrupted, not-kept, not-started.
    """
    order = resolved.order
    if order is None or resolved.plan.state != "ready" or resolved.plan.refusal is not None:
        message = "This plan cannot be carried out."
        raise Problem("not-ready", message, "Make a new plan.")
    if not order.does_something:
        message = "All of this is as it was asked for already, so that there is nothing to do."
        raise Problem("nothing-to-do", message, "Ask for something else.")
    if not folders.job(order.plan.id).exists():
        must_be_mended(order)
    return start(order, resolved.index_url, limit=limit, undo_space=undo_space)


def must_be_mended(order: Order) -> None:
    """Raise `Problem` where an interrupted change has to be put back before the order is done."""
    stuck = interrupted(order.plan.target.prefix)
    if stuck is not None and stuck.puts_back != order.undoes and undo_of(stuck).possible:
        raise failures.interrupted()


def start(order: Order, index_url: str | None, *, limit: float, undo_space: int) -> str:
    """Start the job of an order, once, and return its id. Raises `Problem` as `begin` does."""
    folder = folders.job(order.plan.id)
    if folder.exists():
        return order.plan.id
    # The worker looks again, under the lock; here it is for a quick and clear answer.
    if is_locked(order.plan.target.prefix):
        raise failures.locked()
    if not proof.is_as_planned(order):
        raise failures.changed()
    prune(_newest_first(), needed() | frozenset(filter(None, (order.undoes,))))
    held = _written_down(
        order, folder, Record(job=_queued(order), limit=limit, undo_space=undo_space)
    )
    if held is None:
        return order.plan.id
    try:
        _start(folder, with_index(os.environ, index_url), held)
    except OSError as error:
        # Nothing has begun: a folder left here would look like a job that was interrupted.
        shutil.rmtree(folder, ignore_errors=True)
        message = f"The job could not be started: {error.strerror or error}."
        raise Problem("not-started", message, "Try again in a while.") from error
    finally:
        os.close(held)
    return order.plan.id


def _queued(order: Order) -> Job:
    undo = JobUndo(possible=False)
    return Job(id=order.plan.id, plan=order.plan, state="queued", undo=undo)


def _written_down(order: Order, folder: Path, record: Record) -> int | None:
    """Write all that a worker needs; return the job's lock, None where another was first."""
    held: int | None = None
    draft = folders.jobs() / f".{order.plan.id}-{secrets.token_hex(4)}"
    try:
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        records.keep_spare(draft)
        records.write(draft / "order.json", order)
        records.write(draft / "job.json", record)
        (draft / "plan.txt").write_text(order.pins, encoding="utf-8")
        # Held from before the folder appears until worker and installer have ended.
        held = lock.take(draft / _LOCK)
        assert held is not None  # noqa: S101 - nobody else knows the draft
        # A folder with something in it is not replaced: of two who begin at once, one wins.
        draft.rename(folder)
    except OSError as error:
        if held is not None:
            os.close(held)
        shutil.rmtree(draft, ignore_errors=True)
        if folder.exists():
            return None
        message = f"The job could not be written down: {error.strerror}."
        raise Problem("not-kept", message, f"Look at {folders.data()}.") from error
    return held


def read(job_id: str, after: int = 0) -> Job:
    """Return a job with its lines since `after`, any number of times."""
    folder = folders.job(job_id)
    return replace(told(_read(folder)), lines=lines(folder / "log.jsonl", after))


def jobs() -> tuple[Job, ...]:
    """Return all jobs, newest first, without their lines."""
    found = []
    for job_id in ids():
        with contextlib.suppress(Problem):
            found.append(told(_read(folders.job(job_id))))
    return tuple(found)


def ids() -> tuple[str, ...]:
    """Return the ids of all jobs, newest first."""
    return tuple(folder.name for folder in _newest_first() if not folder.name.startswith("."))


def interrupted(prefix: str) -> Job | None:
    """Return the job that was changing the environment when it was ended from outside.

    None where there is none, and where what it left was put back.
    """
    job_id = marks.of(prefix)
    if job_id is None:
        return None
    try:
        job = _read(folders.job(job_id))
    except Problem:
        return None
    return job if job.state == "interrupted" else None


def cancel(job_id: str) -> Job:
    """Ask a job to end; it says itself when it has, and what it had changed by then."""
    folder = folders.job(job_id)
    job = _read(folder)
    if job.state not in ENDED:
        (folder / folders.CANCEL).touch()
    return job


async def changes(job_id: str) -> AsyncIterator[None]:
    """Yield whenever a job has something new, until it has ended. Reads files in threads."""
    seen = None
    while True:
        stamp = await asyncio.to_thread(_stamp, job_id)
        if stamp != seen:
            seen = stamp
            yield
        if stamp[0] in ENDED:
            return
        await asyncio.sleep(_LOOK)


def is_locked(prefix: str) -> bool:
    """Tell whether a job is changing the environment at `prefix`."""
    return lock.is_held(lock.path_for(folders.data(), prefix))


def needed() -> frozenset[str]:
    """Return the jobs whose files of before are in use, or mend what is interrupted."""
    found: set[str] = set()
    for job_id in ids():
        with contextlib.suppress(Problem):
            job = _read(folders.job(job_id))
            if job.state not in ENDED or _is_named(job):
                found |= {job.id, job.puts_back}
    return frozenset(found)


def _is_named(job: Job) -> bool:
    return job.state == "interrupted" and marks.of(job.plan.target.prefix) == job.id


def _start(folder: Path, environ: Mapping[str, str], held: int) -> None:
    """Start the worker, so that it outlives us, and reap it if we outlive it."""
    empty = folder / "empty"
    empty.mkdir(mode=0o700)
    inherited = os.name == "posix"
    argv = [sys.executable, "-P", "-m", "jupyterlab_envcheck.jobs.worker", str(folder)]
    with (folder / "worker.txt").open("wb") as said:
        process = subprocess.Popen(
            [*argv, str(held)] if inherited else argv,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=empty,
            env=dict(environ),
            start_new_session=inherited,
            pass_fds=(held,) if inherited else (),
        )
    threading.Thread(target=process.wait, daemon=True, name=f"envcheck-{folder.name}").start()


def _read(folder: Path) -> Job:
    # In this order: a job that ends between the two looks is seen as ended, not as interrupted.
    held = lock.is_held(folder / _LOCK)
    try:
        job = records.read(Record, folder / "job.json").job
    except FileNotFoundError as error:
        message = "There is no such job."
        raise Problem("not-found", message, "Look at the list of jobs.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = "What is kept of this job cannot be read."
        raise Problem("unreadable", message, f"Look at {folder}.") from error
    if held or job.state in ENDED:
        return job
    if job.plan.wish.kind == "undo" and kept.is_undone(job.puts_back):
        return replace(job, state="succeeded")  # it was killed when all was done
    # Both are written before the first command; the first can fail to be.
    if job.started is None and marks.of(job.plan.target.prefix) != job.id:
        is_cancelled = (folder / folders.CANCEL).exists()
        state: JobState = "cancelled" if is_cancelled else "failed"
        return replace(job, state=state, failure=_CANCELLED if is_cancelled else _NEVER_BEGUN)
    return replace(job, state="interrupted", failure=_interrupted(job.plan))


def _stamp(job_id: str) -> tuple[JobState, tuple[int, ...]]:
    """Return what differs whenever a job's files do."""
    folder = folders.job(job_id)
    state = _read(folder).state
    stats = (file.stat() for name in ("job.json", "log.jsonl") if (file := folder / name).exists())
    return state, tuple(number for stat in stats for number in (stat.st_mtime_ns, stat.st_size))


def _newest_first() -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(folders.jobs().iterdir(), key=_age, reverse=True)
    return []


def _age(folder: Path) -> float:
    try:
        return (folder / "order.json").stat().st_mtime
    except OSError:
        return 0.0


def _interrupted(plan: Plan) -> Failure:
    half = (
        "its files may be half changed"
        if plan.argv or plan.wish.kind == "undo"
        else ("its kernel may be half written")
    )
    return Failure(
        reason="interrupted",
        message=f"The change of {clean(plan.target.name)} was ended from outside before it was "
        f"done, so that {half}.",
        hint="Put it back as it was; then make the plan again.",
    )


_CANCELLED = Failure(
    reason="cancelled",
    message="The job was cancelled before it began. Nothing was changed.",
    hint="Make a new plan whenever you like.",
)
_NEVER_BEGUN = Failure(
    reason="not-started",
    message="The job was ended from outside before it began. Nothing was changed.",
    hint="Make the plan again.",
)
