"""A run of a cell, as its magic shows it."""

from __future__ import annotations

from golden_scenes import PROBLEMS, report
from jupyterlab_envcheck.facts.cell import CellRun, GpuUse, SlowImport
from jupyterlab_envcheck.render.cell import words

_REPORT = report(PROBLEMS)

#: Eight workers on the CPUs of a container, each with all threads of its host.
CROWDED = words(
    CellRun(
        wall=41.3,
        cpu=158.0,
        cpu_workers=156.4,
        workers=8,
        threads=96,
        queued=0.4,
        busy=4.1,
        imports=(SlowImport(name="sklearn", seconds=2.1), SlowImport(name="numpy", seconds=0.2)),
        gpus=(
            GpuUse(
                name="NVIDIA H100 80GB HBM3",
                before=1_100_000_000,
                most=12_300_000_000,
                total=85_500_000_000,
            ),
        ),
    ),
    _REPORT.facts,
    _REPORT.outcomes,
)
