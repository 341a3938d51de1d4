"""How long it takes to know what is the case, by each of the four ways, beside those who know a part.

`files-only` is a report's facts without a child: packages with their RECORDs, kind, conda, GPUs.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uv

from environments import make_kernelspec, make_uv_venv, site_packages
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe import cache
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.interpreter import ask
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.process import outside
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.problems import Problem

Benchmark = Any  # pytest-benchmark's fixture has no type

SIZES = (155, 1_000, 5_000)
FILES_EACH = 60  #: lines of a RECORD; the real ones of `python` have 150 on average, most under 60
TODAY = date(2026, 11, 21)


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyterlab_envcheck": True}}}


@pytest.fixture(scope="session", params=SIZES)
def crowded(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Path:
    """The Python of an environment with so many distributions, written as uv writes them."""
    folder = Path(pytestconfig.rootpath) / "build" / f"benchmark-{request.param}"
    python = folder / "bin" / "python"
    if not python.exists():
        shutil.rmtree(folder, ignore_errors=True)
        make_uv_venv(folder, "pip")
        place = site_packages(python)
        for number in range(request.param - 1):
            _distribution(place, f"package{number}")
    return python


def _distribution(place: Path, name: str) -> None:
    info = place / f"{name}-1.0.dist-info"
    info.mkdir()
    requires = "".join(f"Requires-Dist: package{n} (>=1.0)\n" for n in range(5))
    described = "A line of the description, which nobody reads.\n" * 100
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{requires}\n{described}"
    )
    (info / "INSTALLER").write_text("uv")
    (info / "REQUESTED").touch()
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nTag: py3-none-any\n")
    files = [f"{name}/module{n}.py,sha256=0123456789,{n}" for n in range(FILES_EACH)]
    (info / "RECORD").write_text("\n".join([*files, f"{info.name}/RECORD,,", ""]))


def files_only(python: Path) -> Facts:
    """Return the facts that files give."""
    alone = Problem("withheld", "The benchmark asks no Python.", "None.")
    subject = replace(subject_of_interpreter(str(python)), withheld=alone)
    return gather(subject, server=False, now=TODAY)


@pytest.mark.benchmark(group="files")
def test_files_only_cold(benchmark: Benchmark, crowded: Path) -> None:
    benchmark.pedantic(files_only, args=(crowded,), setup=cache.forget, rounds=10)


@pytest.mark.benchmark(group="files")
def test_files_only_warm(benchmark: Benchmark, crowded: Path) -> None:
    files_only(crowded)
    benchmark.pedantic(files_only, args=(crowded,), rounds=20)


@pytest.mark.benchmark(group="files")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("{uv}", "pip", "list", "--python", "{python}"), id="uv-pip-list"),
        pytest.param(("{python}", "-m", "pip", "list"), id="pip-list"),
        pytest.param(("{python}", "-m", "pip", "inspect"), id="pip-inspect"),
    ],
)
def test_peer(benchmark: Benchmark, crowded: Path, words: tuple[str, ...]) -> None:
    argv = [word.format(python=crowded, uv=uv.find_uv_bin()) for word in words]
    benchmark.pedantic(
        subprocess.run, args=(argv,), kwargs={"capture_output": True, "timeout": 120}, rounds=3
    )


@pytest.mark.benchmark(group="interpreter")
def test_interpreter_asked_in_a_child(benchmark: Benchmark, python: Path) -> None:
    benchmark.pedantic(ask, args=(str(python),), rounds=10)


@pytest.mark.benchmark(group="interpreter")
def test_threadpoolctl_beside_it(benchmark: Benchmark, python: Path) -> None:
    argv = [str(python), "-m", "threadpoolctl", "-i", "numpy", "scipy.linalg"]
    benchmark.pedantic(
        subprocess.run, args=(argv,), kwargs={"capture_output": True, "timeout": 60}, rounds=10
    )


async def test_live_kernel(
    jp_serverapp: Any,
    jp_data_dir: Path,
    python: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The process from outside, and the idle kernel's own answer, with scipy and pandas loaded."""
    make_kernelspec(jp_data_dir, "benchmark", python)
    kernels = jp_serverapp.kernel_manager
    kernel_id = await kernels.start_kernel(kernel_name="benchmark")
    try:
        client = kernels.get_kernel(kernel_id).client()
        client.start_channels(stdin=False, hb=False)
        await client.wait_for_ready(timeout=60)
        await client.execute_interactive(
            "import scipy.linalg, pandas, matplotlib.pyplot", silent=True, timeout=60
        )
        client.stop_channels()
        seen = await look(kernels, kernel_id)
        assert seen.reply is not None
        assert seen.pid is not None
        live = await _median(lambda: look(kernels, kernel_id))
        pid = seen.pid
        process = await _median(lambda: asyncio.to_thread(outside, pid))
    finally:
        await kernels.shutdown_kernel(kernel_id, now=True)
    with capsys.disabled():
        print(f"\nprocess facts: {process:.1f} ms; live facts: {live:.1f} ms")  # noqa: T201


async def _median(do: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(15):
        before = time.perf_counter()
        await do()
        took.append((time.perf_counter() - before) * 1000)
    return sorted(took)[len(took) // 2]
