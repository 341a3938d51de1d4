"""What a cell was seen to use while it ran."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SlowImport:
    """A top-level module whose import took a while, with all that it imports."""

    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class GpuUse:
    """Memory of one graphics processor, in bytes, of all who use it."""

    name: str
    before: int | None  #: None where the first answer came only while the cell ran
    most: int
    total: int


@dataclass(frozen=True, kw_only=True)
class CellRun:
    """One run of one cell."""

    wall: float  #: seconds on the clock
    cpu: float  #: seconds of CPU time, of the kernel and all processes that it started
    cpu_workers: float  #: the part of it that those processes took
    workers: int  #: processes of the kernel's that computed at the same time, at most
    #: Threads that computed at the same time, at most, in all these processes; None where the system
    #: does not tell, or the cell was too short.
    threads: int | None
    #: Seconds in which the cell's own thread could have computed and had no CPU, None where the system
    #: does not tell: only Linux does.
    queued: float | None
    busy: float  #: CPUs of the machine that were busy on average, with whatever runs on it
    imports: tuple[SlowImport, ...]  #: slowest first
    gpus: tuple[GpuUse, ...]  #: only NVIDIA's tell
