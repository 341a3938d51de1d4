"""Runs one command of a job to its end: heard line by line, cancelled, and bounded in time."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..installers import Heard, Installer
from . import child
from .log import Log

#: Seconds that an installer has to end after being asked to.
_GRACE = 5.0

#: Bytes of one line; what is longer is cut into several.
_LINE = 65_536


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

    installer: Installer
    log: Log
    progress: Callable[[Heard], None]
    cancelled: threading.Event
    limit: float  #: seconds

    def run(
        self, argv: Sequence[str], *, env: Mapping[str, str], cwd: str, descriptors: Sequence[int]
    ) -> Ending:
        """Run `argv`, which inherits the descriptors. Raises `Problem`."""
        if self.cancelled.is_set():
            return Ending(returncode=1, said="", cut=True)
        process = child.start(
            argv, env=env, cwd=cwd, stderr=subprocess.STDOUT, pass_fds=descriptors
        )
        ended, late = threading.Event(), threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process, ended, late), daemon=True)
        watcher.start()
        try:
            said = self._listen(process)
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
        child.end(process, gently=True)
        if not ended.wait(_GRACE):
            child.end(process)

    def _listen(self, process: subprocess.Popen[bytes]) -> str:
        """Log what the installer says until it ends; return the last of it."""
        hear, tail = self.installer.listener(), list[str]()
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        with process.stdout as output:
            while raw := output.readline(_LINE):
                text = raw.decode("utf-8", "replace").rstrip()
                heard = hear(text)
                if heard.shown:
                    self.log.add(text)
                    tail = [*tail[-400:], text]
                self.progress(heard)
        return "\n".join(tail)
