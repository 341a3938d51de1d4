"""What a cell used, in sentences, and what would make it faster: numbers in, words out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..checks.naming import library_name
from ..facts import Cpus, Library, Sections
from ..facts.cell import CellRun
from ..recommendations import Outcome, Severity
from .wishes import size

#: Our own bars. Below a second there is little to win, and little is known.
_LONG = 1.0  #: seconds
_WAITING = 0.5  #: CPUs on average, below which a cell mostly waited
_ONE = 1.3  #: below which it used one
_NEARLY_ALL = 0.8  #: of the CPUs
_FAR_TOO_MANY = 2  #: times the CPUs, as of the report's parallel workers
_MOSTLY = 0.5  #: of the time
_MUCH = 0.3  #: of the time
_ALL = 0.9  #: of the machine's CPUs

#: What of a report has to do with a cell's speed.
_FAMILIES = frozenset({"threads", "blas", "gpu"})


@dataclass(frozen=True, kw_only=True)
class CellWords:
    """What is told of a run."""

    used: str
    details: tuple[str, ...]
    advice: tuple[str, ...]
    findings: tuple[Outcome, ...]  #: of the report, on what the cell ran with


def words(run: CellRun, facts: Sections, outcomes: Sequence[Outcome]) -> CellWords:
    """Return what to say of a run; `facts` and `outcomes` are of a report made right after it."""
    machine, process = facts.machine.value, facts.process.value
    cpus = machine.cpus if machine is not None else None
    pools = process.pools if process is not None else None
    reasons = facts.process.unknown
    return CellWords(
        used=_used(run, cpus),
        details=(
            *_workers(run),
            *_threads(run, cpus),
            *_pools(pools, reasons.get("pools"), reasons),
            *_gpus(run),
            *_imports(run),
        ),
        advice=tuple(_advice(run, cpus, pools or ())),
        findings=tuple(
            outcome
            for outcome in outcomes
            if outcome.status == "finding"
            and outcome.family in _FAMILIES
            and outcome.severity is not Severity.INFO
        ),
    )


def duration(seconds: float) -> str:
    """Return a time in words: "35 ms", "12.3 s", "2 min 5 s"."""
    if seconds < 0.9995:  # noqa: PLR2004 - what is rounded to a second is one
        return f"{max(1, round(seconds * 1e3))} ms"
    if seconds < 59.95:  # noqa: PLR2004 - likewise
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:  # noqa: PLR2004 - an hour
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _used(run: CellRun, cpus: Cpus | None) -> str:
    took = f"It took {duration(run.wall)} and {duration(run.cpu)} of CPU time"
    if run.wall < 0.1:  # noqa: PLR2004 - seconds; the system counts in hundredths
        return f"{took}."
    average = f"{run.cpu / run.wall:.1f} CPUs on average"
    if cpus is None or cpus.usable is None:
        return f"{took}: {average}."
    limit = f" ({cpus.limited_by})" if cpus.limited_by else ""
    return f"{took}: {average}, of the {cpus.usable} it may use{limit}."


def _workers(run: CellRun) -> Iterator[str]:
    if run.workers or run.cpu_workers >= 0.05:  # noqa: PLR2004 - seconds; a shell command is none
        at_once = f", up to {run.workers} of them at a time" if run.workers else ""
        yield (
            f"{duration(run.cpu_workers)} of the CPU time went to processes that it "
            f"started{at_once}."
        )


def _threads(run: CellRun, cpus: Cpus | None) -> Iterator[str]:
    if run.threads is not None and run.threads > 1:
        of = f" on {_count(cpus.usable, 'CPU')}" if cpus is not None and cpus.usable else ""
        yield f"Up to {run.threads} threads computed at the same time{of}."


def _pools(
    pools: Sequence[Library] | None, why: str | None, reasons: Mapping[str, str]
) -> Iterator[str]:
    if pools is None:
        yield f"Which thread pools are there is unknown: {why or 'the kernel did not say'}."
        return
    for pool in pools:
        name = " ".join(filter(None, (library_name(pool.library), pool.version)))
        owner = f" of {pool.owner}" if pool.owner else ""
        if pool.threads is not None:
            yield f"Thread pool: {name}{owner}, {_count(pool.threads, 'thread')}."
        else:
            unknown = reasons.get(f"pools.{pool.library}", "it did not say")
            yield f"Thread pool: {name}{owner}; how many threads is unknown: {unknown}."


def _gpus(run: CellRun) -> Iterator[str]:
    for gpu in run.gpus:
        used = f"{gpu.name}: up to {size(gpu.most)} of {size(gpu.total)} memory in use"
        if gpu.before is None:
            yield f"{used}. How much of it was before is unknown: nvidia-smi answered too late."
        elif gpu.most > gpu.before:
            yield f"{used}, {size(gpu.most - gpu.before)} more than before."
        else:
            yield f"{used}, no more than before."


def _imports(run: CellRun) -> Iterator[str]:
    if run.imports:
        each = ", ".join(f"{one.name} {duration(one.seconds)}" for one in run.imports)
        yield f"Imports that took their time: {each}."


def _advice(run: CellRun, cpus: Cpus | None, pools: Sequence[Library]) -> Iterator[str]:
    if run.wall < _LONG:
        return
    importing = sum(one.seconds for one in run.imports)
    if importing > _MOSTLY * run.wall:
        yield (
            f"Most of the time, {duration(importing)}, went into imports, which a kernel does "
            "once: run again, the cell takes the rest. In a cell of their own they do not hide "
            "what the work takes."
        )
        return
    usable = cpus.usable if cpus is not None else None
    average = run.cpu / run.wall
    if usable is not None and _is_crowded(run, average, usable):
        yield (
            f"{run.threads} threads took turns on {_count(usable, 'CPU')}, which is slower than "
            f"{_count(usable, 'thread')}. {_fewer(run, usable)}"
        )
    elif cpus is not None and _is_outrun(run, average, cpus):
        yield (
            f"Other programs had the CPUs: {run.busy:.1f} of this machine's {cpus.logical} were "
            f"busy, {average:.1f} of them with this cell. It is faster when less runs beside it."
        )
    elif run.queued is not None and run.queued > _MUCH * run.wall:
        yield (
            f"It waited {duration(run.queued)} for a CPU: other programs kept them busy, or its "
            "share of them was used up. It is faster when less runs beside it."
        )
    elif average < _WAITING:
        maybe = any(gpu.before is None or gpu.most > gpu.before for gpu in run.gpus)
        on_gpu = "the GPU, " if maybe else ""
        yield (
            f"It mostly waited, for {on_gpu}files, the network or something else outside: more "
            "CPUs or threads do not help. Waiting for several things at the same time does."
        )
    elif average < _ONE and usable is not None and usable > 1:
        yield (
            f"It kept one of {usable} CPUs busy. More are used by operations on whole arrays in "
            "libraries that have threads, or when the work is split among processes, such as by "
            f"joblib or concurrent.futures.{_single(pools)}"
        )
    elif usable is not None and average >= _NEARLY_ALL * usable:
        yield (
            f"It used nearly all of the {_count(usable, 'CPU')} that it may use: what makes it "
            "faster is less work, or more CPUs."
        )


def _is_crowded(run: CellRun, average: float, usable: int) -> bool:
    threads = run.threads or 0
    return threads > _FAR_TOO_MANY * usable and average >= _NEARLY_ALL * usable


def _is_outrun(run: CellRun, average: float, cpus: Cpus) -> bool:
    """Tell whether all CPUs of the machine were busy, few of them with the cell, which wanted one."""
    if cpus.logical is None or cpus.usable is None:
        return False
    # Where nobody tells how long all of it queued, a cell that used hardly any CPU time only waited.
    queued = None if run.workers else run.queued
    wanted = average >= _WAITING if queued is None else queued > _MUCH * run.wall
    if not wanted:
        return False
    return run.busy >= _ALL * cpus.logical and average < _NEARLY_ALL * cpus.usable


def _fewer(run: CellRun, usable: int) -> str:
    if run.workers > 1:
        each = max(1, usable // run.workers)
        return (
            f"Give each of the {run.workers} processes {_count(each, 'thread')}: "
            f"`threadpool_limits({each})` of threadpoolctl where its work begins."
        )
    return f"`threadpool_limits({usable})` of threadpoolctl around the work limits them."


def _single(pools: Sequence[Library]) -> str:
    names = [library_name(pool.library) for pool in pools if pool.threads == 1]
    return f" {' and '.join(names)} may use one thread only, as it is set now." if names else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
