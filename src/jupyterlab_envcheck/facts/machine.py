"""The machine the kernel runs on, and the share of it the kernel may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A control group's limit on CPU time."""

    group: str  #: its path, as the system names it
    cpus: float  #: CPU time per time, "0.5"


@dataclass(frozen=True, kw_only=True)
class Cpus:
    """CPUs that exist, and CPUs one may use."""

    logical: int | None
    physical: int | None
    affinity: int | None  #: CPUs the process may be scheduled on
    cgroup: float | None  #: the smallest CPU quota from the process's cgroup to the root, in CPUs
    quotas: tuple[Quota, ...]  #: all of them, from the process's own group up to the root
    usable: int | None  #: max(1, min of the above and of the scheduler's limit, quota rounded up)
    limited_by: str | None  #: what sets `usable`, in words; None where nothing limits it


@dataclass(frozen=True, kw_only=True)
class Cache:
    """A folder where an installer keeps what it has downloaded."""

    tool: str  #: conda, pip, uv, …
    path: str
    size: int | None  #: bytes; None where counting took too long


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The host or container of the kernel."""

    system: str  #: Linux, Darwin, Windows
    architecture: str  #: x86_64, arm64, …
    emulated: bool | None  #: the process runs code of another architecture than the machine's
    vendor: str | None  #: of the processor: GenuineIntel, AuthenticAMD, Apple, ARM, …
    microarchitecture: str | None  #: as archspec names it: zen3, skylake_avx512, m1
    container: str | None  #: docker, kubernetes, …; None where there is no sign of one
    cpus: Cpus
    caches: tuple[Cache, ...]
