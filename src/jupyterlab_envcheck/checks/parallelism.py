"""Family threads: workers that each start threads of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..facts import Cpus, Facts, Library, Parallel
from ..facts.requirements import closure
from ..recommendations import Evidence, Finding, Read, SetEnvironment, Severity, Skip, Source
from .base import Check
from .naming import library_name
from .started import started

_PROCESSES = frozenset({"processes", "joblib"})
_THREADS = frozenset({"threads", "joblib-threads"})
#: How calls name their number of workers, beside by place.
_NAMED = ("n_jobs", "processes", "max_workers")
_REST = re.compile(r"(\(.*), …\)$")
#: Calls that count CPUs, and see no quota.
_COUNTING = frozenset({"cpu_count", "process_cpu_count", "sched_getaffinity", "len"})
_FAR_TOO_MANY = 2  #: times the CPUs: workers and threads take turns below it, too, but little

#: Which variable of a kernel's start limits which library; the first that is set counts.
_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "openblas": ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"),
    "mkl": ("MKL_NUM_THREADS", "OMP_NUM_THREADS"),
    "blis": ("BLIS_NUM_THREADS", "OMP_NUM_THREADS"),
}
_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, kw_only=True)
class _Load:
    """How many threads a line of the notebook may come to."""

    line: Parallel
    pool: Library
    workers: int
    threads: int  #: of each worker

    @property
    def total(self) -> int:
        """All the threads there may be at a time."""
        return self.workers * self.threads

    def exceeds(self, usable: int) -> bool:
        """Tell whether there are workers at all, and far too many threads for the CPUs."""
        return self.workers > 1 and self.total > _FAR_TOO_MANY * usable


class NestedParallelism(Check):
    """Parallel workers each start threads for linear algebra.

    ## What it does
    Multiplies the workers that the notebook's lines start with the threads that the BLAS library
    starts in each, and compares that with the CPUs the kernel may use.

    ## Why this matters
    All of them take turns on the same CPUs, and the whole is slower than without workers.

    ## How to fix it
    Give each worker one thread, or a few: set the variables before the kernel starts, or call
    `threadpool_limits(1)` of threadpoolctl where a worker begins. joblib does so by itself for its
    processes.

    ## Example
    `multiprocessing.Pool(8)` on 8 CPUs, where each worker's OpenBLAS starts 8 threads: 64 threads.

    ## Tried on
    Real: NumPy's wheel in a uv venv and a cell with a pool of processes, whose workers had as many
    threads as is said, forked or spawned. joblib and threads from facts as literals.
    """

    family = "threads"
    sources = (
        Source(
            title="scikit-learn, Parallelism: Oversubscription",
            url="https://scikit-learn.org/stable/computing/parallelism.html",
            passage="joblib's processes are told how many threads they may use, so that together "
            "they fit the CPUs; threads of joblib and pools of the standard library are not.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning on the worst line; advice for threads, which often only wait."""
        notebook, machine = facts.notebook.value, facts.machine.value
        if notebook is None:
            return Skip(reason=facts.notebook.why_unknown())
        lines = [line for line in notebook.parallels if line.kind in _PROCESSES | _THREADS]
        if not lines or not _computes(facts) or _is_limited(facts):
            return ()
        if facts.thread_pools.value is None:
            return Skip(reason=facts.thread_pools.why_unknown())
        if machine is None or machine.cpus.usable is None:
            return Skip(reason=facts.machine.why_unknown("cpus.usable" if machine else "value"))
        loads, unsure = _loads(lines, machine.cpus, facts)
        worst = max(loads, key=lambda load: load.total, default=None)
        if worst is None or not worst.exceeds(machine.cpus.usable):
            return _untold(unsure[0]) if unsure else ()
        return (_finding(worst, machine.cpus.usable, facts),)


def _loads(
    lines: Sequence[Parallel], cpus: Cpus, facts: Facts
) -> tuple[list[_Load], list[Parallel]]:
    """Return what the lines come to, and the lines of which that cannot be told."""
    seen = cpus.affinity or cpus.logical or 1
    loads, unsure = [], []
    for line in lines:
        pool = _multiplied(line, facts)
        threads = _threads(line, pool, facts) if pool is not None else None
        if pool is None or threads is None:
            continue
        workers = _workers(line, seen)
        if workers is None:
            unsure.append(line)
        else:
            loads.append(_Load(line=line, pool=pool, workers=workers, threads=threads))
    return loads, unsure


def _untold(line: Parallel) -> Skip:
    shown = line.text[:80]
    return Skip(reason=f"how many workers “{shown}” starts is worked out only when it runs")


