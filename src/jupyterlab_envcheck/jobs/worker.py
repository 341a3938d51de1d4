"""Carries out one job, in a process of its own: `python -P -m jupyterlab_envcheck.jobs.worker DIR`.

All it says, it writes into the job's folder. An error nobody foresaw ends it with a traceback in
`worker.txt`; the job is then shown as interrupted: its lock is free and it has not ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ..installers import Heard, Installer, Pip, Uv
from ..installers.failures import changed, locked, timed_out
from ..plan import Failure, working
from ..problems import Problem
from . import child, environment, lock, proof, records
from .folders import CANCEL
from .job import Job, JobState, Progress, Record
from .log import Log
from .resolve import Order

#: Seconds that a job waits for another one in the same environment.
PATIENCE = 600.0

#: Seconds between two writings of the progress: readers look four times a second at most.
_PAUSE = 0.25

#: Seconds that an installer has to end after being asked to.
_GRACE = 5.0

#: Seconds between two looks for a cancellation.
_LOOK = 0.1

#: Bytes of one line; what is longer is cut into several.
_LINE = 65_536


@dataclass(frozen=True, kw_only=True)
class _Ending:
    """How the installer ended."""

    returncode: int
    said: str
    late: bool


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
        """Do the job, whole."""
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
            self._carry_out(held)

    def _not_begun(self) -> None:
        if self._cancelled.is_set():
            self._end("cancelled", _cancelled("Nothing was changed."))
            return
        self._end("failed", working.failure(locked()))

    def _carry_out(self, held: int) -> None:
        env = environment.built(self._environ)
        before = proof.look(self._order.interpreter, env)
        self._tell(replace(self._job, state="running", started=_now()))
        try:
            endings = [self._run(argv, env, held) for argv in self._job.plan.argv]
        except Problem as problem:
            self._end("failed", working.failure(problem))
            return
        self._tell(replace(self._job, phase="verifying", progress=None))
        after = proof.look(self._order.interpreter, env)
        verdict = proof.verdict(self._order, before, after)
        self._tell(replace(self._job, verdict=verdict))
        self._end(*self._judged(endings))
        os.close(held)

    def _judged(self, endings: list[_Ending]) -> tuple[JobState, Failure | None]:
        verdict = self._job.verdict
        assert verdict is not None  # noqa: S101 - told just before
        touched = verdict.changes != type(verdict.changes)()
        if self._cancelled.is_set():
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

    def _run(self, argv: tuple[str, ...], env: Mapping[str, str], held: int) -> _Ending:
        """Run one command of the plan under the lock, which it inherits."""
        empty = self._folder / "empty"
        empty.mkdir(mode=0o700, exist_ok=True)
        if self._cancelled.is_set():
            return _Ending(returncode=1, said="", late=False)
        descriptors = () if os.name != "posix" else (held, *self._own_lock)
        process = child.start(
            argv, env=env, cwd=str(empty), stderr=subprocess.STDOUT, pass_fds=descriptors
        )
        ended, late = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process, ended, late), daemon=True)
        watcher.start()
        said = self._listen(process)
        process.wait()
        ended.set()
        watcher.join()
        return _Ending(returncode=process.returncode, said=said, late=late.is_set())

    def _watch(
        self, process: subprocess.Popen[bytes], ended: threading.Event, late: threading.Event
    ) -> None:
        """End the installer when the job is cancelled or its time is over."""
        until = time.monotonic() + self._record.limit
        while not self._cancelled.wait(0.1):
            if ended.is_set():
                return
            if time.monotonic() > until:
                late.set()
                break
        child.end(process, gently=True)
        if not ended.wait(_GRACE):
            child.end(process)

    def _listen(self, process: subprocess.Popen[bytes]) -> str:
        """Log what the installer says until it ends; return the last of it."""
        hear, tail = self._installer().listener(), list[str]()
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        with process.stdout as output:
            while raw := output.readline(_LINE):
                text = raw.decode("utf-8", "replace").rstrip()
                heard = hear(text)
                if heard.shown:
                    self._log.add(text)
                    tail = [*tail[-400:], text]
                self._progress(heard)
        return "\n".join(tail)

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
