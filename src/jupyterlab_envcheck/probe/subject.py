"""Whom a report speaks of: the interpreter, how it was found, and the kernel that it runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..facts import KernelState, parse
from ..facts.text import clean
from ..problems import Problem
from . import script
from .files import python_of, same
from .kernelspec import Spec, Start, is_python, start_of
from .process import Outside, outside
from .whose import whose, withheld


@dataclass(frozen=True, kw_only=True)
class KernelLook:
    """What a kernel let us see."""

    state: KernelState
    pid: int | None  #: of the process that runs the notebook's code, on this host
    hostname: str | None  #: as the kernel says
    remote: bool  #: it runs elsewhere, or where we cannot see it
    reply: Mapping[str, Any] | None  #: the script's `live` reply, raw
    reason: str | None  #: why there is no reply
    language: str  #: of the kernelspec, in lower case


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An interpreter found on this host, or the problem why there is none."""

    python: str | None
    env: Mapping[str, str] | None = field(repr=False)  #: to start children with; never shown
    how: str  #: how the interpreter was found, in words
    kernel: KernelLook | None = None
    cwd: str | None = None  #: of the kernel: its modules can be imported
    remote: bool = False
    problem: Problem | None = None
    #: Why the interpreter is not started, and only files are read; None where it may be.
    withheld: Problem | None = None
    process: Outside | None = field(default=None, repr=False)  #: the kernel's, as just seen
    #: jupyter_client's, of the kernel; in its variables there may be keys and tokens.
    kernelspec: Any = field(default=None, repr=False)
    kernelspec_name: str | None = None


def subject_elsewhere(where: str, look: KernelLook | None = None) -> Subject:
    """Return a subject that is not on this host; `where` says so in words."""
    problem = Problem(
        "remote",
        f"Of this kernel's environment little can be seen: {where}.",
        "Run `jupyter envcheck` or `%envcheck` where the kernel runs.",
    )
    return Subject(python=None, env=None, how=where, kernel=look, remote=True, problem=problem)


def subject_of_kernel(look: KernelLook, spec: Spec) -> Subject:
    """Return a local kernel's interpreter: its command line and its own word, which must agree.

    The word alone is only text, and never run. `/proc/PID/exe` is not asked: in a venv it names
    the base interpreter, in another environment. What a kernelspec that is not this host's says
    is not looked at: the same path here is another Python.
    """
    if look.remote:
        return subject_elsewhere(look.reason or "the kernel runs elsewhere", look)
    start = start_of(spec)
    if look.pid is None or (start.problem is not None and start.problem.reason == "not-python"):
        return _from(start, look)
    seen = outside(look.pid)
    env = seen.environ if seen.environ is not None else start.env
    python, how, unclear = _agreed(_started(seen), parse.executable(look.reply), start)
    return Subject(
        python=python,
        env=env,
        how=_with_owner(how, python),
        kernel=look,
        cwd=seen.cwd,
        problem=unclear,
        process=seen,
    )


def subject_of_kernelspec(spec: Spec) -> Subject:
    """Return the interpreter that a kernelspec would start.

    Nobody has named this path or started it yet: where it is somebody else's it is not started.
    """
    start = start_of(spec)
    subject = _from(start, None)
    if start.python is not None:
        return replace(subject, withheld=withheld(start.python))
    program = next((word for word in spec.argv if isinstance(word, str)), "")
    if start.problem is None or not _has_lost_its_python(program):
        return subject
    return _lost(program, start.problem, start.env)


def subject_of_interpreter(path: str) -> Subject:
    """Return the interpreter at a path, or that of the prefix at a path."""
    shown = os.path.abspath(os.path.expanduser(path))
    python = python_of(shown) if os.path.isdir(shown) else shown
    if python is None or not os.path.isfile(python):
        problem = Problem(
            "not-found",
            f"There is no Python at {clean(shown, 300)}.",
            "Name a Python, the folder of an environment, or a kernelspec.",
        )
        gone = python or os.path.join(shown, "bin", "python")
        if _has_lost_its_python(gone):
            return _lost(gone, problem, None)
        return Subject(python=None, env=None, how="unknown", problem=problem)
    how = _with_owner("the path that was given", python)
    return Subject(python=python, env=None, how=how)


def subject_here() -> Subject:
    """Return this very process (the magic, in the midst of a cell)."""
    pid = os.getpid()
    look = KernelLook(
        state="busy",
        pid=pid,
        hostname=None,
        remote=False,
        reply=script.live(),
        reason=None,
        language="python",
    )
    return Subject(
        python=sys.executable,
        env=outside(pid).environ,  # what it started with; a cell may have changed its own since
        how="this kernel itself",
        kernel=look,
        cwd=_own_folder(),
    )


def _own_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return None


def _from(start: Start, look: KernelLook | None) -> Subject:
    """Return the interpreter of a kernelspec; with a kernel's look, somebody has started it."""
    problem = start.problem
    return Subject(
        python=start.python,
        env=start.env,
        how=start.how if look is None else _with_owner(start.how, start.python),
        kernel=look,
        remote=problem is not None and problem.reason == "remote",
        problem=problem,
    )


def _has_lost_its_python(python: str) -> bool:
    """Tell whether a path led to the Python of a virtual environment, whose link now leads nowhere."""
    folder = os.path.dirname(python)
    return (
        os.path.isabs(python)
        and not os.path.isfile(python)
        and os.path.isfile(os.path.join(os.path.dirname(folder), "pyvenv.cfg"))
    )


def _lost(python: str, problem: Problem, env: Mapping[str, str] | None) -> Subject:
    """Return an environment of which the files are all there is."""
    how = "the files of an environment whose Python is gone"
    return Subject(python=python, env=env, how=how, withheld=problem)


def _with_owner(how: str, python: str | None) -> str:
    """Return how an interpreter was found, and whose it is where it is somebody else's."""
    owner = whose(python) if python is not None else None
    return how if owner is None else f"{how}; it {owner}"


def _started(seen: Outside) -> str | None:
    """Return the Python of a process's command line, None where it names none on this host."""
    if not seen.command or not is_python(seen.command[0]):
        return None
    program = seen.command[0]
    if os.path.dirname(program):
        found: str | None = os.path.join(seen.cwd or os.sep, program)
    else:
        found = shutil.which(program, path=(seen.environ or {}).get("PATH"))
    return found if found is not None and os.path.isfile(found) else None


def _agreed(
    command: str | None, word: str | None, start: Start
) -> tuple[str | None, str, Problem | None]:
    """Return the interpreter that the witnesses agree on, how, and else the problem."""
    if command is not None and word is None:
        return command, "the command line of the running kernel", None
    if command is not None and _agree(command, word):
        return command, "the command line of the running kernel, and its own word", None
    if start.python is not None and word is not None and _agree(start.python, word):
        return start.python, f"{start.how}; the running kernel says the same", None
    if command is None and word is None:
        return start.python, start.how, start.problem
    witnesses = (
        ("its command line", command),
        ("the kernelspec", start.python),
        ("the kernel itself", word),
    )
    told = "; ".join(f"{who} says {clean(what, 300)}" for who, what in witnesses if what)
    problem = Problem(
        "unclear",
        f"It is not clear which Python this kernel runs: {told}.",
        "Start the kernel from a kernelspec that names its Python by its full path.",
    )
    return None, "unknown", problem


def _agree(one: str, other: str | None) -> bool:
    """Tell whether two paths are one interpreter of one environment.

    The same file is not enough: the Pythons of all venvs of a base are links to one.
    """
    return (
        other is not None
        and same(one, other)
        and same(str(Path(one).parent), str(Path(other).parent))
    )
