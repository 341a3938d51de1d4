"""The machine the kernel runs on, and the share of it the kernel may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Cpus:
    """CPUs that exist, and CPUs one may use."""

    logical: int | None
    physical: int | None
    affinity: int | None  #: CPUs the process may be scheduled on
    cgroup: float | None  #: the smallest CPU quota from the process's cgroup to the root, in CPUs
    usable: int | None  #: max(1, min of the above and of the scheduler's limit, quota rounded up)
    limited_by: str | None  #: what sets `usable`, in words; None where nothing limits it


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The host or container of the kernel."""

    system: str  #: Linux, Darwin, Windows
    architecture: str  #: x86_64, arm64, …
    container: str | None  #: docker, kubernetes, …; None where there is no sign of one
    cpus: Cpus


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A graphics processor."""

    name: str
    driver: str | None
