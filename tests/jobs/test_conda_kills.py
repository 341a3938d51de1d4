"""Jobs of conda's killed at random moments: nothing is ever wrong and unnamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, channels
from conda_consistency import disagreements, photographed
from conda_jobs_world import CondaWorld
from conda_world import records
from conda_zoo import with_blas
from job_kills import Struck, kill_at_random_moments
from job_world import ended
from jupyterlab_envcheck.jobs import undo

#: Each takes some seconds: a dry run under the lock, a part of a change, and its undo.
pytestmark = [*NEEDS_CHANNEL, pytest.mark.timeout(1800)]


@pytest.fixture(autouse=True)
def _cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


def test_kills_at_random_moments(tmp_path: Path) -> None:
    world = CondaWorld(tmp_path / "proj")
    with_blas(world.prefix, "openblas")
    resolved = world.resolve("libblas=*=*mkl", "six", "packaging")
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    struck = Struck(
        photograph=lambda: photographed(world.prefix),
        installed=lambda: set(records(world.prefix)),
        faults=lambda: disagreements(world.prefix),
        taken_back=lambda job: ended(undo(job.id)),
    )
    kill_at_random_moments(resolved, struck, seed=7)
