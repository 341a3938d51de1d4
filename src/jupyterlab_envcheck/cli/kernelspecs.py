"""Looks at every kernelspec, some at a time; one that is broken or hangs does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from ..facts.text import clean
from ..flow import PROBE_TIMEOUT, find_kernelspec, report_on
from ..plan import Failure
from ..probe.beside import beside
from ..problems import Problem
from ..render.overview import KernelspecReport, Overview

#: Kernelspecs looked at at a time: most of the time is spent waiting for their Pythons.
_AT_A_TIME = 12

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

    def look(name: str) -> KernelspecReport:
        subject, target = find_kernelspec(manager, name)
        if subject.python is None and subject.problem is not None:
            return _failed(name, target.name, subject.problem)
        subject = replace(subject, cwd=cwd)
        report = report_on(subject, target, cells=cells)
        return KernelspecReport(name=name, display_name=target.name, report=report, failure=None)

    def looked(name: str) -> KernelspecReport:
        try:
            return within(limit, lambda: look(name))
        except Problem as problem:
            return _failed(name, clean(name, 200), problem)

    names = sorted(manager.find_kernel_specs())
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="envcheck-all") as pool:
        found = tuple(pool.map(looked, names))
    return Overview(at=datetime.now(UTC).isoformat(timespec="seconds"), kernelspecs=found)


def within(seconds: float, work: Callable[[], KernelspecReport]) -> KernelspecReport:
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
