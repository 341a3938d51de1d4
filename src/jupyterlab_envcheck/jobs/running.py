"""Runs one command of a job to its end: heard line by line, cancelled, and bounded in time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, Queue
from typing import IO, Protocol

from ..installers import Heard
from ..problems import Problem
from . import child
from .log import Log

#: Seconds that an installer has to end after being asked to.
_GRACE = 5.0

#: Seconds between two looks whether the installer has ended.
_LOOK = 0.1

#: Bytes of one line, about; what is longer is cut into several.
_LONGEST = 65_536

#: Lines that wait to be heard; an installer that says more waits for us.
_WAITING = 100


#: Lines for people that are kept to tell why a command failed.
_TAIL = 400

#: Characters of an answer for programs, likewise: mamba tells each package twice, in full.
_LONGEST_ANSWER = 4_000_000


class Understood(Protocol):
    """A tool whose words are understood while it works, and when it has failed."""

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands the lines of one run, in their order."""

    def explain(self, text: str) -> Problem:
        """Return what went wrong, in a sentence, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the installer ended."""

    returncode: int
    said: str
    late: bool = False
    cut: bool = False  #: because the job was cancelled


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a command is run with."""

    installer: Understood
    log: Log
    progress: Callable[[Heard], None]
    cancelled: threading.Event
    limit: float  #: seconds
    umask: int = -1  #: for the files that it makes; -1 for this process's own

    def run(
        self, argv: Sequence[str], *, env: Mapping[str, str], cwd: str, descriptors: Sequence[int]
    ) -> Ending:
        """Run `argv`, which inherits the descriptors. Raises `Problem`."""
        if self.cancelled.is_set():
            return Ending(returncode=1, said="", cut=True)
        process = child.start(
            argv,
            env=env,
            cwd=cwd,
            stderr=subprocess.STDOUT,
            pass_fds=descriptors,
            umask=self.umask,
        )
        ended, late = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process, ended, late), daemon=True)
        watcher.start()
        try:
            said = self._listen(process)
            if child.has_ended(process):
                child.end(process)  # what it left behind in its group
            process.wait()
        except BaseException:
            child.end(process)  # nobody listens any more, and the job is about to be called ended
            raise
        finally:
            ended.set()
            watcher.join()
        # A cancellation that comes later finds the work done.
        cut = self.cancelled.is_set() and process.returncode != 0
        return Ending(returncode=process.returncode, said=said, late=late.is_set(), cut=cut)

    def _watch(
        self, process: subprocess.Popen[bytes], ended: threading.Event, late: threading.Event
    ) -> None:
        """End the installer when the job is cancelled or its time is over."""
        until = time.monotonic() + self.limit
        while not self.cancelled.wait(0.1):
            if ended.is_set():
                return
            if time.monotonic() > until:
                late.set()
                break
        below = child.below(process)
        child.end(process, gently=True)
        if not ended.wait(_GRACE):
            child.end(process)
        child.end_each(below)

    def _listen(self, process: subprocess.Popen[bytes]) -> str:
        """Log what the installer says until it ends; return the last of it."""
        hear, tail, answer = self.installer.listener(), deque[str](maxlen=_TAIL), deque[str]()
        length = 0
        for raw in _lines(process):
            text = raw.decode("utf-8", "replace").rstrip()
            heard = hear(text)
            if heard.shown or heard.said is not None:
                self.log.add(text if heard.said is None else heard.said)
            if heard.shown:
                tail.append(text)
            elif heard.kept:
                answer.append(text)
                length += len(text)
                while length > _LONGEST_ANSWER:
                    length -= len(answer.popleft())
            self.progress(heard)
        return "\n".join((*tail, *answer))


def _lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield what a process says until its pipe is closed, or it has ended some seconds ago."""
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    lines = Queue[bytes | None](_WAITING)
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    look, until = 0.0, float("inf")
    while time.monotonic() < until:
        with contextlib.suppress(Empty):
            line = lines.get(timeout=_LOOK)
            if line is None:
                return
            yield line
        if time.monotonic() > look and until == float("inf"):
            look = time.monotonic() + _LOOK
            if child.has_ended(process):
                until = time.monotonic() + child.GRACE


def _read(stream: IO[bytes], lines: Queue[bytes | None]) -> None:
    """Hand on the lines of a stream, and None at its end."""
    begun = b""
    # Not by its buffer, whose lock would be held at the end of Python if this still waits.
    with stream:
        while piece := os.read(stream.fileno(), _LONGEST):
            *whole, begun = (begun + piece).split(b"\n")
            for line in whole:
                lines.put(line)
            while len(begun) >= _LONGEST:
                lines.put(begun[:_LONGEST])
                begun = begun[_LONGEST:]
    if begun:
        lines.put(begun)
    lines.put(None)
