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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..facts.text import clean
from ..problems import Problem
from .bootstrap import BOOTSTRAP, FLOOR
from .child import Ended, run

#: Seconds. Importing numpy from a cold network disk was seen to take 8.
TIMEOUT = 20.0

#: Variables that speak of another interpreter than the one asked, or make it wait for a person.
_NOT_INHERITED = ("__PYVENV_LAUNCHER__", "PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONEXECUTABLE")


class TooOld(Problem):
    """The Python is below the floor; it could still say which one it is."""

    version: str  #: "2.7.18"

    def __init__(self, python: str, version: str) -> None:
        floor = ".".join(map(str, FLOOR))
        super().__init__(
            "too-old",
            f"{clean(python)} is Python {version}; envcheck needs {floor} or newer.",
            "Make an environment with a Python that is still supported, and use its kernel.",
        )
        self.version = version


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
    affinity: Sequence[int] = (),
    timeout: float = TIMEOUT,
) -> dict[str, Any]:
    """Return the script's reply `{"facts": …, "unknown": …}`, raw, or raise a `Problem`.

    If the child dies or hangs after its first part, while importing numpy, that part is returned
    and the rest is unknown with that reason: what numpy does to a process is a fact, too.
    """
    start, end = (secrets.token_hex(16) for _ in range(2))
    request = {
        "names": list(names),
        "scipy": scipy,
        "affinity": list(affinity),
        "threadpoolctl": _threadpoolctl(),
    }
    stdin = json.dumps(request).encode() + b"\n" + script()
    ended = run([python, "-B", "-c", BOOTSTRAP, start, end], stdin, inherited(env), timeout)
    replies = list(_framed(ended.stdout, start.encode(), end.encode()))
    for reply in replies:
        if reply.get("result") == "error":
            raise TooOld(python, clean(str(reply.get("hint")), 20))
    if not replies:
        raise _unanswered(python, ended)
    return _merged(replies, ended)


def inherited(env: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment a child starts with; without one of its own, this process's."""
    return {
        name: value
        for name, value in (os.environ if env is None else env).items()
        if name not in _NOT_INHERITED
    }


def _unanswered(python: str, ended: Ended) -> Problem:
    """Return why there is no reply."""
    shown = clean(python)
    if ended.timed_out:
        return Problem(
            "timed-out",
            f"{shown} {ended}.",
            "A slow disk or a hanging sitecustomize.py can be the cause; try it in a terminal.",
        )
    if ended.status < 0 and not ended.flooded:
        return Problem(
            "crashed",
            f"{shown} {ended}.",
            "This Python is damaged or made for another machine; install it anew.",
        )
    said = clean(ended.stderr.decode("utf-8", "replace").strip()[-600:], 600)
    last = said.splitlines()[-1].strip() if said else ""  # of a traceback, the error itself
    return Problem(
        "bad-reply",
        f"{shown} gave no answer: it {ended}" + (f", saying “{last}”." if last else "."),
        "Check that it is a working Python: run it with -V in a terminal.",
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


def _merged(replies: Sequence[Mapping[str, Any]], ended: Ended) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for reply in replies:
        for whole, part in ((facts, reply.get("facts")), (unknown, reply.get("unknown"))):
            whole.update(part if isinstance(part, dict) else {})
    for name, doing in (("numpy", "importing numpy"), ("pools", "reading the thread pools")):
        if name not in facts:
            facts[name] = None
            unknown[name] = f"while {doing}, Python {ended}"
            break
    if "pools" not in facts:
        facts["pools"] = None
        unknown["pools"] = unknown["numpy"]
    return {"facts": facts, "unknown": unknown}
