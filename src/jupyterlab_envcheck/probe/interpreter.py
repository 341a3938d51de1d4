"""Asks an interpreter about itself, by running the scripts in a child of it.

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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..facts.text import clean, clean_end
from ..problems import Problem
from .bootstrap import BOOTSTRAP, FLOOR
from .child import Ended, run

#: Seconds. Importing numpy from a cold network disk was seen to take 8.
TIMEOUT = 20.0

#: What the child's parts tell, in their order, and what it does meanwhile.
_PARTS = (
    (("numpy",), "importing numpy"),
    (("pools", "mapped"), "reading the thread pools"),
    (("scipy",), "importing scipy"),
    (("all_pools",), "reading the thread pools that scipy brings"),
)

#: Characters of what a failing import printed. numpy's on its two ABIs takes 1,500.
_MOST_PRINTED = 4_000

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
def live_script() -> bytes:
    """Return the text that is sent to a live kernel."""
    return Path(__file__).with_name("script.py").read_bytes()


@functools.cache
def script() -> bytes:
    """Return the text that is sent to a child."""
    return live_script() + b"\0" + Path(__file__).with_name("script_child.py").read_bytes()


@functools.cache
def _threadpoolctl() -> str | None:
    spec = importlib.util.find_spec("threadpoolctl")
    return spec.origin if spec is not None else None


def ask(
    python: str,
    *,
    env: Mapping[str, str] | None = None,
    names: Sequence[str] = (),
    affinity: Sequence[int] = (),
    timeout: float = TIMEOUT,
) -> dict[str, Any]:
    """Return the script's reply `{"facts": …, "unknown": …}`, raw, or raise a `Problem`.

    If the child dies or hangs after its first part, while importing numpy or scipy, what it told
    before is returned and the rest is unknown with that reason: what numpy does to a process is a
    fact, too.
    """
    request = {"entry": "child", "names": list(names), "affinity": list(affinity)}
    told = answers(python, request, env, timeout)
    if not told.replies:
        raise unanswered(python, told.ended)
    return _merged(told.replies, told.ended)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All that a child told, raw, and how it ended."""

    replies: Sequence[Mapping[str, Any]]
    ended: Ended
    printed: Mapping[str, str]  #: on standard error, by the name that was being imported


def answers(
    python: str, request: Mapping[str, Any], env: Mapping[str, str] | None, timeout: float
) -> Answers:
    """Return all that a child of `python` told.

    Raises a `Problem` where it cannot be started, and `TooOld`.
    """
    start, end = (secrets.token_hex(16) for _ in range(2))
    asked = json.dumps({**request, "threadpoolctl": _threadpoolctl()})
    stdin = asked.encode() + b"\n" + script()
    ended = run([python, "-B", "-c", BOOTSTRAP, start, end], stdin, inherited(env), timeout)
    marks = start.encode(), end.encode()
    replies = framed(ended.stdout, *marks)
    for reply in replies:
        if reply.get("result") == "error":
            raise TooOld(python, clean(str(reply.get("hint")), 20))
    return Answers(replies=replies, ended=ended, printed=_printed(ended.stderr, *marks))


def _printed(output: bytes, start: bytes, end: bytes) -> dict[str, str]:
    """Return the end of what stands behind each mark on standard error, by the name in the mark."""
    printed = {}
    for piece in output.split(start)[1:]:
        mark, found, after = piece.partition(end)
        for reply in framed(start + mark + found, start, end):
            text = after.decode("utf-8", "replace").strip()
            printed[str(reply.get("trying"))] = clean_end(text, _MOST_PRINTED)
    return printed


def inherited(env: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment a child starts with; without one of its own, this process's."""
    return {
        name: value
        for name, value in (os.environ if env is None else env).items()
        if name not in _NOT_INHERITED
    }


def unanswered(python: str, ended: Ended) -> Problem:
    """Return why a child gave no reply at all."""
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
    said = clean_end(ended.stderr.decode("utf-8", "replace").strip(), 600)
    last = said.splitlines()[-1].strip() if said else ""  # of a traceback, the error itself
    return Problem(
        "bad-reply",
        f"{shown} gave no answer: it {ended}" + (f", saying “{last}”." if last else "."),
        "Check that it is a working Python: run it with -V in a terminal.",
    )


def framed(output: bytes, start: bytes, end: bytes) -> list[dict[str, Any]]:
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
    why = None
    for names, doing in _PARTS:
        if why is None and not facts.keys() & set(names):
            why = f"while {doing}, Python {ended}"
        for name in names:
            if why is not None and name not in facts:
                facts[name], unknown[name] = None, why
    return {"facts": facts, "unknown": unknown}
