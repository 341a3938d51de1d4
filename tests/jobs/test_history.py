"""Jobs begun, kept and forgotten: what is left behind when something goes wrong."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from job_world import World, ended
from jupyterlab_envcheck.jobs import begin, folders, jobs, read
from jupyterlab_envcheck.jobs.pruning import KEPT
from jupyterlab_envcheck.problems import Problem

DESCRIPTORS = Path("/proc/self/fd")


@pytest.fixture
def open_files() -> int:
    if not DESCRIPTORS.exists():
        pytest.skip("open files can be counted on Linux only")
    return len(list(DESCRIPTORS.iterdir()))


@pytest.mark.parametrize("what", ["subprocess.Popen", "Path.mkdir"])
def test_begin_that_cannot_start_can_be_tried_again(
    uv_world: World, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    before = len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.exists() else 0
    make = Path.mkdir

    def no_empty(folder: Path, *mode: Any, **options: Any) -> None:
        if folder.name == "empty":
            raise OSError(28, "No space left on device")
        make(folder, *mode, **options)

    with monkeypatch.context() as patch:
        if what == "Path.mkdir":
            patch.setattr(Path, "mkdir", no_empty)
        else:
            failing = Mock(side_effect=OSError(11, "Resource temporarily unavailable"))
            patch.setattr("jupyterlab_envcheck.jobs.history.subprocess.Popen", failing)
        with pytest.raises(Problem) as caught:
            begin(resolved)
    assert caught.value.reason == "not-started"
    assert caught.value.hint
    assert jobs() == ()
    assert not list(folders.jobs().iterdir())
    if before:
        assert len(list(DESCRIPTORS.iterdir())) == before
    assert ended(begin(resolved)).state == "succeeded"


def test_begin_that_comes_second_lets_its_lock_go(
    uv_world: World, open_files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    folder = folders.job(resolved.plan.id)

    def beaten(_draft: Path, _target: Path) -> None:
        (folder / "of another").mkdir(parents=True)
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(Path, "rename", beaten)
    assert begin(resolved) == resolved.plan.id
    assert len(list(DESCRIPTORS.iterdir())) == open_files
    assert [found.name for found in folders.jobs().iterdir()] == [folder.name]


def test_begin_forgets_old_jobs_and_drafts(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0")
    first = uv_world.job(uv_world.resolve("alpha"))
    template = folders.job(first.id)
    for number in range(KEPT + 5):
        copy = shutil.copytree(template, folders.jobs() / f"old{number}")
        os.utime(copy / "order.json", (1000 + number, 1000 + number))
    (folders.jobs() / ".abandoned").mkdir()
    os.utime(folders.jobs() / ".abandoned", (1000, 1000))
    (folders.jobs() / ".fresh").mkdir()
    last = uv_world.job(uv_world.resolve("beta"))
    kept = {folder.name for folder in folders.jobs().iterdir()}
    assert kept == {first.id, last.id, ".fresh", *(f"old{n}" for n in range(6, KEPT + 5))}


def test_job_that_has_ended_lets_its_spare_space_go(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    spare = folders.job(job.id) / "spare"
    for _ in range(100):  # it goes after the end is told
        if not spare.exists():
            break
        read(job.id)
    assert not spare.exists()
