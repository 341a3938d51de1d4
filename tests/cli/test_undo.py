"""`undo`: jobs taken back, and what an interrupted one left."""

from __future__ import annotations

from pathlib import Path

import psutil

from command_line import Command
from job_world import World, awaited, make_bare_venv
from jupyterlab_envcheck.jobs import begin, jobs, read


def test_undo_takes_back_the_newest_job_of_the_environment(envcheck: Command, world: World) -> None:
    envcheck("install", "alpha==1.0", "--yes")
    assert f"To undo this: jupyter envcheck undo {jobs()[0].id[:8]}\n" in envcheck.out
    envcheck("install", "beta", "--yes")
    assert envcheck("undo", "--yes") == 0
    assert "  removed  beta     1.0" in envcheck.out
    assert "Done: all is as it was before." in envcheck.out
    assert world.installed() == {"alpha": "1.0"}
    assert envcheck("undo", "--yes") == 0
    assert world.installed() == {}
    assert envcheck("undo", "--yes") == 1
    assert envcheck.err.startswith("No job can be undone in proj.\n")


def test_undo_leaves_other_environments_alone(
    envcheck: Command, world: World, tmp_path: Path
) -> None:
    other = make_bare_venv(tmp_path / "other")
    envcheck("install", "alpha", "--yes")
    envcheck.bare("install", "beta", "--target", other, "--yes")
    newest = jobs()[0].id
    assert envcheck("undo", "--yes") == 0
    assert world.installed() == {}
    assert read(newest).undo.possible


def test_undo_without_a_terminal_shows_what_comes_back_and_nothing_runs(
    envcheck: Command, world: World
) -> None:
    envcheck("install", "alpha", "--yes")
    assert envcheck("undo") == 2
    assert "  removed  alpha    2.0" in envcheck.out
    assert envcheck.err.startswith("Nothing was done: there is no terminal")
    assert world.installed() == {"alpha": "2.0"}


def test_undo_dry_run(envcheck: Command, world: World) -> None:
    envcheck("install", "alpha", "--yes")
    [job] = jobs()
    assert envcheck.bare("undo", job.id[:8], "--dry-run", "--json") == 0
    assert envcheck.json()["id"] == job.id
    assert len(jobs()) == 1


def test_undo_as_json_is_the_job_that_undid(envcheck: Command) -> None:
    envcheck("install", "alpha", "--yes")
    [job] = jobs()
    assert envcheck.bare("undo", job.id, "--yes", "--json") == 0
    assert envcheck.json()["plan"]["wish"]["job"] == job.id


def test_undo_of_an_earlier_job_is_a_plan_back_to_its_versions(
    envcheck: Command, world: World
) -> None:
    envcheck("install", "alpha==1.0", "--yes")
    envcheck("install", "alpha==2.0", "--yes")
    envcheck("install", "beta", "--yes")
    second = jobs()[1]
    assert envcheck.bare("undo", second.id[:8], "--yes") == 0
    assert f"The files of before job {second.id[:8]} cannot be put back:" in envcheck.out
    assert "  changed  alpha    2.0 → 1.0" in envcheck.out
    assert "  removed  beta     1.0" in envcheck.out
    assert world.installed() == {"alpha": "1.0"}


def interrupted(world: World) -> str:
    """Have an install of gamma killed while it waits for its wheel, and return the job's id."""
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    job_id = begin(world.resolve("gamma"))
    assert hold.reached.wait(60)
    worker = awaited(job_id, lambda job: job.pid is not None).pid
    assert worker is not None
    for process in (psutil.Process(worker), *psutil.Process(worker).children()):
        process.kill()
    awaited(job_id, lambda job: job.state == "interrupted")
    hold.release.set()
    return job_id


def test_undo_repairs_what_an_interrupted_job_left(envcheck: Command, world: World) -> None:
    job_id = interrupted(world)
    assert envcheck.bare("jobs", job_id) == 0
    assert f"To put back the files of before: jupyter envcheck undo {job_id[:8]}" in envcheck.out
    assert envcheck.bare("jobs", "--free", "--yes") == 0
    assert "was interrupted, and what is kept of it is what mends it." in envcheck.out
    assert "There is nothing to free." in envcheck.out
    assert envcheck("undo", "--yes") == 0
    assert "Whatever it had changed by then is put back" in envcheck.out
    assert world.installed() == {}


def test_free_of_an_interrupted_job_by_its_name_leaves_the_environment_as_it_is(
    envcheck: Command, world: World
) -> None:
    job_id = interrupted(world)
    assert envcheck("install", "gamma", "--yes") == 1
    assert envcheck.bare("jobs", "--free", job_id[:8], "--yes") == 0
    assert "Without it the environment stays as it is now." in " ".join(envcheck.out.split())
    assert envcheck.out.endswith("Freed.\n")
    assert envcheck.bare("jobs", "--free", job_id[:8], "--yes") == 0
    assert "and nothing is kept that could mend it:" in " ".join(envcheck.out.split())
    assert envcheck("install", "gamma", "--yes") == 0
    assert world.installed() == {"gamma": "1.0"}


def test_undo_of_a_kernel_whose_files_of_before_are_gone(envcheck: Command, world: World) -> None:
    """Versions cannot take a kernel away: that all is as it was would not be true."""
    world.index.wheel("ipykernel", "6.0")
    envcheck.bare("create", "old", "--register", str(world.prefix), "--yes")
    [job] = jobs()
    assert envcheck.bare("jobs", "--free", job.id[:8], "--yes") == 0
    assert envcheck.bare("undo", job.id[:8], "--yes") == 1
    assert envcheck.err.splitlines() == [
        "This job made the kernel, which no return to earlier versions takes away.",
        "`jupyter kernelspec remove old` takes the kernel away.",
    ]


def test_undo_of_an_environment_whose_files_of_before_are_gone(
    envcheck: Command, world: World, tmp_path: Path
) -> None:
    world.index.wheel("ipykernel", "6.0")
    folder = tmp_path / "fresh"
    envcheck("create", "fresh", "--folder", str(folder), "--yes")
    [job] = jobs()
    assert envcheck.bare("jobs", "--free", job.id[:8], "--yes") == 0
    assert envcheck.bare("undo", job.id[:8], "--yes") == 1
    hint = (
        f"`jupyter kernelspec remove fresh` takes the kernel away; then delete the folder {folder}."
    )
    assert hint in envcheck.err
