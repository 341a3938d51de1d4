"""Runs one short command to its end: bounded in time and output, ended with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

import psutil

from ..facts.text import clean
from ..installers import Reply
from ..installers.failures import timed_out
from ..problems import Problem

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
    with tempfile.TemporaryDirectory(prefix="envcheck-", ignore_cleanup_errors=True) as empty:
        process = start(argv, env=env, cwd=empty, stderr=subprocess.PIPE)
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101
        streams = (_Kept(process.stdout), _Kept(process.stderr))
        with stop.watching(process):
            for stream in streams:
                stream.join(max(0.0, until - time.monotonic()))
            late = any(stream.is_alive() for stream in streams)
            end(process)
            process.wait()
        for stream in streams:
            stream.join()
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
            # Windows has no groups of this kind; there `end` looks for the children by name.
            process_group=0 if os.name == "posix" else None,
        )
    except (OSError, ValueError) as error:
        message = f"{clean(argv[0])} cannot be run: {clean(str(error), 300)}."
        hint = "Was the environment moved or removed? Choose another kernel, or make it anew."
        raise Problem("not-executable", message, hint) from error


def end(process: subprocess.Popen[bytes], *, gently: bool = False) -> None:
    """Send a signal to a process and all its children, whether or not it has ended itself."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM if gently else signal.SIGKILL)
        return
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    process.kill()


class _Kept(threading.Thread):
    """Reads a stream to its end, and keeps its beginning."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._kept = bytearray()
        self.start()

    def run(self) -> None:
        with self._stream:
            while piece := self._stream.read1(65_536):  # type: ignore[attr-defined]
                self._kept += piece[: max(0, _LONGEST - len(self._kept))]

    def text(self) -> str:
        """Return what was kept."""
        return self._kept.decode("utf-8", "replace")
