"""The machine, and the share of its CPUs a process may use."""

from __future__ import annotations

import functools
import importlib
import math
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ..facts import Cache, Cpus, Machine
from ..facts.text import clean
from . import cgroups, darwin

#: Windows and Linux spell two architectures differently from macOS, or from each other.
_SPELLED = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}

_NOT_TOLD = "the system does not tell"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may limit the CPUs of a process; None limits nothing or is unknown."""

    logical: int | None
    affinity: int | None
    cgroup: float | None
    slurm: int | None
    slurm_node: int | None  #: for all tasks of the job on this node
    hub: float | None  #: JupyterHub's CPU_LIMIT, which a spawner may or may not enforce


def look(
    pid: int | None,
    affinity: tuple[int, ...] | None,
    environ: Mapping[str, str],
    *,
    interpreter: str | None = None,
    caches: tuple[Cache, ...] = (),
) -> tuple[Machine, dict[str, str]]:
    """Return the machine as a process sees it, and why what is unknown of it is so.

    Without a process, as one started here would see it. `environ` is what the process started with,
    `interpreter` the architecture its Python names (`platform_machine`).
    """
    # Not os.cpu_count: PYTHON_CPU_COUNT and -X cpu_count change it.
    logical = psutil.cpu_count()
    quotas, why = cgroups.quotas(pid if pid is not None else "self") if _is_linux() else ((), None)
    limits = Limits(
        logical=logical,
        affinity=len(affinity) if affinity else None,
        cgroup=min((quota.cpus for quota in quotas), default=None),
        slurm=_whole(environ.get("SLURM_CPUS_PER_TASK")),
        slurm_node=_whole(environ.get("SLURM_CPUS_ON_NODE")),
        hub=_number(environ.get("CPU_LIMIT")),
    )
    usable, limited_by = usable_cpus(limits)
    vendor, microarchitecture = processor()
    architecture = hardware(environ)
    in_kubernetes = "KUBERNETES_SERVICE_HOST" in environ
    value = Machine(
        system=clean(platform.system(), 100),
        architecture=architecture,
        emulated=emulated(architecture, environ, interpreter),
        vendor=vendor,
        microarchitecture=microarchitecture,
        container="kubernetes" if in_kubernetes else cgroups.container(),
        cpus=Cpus(
            logical=logical,
            physical=psutil.cpu_count(logical=False),
            affinity=limits.affinity,
            cgroup=limits.cgroup,
            quotas=quotas,
            usable=usable,
            limited_by=limited_by,
        ),
        caches=caches,
    )
    fields = {
        "emulated": value.emulated,
        "vendor": vendor,
        "microarchitecture": microarchitecture,
        "cpus.logical": logical,
        "cpus.physical": value.cpus.physical,
        "cpus.affinity": value.cpus.affinity,
        "cpus.usable": usable,
    }
    unknown = {name: _NOT_TOLD for name, known in fields.items() if known is None}
    if why is not None:
        unknown |= dict.fromkeys(("cpus.cgroup", "cpus.quotas"), why)
    return value, unknown


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
        (limits.slurm_node, f"Slurm gave it {limits.slurm_node} CPUs (SLURM_CPUS_ON_NODE)"),
        (limits.hub, f"JupyterHub gave it {limits.hub or 0:g} CPUs (CPU_LIMIT)"),
    ]
    usable, limited_by = limits.logical, None
    for number, words in candidates:
        if number is not None and number > 0 and math.ceil(number) < usable:
            usable, limited_by = math.ceil(number), words
    return max(1, usable), limited_by


def hardware(environ: Mapping[str, str]) -> str:
    """Return the machine's own architecture, which a translated process does not see."""
    named = platform.machine()
    if darwin.is_apple_silicon():
        named = "arm64"
    elif platform.system() == "Windows":
        # Windows on ARM shows programs for x64 an AMD64, but for the processor's own name.
        if environ.get("PROCESSOR_IDENTIFIER", "").startswith("ARM"):
            named = "ARM64"
        named = environ.get("PROCESSOR_ARCHITEW6432") or named
    return clean(named, 100)


def emulated(architecture: str, environ: Mapping[str, str], interpreter: str | None) -> bool | None:
    """Tell whether a process runs code of another architecture than the machine's.

    On Windows its own variables tell; its Python names the machine instead of itself there.
    """
    if platform.system() == "Windows":
        if "PROCESSOR_ARCHITEW6432" in environ:
            return True
        own = environ.get("PROCESSOR_ARCHITECTURE")
    else:
        own = interpreter
        if own is None and _is_linux():
            return False
    return _spelled(own) != _spelled(architecture) if own else None


@functools.cache
def processor() -> tuple[str | None, str | None]:
    """Return the processor's vendor and microarchitecture, None where archspec cannot tell."""
    try:
        host = importlib.import_module("archspec.cpu").host()  # late: it reads 200 kB of JSON
    # Its data, /proc/cpuinfo, macOS's sysctl program and the processor itself are asked.
    except (
        ImportError,
        OSError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        RuntimeError,
        subprocess.SubprocessError,
    ):
        return None, None
    vendor = clean(str(host.vendor), 100)
    return None if vendor == "generic" else vendor, clean(str(host.name), 100)


def _is_linux() -> bool:
    return platform.system() == "Linux"


def _spelled(architecture: str) -> str:
    return _SPELLED.get(architecture.lower(), architecture.lower())


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number >= 1 else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) and number > 0 else None
