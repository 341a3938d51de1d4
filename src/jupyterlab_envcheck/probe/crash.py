"""Repeats the imports of a cell during which a kernel died, in a child of the kernel's Python.

What a dying kernel writes, such as `OMP: Error #15`, goes to the server's log and reaches nobody at
the notebook. Only import statements are repeated, one after the other, and nothing else of the cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..facts import Died, parse
from ..facts.text import clean, clean_end
from ..problems import Problem
from . import notebook
from .interpreter import answers, unanswered
from .subject import Subject

#: Seconds for each of two tries. Frameworks for a GPU, which are not left out here, take ten.
TIMEOUT = 40.0

_MOST_PRINTED = 2_000  #: characters of what it wrote
_MOST_SHOWN = 40  #: modules that are told


_SWITCHED_OFF = Problem(
    "not-allowed",
    "the administrator has switched that off",
    "Ask the administrator to set Envcheck.explain_crashes.",
)


@dataclass(frozen=True, kw_only=True)
class Crash:
    """What was found out about the death of a kernel, and of which code and packages it is true."""

    source: str  #: of the cell
    died: Died
    fingerprint: str | None = None  #: of the environment at that time


def repeat(
    subject: Subject,
    cell: Mapping[str, str],
    before: Sequence[str] = (),
    *,
    memory_kills: int | None = None,
    timeout: float = TIMEOUT,
    allowed: bool = True,
) -> Crash:
    """Return what becomes of the imports of `cell`; never fails, takes up to twice `timeout` seconds.

    Where they do no harm alone, they are tried after those of the cells that ran `before`, whose
    sources are given. Where it is not `allowed`, none is tried.
    """
    if not allowed:
        subject = replace(subject, withheld=_SWITCHED_OFF)
    own = notebook.imported([cell["source"]])
    all_of_them = notebook.imported([*before, cell["source"]])
    died = _repeated(subject, own, timeout)
    if died.state == "survived" and all_of_them != own:
        after = _repeated(subject, all_of_them, timeout)
        if after.state == "ended":
            died = after
        elif after.state != "survived":
            died = replace(died, how=_not_repeated(after))
    told = replace(died, cell=clean(cell["id"], 100), memory_kills=memory_kills)
    return Crash(source=cell["source"], died=told)


def _repeated(subject: Subject, modules: tuple[str, ...], timeout: float) -> Died:
    died = Died(
        cell="",
        modules=_shown(modules),
        state="survived",
        culprit=None,
        signal=None,
        how=None,
        printed="",
        memory_kills=None,
    )
    if not modules:
        return died
    if subject.python is None or subject.withheld is not None:
        problem = subject.withheld or subject.problem
        why = problem.message if problem is not None else "the kernel's Python is not known"
        return replace(died, state="untried", how=why)
    affinity = (subject.process.affinity if subject.process is not None else None) or ()
    request = {"entry": "trial", "names": modules, "refused": (), "affinity": tuple(affinity)}
    try:
        told = answers(subject.python, request, subject.env, timeout)
    except Problem as problem:
        return replace(died, state="untried", how=problem.message)
    if not told.replies:
        return replace(died, state="untried", how=unanswered(subject.python, told.ended).message)
    culprit = parse.trying(told.replies[-1])
    if culprit not in modules:  # the last that it told was what became of an import, or of all
        return replace(died, unrepeated=_shown(_unrepeated(told.replies)))
    return replace(
        died,
        state="late" if told.ended.timed_out else "ended",
        modules=_shown(modules[: modules.index(culprit) + 1]),
        culprit=clean(culprit, 200),
        signal=told.ended.signal,
        how=str(told.ended),
        printed=clean_end(told.printed.get(culprit, ""), _MOST_PRINTED),
    )


def _unrepeated(replies: Sequence[object]) -> tuple[str, ...]:
    """Return what was not imported: it lies where only the kernel finds it, or raised an error.

    What a module does not have, as `json.dumps`, is no module of its own, and what is in a module
    that was not imported is told with it.
    """
    states: dict[str, str] = {}
    failed: list[str] = []
    for attempt in filter(None, map(parse.attempt, replies)):
        states[attempt.name] = attempt.state
        around = attempt.name.rpartition(".")[0]
        is_content = around in failed or (around in states and attempt.state == "absent")
        if attempt.state != "imported" and not is_content:
            failed.append(attempt.name)
    return tuple(failed)


def _not_repeated(after: Died) -> str:
    """Return why a second try says nothing, in words that follow a colon."""
    if after.state == "late":
        return f"while {after.culprit} was imported, Python {after.how}"
    return after.how or "it is not known why"


def _shown(modules: tuple[str, ...]) -> tuple[str, ...]:
    """Return the last of them: what ended the process is there."""
    return tuple(clean(name, 200) for name in modules[-_MOST_SHOWN:])
