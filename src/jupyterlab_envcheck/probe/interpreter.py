"""Asks an interpreter about itself, by running the script in a child of it.

The child starts in an empty folder of its own: in the notebooks' folder, a `numpy.py` lying there
would be imported. It gets the kernel's own start environment, so that it sees what the kernel sees.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ..facts.text import clean
from ..problems import Problem
from .bootstrap import BOOTSTRAP, FLOOR

#: Seconds. Importing numpy from a cold network disk was seen to take 8.
TIMEOUT = 20.0

#: Bytes of output. A reply is about 10 kB; more than this is noise without end.
MOST_OUTPUT = 4_000_000

#: Variables that speak of another interpreter than the one asked, or make it wait for a person.
_NOT_INHERITED = ("__PYVENV_LAUNCHER__", "PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONEXECUTABLE")


@functools.cache
def script() -> bytes:
    """Return the text that is sent."""
    return Path(__file__).with_name("script.py").read_bytes()


@functools.cache
def _threadpoolctl() -> str | None:
    spec = importlib.util.find_spec("threadpoolctl")
    return spec.origin if spec is not None else None


def ask(
    python: str,
    *,
    env: Mapping[str, str] | None = None,
    names: Sequence[str] = (),
    scipy: bool = False,
    timeout: float = TIMEOUT,
) -> dict[str, Any]:
    """Return the script's reply `{"facts": …, "unknown": …}`, raw, or raise a `Problem`.

    If the child dies or hangs after its first part, while importing numpy, that part is returned
    and the rest is unknown with that reason: what numpy does to a process is a fact, too.
    """
    start, end = (secrets.token_hex(16) for _ in range(2))
    request = {"names": list(names), "scipy": scipy, "threadpoolctl": _threadpoolctl()}
    stdin = json.dumps(request).encode() + b"\n" + script()
    run = _run([python, "-B", "-c", BOOTSTRAP, start, end], stdin, inherited(env), timeout)
    replies = list(_framed(run.stdout, start.encode(), end.encode()))
    for reply in replies:
        if reply.get("result") == "error":
            _refuse(python, reply)
    if not replies:
        raise run.problem(python)
    return _merged(replies, run)


def inherited(env: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment a child starts with; without one of its own, this process's."""
    return {
        name: value
        for name, value in (os.environ if env is None else env).items()
        if name not in _NOT_INHERITED
    }


@dataclass(kw_only=True)
class _Run:
    """How a child ended, and what it said."""

    timeout: float
    stdout: bytes = b""
    stderr: bytes = b""
    status: int = 0
    timed_out: bool = False
    flooded: bool = False

    def ending(self) -> str:
        """Return how it ended, in words that follow "it"."""
        if self.timed_out:
            return f"did not answer within {self.timeout:g} seconds and was ended"
        if self.flooded:
            return "printed without end and was ended"
        if self.status < 0:
            return f"was ended by {_signal_name(-self.status)}"
        return f"ended with status {self.status}"

    def problem(self, python: str) -> Problem:
        """Return why there is no reply."""
        shown = clean(python)
        if self.timed_out:
            return Problem(
                "timed-out",
                f"{shown} did not answer within {self.timeout:g} seconds.",
                "A slow disk or a hanging sitecustomize.py can be the cause; try it in a terminal.",
            )
        if self.status < 0 and not self.flooded:
            return Problem(
                "crashed",
                f"{shown} was ended by {_signal_name(-self.status)}.",
                "This Python is damaged or made for another machine; install it anew.",
            )
        tail = clean(self.stderr.decode("utf-8", "replace").strip()[-600:], 600)
        return Problem(
            "bad-reply",
            f"{shown} gave no answer: it {self.ending()}." + (f"\n{tail}" if tail else ""),
            "Check that it is a working Python: run it with -V in a terminal.",
        )


def _refuse(python: str, reply: Mapping[str, Any]) -> None:
    shown = clean(python)
    floor = ".".join(map(str, FLOOR))
    raise Problem(
        "too-old",
        f"{shown} is Python {clean(str(reply.get('hint')), 20)}; envcheck needs {floor} or newer.",
        "Make an environment with a Python that is still supported, and use its kernel.",
    )


def _framed(output: bytes, start: bytes, end: bytes) -> list[dict[str, Any]]:
    """Return the replies between the marks; what is cut off or no JSON is none."""
    replies = []
    for piece in output.split(start)[1:]:
        text, found, _ = piece.partition(end)
        with contextlib.suppress(ValueError, RecursionError):
            reply = json.loads(text) if found else None
            if isinstance(reply, dict):
                replies.append(reply)
    return replies


def _merged(replies: Sequence[Mapping[str, Any]], run: _Run) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for reply in replies:
        for whole, part in ((facts, reply.get("facts")), (unknown, reply.get("unknown"))):
            whole.update(part if isinstance(part, dict) else {})
    for name, doing in (("numpy", "importing numpy"), ("pools", "reading the thread pools")):
        if name not in facts:
            facts[name] = None
            unknown[name] = f"while {doing}, Python {run.ending()}"
            break
    if "pools" not in facts:
        facts["pools"] = None
        unknown["pools"] = unknown["numpy"]
    return {"facts": facts, "unknown": unknown}


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
                    _end(self.child)
                    return
                self.read += chunk


def _run(argv: list[str], stdin: bytes, env: Mapping[str, str], timeout: float) -> _Run:
    """Run a child to its end or its time limit; then its whole process group is gone."""
    run = _Run(timeout=timeout)
    with tempfile.TemporaryDirectory(prefix="envcheck-", ignore_cleanup_errors=True) as empty:
        child = _start(argv, env, empty)
        pipes = [pipe for pipe in (child.stdout, child.stderr) if pipe is not None]
        drains = [_Drain(child, pipe) for pipe in pipes]
        helpers = [_thread(drain.run) for drain in drains]
        helpers.append(_thread(_feed, child.stdin, stdin))
        # Waited for in a thread: Popen.wait with a time limit looks only every 50 ms.
        ended = _thread(_await_end, child)
        ended.join(timeout)
        run.timed_out = ended.is_alive()
        _end(child)
        ended.join()
        run.status = child.wait()
        # What the child wrote is read at once. But what it started in a session of its own may hold
        # the pipe open: its thread is left to itself.
        grace = time.monotonic() + 0.5
        for helper in helpers:
            helper.join(max(0.0, grace - time.monotonic()))
        run.stdout, run.stderr = (bytes(drain.read) for drain in drains)
        run.flooded = any(drain.flooded for drain in drains)
    return run


def _thread(target: Callable[..., None], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


def _await_end(child: subprocess.Popen[bytes]) -> None:
    """Wait until the child has ended; where it can be left unreaped, its number stays its own."""
    if sys.platform == "linux":
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    else:
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
