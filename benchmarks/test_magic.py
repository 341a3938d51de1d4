"""How long `%load_ext` keeps a notebook waiting, and what a watched cell costs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

Benchmark = Any  # pytest-benchmark's fixture has no type

#: Seconds that loading may take: a notebook's first cell is waited for.
AIM = 0.010

LOAD = """
import json, time
from ipykernel.zmqshell import ZMQInteractiveShell as Shell
shell = Shell.instance()
began, cpu = time.perf_counter(), time.process_time()
shell.extension_manager.load_extension("jupyterlab_envcheck")
print(json.dumps([time.perf_counter() - began, time.process_time() - cpu]))
"""


def loaded() -> list[float]:
    """Return seconds on the clock, and of CPU, that loading took in a fresh kernel's shell."""
    argv = [sys.executable, "-c", LOAD]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60)
    times: list[float] = json.loads(done.stdout)
    return times


@pytest.mark.benchmark(group="magic")
def test_load_ext(benchmark: Benchmark) -> None:
    """The best of some: others run beside."""
    seen: list[list[float]] = []
    benchmark.pedantic(lambda: seen.append(loaded()), rounds=10)
    best = [min(each) for each in zip(*seen, strict=True)]
    benchmark.extra_info["seconds"] = best
    assert best[0] < AIM


@pytest.mark.benchmark(group="magic")
@pytest.mark.parametrize("watched", [False, True])
def test_computing(benchmark: Benchmark, watched: bool) -> None:  # noqa: FBT001 - a parameter
    """Python at work, watched or not; the difference is what watching takes."""
    from jupyterlab_envcheck.probe.cell import Watch  # noqa: PLC0415 - not what is measured

    def work() -> int:
        return sum(number * number for number in range(2_000_000))

    watch = Watch() if watched else None
    benchmark.pedantic(work, rounds=10)
    if watch is not None:
        watch.stop()
