"""Runs a child process in an empty folder of its own, to its end or its time limit.

Then the child's whole process group is gone and reaped, and no more was kept of what it printed
than is allowed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from ..facts.text import clean
from ..problems import Problem

#: Seconds that a killed child is waited for. One that hangs in the kernel, on a network disk that is
#: gone, ends only when the disk is back.
_MOURNING = 5.0

#: Those that run now.
_running: set[subprocess.Popen[bytes]] = set()

#: One for each that is being started, and runs already perhaps.
_beginning: set[object] = set()

#: Set while no more are to be started.
_stopping = threading.Event()

#: How the names of children's folders begin.
PREFIX = "envcheck-"

#: Bytes of output. A reply is about 10 kB; more than this is noise without end.
MOST_OUTPUT = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended, and what it said."""

    stdout: bytes
    stderr: bytes
    status: int
    timeout: float
    timed_out: bool
    flooded: bool

    @property
    def signal(self) -> str | None:
        """The signal that ended it by itself; None where it was ended for another reason, or none."""
        by_itself = not self.timed_out and not self.flooded
        return _signal_name(-self.status) if by_itself and self.status < 0 else None

    def __str__(self) -> str:
        """Return how it ended, in words that follow "it"."""
        if self.timed_out:
            return f"did not answer within {self.timeout:g} seconds and was ended"
        if self.flooded:
            return "printed without end and was ended"
        if self.signal is not None:
            return f"was ended by {self.signal}"
        return f"ended with status {self.status}"


def run(argv: list[str], stdin: bytes, env: Mapping[str, str], timeout: float) -> Ended:
    """Run a child; Problem where it cannot be started, or there is no place for its folder."""
    with empty_folder() as empty:
        if _stopping.is_set():
            raise Problem("stopped", "It was stopped before it began.", "Look again.")
        beginning = object()
        _beginning.add(beginning)
        try:
            child = _start(argv, env, empty)
            _running.add(child)
        finally:
            _beginning.discard(beginning)
        if _stopping.is_set():  # in between
            _end(child)
        pipes = [pipe for pipe in (child.stdout, child.stderr) if pipe is not None]
        drains = [_Drain(child, pipe) for pipe in pipes]
        helpers = [_thread(drain.run) for drain in drains]
        helpers.append(_thread(_feed, child.stdin, stdin))
        # Waited for in a thread: Popen.wait with a time limit looks only every 50 ms.
        waiting = _thread(_await_end, child)
        waiting.join(timeout)
        timed_out = waiting.is_alive()
        _running.discard(child)
        _end(child)
        waiting.join(_MOURNING)
        status = 0
        if waiting.is_alive():  # given up; a thread stays behind to reap it
            timed_out = True
            _thread(_reap, child, waiting)
        else:
            status = child.wait()
        # What the child wrote is read at once. But what it started in a session of its own may hold
        # the pipe open: its thread is left to itself.
        grace = time.monotonic() + 0.5
        for helper in helpers:
            helper.join(max(0.0, grace - time.monotonic()))
    stdout, stderr = (bytes(drain.read) for drain in drains)
    return Ended(
        stdout=stdout,
        stderr=stderr,
        status=status,
        timeout=timeout,
        timed_out=timed_out,
        flooded=any(drain.flooded for drain in drains),
    )


def end_all() -> None:
    """Kill all children that run now, and let none be started until `may_start`."""
    _stopping.set()
    for child in tuple(_running):
        _end(child)


def end_the_rest() -> None:
    """Kill those, too, that were being started in other threads when all were killed."""
    until = time.monotonic() + _MOURNING
    while _beginning and time.monotonic() < until:
        time.sleep(0.01)
    end_all()


def may_start() -> None:
    """Let children be started again."""
    _stopping.clear()


@dataclass
class _Drain:
    """Reads a pipe to its end in a thread; past what is allowed it ends the child."""

    child: subprocess.Popen[bytes]
    pipe: IO[bytes]
    read: bytearray = field(default_factory=bytearray)
    flooded: bool = False

    def run(self) -> None:
        with self.pipe:
            while chunk := os.read(self.pipe.fileno(), 65_536):
                if len(self.read) + len(chunk) > MOST_OUTPUT:
                    self.flooded = True
                    if self.child.returncode is None:  # once reaped, its number may be another's
                        _end(self.child)
                    return
                self.read += chunk


def empty_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for one process to start in; Problem where there is no place for it."""
    try:
        return tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    except OSError as error:
        why = clean(error.strerror or type(error).__name__, 200)
        raise Problem(
            "no-place",
            f"No folder could be made to start a process in: {why}.",
            "Make room on the disk of the temporary folder (TMPDIR), or the folder itself.",
        ) from error


def _thread(target: Callable[..., object], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


def _await_end(child: subprocess.Popen[bytes]) -> None:
    """Wait until the child has ended; where it can be left unreaped, its number stays its own."""
    if sys.platform == "linux":
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    else:
        child.wait()


def _reap(child: subprocess.Popen[bytes], waiting: threading.Thread) -> None:
    waiting.join()
    child.wait()


def _start(argv: list[str], env: Mapping[str, str], cwd: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            argv,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=cwd,
            env=dict(env),
            start_new_session=os.name == "posix",
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Problem(
            "not-found",
            f"There is no Python at {clean(argv[0])}.",
            "Was its environment moved or removed? Choose another kernel or make it anew.",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in a path
        raise Problem(
            "not-executable",
            f"{clean(argv[0])} cannot be run: {clean(str(error), 300)}.",
            "Check that the file is a Python for this machine and that you may execute it.",
        ) from error


def _feed(pipe: IO[bytes], text: bytes) -> None:
    with contextlib.suppress(OSError), pipe:  # it ended without reading: its status tells
        pipe.write(text)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child's group, whether or not the child itself has ended."""
    if sys.platform == "win32":
        child.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
