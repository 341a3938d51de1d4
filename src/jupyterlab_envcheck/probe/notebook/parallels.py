"""Finds the calls of cells that start workers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

from ...facts import Parallel
from ...facts.text import clean
from .wanted import Names

_Kind = Literal["processes", "threads", "joblib", "joblib-threads", "dask", "dask-threads"]

_POOLS: Mapping[str, _Kind] = {
    "multiprocessing.Pool": "processes",
    "multiprocessing.pool.Pool": "processes",
    "multiprocessing.get_context().Pool": "processes",
    "multiprocess.Pool": "processes",
    "concurrent.futures.ProcessPoolExecutor": "processes",
    "concurrent.futures.process.ProcessPoolExecutor": "processes",
    "multiprocessing.pool.ThreadPool": "threads",
    "multiprocessing.dummy.Pool": "threads",
    "concurrent.futures.ThreadPoolExecutor": "threads",
    "concurrent.futures.thread.ThreadPoolExecutor": "threads",
}
_SIZE = ("processes", "max_workers")  #: how the pools call their number of workers
_JOBS = frozenset({"joblib.Parallel", "sklearn.utils.parallel.Parallel"})
_JOBS_CONFIGURED = frozenset(
    {"joblib.parallel_config", "joblib.parallel_backend", "sklearn.utils.parallel_backend"}
)
_DASK = frozenset(
    f"{module}.{name}"
    for module in ("dask.distributed", "distributed")
    for name in ("Client", "LocalCluster")
)
_DASK_COMPUTES = (".compute", ".persist")
#: Their collections compute in threads of the process unless told otherwise.
_DASK_COLLECTIONS = frozenset({"dask.array", "dask.dataframe", "dask.delayed"})

#: Keywords that are shown of a call; the rest may hold anything.
_TOLD = frozenset(
    {"backend", "n_jobs", "n_workers", "prefer", "processes", "require", "scheduler"}
    | {"threads_per_worker", "max_workers", "inner_max_num_threads"}
)
_LONGEST = 200


def in_call(call: ast.Call, names: Names, cell: str, line: int) -> Iterator[Parallel]:
    """Yield the workers that a call starts; one that asks for a single worker starts none."""
    function = names.dotted(call.func)
    kind = _kind(call, function, names)
    if kind is not None:
        yield Parallel(
            kind=kind, cell=clean(cell, 100), line=line, text=clean(_shown(call), _LONGEST)
        )


def _kind(call: ast.Call, function: str, names: Names) -> _Kind | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    pool = _pool(function, names)
    if pool is not None:
        size = next((given[name] for name in _SIZE if name in given), *call.args[:1] or (None,))
        return None if _is(size, 1) else pool
    if function in _DASK:
        return "dask-threads" if _is(given.get("processes"), False) else "dask"
    if function in _JOBS_CONFIGURED:
        backend = given.get("backend", call.args[0] if call.args else None)
        return "joblib-threads" if _is(backend, "threading") else None
    scheduler = _scheduler(function, given, names)
    if scheduler is not None:
        return scheduler
    return _jobs(function, given, call, names)


def _pool(function: str, names: Names) -> _Kind | None:
    if function in _POOLS:
        return _POOLS[function]
    # `context.Pool()`: nothing else that cells call so was imported under that name.
    root, dot, rest = function.partition(".")
    is_context = dot and rest == "Pool" and root not in {*names.bound, *names.first}
    return "processes" if is_context and "multiprocessing" in names.loaded else None


def _jobs(
    function: str, given: Mapping[str, ast.expr], call: ast.Call, names: Names
) -> _Kind | None:
    """Return how `n_jobs` is carried out, of joblib and of those that leave it to joblib."""
    is_joblib = function in _JOBS
    jobs = given.get("n_jobs", call.args[0] if is_joblib and call.args else None)
    if jobs is None or _is(jobs, 1) or _is(jobs, None):
        return None
    if not is_joblib:
        root = function.partition(".")[0]
        imported = names.loaded.keys() | set(names.first)
        if root != "sklearn" and (root in imported or "sklearn" not in imported):
            return None  # LightGBM and XGBoost, for one, have threads of their own
    threads = (
        _is(given.get("backend"), "threading")
        or _is(given.get("prefer"), "threads")
        or _is(given.get("require"), "sharedmem")
    )
    return "joblib-threads" if threads else "joblib"


def _scheduler(function: str, given: Mapping[str, ast.expr], names: Names) -> _Kind | None:
    """Return where dask computes, of a call that says it or, in its own process, begins it."""
    configures = function == "dask.config.set"
    if "dask" not in names.first or not (configures or function.endswith(_DASK_COMPUTES)):
        return None
    match given.get("scheduler"):
        case ast.Constant(value="threads" | "threading"):
            return "dask-threads"
        case ast.Constant(value="processes" | "multiprocessing" | "distributed"):
            return "dask"
        case None if not configures:
            return _unless_told(names)
        case _:
            return None


def _unless_told(names: Names) -> _Kind | None:
    """Return where dask computes of itself: where there is a Client, it does, and is told itself."""
    used = {*names.loaded, *names.bound.values()}
    if any(name.startswith(("dask.distributed", "distributed")) for name in used):
        return None
    return "dask-threads" if not used.isdisjoint(_DASK_COLLECTIONS) else None


def _is(node: ast.expr | None, value: object) -> bool:
    """Tell whether an expression is this literal: True is not 1."""
    return (
        isinstance(node, ast.Constant) and type(node.value) is type(value) and node.value == value
    )


def _shown(call: ast.Call) -> str:
    """Return the call as written, but for what says nothing of its workers."""
    parts = [_argument(one) for one in call.args[:2]]
    parts += [
        f"{keyword.arg}={_argument(keyword.value)}"
        for keyword in call.keywords
        if keyword.arg in _TOLD
    ]
    told = len(call.args[:2]) + sum(keyword.arg in _TOLD for keyword in call.keywords)
    if told < len(call.args) + len(call.keywords):
        parts.append("…")
    return f"{_function(call.func)}({', '.join(parts)})"


def _function(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            return f"{_function(inner)}.{name}"
        case ast.Call(func=inner):
            return f"{_function(inner)}(…)"
        case _:
            return "…"


def _argument(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=bool() | int() | float() | None as value):
            return repr(value)[:20]
        case ast.Constant(value="threads" | "threading" | "processes" | "loky" as value):
            return repr(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return f"-{number}"[:20]
        case ast.Name(id=name):
            return name
        case ast.Call(func=function, args=[], keywords=[]):  # os.cpu_count()
            return f"{_function(function)}()"
        case _:
            return "…"
