"""What a cell used, from numbers to sentences."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from html5lib import HTMLParser
from rich.console import Console

from golden_scenes import PROBLEMS, report
from jupyterlab_envcheck.facts import Facts, Library
from jupyterlab_envcheck.facts.cell import CellRun, GpuUse, SlowImport
from jupyterlab_envcheck.render.cell import CellWords, duration, words
from jupyterlab_envcheck.render.cell_faces import cell_html, print_cell
from make_facts import MACHINE, OPENBLAS, PROCESS, make_facts

RUN = CellRun(
    wall=10.0,
    cpu=30.0,
    cpu_workers=0.0,
    workers=0,
    threads=None,
    queued=0.0,
    busy=3.5,
    imports=(),
    gpus=(),
)
FOUR = replace(MACHINE, cpus=replace(MACHINE.cpus, logical=8, usable=4, limited_by=None))
MKL = Library(
    library="mkl",
    version=None,
    path="/x/libmkl_rt.so",
    owner="mkl",
    threads=None,
    layer=None,
    architecture=None,
)


def told(run: CellRun, facts: Facts | None = None) -> CellWords:
    facts = make_facts(machine=FOUR, process=replace(PROCESS, pools=())) if facts is None else facts
    return words(run, facts.sections, ())


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "1 ms"),
        (0.0349, "35 ms"),
        (0.9996, "1.0 s"),
        (12.34, "12.3 s"),
        (59.96, "1 min 0 s"),
        (125, "2 min 5 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_used_names_cpus_and_what_limits_them() -> None:
    limited = replace(
        MACHINE, cpus=replace(MACHINE.cpus, usable=4, limited_by="the group has a quota of 4 CPUs")
    )
    assert told(RUN).used == (
        "It took 10.0 s and 30.0 s of CPU time: 3.0 CPUs on average, of the 4 it may use."
    )
    assert told(RUN, make_facts(machine=limited)).used.endswith(
        "of the 4 it may use (the group has a quota of 4 CPUs)."
    )


def test_used_of_an_unknown_machine_and_of_a_short_cell() -> None:
    assert told(RUN, make_facts(machine=None)).used.endswith("3.0 CPUs on average.")
    assert told(replace(RUN, wall=0.02, cpu=0.01)).used == "It took 20 ms and 10 ms of CPU time."


def test_details_of_workers_threads_gpus_and_imports() -> None:
    run = replace(
        RUN,
        cpu_workers=28.0,
        workers=4,
        threads=5,
        imports=(SlowImport(name="pandas", seconds=0.8), SlowImport(name="numpy", seconds=0.2)),
        gpus=(
            GpuUse(
                name="NVIDIA H100", before=1_000_000_000, most=9_000_000_000, total=80_000_000_000
            ),
            GpuUse(name="NVIDIA A10", before=2_000_000, most=2_000_000, total=24_000_000_000),
            GpuUse(name="NVIDIA L4", before=None, most=2_000_000, total=24_000_000_000),
        ),
    )
    assert told(run).details == (
        "28.0 s of the CPU time went to processes that it started, up to 4 of them at a time.",
        "Up to 5 threads computed at the same time on 4 CPUs.",
        "NVIDIA H100: up to 9.0 GB of 80.0 GB memory in use, 8.0 GB more than before.",
        "NVIDIA A10: up to 2.0 MB of 24.0 GB memory in use, no more than before.",
        (
            "NVIDIA L4: up to 2.0 MB of 24.0 GB memory in use. How much of it was before is unknown: "
            "nvidia-smi answered too late."
        ),
        "Imports that took their time: pandas 800 ms, numpy 200 ms.",
    )


def test_details_of_pools_with_owners_and_with_the_reason_why_a_number_is_unknown() -> None:
    facts = make_facts(machine=FOUR, process=replace(PROCESS, pools=(OPENBLAS, MKL)))
    reason = "asking it in the kernel would start it"
    process = replace(facts.process, unknown={**facts.process.unknown, "pools.mkl": reason})
    pools = told(RUN, replace(facts, process=process)).details
    assert pools[0].startswith("Thread pool: OpenBLAS ")
    assert pools[0].endswith(f" of {OPENBLAS.owner}, {OPENBLAS.threads} threads.")
    assert pools[1] == f"Thread pool: Intel MKL of mkl; how many threads is unknown: {reason}."


def test_details_where_no_pool_could_be_read() -> None:
    facts = make_facts(machine=FOUR, process=replace(PROCESS, pools=None))
    process = replace(facts.process, unknown={"pools": "libraries are asked through ctypes"})
    assert told(RUN, replace(facts, process=process)).details == (
        "Which thread pools are there is unknown: libraries are asked through ctypes.",
    )


@pytest.mark.parametrize(
    ("run", "advice"),
    [
        (replace(RUN, wall=0.9, cpu=0.1), ""),
        (replace(RUN, cpu=28.0), ""),
        (replace(RUN, cpu=33.0), "It used nearly all of the 4 CPUs"),
        (replace(RUN, cpu=10.0), "It kept one of 4 CPUs busy."),
        (replace(RUN, cpu=1.0), "It mostly waited, for files, the network"),
        (replace(RUN, cpu=1.0, queued=None), "It mostly waited, for files"),
        (
            replace(RUN, cpu=1.0, gpus=(GpuUse(name="x", before=1, most=2, total=3),)),
            "It mostly waited, for the GPU, files",
        ),
        (
            replace(RUN, cpu=1.0, gpus=(GpuUse(name="x", before=2, most=2, total=3),)),
            "It mostly waited, for files",
        ),
        (
            replace(RUN, cpu=1.0, gpus=(GpuUse(name="x", before=None, most=2, total=3),)),
            "It mostly waited, for the GPU, files",
        ),
        (replace(RUN, cpu=3.0, queued=6.0), "It waited 6.0 s for a CPU:"),
        (
            replace(RUN, cpu=8.0, workers=4, busy=7.9),
            "Other programs had the CPUs: 7.9 of this machine's 8 were busy, 0.8 of them with this",
        ),
        (replace(RUN, cpu=0.0, busy=7.9, queued=0.0), "It mostly waited, for files"),
        (replace(RUN, cpu=0.0, busy=7.9, queued=None), "It mostly waited, for files"),
        (replace(RUN, cpu=33.0, busy=7.9), "It used nearly all"),
        (
            replace(RUN, cpu=6.0, imports=(SlowImport(name="torch", seconds=5.5),)),
            "Most of the time, 5.5 s, went into imports",
        ),
        (
            replace(RUN, cpu=39.0, threads=64),
            (
                "64 threads took turns on 4 CPUs, which is slower than 4 threads. "
                "`threadpool_limits(4)` of threadpoolctl around the work limits them."
            ),
        ),
        (
            replace(RUN, cpu=39.0, threads=64, workers=8),
            (
                "64 threads took turns on 4 CPUs, which is slower than 4 threads. Give each of the 8 "
                "processes 1 thread: `threadpool_limits(1)` of threadpoolctl where its work begins."
            ),
        ),
        (replace(RUN, cpu=39.0, threads=8), "It used nearly all"),
    ],
)
def test_advice(run: CellRun, advice: str) -> None:
    found = told(run).advice
    assert len(found) == bool(advice)
    assert "".join(found).startswith(advice)


def test_advice_names_a_library_that_was_left_one_thread() -> None:
    one = replace(OPENBLAS, threads=1)
    facts = make_facts(machine=FOUR, process=replace(PROCESS, pools=(one,)))
    assert (
        told(replace(RUN, cpu=10.0), facts)
        .advice[0]
        .endswith(" OpenBLAS may use one thread only, as it is set now.")
    )


def test_advice_on_one_cpu_speaks_of_no_others() -> None:
    alone = replace(MACHINE, cpus=replace(MACHINE.cpus, usable=1))
    assert told(replace(RUN, cpu=9.9), make_facts(machine=alone)).advice == (
        (
            "It used nearly all of the 1 CPU that it may use: what makes it faster is less work, or "
            "more CPUs."
        ),
    )


def test_findings_are_the_reports_own_on_threads_blas_and_gpu() -> None:
    made = report(PROBLEMS)
    found = words(RUN, made.facts, made.outcomes).findings
    assert [outcome.check for outcome in found] == ["threads-exceed-cpus"]
    page = io.StringIO()
    print_cell(words(RUN, made.facts, made.outcomes), Console(file=page, width=88))
    assert found[0].title in page.getvalue().replace("\n  ", " ")


def test_html_is_well_formed_and_shows_hostile_names_as_text() -> None:
    run = replace(RUN, imports=(SlowImport(name="<script>", seconds=0.8),))
    made = report(PROBLEMS)
    shown = cell_html(words(run, made.facts, made.outcomes))
    HTMLParser(strict=True).parseFragment(shown)
    assert "<script" not in shown
