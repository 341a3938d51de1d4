"""Counts the CPU time, processes and threads of this process and of those it started."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass, field

import psutil

#: Seconds between two counts in which a thread must have computed to be one that computes: the
#: system counts in hundredths.
_LEAST = 0.01


_BUSY = ("user", "nice", "system", "irq", "softirq", "steal")


@dataclass
class _Child:
    """A process that was started by this one, or by one of those."""

    process: psutil.Process
    before: float  #: CPU seconds when it was first seen; none of what began meanwhile
    now: float


@dataclass
class Load:
    """CPU seconds since it was made; processes and threads at most. One thread looks at a time."""

    excepted: int | None  #: a process of our own
    own: float = 0.0  #: of this process
    of_workers: float = 0.0  #: of those it started
    queued: float | None = None  #: seconds in which the thread that made this had to wait for a CPU
    busy: float = 0.0  #: CPU seconds of all that runs on this machine
    workers: int = 0
    threads: int | None = None
    _children: dict[int, _Child] = field(default_factory=dict)
    _threads: dict[tuple[int, int], float] = field(default_factory=dict)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._here = psutil.Process()
        self._thread = threading.get_native_id()
        self._see(new=False)
        self._count_threads()
        self._queued, self._busy = _queued(self._thread), _busy()
        self._times, self._own = os.times(), time.process_time()

    def look(self) -> None:
        """Look at who computes now; takes some milliseconds where there are many processes."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        before = {pid: child.now for pid, child in self._children.items()}
        self._see(new=True)
        busy = [
            pid
            for pid, child in self._children.items()
            if child.now - before.get(pid, 0.0) >= _LEAST
        ]
        self.workers = max(self.workers, len(busy))
        threads = self._count_threads()
        if threads is not None:
            self.threads = max(self.threads or 0, threads)

    def count(self) -> None:
        """Take the last look, and count."""
        with self._looking:
            self._count()

    def _count(self) -> None:
        now, self.own = os.times(), time.process_time() - self._own
        self.busy = _busy() - self._busy
        queued = _queued(self._thread)
        if queued is not None and self._queued is not None:
            self.queued = queued - self._queued
        self._look()
        reaped = (
            now.children_user
            - self._times.children_user
            + now.children_system
            - self._times.children_system
        )
        alive = [child for child in self._children.values() if child.process.is_running()]
        gone = [child for child in self._children.values() if not child.process.is_running()]
        # What the system has counted of the gone holds what they had used before, too; Windows
        # counts nothing of them.
        of_gone = sum((child.now - child.before for child in gone), start=0.0)
        if reaped > 0:
            of_gone = max(of_gone, reaped - sum(child.before for child in gone))
        self.of_workers = of_gone + sum(child.now - child.before for child in alive)

    def _see(self, *, new: bool) -> None:
        with contextlib.suppress(psutil.Error):
            for process in self._here.children(recursive=True):
                if process.pid == self.excepted:
                    continue
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    used = times.user + times.system
                    known = self._children.get(process.pid)
                    if known is not None and known.process == process:
                        known.now = used
                    else:
                        before = 0.0 if new else used
                        self._children[process.pid] = _Child(process, before, used)

    def _count_threads(self) -> int | None:
        """Return how many threads have computed since the last count; None where none are told."""
        own = threading.get_native_id()
        busy, told = 0, False
        for process in (self._here, *(child.process for child in self._children.values())):
            try:
                threads = process.threads()
            except (psutil.Error, NotImplementedError, OSError):
                continue
            told = True
            for thread in threads:
                key, used = (process.pid, thread.id), thread.user_time + thread.system_time
                grown = used - self._threads.get(key, 0.0)
                self._threads[key] = used
                busy += grown >= _LEAST and thread.id != own
        return busy if told else None


def _busy() -> float:
    """Return the seconds that this machine's CPUs have been busy, added up."""
    times = psutil.cpu_times()
    # Not what guests took, which is in the others, nor waiting for disks.
    return float(sum(getattr(times, name, 0.0) for name in _BUSY))


def _queued(thread: int) -> float | None:
    """Return the seconds that a thread was ready and had no CPU; None where Linux does not tell."""
    try:
        with open(f"/proc/self/task/{thread}/schedstat", encoding="ascii") as file:
            _, waited, _ = file.read().split()
        return int(waited) / 1e9
    except (OSError, ValueError):
        return None
