"""How long `jupyter envcheck --all --json` takes over 20 kernelspecs, beside 20 runs of `pip inspect`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from environments import make_kernelspec, make_uv_venv, site_packages

Benchmark = Any  # pytest-benchmark's fixture has no type

KERNELSPECS = 20
ENVIRONMENTS = 5  #: of 150 distributions each


@pytest.fixture(scope="session")
def pythons(python: Path) -> list[Path]:
    """The interpreters of environments with the same packages as `python`, by links to its files."""
    made = [python]
    for number in range(1, ENVIRONMENTS):
        folder = python.parents[1].with_name(f"benchmark-env-{number}")
        interpreter = folder / "bin" / "python"
        if not interpreter.exists():
            make_uv_venv(folder)
            shutil.copytree(
                site_packages(python),
                site_packages(interpreter),
                copy_function=os.link,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("_virtualenv*"),
            )
        made.append(interpreter)
    return made


@pytest.fixture
def environ(pythons: list[Path], tmp_path: Path) -> dict[str, str]:
    """Variables with which Jupyter finds 20 kernelspecs, and the one of its own."""
    for number in range(KERNELSPECS - 1):
        make_kernelspec(tmp_path, f"kernel{number:02}", pythons[number % len(pythons)])
    return {**os.environ, "JUPYTER_PATH": str(tmp_path)}


def everything(environ: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "jupyterlab_envcheck", "--all", "--json"]
    done = subprocess.run(argv, check=True, capture_output=True, timeout=300, env=environ)
    told = json.loads(done.stdout)["kernelspecs"]
    assert len(told) >= KERNELSPECS
    assert all(one["report"]["facts"]["packages"]["value"] for one in told if one["report"])


def inspected(pythons: list[Path]) -> None:
    for number in range(KERNELSPECS):
        argv = [str(pythons[number % len(pythons)]), "-m", "pip", "inspect"]
        subprocess.run(argv, check=True, capture_output=True, timeout=300)


@pytest.mark.benchmark(group="all")
def test_all_kernelspecs(benchmark: Benchmark, environ: dict[str, str]) -> None:
    benchmark.pedantic(everything, args=(environ,), rounds=3, warmup_rounds=1)


@pytest.mark.timeout(600)
@pytest.mark.benchmark(group="all")
def test_pip_inspect_as_often(benchmark: Benchmark, pythons: list[Path]) -> None:
    benchmark.pedantic(inspected, args=(pythons,), rounds=2)
