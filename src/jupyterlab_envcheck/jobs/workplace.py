"""What a worker works with: its order, the job as it is told to readers, and how commands are run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..installers import Conda, Heard, Pip, Uv
from ..installers.failures import redirected
from ..plan import Failure
from . import child, environment, place, records
from .conda import check as conda_check, tools
from .job import Job, JobState, Progress, Record
from .log import Log
from .order import Order
from .running import Ending, Running, Understood

#: Seconds between two writings of the progress: readers look four times a second at most.
_PAUSE = 0.25


class Workplace:
    """The folder of one job, and the environment it changes."""

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        own_lock: int | None,
        cancelled: threading.Event,
        umask: int = -1,
    ) -> None:
        self.folder = folder
        self.order = records.read(Order, folder / "order.json")
        self.record = records.read(Record, folder / "job.json")
        active = self.prefix if self.order.checks and not self.order.creates else None
        roots = (tools.mamba_root(check.tool, check.argv[0]) for check in self.order.checks)
        self.env = environment.built(
            environ,
            subdir=self.order.subdir,
            active=active,
            mamba_root=next(filter(None, roots), None),
        )
        self.log = Log(folder / "log.jsonl")
        self.cancelled = cancelled
        self._own_lock = () if own_lock is None else (own_lock,)
        self._umask = umask
        self._written = 0.0

    @property
    def job(self) -> Job:
        """The job as it was told last."""
        return self.record.job

    @property
    def prefix(self) -> str:
        """The environment."""
        return self.job.plan.target.prefix

    def tell(self, job: Job) -> None:
        """Let readers see the job so."""
        self.record = replace(self.record, job=job)
        self._written = time.monotonic()
        records.write(self.folder / "job.json", self.record)

    def began(self) -> None:
        """Let readers see whose process it is."""
        self.tell(replace(self.job, pid=os.getpid()))

    def started(self) -> None:
        """Let readers see that the environment is being changed from now on."""
        self.tell(replace(self.job, state="running", started=_now()))

    def ended(self, state: JobState, failure: Failure | None) -> None:
        """Let readers see how the job ended."""
        told = replace(self.job, state=state, failure=failure, phase=None, progress=None)
        self.tell(replace(told, ended=_now()))
        records.give_spare(self.folder)

    def installer(self, argv: tuple[str, ...]) -> Understood:
        """Return the one that understands what a command of the plan says."""
        plan = self.job.plan
        conda = conda_check.tool_of(plan.installer or "", argv, self.prefix)
        if conda is not None:
            return conda
        # Where conda leaves the rest to one of these, the plan names conda.
        python = plan.target.python
        is_uv = plan.installer == "uv" or ("pip" in argv and argv[1:3] != ("-m", "pip"))
        return Uv(python=python, executable="uv") if is_uv else Pip(python=python)

    def look_where(self) -> None:
        """Raise a `Problem` unless an installer would land where the plan says."""
        python = self.job.plan.target.python
        there = place.reached(python, self.env, limit=place.TIMEOUT, stop=child.Stop())
        if not place.is_meant(there, self.order.interpreter):
            raise redirected(self.prefix, there.target)

    def run(self, argv: tuple[str, ...], held: int) -> Ending:
        """Run one command of the plan under the lock, which it inherits. Raises `Problem`."""
        installer = self.installer(argv)
        if isinstance(installer, Conda):
            tools.must_be_trusted(installer.tool, argv)
        empty = self.folder / "empty"
        empty.mkdir(mode=0o700, exist_ok=True)
        return Running(
            installer=installer,
            log=self.log,
            progress=self._progress,
            cancelled=self.cancelled,
            limit=self.record.limit,
            umask=self._umask,
        ).run(
            argv,
            env=self.env,
            cwd=str(empty),
            descriptors=() if os.name != "posix" else (held, *self._own_lock),
        )

    def _progress(self, heard: Heard) -> None:
        if heard.phase is None:
            return
        progress = None
        if heard.done is not None and heard.total is not None:
            progress = Progress(done=heard.done, total=heard.total)
        is_news = heard.phase != self.job.phase or (progress and self.job.progress is None)
        if not is_news and time.monotonic() - self._written < _PAUSE:
            return
        self.tell(replace(self.job, phase=heard.phase, progress=progress))


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
