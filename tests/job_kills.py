"""Kills the processes of jobs at the moments that a test chooses."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from job_world import again, awaited, ended
from jupyterlab_envcheck.jobs import Job, Resolved, begin, history, read, what_is_known

VICTIMS = ("worker", "installer", "both")

#: Of worker, installer or both, for each installer.
KILLS = 100


@dataclass(frozen=True, kw_only=True)
class Struck:
    """What is looked at of an environment in which jobs are killed."""

    photograph: Callable[[], object]  #: all that must be as before
    installed: Callable[[], object]
    faults: Callable[[], Sequence[str]]  #: what of it does not agree
    taken_back: Callable[[Job], Job]  #: undoes a job, and returns the undo when it has ended


def kill_at_random_moments(resolved: Resolved, struck: Struck, *, seed: int) -> None:
    """Carry a plan out again and again, and kill it: nothing is ever wrong and unnamed."""
    prefix, before = resolved.plan.target.prefix, struck.photograph()
    whole, planned = 0.0, struck.installed()
    for _ in range(2):  # the second one finds the files in the cache, as all after it do
        first = begin(again(resolved))
        awaited(first, lambda job: job.started is not None)
        begun = time.monotonic()
        assert ended(first).state == "succeeded", read(first).failure
        whole, planned = time.monotonic() - begun, struck.installed()
        assert struck.taken_back(read(first)).state == "succeeded"
    dice = random.Random(seed)  # noqa: S311 - for moments, which are never the same anyway
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        victim = VICTIMS[number % len(VICTIMS)]
        job_id = begin(again(resolved))
        kill(job_id, victim, dice.uniform(0, whole))
        job = settled(job_id)
        seen[f"{victim}: {job.state}"] += 1
        known = what_is_known(prefix, None)
        if job.state == "interrupted":
            assert known is not None
            assert (known.job, known.undoable) == (job_id, True)
        else:
            assert known is None
            assert struck.faults() == []
        if job.state == "succeeded":
            assert struck.installed() == planned
        if job.state in ("interrupted", "succeeded"):
            undone = struck.taken_back(job)
            assert undone.state == "succeeded", undone.failure
        assert struck.photograph() == before, job
        assert struck.faults() == []
        assert what_is_known(prefix, None) is None
    # The dice must have struck where it hurts.
    assert seen["worker: interrupted"] + seen["both: interrupted"] > KILLS // 5, seen


def kill(job_id: str, victim: str, after: float) -> None:
    """Kill processes of a job so many seconds `after` it began, if they are there by then."""
    awaited(job_id, lambda job: job.started is not None)
    threading.Event().wait(after)
    pid = read(job_id).pid
    try:
        worker = psutil.Process(pid) if pid is not None else None
        installers = worker.children(recursive=True) if worker is not None else []
        victims: Sequence[psutil.Process] = {
            "worker": [worker] if worker else [],
            "installer": installers,
            "both": [*([worker] if worker else []), *installers],
        }[victim]
        for process in victims:
            process.kill()
    except psutil.NoSuchProcess:
        pass


def settled(job_id: str) -> Job:
    """Wait until nobody works on a job any more: its lock goes a moment before the environment's."""
    return awaited(
        job_id,
        lambda job: (
            job.state not in ("queued", "running") and not history.is_locked(job.plan.target.prefix)
        ),
    )
