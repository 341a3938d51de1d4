"""Random sequences of installs, updates and removals, each undone with the index stopped."""

from __future__ import annotations

import random
from typing import Literal

import pytest

from environment_photo import damaged, fingerprint, photographed
from job_world import World, taken_back
from jupyterlab_envcheck.jobs import Job
from jupyterlab_envcheck.plan import Changes

pytestmark = pytest.mark.soak

NAMES = ("alpha", "beta", "gamma")
VERSIONS = ("1.0", "1.1", "2.0")


def stocked(world: World) -> World:
    """Fill the index with packages that have scripts and data, and of which one needs another."""
    for version in VERSIONS:
        for name in NAMES:
            files = {
                f"{name}/__init__.py": f"version = '{version}'\n",
                f"{name}/only_{version[0]}_{version[2]}.py": "",
                f"{name}-{version}.data/scripts/{name}": f"#!python\n# {version}\n",
                f"{name}-{version}.data/data/etc/{name}.cfg": version,
            }
            requires = ["alpha"] if name == "gamma" else []
            world.index.wheel(name, version, files=files, requires=requires)
    return world


def wish(world: World, dice: random.Random) -> tuple[Literal["install", "remove", "update"], str]:
    """Return something to ask for that changes something, whatever is there."""
    there = sorted(set(world.installed()) & set(NAMES))
    kind = dice.choice(("install", "install", "update", "remove")) if there else "install"
    if kind == "install":
        return "install", f"{dice.choice(NAMES)}=={dice.choice(VERSIONS)}"
    return ("remove" if kind == "remove" else "update"), dice.choice(there)


@pytest.mark.parametrize("seed", range(15))
def test_sequence_is_undone_file_for_file(world: World, seed: int) -> None:
    stocked(world)
    dice = random.Random(seed)  # noqa: S311 - any sequence will do
    jobs: list[Job] = []
    seen = [(photographed(world), fingerprint(world))]
    while len(jobs) < 4:
        kind, spec = wish(world, dice)
        resolved = world.resolve(spec, kind=kind)
        if resolved.plan.changes == Changes():
            continue  # it is there as it was asked for: no job is made of it
        job = world.job(resolved)
        assert job.failure is None or job.failure.reason == "broken", job.failure
        if job.undo.possible:
            jobs.append(job)
            seen.append((photographed(world), fingerprint(world)))
    for job in reversed(jobs):
        seen.pop()
        undone = taken_back(world, job)
        assert undone.state == "succeeded", undone.failure
        assert (photographed(world), fingerprint(world)) == seen[-1]
        assert damaged(world) == []
