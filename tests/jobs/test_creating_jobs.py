"""New environments, made for real, and taken back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import psutil
import pytest

from creating_world import created
from job_world import PATIENCE, World, awaited, ended
from jupyterlab_envcheck.jobs import begin, read, undo
from jupyterlab_envcheck.jobs.making import kernelspecs
from jupyterlab_envcheck.plan import Policy
from jupyterlab_envcheck.problems import Problem

pytestmark = pytest.mark.usefixtures("small_kernel")


@pytest.mark.parametrize("by", ["uv", pytest.param("pip", marks=pytest.mark.soak)])
def test_create_job_and_its_undo(
    request: pytest.FixtureRequest, by: str, environments: Path
) -> None:
    """Without the index: what is kept is all that an undo needs."""
    world: World = request.getfixturevalue(f"{by}_world")
    resolved = created(world, "alpha", facts={"policy": Policy(allowed_installers=(by,))})
    job = world.job(resolved)
    assert (job.state, job.failure) == ("succeeded", None)
    assert job.verdict is not None
    assert job.verdict.planned
    assert {"alpha", "ipykernel", "ipython"} <= {new.name for new in job.verdict.changes.install}
    spec = job.plan.kernelspec
    assert spec is not None
    assert sorted(path.name for path in Path(spec.folder).iterdir()) == [
        "kernel.json",
        "logo-svg.svg",
    ]
    argv = json.loads((Path(spec.folder) / "kernel.json").read_text())["argv"]
    told = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(environments / "new")
    assert job.lines[-1].text == "The kernel new was started once, and ended: it said nothing"
    assert job.undo.possible
    world.index.status = 500
    undone = ended(undo(job.id))
    assert (undone.state, undone.failure) == ("succeeded", None)
    assert not (environments / "new").exists()
    assert not Path(spec.folder).exists()
    assert not read(job.id).undo.possible


def test_create_job_that_fails_leaves_nothing(uv_world: World, environments: Path) -> None:
    """The file that comes is not the one that was planned."""
    resolved = created(uv_world, "alpha")
    [wheel] = uv_world.index.files("alpha")
    uv_world.index.lies[wheel.name] = b"something else"
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert not (environments / "new").exists()
    assert not kernelspecs.folder_of("new").exists()


def test_create_job_where_another_was_faster(uv_world: World, environments: Path) -> None:
    first, second = created(uv_world, "alpha"), created(uv_world, "alpha")
    assert uv_world.job(first).state == "succeeded"
    with pytest.raises(Problem) as caught:
        begin(second)
    assert caught.value.reason == "changed"
    assert (environments / "new" / "bin" / "python").exists()


def test_create_job_whose_kernel_name_was_taken_meanwhile(
    uv_world: World, environments: Path
) -> None:
    resolved = created(uv_world)
    spec = resolved.plan.kernelspec
    assert spec is not None
    Path(spec.folder).mkdir(parents=True)
    (Path(spec.folder) / "kernel.json").write_text("mine")
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "name-taken"
    assert not (environments / "new").exists()
    assert (Path(spec.folder) / "kernel.json").read_text() == "mine"


def test_create_job_killed_half_way_is_put_back(uv_world: World, environments: Path) -> None:
    """Worker and installer end at once, as where the machine loses its power."""
    resolved = created(uv_world, "alpha")
    [wheel] = uv_world.index.files("alpha")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(PATIENCE)
    worker = psutil.Process(read(job_id).pid)
    killed = [worker, *worker.children(recursive=True)]
    for process in killed:
        process.kill()
    psutil.wait_procs(killed, timeout=PATIENCE)
    hold.release.set()
    job = awaited(job_id, lambda job: job.state == "interrupted")
    assert job.undo.possible
    assert (environments / "new").exists()
    repaired = ended(undo(job_id))
    assert (repaired.state, repaired.failure) == ("succeeded", None)
    assert not (environments / "new").exists()
    assert not kernelspecs.folder_of("new").exists()
