"""Looks at every kernelspec, some at a time; one that is broken or hangs does not stop the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from ..facts.text import clean
from ..flow import PROBE_TIMEOUT, find_kernelspec, report_on
from ..plan import Failure
from ..probe.beside import beside
from ..probe.subject import Subject
from ..problems import Problem
from ..recommendations import Target
from ..render.overview import KernelspecReport, Overview

T = TypeVar("T")
Found: TypeAlias = tuple[Subject, Target] | Problem

#: Kernelspecs looked at at a time: most of the time is spent waiting for their Pythons.
_AT_A_TIME = 8

#: Seconds for one kernelspec: its Python's, and some for its files on a slow disk.
LIMIT = PROBE_TIMEOUT + 20.0


def overview(
    *,
    cells: Sequence[Mapping[str, str]] | None = None,
    cwd: str | None = None,
    limit: float = LIMIT,
) -> Overview:
    """Return reports on all kernelspecs; each takes up to `limit` seconds.

    `cells` and `cwd` are a notebook's, which is looked at with each of them.
    """
    manager = KernelSpecManager()
    KernelProvisionerFactory.instance()  # else each thread looks for the provisioners anew

    def find(name: str) -> Found:
        try:
            return within(limit, lambda: find_kernelspec(manager, name))
        except Problem as problem:
            return problem

    def look(name: str, found: Found) -> KernelspecReport:
        if isinstance(found, Problem):
            return _failed(name, clean(name, 200), found)
        subject, target = found
        if subject.python is None and subject.problem is not None:
            return _failed(name, target.name, subject.problem)
        subject = replace(subject, cwd=cwd)
        try:
            report = within(limit, lambda: report_on(subject, target, cells=cells))
        except Problem as problem:
            return _failed(name, clean(name, 200), problem)
        return KernelspecReport(name=name, display_name=target.name, report=report, failure=None)

    names = sorted(manager.find_kernel_specs())
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="envcheck-all") as pool:
        found = dict(zip(names, pool.map(find, names), strict=True))
        order = _each_python_first(found)
        reports = dict(
            zip(order, pool.map(lambda name: look(name, found[name]), order), strict=True)
        )
    return Overview(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        kernelspecs=tuple(reports[name] for name in names),
    )


def _each_python_first(found: Mapping[str, Found]) -> list[str]:
    """Return the names with one of each Python in front; the others only wait for its answer."""
    asked: Counter[str | None] = Counter()
    turns: dict[str, int] = {}
    for name, one in found.items():
        python = None if isinstance(one, Problem) else one[0].python
        turns[name] = asked[python]
        asked[python] += 1
    return sorted(found, key=lambda name: turns[name])


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns; Problem where it takes longer, or fails in a way nobody foresaw.

    What hangs is left behind: a read from a disk that does not answer cannot be ended.
    """
    try:
        return beside(work).result(seconds)
    except Problem:
        raise
    except TimeoutError as error:
        raise Problem(
            "timed-out",
            f"Looking at it was not done after {seconds:.0f} seconds.",
            "Its files may lie on a disk that does not answer; look at it alone later.",
        ) from error
    except Exception as error:
        raise Problem(
            "failed",
            f"Looking at it failed: {type(error).__name__}: {clean(str(error), 300)}.",
            "This is a mistake of envcheck's; please report it.",
        ) from error


def _failed(name: str, display_name: str, problem: Problem) -> KernelspecReport:
    failure = Failure(reason=problem.reason, message=problem.message, hint=problem.hint)
    return KernelspecReport(name=name, display_name=display_name, report=None, failure=failure)
