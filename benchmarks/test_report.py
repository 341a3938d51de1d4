"""How long a report takes, beside the tools that answer a part of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import uv

from jupyterlab_envcheck import flow
from jupyterlab_envcheck.probe import cache
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Target
from jupyterlab_envcheck.render.json import dumps

Benchmark = Any  # pytest-benchmark's fixture has no type

TARGET = Target(kind="interpreter", name="benchmark")
CELLS = [{"id": "a", "source": "import numpy, scipy, pandas, sklearn, nosuch"}]
NUMPY = "import numpy"


def report(python: Path, *, refresh: bool) -> str:
    """Return the report as the server would send it: facts, checks and JSON."""
    subject = subject_of_interpreter(str(python))
    return dumps(flow.report_on(subject, TARGET, cells=CELLS, server=True, refresh=refresh))


@pytest.mark.benchmark(group="report")
def test_report_cold(benchmark: Benchmark, python: Path) -> None:
    """Nothing is remembered; numpy's import in the child is included."""
    benchmark.pedantic(
        report, args=(python,), kwargs={"refresh": True}, setup=cache.forget, rounds=15
    )


@pytest.mark.benchmark(group="report")
def test_report_warm(benchmark: Benchmark, python: Path) -> None:
    """The environment's files have not changed since the last look."""
    report(python, refresh=True)
    benchmark.pedantic(report, args=(python,), kwargs={"refresh": False}, rounds=40)


@pytest.mark.benchmark(group="report")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("{python}", "-I", "-c", "pass"), id="bare-interpreter"),
        pytest.param(("{python}", "-c", NUMPY), id="import-numpy"),
        pytest.param(("{python}", "-m", "pip", "inspect"), id="pip-inspect"),
        pytest.param(("{python}", "-m", "pip", "check"), id="pip-check"),
        pytest.param(("{uv}", "pip", "list", "--python", "{python}"), id="uv-pip-list"),
        pytest.param(("{uv}", "pip", "check", "--python", "{python}"), id="uv-pip-check"),
    ],
)
def test_peer(benchmark: Benchmark, python: Path, words: tuple[str, ...]) -> None:
    argv = [word.format(python=python, uv=uv.find_uv_bin()) for word in words]
    benchmark.pedantic(
        subprocess.run, args=(argv,), kwargs={"capture_output": True, "timeout": 60}, rounds=10
    )


@pytest.mark.benchmark(group="start")
@pytest.mark.parametrize(
    "code",
    [
        pytest.param("pass", id="bare"),
        pytest.param("import jupyterlab_envcheck", id="import-package"),
    ],
)
def test_start(benchmark: Benchmark, code: str) -> None:
    benchmark.pedantic(
        subprocess.run, args=([sys.executable, "-c", code],), kwargs={"timeout": 60}, rounds=10
    )


def test_what_the_extension_adds_to_jupyters_start(capsys: pytest.CaptureFixture[str]) -> None:
    """Timed inside the process: Jupyter's own start varies by more than all that we add."""
    code = (
        "import time, jupyter_server.serverapp, jupyter_server.extension.application; "
        "before = time.perf_counter(); import jupyterlab_envcheck.server.app; "
        "from jupyterlab_envcheck.server import bell, routes; "
        "from jupyterlab_envcheck.probe import cgroups, untracked; "
        "print((time.perf_counter() - before) * 1000)"
    )
    took = sorted(
        float(
            subprocess.run(
                [sys.executable, "-c", code], check=True, capture_output=True, timeout=60
            ).stdout
        )
        for _ in range(5)
    )
    with capsys.disabled():
        print(f"\nloading the extension beside Jupyter Server: {took[2]:.1f} ms")  # noqa: T201