def _finding(worst: _Load, usable: int, facts: Facts) -> Finding:
    name = library_name(worst.pool.library)
    kind = "threads" if worst.line.kind in _THREADS else "processes"
    each = max(1, usable // worst.workers)
    return Finding(
        severity=Severity.ADVICE if worst.line.kind == "threads" else Severity.WARNING,
        title=f"{worst.workers} worker {kind} with {worst.threads} {name} threads each may come "
        f"to {worst.total} threads on {usable} CPU{'s' * (usable != 1)}",
        why="If the workers do linear algebra, their threads take turns on the same CPUs, which "
        "is slower than fewer threads. One thread for each worker is mostly best.",
        evidence=(
            Evidence(
                label=f"Line {worst.line.line} of a cell",
                value=worst.line.text,
                source=facts.notebook.source,
            ),
            Evidence(
                label=name,
                value=f"{worst.threads} threads",
                source=facts.thread_pools.source,
            ),
            Evidence(label="Usable CPUs", value=str(usable), source=facts.machine.source),
        ),
        actions=(
            SetEnvironment(
                title=f"Start the kernel with {each} thread{'s' * (each != 1)} in each process",
                variables=dict.fromkeys(_LIMITS, str(each)),
            ),
            Read(title="Which variable rules which library", entry="threads"),
        ),
    )


def _computes(facts: Facts) -> bool:
    """Tell whether the notebook imports something that does linear algebra: NumPy, or needs it."""
    notebook, packages = facts.notebook.value, facts.packages.value
    interpreter = facts.interpreter.value
    names = {one.name for one in notebook.imports} if notebook is not None else set()
    if "numpy" in names or packages is None or interpreter is None:
        return "numpy" in names
    roots = [package.name for package in packages if names.intersection(package.imports)]
    return "numpy" in closure(roots, packages, interpreter.markers)


def _is_limited(facts: Facts) -> bool:
    """Tell whether the notebook looks after its threads itself, by threadpoolctl."""
    notebook = facts.notebook.value
    return notebook is not None and any(one.name == "threadpoolctl" for one in notebook.imports)


def _multiplied(line: Parallel, facts: Facts) -> Library | None:
    """Return the largest pool that each worker has of its own, None where there is none.

    All threads of one process share the pool of an OpenBLAS that is built on pthreads.
    """
    pools = [
        pool
        for pool in facts.thread_pools.value or ()
        if pool.threads is not None
        and pool.library in _VARIABLES
        and not (line.kind in _THREADS and pool.library == "openblas" and pool.layer != "openmp")
    ]
    return max(pools, key=lambda pool: pool.threads or 0, default=None)


def _workers(line: Parallel, seen: int) -> int | None:
    """Return how many workers a call starts; None where that is worked out when it runs."""
    # What is shown of a call leaves out with "…" what says nothing of its workers.
    shown = _REST.sub(r"\1)", line.text.strip()).replace("…", "...")
    try:
        call = ast.parse(shown, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call):
        return None
    if any(word.arg == "inner_max_num_threads" for word in call.keywords):
        return 1  # the notebook looks after it
    default = 1 if line.kind.startswith("joblib") else seen
    given = [word.value for word in call.keywords if word.arg in _NAMED]
    if not given and (not line.kind.startswith("joblib") or _called(call) == "Parallel"):
        given = call.args[:1]
    if not given:
        if any(word.arg is None for word in call.keywords):  # **options
            return None
        return default
    return _number(given[0], seen, default)


def _number(given: ast.expr, seen: int, default: int) -> int | None:
    """Return a number of workers as written, -1 for all CPUs that are seen; None if it is none."""
    try:
        value = ast.literal_eval(given)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        counts = isinstance(given, ast.Call) and _called(given) in _COUNTING
        return seen if counts else None
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if value > 0 else max(1, seen + 1 + value)  # as joblib counts: -1 is all


def _called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else str(getattr(called, "id", ""))


def _threads(line: Parallel, pool: Library, facts: Facts) -> int | None:
    """Return the threads of each worker; None where they are limited, or not known.

    What a cell sets before the library is loaded counts for the kernel, and for what it starts.
    joblib limits its processes, but not where a variable is set.
    """
    notebook, start = facts.notebook.value, started(facts)
    settings = notebook.settings if notebook is not None else ()
    for variable in _VARIABLES[pool.library]:
        early = [s.value for s in settings if s.variable == variable and s.after is None]
        if early:
            value = early[-1]
            return int(value) if value is not None and value.isdecimal() else None
    if line.kind == "joblib":
        variables = start.variables if start is not None else {}
        is_set = any(variables.get(name) for name in _VARIABLES[pool.library])
        return pool.threads if is_set else None
    return pool.threads
