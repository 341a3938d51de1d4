"""Sees which imports take their time, by looking at the stack of the thread that imports.

Nothing is wrapped and no hook is set: import hooks and wrapped loaders stay in what is imported.
"""

from __future__ import annotations

import sys
import time
from types import FrameType

from ...facts.cell import SlowImport
from ...facts.text import clean

_LEAST = 0.05  #: seconds of an import that is told
_MOST = 10  #: of them
_MACHINERY = "<frozen importlib"


class Imports:
    """Counts the time that a thread is seen in the import of a top-level module."""

    def __init__(self, thread: int) -> None:
        self._thread = thread
        self._seconds: dict[str, float] = {}
        self._last = time.perf_counter()
        self._searching = 0.0  #: seconds before the module that is searched for began to run

    def look(self) -> None:
        """Look at the stack, and give the time since the last look to what is imported there."""
        now = time.perf_counter()
        since, self._last = now - self._last, now
        importing, name = imported_at(sys._current_frames().get(self._thread))  # noqa: SLF001
        if name is not None:
            self._seconds[name] = self._seconds.get(name, 0.0) + since + self._searching
        self._searching = self._searching + since if importing and name is None else 0.0

    def slowest(self) -> tuple[SlowImport, ...]:
        """Return the imports that took long, slowest first."""
        slow = [one for one in self._seconds.items() if one[1] >= _LEAST]
        slow.sort(key=lambda one: -one[1])
        return tuple(
            SlowImport(name=clean(name, 100), seconds=seconds) for name, seconds in slow[:_MOST]
        )


def imported_at(frame: FrameType | None) -> tuple[bool, str | None]:
    """Tell whether a stack is in the midst of an import, and of which top-level module.

    The outermost module that runs counts: what it imports belongs to its time.
    """
    importing, name, inner = False, None, None
    while frame is not None:
        if frame.f_code.co_filename.startswith(_MACHINERY):
            importing = True
            if inner is not None:
                name = inner
        told = frame.f_globals.get("__name__") if frame.f_code.co_name == "<module>" else None
        inner = told if type(told) is str else None
        frame = frame.f_back
    return importing, name.partition(".")[0] if name is not None else None
