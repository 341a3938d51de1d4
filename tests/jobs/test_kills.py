"""Workers and installers killed at random moments: nothing is ever wrong and unnamed."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from environment_photo import damaged, fingerprint, photographed
from job_kills import Struck, kill, kill_at_random_moments, settled
from job_world import PATIENCE, World, again, ended, taken_back
from jupyterlab_envcheck.jobs import (
    Resolved,
    begin,
    history,
    pruning,
    read,
    undo,
    what_is_known,
)
from jupyterlab_envcheck.problems import Problem

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


def updated_and_more(world: World) -> Resolved:
    """Return a plan with an update, a removal's files and something new, of some dozens of files."""
    for version in ("1.0", "2.0"):
        for name in ("alpha", "beta"):
            modules = {
                f"{name}/m{n}.py": f"version = '{version}'\n" * n
                for n in range(int(version[0]), 30)
            }
            scripts = {f"{name}-{version}.data/scripts/{name}": f"#!python\n# {version}\n"}
            data = {f"{name}-{version}.data/data/share/{name}/{version}.txt": version}
            files = {f"{name}/__init__.py": "", **modules, **scripts, **data}
            requires = ["alpha>=2"] if (name, version) == ("beta", "2.0") else []
            world.index.wheel(name, version, files=files, requires=requires)
    world.index.wheel("gamma", "1.0", requires=["beta>=2"])
    world.install("alpha==1.0", "beta==1.0")
    return world.resolve("beta>=2", "gamma")


def test_kills_at_random_moments(world: World) -> None:
    resolved = updated_and_more(world)
    struck = Struck(
        photograph=lambda: (photographed(world), fingerprint(world)),
        installed=world.installed,
        faults=lambda: damaged(world),
        taken_back=lambda job: taken_back(world, job),
    )
    kill_at_random_moments(resolved, struck, seed=5)


def test_kills_of_undos_at_random_moments(uv_world: World) -> None:
    """However often the repair itself is killed, the next one works."""
    resolved = updated_and_more(uv_world)
    before = photographed(uv_world)
    dice = random.Random(6)  # noqa: S311
    for _ in range(20):
        job = uv_world.job(again(resolved))
        assert job.state == "succeeded", job.failure
        for _ in range(3):
            undoing = undo(job.id)
            kill(undoing, "worker", dice.uniform(0, 0.3))
            job = settled(undoing)
            if job.state != "interrupted":
                break
        if job.state == "interrupted":
            job = taken_back(uv_world, job)
        if job.state != "succeeded":  # it was killed before it began, and nothing was touched
            assert job.failure is not None
            assert "Nothing was changed" in job.failure.message
            job = taken_back(uv_world, read(str(job.plan.wish.job)))
        assert job.state == "succeeded", job.failure
        assert photographed(uv_world) == before
        assert what_is_known(str(uv_world.prefix), None) is None


def test_hundred_jobs_of_one_environment_run_one_at_a_time(uv_world: World) -> None:
    """All are begun at once; one changes the environment, and the others say truly that they did not."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    ids: list[str] = []
    refused: list[str] = []

    def start() -> None:
        try:
            ids.append(begin(again(resolved)))
        except Problem as problem:  # the first one was done before this one was begun
            refused.append(problem.reason)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pruning, "KEPT", 200)  # all of them are looked at in the end
        # As all do who looked at the lock a moment before it was taken.
        patch.setattr(history, "is_locked", lambda _prefix: False)
        starters = [threading.Thread(target=start) for _ in range(100)]
        for starter in starters:
            starter.start()
        for starter in starters:
            starter.join(PATIENCE)
    jobs = [ended(job_id) for job_id in ids]
    told = Counter(job.state for job in jobs)
    assert len(ids) + len(refused) == 100
    assert set(refused) <= {"changed"}
    assert told["succeeded"] == 1
    assert set(told) <= {"succeeded", "changed"}
    assert uv_world.installed() == {"alpha": "1.0"}
    for job in jobs:
        if job.state == "changed":
            assert job.failure is not None
            assert "nothing was done" in job.failure.message
