"""The machine, and the share of its CPUs a process may use."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ..facts import Cpus, Machine
from . import cgroups


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may limit the CPUs of a process; None limits nothing or is unknown."""

    logical: int | None
    affinity: int | None
    cgroup: float | None
    slurm: int | None
    hub: float | None  #: JupyterHub's CPU_LIMIT, which a spawner may or may not enforce


def look(pid: int | None, affinity: tuple[int, ...] | None, environ: Mapping[str, str]) -> Machine:
    """Return the machine as a process sees it; without one, as a process started here would."""
    cpus = len(affinity) if affinity else None
    # Not os.cpu_count: PYTHON_CPU_COUNT and -X cpu_count change it.
    logical = psutil.cpu_count()
    quota = cgroups.quota(pid if pid is not None else "self")
    usable, limited_by = usable_cpus(
        Limits(
            logical=logical,
            affinity=cpus,
            cgroup=quota,
            slurm=_whole(environ.get("SLURM_CPUS_PER_TASK")),
            hub=_number(environ.get("CPU_LIMIT")),
        )
    )
    return Machine(
        system=platform.system(),
        architecture=platform.machine(),
        container="kubernetes" if "KUBERNETES_SERVICE_HOST" in environ else cgroups.container(),
        cpus=Cpus(
            logical=logical,
            physical=psutil.cpu_count(logical=False),
            affinity=cpus,
            cgroup=quota,
            usable=usable,
            limited_by=limited_by,
        ),
    )


def own_affinity() -> tuple[int, ...] | None:
    """Return the CPUs this process may be scheduled on; None where the system has no such."""
    try:
        return tuple(psutil.Process().cpu_affinity() or ())
    except (AttributeError, psutil.Error, OSError):  # AttributeError: macOS
        return None


def usable_cpus(limits: Limits) -> tuple[int | None, str | None]:
    """Return the CPUs a process may use, at least one, and what sets that number, in words."""
    if limits.logical is None or limits.logical < 1:
        return None, None
    candidates = [
        (limits.affinity, f"the process may run on {limits.affinity} CPUs only"),
        (limits.cgroup, f"the container or group has a quota of {limits.cgroup or 0:g} CPUs"),
        (limits.slurm, f"Slurm gave it {limits.slurm} CPUs (SLURM_CPUS_PER_TASK)"),
        (limits.hub, f"JupyterHub gave it {limits.hub or 0:g} CPUs (CPU_LIMIT)"),
    ]
    usable, limited_by = limits.logical, None
    for number, words in candidates:
        if number is not None and number > 0 and math.ceil(number) < usable:
            usable, limited_by = math.ceil(number), words
    return max(1, usable), limited_by


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number >= 1 else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) and number > 0 else None
