"""An install as a job beside the installers alone: what plan, snapshot and proof add.

numpy, scipy and pandas, from an index on the loopback, into a fresh venv each time; what the
installers keep in their caches is there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

Benchmark = Any  # pytest-benchmark has no types

if TYPE_CHECKING:
    from job_world import World
    from jupyterlab_envcheck.jobs import Resolved
    from package_index import PackageIndex

SPECS = ("numpy", "scipy", "pandas")
ROUNDS = 5


@pytest.fixture(scope="session")
def wheels(pytestconfig: pytest.Config) -> Path:
    """The wheels of those three and what they need, kept between runs in build/."""
    folder = Path(pytestconfig.rootpath) / "build" / "benchmark-wheels"
    if not folder.exists():
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
        subprocess.run([*argv, "-d", str(folder), *SPECS], check=True)
    return folder


@pytest.fixture
def index(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    from job_world import leave_this_machine, look_only_at  # noqa: PLC0415 - modules of the tests
    from package_index import serve  # noqa: PLC0415

    leave_this_machine(tmp_path, monkeypatch)
    with serve(wheels) as served:
        look_only_at(served, monkeypatch)
        yield served


@pytest.fixture(params=["pip", "uv"])
def world(request: pytest.FixtureRequest, index: PackageIndex, tmp_path: Path) -> World:
    from job_world import World, make_bare_venv, make_pip_venv  # noqa: PLC0415

    has_pip = request.param == "pip"
    python = (make_pip_venv if has_pip else make_bare_venv)(tmp_path / "proj")
    shutil.copytree(tmp_path / "proj", tmp_path / "fresh", symlinks=True)
    return World(python=python, index=index, has_pip=has_pip, kind="venv" if has_pip else "uv-venv")


def make_fresh(world: World) -> None:
    """Make the environment what it was."""
    fresh = world.prefix.parent / "fresh"
    shutil.rmtree(world.prefix)
    shutil.copytree(fresh, world.prefix, symlinks=True)


def raw(world: World) -> tuple[str, ...]:
    """Return what a person types."""
    from job_world import UV  # noqa: PLC0415

    if world.has_pip:
        return (world.python, "-m", "pip", "install", "--quiet", *SPECS)
    return (UV, "pip", "install", "--quiet", "--no-config", "--python", world.python, *SPECS)


def test_installer_alone(benchmark: Benchmark, world: World) -> None:
    argv = raw(world)
    subprocess.run(argv, check=True)
    benchmark.pedantic(
        lambda: subprocess.run(argv, check=True), setup=lambda: make_fresh(world), rounds=ROUNDS
    )


def test_plan(benchmark: Benchmark, world: World) -> None:
    assert world.resolve(*SPECS).order is not None
    benchmark.pedantic(lambda: world.resolve(*SPECS), rounds=ROUNDS)


def test_job(benchmark: Benchmark, world: World) -> None:
    from job_world import again  # noqa: PLC0415

    subprocess.run(raw(world), check=True)
    make_fresh(world)

    def setup() -> tuple[tuple[Resolved], dict[str, object]]:
        make_fresh(world)
        return (again(world.resolve(*SPECS)),), {}

    def job(resolved: Resolved) -> None:
        assert world.job(resolved).state == "succeeded"

    benchmark.pedantic(job, setup=setup, rounds=ROUNDS)


def test_undo(benchmark: Benchmark, world: World) -> None:
    from job_world import taken_back  # noqa: PLC0415
    from jupyterlab_envcheck.jobs import Job  # noqa: PLC0415

    def setup() -> tuple[tuple[Job], dict[str, object]]:
        return (world.job(world.resolve(*SPECS)),), {}

    def undo(job: Job) -> None:
        assert taken_back(world, job).state == "succeeded"

    benchmark.pedantic(undo, setup=setup, rounds=ROUNDS)


def test_snapshot_of_a_large_environment(benchmark: Benchmark, python: Path) -> None:
    """Of some 150 distributions; the number of files is told with it."""
    from jupyterlab_envcheck.facts import parse  # noqa: PLC0415
    from jupyterlab_envcheck.jobs.snapshots import snapshot  # noqa: PLC0415
    from jupyterlab_envcheck.probe.interpreter import ask  # noqa: PLC0415

    interpreter = parse.interpreter(ask(str(python)), "a benchmark")
    assert interpreter is not None
    roots = snapshot.roots_of(interpreter)
    place = python.parents[1] / "benchmark-snapshot"

    def take() -> None:
        snapshot.take(roots, str(place), now=time.time_ns())

    def setup() -> None:
        shutil.rmtree(place, ignore_errors=True)

    benchmark.pedantic(take, setup=setup, rounds=ROUNDS)
    benchmark.extra_info["files"] = sum(len(names) for _, _, names in os.walk(place))
    shutil.rmtree(place)
