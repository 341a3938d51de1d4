"""A program in a terminal of its own: what it shows, what is typed, and what is left when it goes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from types import TracebackType
from typing import Self

#: Seconds within which a text must come; only a failing test waits that long.
PATIENCE = 60.0

CTRL_C = "\x03"
CTRL_D = "\x04"

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


class Terminal:
    """Runs a program in a terminal of 80 columns."""

    def __init__(self, *argv: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))

        def leads() -> None:
            # Tests that nohup runs ignore it, and so would the program.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color"},
            preexec_fn=leads,  # noqa: PLW1509 - no threads of ours hold a lock that it takes
        )
        os.close(slave)
        self._said = ""
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.close()

    @property
    def said(self) -> str:
        """All that was written so far, without colours and movements."""
        return _ESCAPES.sub("", self._said).replace("\r", "")

    def wait_for(self, text: str) -> None:
        """Wait until the program has written `text`."""
        until = time.monotonic() + PATIENCE
        while text not in self.said:
            assert self._read(until), f"{text!r} did not come; {self.said}"

    def type(self, text: str) -> None:
        """Type on its keyboard."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Wait until the program has ended and return its status."""
        until = time.monotonic() + PATIENCE
        while self._read(until):
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Close the window."""
        if self._open:
            self._open = False
            os.close(self._master)

    def _read(self, until: float) -> bool:
        """Read what has come; tell whether more can come."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        assert ready, f"nothing more came; {self.said}"
        piece = b""
        with contextlib.suppress(
            OSError
        ):  # Linux says so when the last reader of the other end goes
            piece = os.read(self._master, 65_536)
        self._said += piece.decode("utf-8", "replace")
        return bool(piece)
