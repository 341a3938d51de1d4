"""Runs one short command to its end: bounded in time and output, ended with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

import psutil

from ..facts.text import clean
from ..installers import Reply
from ..installers.failures import timed_out
from ..probe.child import empty_folder
from ..problems import Problem

#: Seconds that what a process said may take to arrive once it has ended. A daemon that it leaves
#: behind can keep the pipe open for ever.
GRACE = 2.0

#: Seconds between two looks whether a process has ended.
_LOOK = 0.05

#: Bytes of one stream; a dry run of 300 names prints a tenth of it. What is more is read, not kept.
_LONGEST = 8_000_000


class Stop:
    """Ends what runs, from another thread, and whatever would start after."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def set(self) -> None:
        """Stop, now."""
        with self._lock:
            self.stopped = True
            if self._process is not None:
                end(self._process)

    @contextlib.contextmanager
    def watching(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """End `process` when stopped, also if that has happened already."""
        with self._lock:
            self._process = process
            if self.stopped:
                end(process)
        try:
            yield
        finally:
            with self._lock:
                self._process = None


def run(argv: Sequence[str], *, env: Mapping[str, str], limit: float, stop: Stop) -> Reply:
    """Run `argv` in an empty directory of its own and return what it said."""
    until = time.monotonic() + limit
    with empty_folder() as empty:
        process = start(argv, env=env, cwd=empty, stderr=subprocess.PIPE)
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101
        streams = (_Kept(process.stdout), _Kept(process.stderr))
        with stop.watching(process):
            late = not _heard(process, streams, until)
            end(process)
            process.wait()
        patience = time.monotonic() + (GRACE if late else 0.0)
        for stream in streams:
            stream.join(max(0.0, patience - time.monotonic()))
    if stop.stopped:
        raise Problem("cancelled", "The plan was cancelled.", "Ask again whenever you like.")
    if late:
        raise timed_out(limit)
    output, errors = (stream.text() for stream in streams)
    return Reply(returncode=process.returncode, output=output, errors=errors)


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str,
    stderr: int,
    pass_fds: Sequence[int] = (),
    umask: int = -1,
) -> subprocess.Popen[bytes]:
    """Start `argv` with nothing to read, as the leader of a process group of its own."""
    try:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=cwd,
            env=dict(env),
            pass_fds=tuple(pass_fds),
            umask=umask,
            # Windows has no groups of this kind; there `end` looks for the children by name.
            process_group=0 if os.name == "posix" else None,
        )
    except (OSError, ValueError) as error:
        message = f"{clean(argv[0])} cannot be run: {clean(str(error), 300)}."
        hint = "Was the environment moved or removed? Choose another kernel, or make it anew."
        raise Problem("not-executable", message, hint) from error


def end(process: subprocess.Popen[bytes], *, gently: bool = False) -> None:
    """Send a signal to a process and all its children, whether or not it has ended itself."""
    found = below(process)  # first: nobody tells any more whose children they were
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM if gently else signal.SIGKILL)
    end_each(found, gently=gently)
    if os.name != "posix":
        process.kill()


def below(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the children of a process and theirs, also those that left its group."""
    if has_ended(process):
        return []
    with contextlib.suppress(psutil.Error):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def end_each(processes: Iterable[psutil.Process], *, gently: bool = False) -> None:
    """Send a signal to those of the processes that still run."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if gently:
                process.terminate()
            else:
                process.kill()


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell it without reaping: the number of what is reaped, and of its group, can be another's."""
    if process.returncode is not None:
        return True
    if os.name != "posix":
        return process.poll() is not None
    try:
        return bool(psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _heard(
    process: subprocess.Popen[bytes], streams: Sequence[threading.Thread], until: float
) -> bool:
    """Wait for all that a process says; tell whether it came before the time was over."""
    ended = False
    while left := [stream for stream in streams if stream.is_alive()]:
        if time.monotonic() >= until:
            return ended
        if not ended and has_ended(process):
            ended, until = True, min(until, time.monotonic() + GRACE)
        left[0].join(max(0.0, min(_LOOK, until - time.monotonic())))
    return True


class _Kept(threading.Thread):
    """Reads a stream to its end, and keeps its beginning."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        # Not by its buffer, whose lock would be held at the end of Python if this still waits.
        with self._stream:
            while piece := os.read(self._stream.fileno(), 65_536):
                self._kept += piece[: max(0, _LONGEST - len(self._kept))]

    def text(self) -> str:
        """Return what was kept."""
        return self._kept.decode("utf-8", "replace")
