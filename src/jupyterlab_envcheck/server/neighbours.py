"""Tells of the other kernels of this server that run in one environment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..engine import Report
from ..probe.files import same
from ..probe.kernelspec import start_of


def kernelspecs_of_others(kernels: Any, kernel_id: str | None) -> tuple[Any, ...]:
    """Return the kernelspecs of all running kernels but one; for the event loop's thread."""
    others = [kernels.get_kernel(each) for each in kernels.list_kernel_ids() if each != kernel_id]
    # Behind a gateway there is neither a process nor a kernelspec of this machine.
    return tuple(kernel.kernel_spec for kernel in others if not hasattr(kernel, "kernels_url"))


def count_in(specs: tuple[Any, ...], python: str) -> int:
    """Return how many of the kernelspecs start this Python, in the same environment."""
    started = (start_of(spec).python for spec in specs)
    return sum(
        1
        for other in started
        if other is not None
        and same(other, python)
        and same(str(Path(other).parent), str(Path(python).parent))
    )


def imported_by(reports: Iterable[Report]) -> tuple[str, ...] | None:
    """Return the modules that kernels have imported, by reports on them.

    None where one of them could not be asked, or there is none: then it may be any module.
    """
    processes = [report.facts.process.value for report in reports]
    known = [process.modules for process in processes if process is not None]
    if not processes or len(known) < len(processes) or None in known:
        return None
    return tuple(sorted({module.name for modules in known for module in modules or ()}))
