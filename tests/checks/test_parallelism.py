"""Family threads: workers that start threads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.checks.parallelism import NestedParallelism
from jupyterlab_envcheck.facts import Parallel, Setting
from jupyterlab_envcheck.recommendations import Finding, SetEnvironment, Severity, Skip
from make_facts import (
    MACHINE,
    NOTEBOOK,
    OPENBLAS,
    PACKAGES,
    PROCESS,
    imported,
    make_facts,
    package,
)

MKL = replace(OPENBLAS, library="mkl", layer="intel")


def run(kind: Any, text: str, *, imports: tuple[str, ...] = ("numpy",), **changes: Any) -> Any:
    line = Parallel(kind=kind, cell="c1", line=4, text=text)
    notebook = replace(
        changes.pop("notebook", NOTEBOOK),
        parallels=(line,),
        imports=tuple(imported(name) for name in imports),
    )
    return NestedParallelism.run(make_facts(notebook=notebook, **changes))


def the(kind: str, text: str, **changes: Any) -> Finding:
    (finding,) = run(kind, text, **changes)
    assert isinstance(finding, Finding)
    return finding


def test_nested_parallelism_of_processes() -> None:
    finding = the("processes", "multiprocessing.Pool(8)")
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "8 worker processes with 4 OpenBLAS threads each may come to 32 threads on 4 CPUs"
    )
    action = finding.actions[0]
    assert isinstance(action, SetEnvironment)
    assert action.variables["OMP_NUM_THREADS"] == "1"


@pytest.mark.parametrize(
    ("text", "workers"),
    [
        ("Pool()", 8),
        ("Pool(initializer=f)", 8),
        ("ProcessPoolExecutor(max_workers=None)", 8),
        ("Pool(os.cpu_count())", 8),
        ("Pool(len(os.sched_getaffinity(0)))", 8),
        ("ProcessPoolExecutor(max_workers=6)", 6),
        ("Pool(processes=16)", 16),
        ("Pool(9, …)", 9),
        ("multiprocessing.get_context(…).Pool(processes=9, …)", 9),
    ],
)
def test_nested_parallelism_counts_the_workers(text: str, workers: int) -> None:
    the("processes", text).title.startswith(f"{workers} worker processes")


@pytest.mark.parametrize("text", ["Pool(2)", "Pool(1)"])
def test_nested_parallelism_is_silent_for_a_few(text: str) -> None:
    assert run("processes", text) == ()


@pytest.mark.parametrize(
    "text", ["Pool(n)", "Pool(…)", "Pool(**options)", "Pool(", "pool", "Pool('x')"]
)
def test_nested_parallelism_of_unknown_many_is_skipped(text: str) -> None:
    found = run("processes", text)
    assert isinstance(found, Skip)
    assert text in found.reason


@given(st.text(max_size=60), st.sampled_from(["processes", "threads", "joblib", "joblib-threads"]))
def test_nested_parallelism_of_any_text(text: str, kind: str) -> None:
    assert isinstance(run(kind, text), tuple | Skip)


def test_nested_parallelism_is_silent_for_joblib_which_limits_its_processes() -> None:
    assert run("joblib", "Parallel(n_jobs=-1)") == ()


def test_nested_parallelism_of_joblib_where_a_variable_is_set() -> None:
    start = replace(PROCESS, variables={"OMP_NUM_THREADS": "4"})
    finding = the("joblib", "Parallel(n_jobs=-1)", process=start)
    assert finding.title.startswith("8 worker processes with 4 OpenBLAS threads")
    assert run("joblib", "parallel_config(n_jobs=8, inner_max_num_threads=2)", process=start) == ()
    # The 500 are trees.
    assert run("joblib", "RandomForestClassifier(500)", process=start) == ()
    assert run("joblib", "Parallel(n_jobs=None)", process=start) == ()


def test_nested_parallelism_of_threads_with_pools_of_their_own() -> None:
    finding = the("joblib-threads", "Parallel(n_jobs=8, prefer='threads')", thread_pools=(MKL,))
    assert finding.severity is Severity.WARNING
    assert finding.title.startswith("8 worker threads with 4 Intel MKL threads")
    # Those of the standard library mostly wait for a network.
    finding = the("threads", "ThreadPoolExecutor(8)", thread_pools=(MKL,))
    assert finding.severity is Severity.ADVICE


def test_nested_parallelism_is_silent_for_threads_that_share_openblas() -> None:
    assert run("threads", "ThreadPoolExecutor(8)") == ()
    openmp = (replace(OPENBLAS, layer="openmp"),)
    the("threads", "ThreadPoolExecutor(8)", thread_pools=openmp)


def test_nested_parallelism_is_silent_without_linear_algebra() -> None:
    assert run("processes", "Pool(8)", imports=("requests",)) == ()
    pandas = package("pandas", "3.1.1", requires=("numpy>=2",))
    the("processes", "Pool(8)", imports=("pandas",), packages=(*PACKAGES, pandas))


def test_nested_parallelism_is_silent_where_threadpoolctl_is_at_hand() -> None:
    assert run("processes", "Pool(8)", imports=("numpy", "threadpoolctl")) == ()


@pytest.mark.parametrize("value", ["1", None])
def test_nested_parallelism_is_silent_where_a_cell_limits_in_time(value: str | None) -> None:
    early = Setting(variable="OPENBLAS_NUM_THREADS", value=value, cell="c1", line=1, after=None)
    assert run("processes", "Pool(8)", notebook=replace(NOTEBOOK, settings=(early,))) == ()
    late = replace(early, after="numpy")
    the("processes", "Pool(8)", notebook=replace(NOTEBOOK, settings=(late,)))


def test_nested_parallelism_leaves_dask_to_another_check() -> None:
    assert run("dask-threads", "dask.compute(x)", thread_pools=(MKL,)) == ()


def test_nested_parallelism_with_unknown_facts_is_skipped() -> None:
    assert isinstance(NestedParallelism.run(make_facts(notebook=None)), Skip)
    assert isinstance(run("processes", "Pool(8)", thread_pools=None), Skip)
    unknown = replace(MACHINE, cpus=replace(MACHINE.cpus, usable=None))
    assert isinstance(run("processes", "Pool(8)", machine=unknown), Skip)
