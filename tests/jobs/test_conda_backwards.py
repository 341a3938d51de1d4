"""What putting back the files of before changes in conda's environments, and what it tells first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, channels
from conda_jobs_world import CondaWorld, conda_world
from conda_world import conda_install
from job_kills import settled
from job_world import ended, swap_argv
from jupyterlab_envcheck.jobs import begin, undo, what_is_known
from jupyterlab_envcheck.plan import Restart
from package_index import PackageIndex

pytestmark = list(NEEDS_CHANNEL)

#: Carries the first command out, and ends the worker that waits for it.
KILLER = (
    "import os, signal, subprocess; subprocess.run({argv!r}); os.kill(os.getppid(), signal.SIGKILL)"
)


@pytest.fixture
def world(tmp_path: Path, index: PackageIndex, monkeypatch: pytest.MonkeyPatch) -> CondaWorld:
    """An environment whose numpy needs a libblas."""
    del index
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))
    return conda_world(tmp_path / "proj", "numpy", "liblapack", "libblas * *_openblas")


def test_repair_tells_of_condas_packages_and_of_what_somebody_else_did(world: CondaWorld) -> None:
    resolved = world.resolve("libblas=*=*mkl")
    planned = {change.name for change in resolved.plan.changes.update}
    program = KILLER.format(argv=list(resolved.plan.argv[0]))
    prefix = str(world.prefix)
    job = settled(begin(swap_argv(resolved, sys.executable, "-c", program, prefix, "--json")))
    assert job.state == "interrupted"
    conda_install(world.prefix, "six")
    known = what_is_known(prefix, world.request("six").packages)
    assert known is not None
    (six,) = known.since
    assert six.startswith("six ")
    undone = ended(undo(job.id, modules=("numpy", "json")))
    assert undone.state == "succeeded", undone.failure
    back = undone.plan.changes
    assert {change.name for change in back.update} == planned
    assert {"libblas", "liblapack"} <= planned
    assert {(c.old_build, c.build) for c in back.update} == {
        ("5_hd7b6a1c_mkl", "5_hd7b6a1c_openblas")
    }
    assert {("mkl", "conda"), ("six", "conda")} <= {(gone.name, gone.by) for gone in back.remove}
    assert undone.plan.warnings == (
        f"{six} since, which was not of that plan: it is taken back, too.",
    )
    assert undone.plan.restart == Restart(needed=True, modules=("numpy",))


def test_job_that_is_taken_back_names_what_it_laid_aside(world: CondaWorld) -> None:
    """What is new in the prefix and no package's can be somebody's work."""
    program = "import pathlib, sys; (pathlib.Path(sys.argv[1]) / 'mine.txt').write_text('mine'); sys.exit(1)"
    resolved = world.resolve("six")
    prefix = str(world.prefix)
    job = ended(begin(swap_argv(resolved, sys.executable, "-c", program, prefix, "--json")))
    assert job.state == "failed"
    assert job.verdict is not None
    (aside,) = job.verdict.aside
    assert Path(aside).name == "mine.txt"
    assert Path(aside).read_text() == "mine"
    assert not (world.prefix / "mine.txt").exists()


def test_undo_of_another_blas_tells_whose_kernels_must_start_anew(world: CondaWorld) -> None:
    """numpy itself stays as it is, and has the library loaded."""
    job = ended(begin(world.resolve("libblas=*=*mkl")))
    assert job.state == "succeeded", job.failure
    undone = ended(undo(job.id, modules=("numpy", "json")))
    assert undone.plan.restart == Restart(needed=True, modules=("numpy",))
    assert undone.verdict is not None
    assert undone.verdict.restart == undone.plan.restart


def test_undo_names_what_is_gone_and_still_imported(world: CondaWorld) -> None:
    job = ended(begin(world.resolve("six", "libblas=*=*mkl")))
    assert job.state == "succeeded", job.failure
    undone = ended(undo(job.id, modules=("numpy", "six")))
    told = Restart(needed=True, modules=("numpy", "six"), gone=("six",))
    assert undone.plan.restart == told
    assert undone.verdict is not None
    assert undone.verdict.restart == told
