"""Carries out one job, in a process of its own: `python -P -m jupyterlab_envcheck.jobs.worker DIR`.

All it says, it writes into the job's folder. An error nobody foresaw is the job's failure, with a
traceback in `worker.txt`. Shown as interrupted is a job whose lock is free and that has not ended.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..installers import Heard, Installer, Pip, Uv
from ..installers.failures import (
    changed,
    in_words,
    locked,
    redirected,
    timed_out,
    unforeseen,
    unproved,
)
from ..plan import Failure, working
from ..problems import Problem
from . import child, environment, lock, modules, place, proof, records
from .folders import CANCEL
from .job import Job, JobState, Progress, Record
from .log import Log
from .order import Order
from .running import Ending, Running

#: Seconds that a job waits for another one in the same environment.
PATIENCE = 600.0

#: Seconds between two writings of the progress: readers look four times a second at most.
_PAUSE = 0.25

#: Seconds between two looks for a cancellation.
_LOOK = 0.1


class Worker:
    """One job and the environment it changes."""

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        own_lock: int | None,
        cancelled: threading.Event,
    ) -> None:
        self._folder = folder
        self._own_lock = () if own_lock is None else (own_lock,)
        self._order = records.read(Order, folder / "order.json")
        self._record = records.read(Record, folder / "job.json")
        self._environ = environ
        self._log = Log(folder / "log.jsonl")
        self._cancelled = cancelled
        self._written = 0.0

    @property
    def _job(self) -> Job:
        return self._record.job

    def work(self) -> None:
        """Do the job, whole, and say how it ended, whatever happens."""
        try:
            self._work()
        except Problem as problem:
            self._end("failed", working.failure(problem))
        except Exception as error:  # noqa: BLE001 - a traceback would show as an interrupted job
            traceback.print_exc()
            begun = self._job.started is not None
            said = unproved(in_words(error)) if begun else unforeseen(error)
            self._end("failed", working.failure(said))

    def _work(self) -> None:
        self._tell(replace(self._job, pid=os.getpid()))
        data = self._folder.parent.parent
        held = lock.take(
            lock.path_for(data, self._job.plan.target.prefix), wait=PATIENCE, stop=self._cancelled
        )
        if held is None:
            self._not_begun()
        elif not proof.is_as_planned(self._order):
            os.close(held)
            self._end("changed", working.failure(changed()))
        else:
            # Let go before the end is told: whoever hears of it may begin the next job at once.
            try:
                ending = self._carry_out(held)
            finally:
                os.close(held)
            self._end(*ending)

    def _not_begun(self) -> None:
        if self._cancelled.is_set():
            self._end("cancelled", _cancelled("Nothing was changed."))
            return
        self._end("failed", working.failure(locked()))

    def _carry_out(self, held: int) -> tuple[JobState, Failure | None]:
        env = environment.built(self._environ)
        self._look_where(env)
        before = proof.look(self._order.interpreter, env)
        brought = modules.brought(self._order.packages, self._job.plan.changes)
        self._tell(replace(self._job, state="running", started=_now()))
        endings = [self._run(argv, env, held) for argv in self._job.plan.argv]
        self._tell(replace(self._job, phase="verifying", progress=None))
        after = proof.look(self._order.interpreter, env)
        verdict = proof.verdict(self._order, before, after, brought)
        self._tell(replace(self._job, verdict=verdict))
        for remark in proof.remarks(before, after):
            self._log.add(remark)
        return self._judged(endings)

    def _look_where(self, env: Mapping[str, str]) -> None:
        """Raise a `Problem` unless an installer would land where the plan says."""
        python = self._job.plan.target.python
        there = place.reached(python, env, limit=place.TIMEOUT, stop=child.Stop())
        if not place.is_meant(there, self._order.interpreter):
            raise redirected(self._job.plan.target.prefix, there.prefix)

    def _judged(self, endings: list[Ending]) -> tuple[JobState, Failure | None]:
        verdict = self._job.verdict
        assert verdict is not None  # noqa: S101 - told just before
        touched = verdict.changes != type(verdict.changes)()
        if any(ending.cut for ending in endings):
            done = (
                "Some of it had been done: look at what changed."
                if touched
                else "Nothing was changed."
            )
            return "cancelled", _cancelled(done)
        for ending in endings:
            if ending.late:
                return "failed", working.failure(timed_out(self._record.limit))
            if ending.returncode != 0:
                return "failed", working.failure(self._installer().explain(ending.said))
        if not verdict.planned:
            message = "The installer reported success, but the planned changes are not there."
            hint = "Look at the log. Something on this machine sends installs elsewhere."
            return "failed", Failure(reason="unproved", message=message, hint=hint)
        if verdict.broken:
            message = f"Everything was installed, but {verdict.broken[0]}."
            hint = "Look at what is broken, and install what it needs."
            return "failed", Failure(reason="broken", message=message, hint=hint)
        return "succeeded", None

    def _run(self, argv: tuple[str, ...], env: Mapping[str, str], held: int) -> Ending:
        """Run one command of the plan under the lock, which it inherits."""
        empty = self._folder / "empty"
        empty.mkdir(mode=0o700, exist_ok=True)
        return Running(
            installer=self._installer(),
            log=self._log,
            progress=self._progress,
            cancelled=self._cancelled,
            limit=self._record.limit,
        ).run(
            argv,
            env=env,
            cwd=str(empty),
            descriptors=() if os.name != "posix" else (held, *self._own_lock),
        )

    def _progress(self, heard: Heard) -> None:
        if heard.phase is None:
            return
        progress = None
        if heard.done is not None and heard.total is not None:
            progress = Progress(done=heard.done, total=heard.total)
        if heard.phase == self._job.phase and time.monotonic() - self._written < _PAUSE:
            return
        self._tell(replace(self._job, phase=heard.phase, progress=progress))

    def _installer(self) -> Installer:
        """Return the one that understands what the plan's installer says."""
        python = self._job.plan.target.python
        return (
            Uv(python=python, executable="uv")
            if self._job.plan.installer == "uv"
            else Pip(python=python)
        )

    def _end(self, state: JobState, failure: Failure | None) -> None:
        ended = replace(self._job, state=state, failure=failure, phase=None, progress=None)
        self._tell(replace(ended, ended=_now()))
        records.give_spare(self._folder)

    def _tell(self, job: Job) -> None:
        self._record = replace(self._record, job=job)
        self._written = time.monotonic()
        records.write(self._folder / "job.json", self._record)


def _cancelled(done: str) -> Failure:
    return Failure(
        reason="cancelled",
        message=f"The job was cancelled. {done}",
        hint="Make a new plan whenever you like.",
    )


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def _await_cancel(file: Path, cancelled: threading.Event) -> None:
    """Look for the file that cancels: it works before the first signal could, and everywhere."""
    while not cancelled.wait(_LOOK):
        if file.exists():
            cancelled.set()


def main(folder: Path, own_lock: int | None) -> None:
    """Do the job in `folder`."""
    os.umask(0o077)
    cancelled = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: cancelled.set())
    looking = (folder / CANCEL, cancelled)
    threading.Thread(target=_await_cancel, args=looking, daemon=True).start()
    Worker(folder, dict(os.environ), own_lock, cancelled).work()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)  # noqa: PLR2004
