"""Asks an interpreter, or remembers what it said; and tries the notebook's imports likewise."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..facts import Package, parse
from ..problems import Problem
from . import cache
from .interpreter import ask
from .packages import Folder
from .shared import Shared
from .subject import Subject
from .trial import Trial, try_imports

#: Imported in any case, by the child that tells of the interpreter.
_ALWAYS = frozenset({"numpy", "scipy"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an interpreter said, now or before."""

    reply: Mapping[str, Any] | None
    problem: Problem | None = None  #: why there is no reply
    state: str | None = None  #: of the folders of its path, if it was known already


#: (question, names) -> the answer that is on its way.
_being_asked: Shared[tuple[str, tuple[str, ...]], Asked] = Shared()


def ask_or_remember(
    subject: Subject, affinity: Sequence[int], names: Sequence[str], timeout: float
) -> Asked:
    """Return an interpreter's answer; a child is started only where none is kept that holds.

    Who asks what is just being asked waits for that answer.
    """
    if subject.withheld is not None:
        return Asked(reply=None, problem=subject.withheld)
    asked = cache.question(str(subject.python), subject.env, affinity)
    kept = cache.answer(asked, names)
    if kept is not None:
        return Asked(reply=kept.reply, state=kept.state)
    return _being_asked.done(
        (asked, tuple(names)), lambda: _ask(subject, asked, affinity, names, timeout)
    )


def _ask(
    subject: Subject, asked: str, affinity: Sequence[int], names: Sequence[str], timeout: float
) -> Asked:
    python, since = str(subject.python), time.time()
    try:
        reply = ask(python, env=subject.env, names=names, affinity=affinity, timeout=timeout)
    except Problem as problem:
        return Asked(reply=None, problem=problem)
    cache.keep(asked, names, reply, parse.path(reply) or (), since)
    return Asked(reply=reply)


def try_or_remember(
    subject: Subject, affinity: Sequence[int], names: Sequence[str], timeout: float
) -> Trial:
    """Return what became of importing `names` in a fresh process of an interpreter."""
    kept = cache.trials.get(_tried(subject, affinity, names))
    if kept is not None and cache.state(kept.folders) == kept.state:
        return kept.trial
    python = str(subject.python)
    return try_imports(python, env=subject.env, names=names, affinity=affinity, timeout=timeout)


def remember_trial(
    subject: Subject,
    affinity: Sequence[int],
    names: Sequence[str],
    trial: Trial,
    folders: Sequence[str],
    state: str,
) -> None:
    """Keep a trial until what is installed in the folders of its path changes."""
    if not trial.short_of_time:
        kept = cache.KeptTrial(trial=trial, folders=tuple(folders), state=state)
        cache.trials.put(_tried(subject, affinity, names), kept)


def _tried(
    subject: Subject, affinity: Sequence[int], names: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    return cache.question(str(subject.python), subject.env, affinity), tuple(names)


def compiled(wanted: Iterable[str], folders: Iterable[Folder]) -> tuple[str, ...]:
    """Return those of the notebook's imports that bring compiled code, sorted.

    Only these are tried: what a module in pure Python does when imported, it does in the notebook.
    """
    bringing: Collection[str] = {
        name for folder in folders for package in folder.packages for name in _compiled(package)
    }
    return tuple(sorted(name for name in set(wanted) - _ALWAYS if name in bringing))


def _compiled(package: Package) -> tuple[str, ...]:
    return package.imports if package.compiled else ()
