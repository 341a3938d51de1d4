"""`jobs`: the history, and what is kept for undoing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from command_line import Command
from golden_scenes import SUCCEEDED
from job_world import World
from jupyterlab_envcheck.cli import ids
from jupyterlab_envcheck.jobs import begin, jobs, read


def test_jobs_where_there_are_none(envcheck: Command) -> None:
    assert envcheck.bare("jobs") == 0
    assert envcheck.out == "There are no jobs yet.\n"


def test_jobs_are_listed_and_one_is_shown_by_the_beginning_of_its_id(envcheck: Command) -> None:
    envcheck("install", "beta", "--yes")
    [job] = jobs()
    assert envcheck.bare("jobs") == 0
    assert job.id[:8] in envcheck.out
    assert "install beta" in envcheck.out
    assert envcheck.bare("jobs", job.id[:5]) == 0
    assert f"Job {job.id}" in envcheck.out
    assert "   + beta==1.0\n" in envcheck.out
    assert envcheck.bare("jobs", "--json") == 0
    assert [told["id"] for told in envcheck.json()] == [job.id]
    assert envcheck.bare("jobs", job.id, "--json") == 0
    assert envcheck.json()["lines"]


def test_job_that_runs_is_cancelled_from_elsewhere(envcheck: Command, world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    job_id = begin(world.resolve("gamma"))
    assert hold.reached.wait(60)
    assert envcheck.bare("undo", job_id) == 1
    assert f"`jupyter envcheck jobs {job_id[:8]} --cancel` ends it" in envcheck.err
    assert envcheck.bare("jobs", job_id[:8], "--cancel") == 0
    assert "The job was cancelled." in envcheck.out
    assert read(job_id).state == "cancelled"
    assert envcheck.bare("jobs", job_id[:8], "--cancel") == 1
    assert envcheck.err.startswith(f"Job {job_id[:8]} has ended already.\n")


def test_job_that_is_not_there(envcheck: Command) -> None:
    assert envcheck.bare("jobs", "../x") == 2
    assert envcheck.err == "There is no job ../x.\n`jupyter envcheck jobs` lists them.\n"


def test_beginning_that_several_jobs_share(
    envcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [replace(SUCCEEDED, id=f"0123{end * 28}") for end in "ab"]
    monkeypatch.setattr(ids, "jobs", lambda: several)
    assert envcheck.bare("jobs", "0123") == 2
    assert envcheck.err == (
        "2 jobs have ids that begin with 0123.\nWrite more of it: 0123aaaa, 0123bbbb.\n"
    )


def test_free_asks_and_then_the_job_cannot_be_undone(envcheck: Command) -> None:
    envcheck("install", "alpha", "--yes")
    [job] = jobs()
    assert envcheck.bare("jobs", "--free") == 2
    assert f"Job {job.id[:8]} could not be undone any more (" in envcheck.out
    assert jobs()[0].undo.possible
    assert envcheck.bare("jobs", "--free", job.id[:8], "--yes", "--json") == 0
    assert [told["undo"]["possible"] for told in envcheck.json()] == [False]
    assert envcheck.bare("jobs", "--free", "--yes") == 0
    assert envcheck.out == "There is nothing to free.\n"


def test_cancel_of_a_job_that_was_undone(envcheck: Command) -> None:
    envcheck("install", "alpha", "--yes")
    [job] = jobs()
    assert envcheck.bare("undo", job.id, "--yes") == 0
    assert envcheck.bare("jobs", job.id, "--cancel") == 1
    assert envcheck.err == (
        f"Job {job.id[:8]} has ended already.\n`jupyter envcheck jobs` tells how it ended.\n"
    )
