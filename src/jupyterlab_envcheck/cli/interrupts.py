"""Ctrl-C: while we look it ends what was started, too; while a job runs it is counted, and ends nobody."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

#: Seconds of one turn of a long wait.
_TURN = 0.25

#: What starts processes. `--help` does not load it.
_CHILD = f"{__package__.rpartition('.')[0]}.probe.child"


@contextmanager
def ending_children() -> Iterator[None]:
    """Let Ctrl-C end the Pythons that are being asked, in sessions of their own, which it does not reach."""
    if not _can_be_heard():
        yield
        return
    before = signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if (child := sys.modules.get(_CHILD)) is not None:
            child.may_start()


def _can_be_heard() -> bool:
    """Tell whether a handler can be set here, and the one before be put back: it is Python's own."""
    in_main = threading.current_thread() is threading.main_thread()
    return in_main and signal.getsignal(signal.SIGINT) is not None


def _end(number: int, frame: FrameType | None) -> None:
    if (child := sys.modules.get(_CHILD)) is not None:  # else nothing was started yet
        child.end_all()
    signal.default_int_handler(number, frame)


def result_of(work: Future[T]) -> T:
    """Return what work in a thread returns, or raise what it raises.

    It is waited for in turns: a Ctrl-C that comes just before a wait without end is never heard.
    """
    while not work.done():
        wait([work], timeout=_TURN)
    return work.result()


class Interrupts:
    """Counts how often Ctrl-C was pressed, instead of ending this process.

    A handler may come in the middle of anything, so it does nothing else. Only a process's main
    thread can have one; elsewhere, as in a kernel's subshell, Ctrl-C does what it did before.
    """

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Self:
        self._heard = _can_be_heard()
        if self._heard:
            self._before = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._heard:
            signal.signal(signal.SIGINT, self._before)

    def _press(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.count += 1
