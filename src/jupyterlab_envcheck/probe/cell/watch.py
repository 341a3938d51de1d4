"""Watches a cell from its start to its end."""

from __future__ import annotations

import threading
import time

from ...facts.cell import CellRun
from .gpu_memory import GpuMemory
from .imports import Imports
from .load import Load

_STEP = 0.01  #: seconds between two looks at what the cell is importing
#: Of the time that looking at processes takes, this many times is rested after it.
_REST = 20
_LOAD_STEP = 0.25  #: seconds between two such looks, at least: CPU time is counted in hundredths


class Watch:
    """Watches the thread that begins it, and the whole process, until it is stopped.

    The cell's own objects are not touched: what it imports is read off the stack of its thread, and
    the rest is told by the system.
    """

    def __init__(self) -> None:
        self._imports = Imports(threading.get_ident())
        self._gpus = GpuMemory()
        self._stop = threading.Event()
        self._own = 0.0  #: CPU seconds of the thread that watches
        self._thread = threading.Thread(target=self._run, name="envcheck", daemon=True)
        self._load = Load(excepted=self._gpus.pid)
        self._thread.start()
        self._began = time.perf_counter()

    def stop(self) -> CellRun:
        """Return what was seen; nothing watches any more."""
        wall = time.perf_counter() - self._began
        try:
            self._load.count()  # before the thread has ended: it reaps no child in between
        finally:
            self._stop.set()
            self._thread.join()
            gpus = self._gpus.stop()
        cpu = max(0.0, self._load.own - self._own)
        return CellRun(
            wall=wall,
            cpu=cpu + self._load.of_workers,
            cpu_workers=self._load.of_workers,
            workers=self._load.workers,
            threads=self._load.threads,
            queued=self._load.queued,
            busy=self._load.busy / wall,
            imports=self._imports.slowest(),
            gpus=gpus,
        )

    def _run(self) -> None:
        due = time.monotonic() + _LOAD_STEP
        while not self._stop.wait(_STEP):
            self._imports.look()
            now = time.monotonic()
            if now >= due:
                self._load.look()
                took = time.monotonic() - now
                due = now + max(_LOAD_STEP, _REST * took)
            self._own = time.thread_time()
