"""Ctrl-C: while we look it ends what was started, too; while a job runs it is counted, and ends nobody."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

#: Seconds to one look, and to the next, and the next.
_NUDGES = (0.05, 0.2, 1.0)

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
        with _looking_again():
            yield
    except KeyboardInterrupt:
        if (child := sys.modules.get(_CHILD)) is not None:
            child.end_the_rest()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
        if (child := sys.modules.get(_CHILD)) is not None:
            child.may_start()


@contextmanager
def _looking_again() -> Iterator[None]:
    """Have Python look for signals once more after a Ctrl-C.

    One that comes between its last look and a wait without end, such as that for a line, would be
    heard when the wait is over. The system tells a pipe of each signal; a thread listens there, and
    breaks the wait by a signal that means nothing.
    """
    if not hasattr(signal, "pthread_kill"):  # on Windows
        yield
        return
    listening, told = os.pipe()
    os.set_blocking(told, False)
    before = signal.signal(signal.SIGURG, lambda *_: None), signal.set_wakeup_fd(told)
    threading.Thread(target=_nudge, args=(listening,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before[1])
        signal.signal(signal.SIGURG, before[0])  # which ignores what may still come
        os.close(told)  # which ends the thread


def _nudge(listening: int) -> None:
    main = threading.main_thread().ident
    assert main is not None  # noqa: S101 - it runs
    while signals := os.read(listening, 1024):
        for pause in _NUDGES if signal.SIGINT in signals else ():
            time.sleep(pause)
            signal.pthread_kill(main, signal.SIGURG)
    os.close(listening)


def _can_be_heard() -> bool:
    """Tell whether a handler can be set here, and the one before be put back: it is Python's own."""
    in_main = threading.current_thread() is threading.main_thread()
    return in_main and signal.getsignal(signal.SIGINT) is not None


def _end(number: int, frame: FrameType | None) -> None:
    if (child := sys.modules.get(_CHILD)) is not None:  # else nothing was started yet
        child.end_all()
    signal.default_int_handler(number, frame)


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
