"""What is kept for undoing: it is used whole or not at all, and goes only when nobody needs it."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from environment_photo import photographed
from job_world import World, ended, make_bare_venv, swap_argv, taken_back
from jupyterlab_envcheck.jobs import (
    Job,
    begin,
    free,
    history,
    marks,
    pruning,
    read,
    undo,
    what_is_known,
)
from jupyterlab_envcheck.jobs.folders import data
from jupyterlab_envcheck.jobs.snapshots import kept, snapshot
from jupyterlab_envcheck.problems import Problem
from make_facts import INTERPRETER
from package_index import PackageIndex

from .test_interrupted import half_updated, killed


def interrupted(world: World) -> Job:
    """Return a job that was killed in the middle of an update."""
    job_id = begin(half_updated(world))
    killed(job_id)
    job = read(job_id)
    assert job.state == "interrupted"
    return job


def snapshot_of(job: Job) -> snapshot.Snapshot:
    keeping = kept.read(job.id)
    assert keeping is not None
    assert keeping.snapshot is not None
    return keeping.snapshot


def other_world(folder: Path, index: PackageIndex) -> World:
    python = make_bare_venv(folder)
    return World(python=python, index=index, has_pip=False, kind="uv-venv")


def test_kept_files_that_are_gone_put_nothing_back(uv_world: World) -> None:
    """What is not in the snapshot would look as if it had not been there."""
    job = interrupted(uv_world)
    there = photographed(uv_world)
    shutil.rmtree(snapshot_of(job).folder)
    assert not read(job.id).undo.possible
    with pytest.raises(Problem) as caught:
        undo(job.id)
    assert caught.value.reason == "no-undo"
    assert photographed(uv_world) == there
    known = what_is_known(str(uv_world.prefix), None)
    assert known is not None
    assert not known.undoable


def test_kept_files_of_which_some_are_gone_put_nothing_back(uv_world: World) -> None:
    """A disk that is swept of what nobody read for long takes single files."""
    job = interrupted(uv_world)
    there = photographed(uv_world)
    lost = next(Path(snapshot_of(job).folder).rglob("activate"))
    lost.unlink()
    undone = taken_back(uv_world, job)
    assert undone.state == "failed"
    assert undone.failure is not None
    assert "not whole any more" in undone.failure.message
    assert photographed(uv_world) == there
    # The way out is an install anew, which nothing refuses now.
    renewed = uv_world.job(uv_world.resolve("alpha>=2"))
    assert renewed.state == "succeeded", renewed.failure


def test_kept_files_that_mend_another_environment_are_not_freed(
    uv_world: World, tmp_path: Path
) -> None:
    job = interrupted(uv_world)
    other = other_world(tmp_path / "other", uv_world.index)
    uv_world.index.wheel("beta", "1.0")
    done = other.job(other.resolve("beta"), undo_space=1)
    other.tidied(done.id)
    before = photographed(uv_world)
    assert taken_back(uv_world, read(job.id)).state == "succeeded"
    assert photographed(uv_world) != before


def test_kept_files_of_a_running_job_are_not_freed(uv_world: World, tmp_path: Path) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    hold = uv_world.index.hold(wheel.name)
    running = begin(uv_world.resolve("alpha"))
    assert hold.reached.wait(30)
    other = other_world(tmp_path / "other", uv_world.index)
    uv_world.index.wheel("beta", "1.0")
    other.tidied(other.job(other.resolve("beta"), undo_space=1).id)
    with pytest.raises(Problem) as caught:
        free(running)
    assert caught.value.reason == "locked"
    hold.release.set()
    job = ended(running)
    assert taken_back(uv_world, job).state == "succeeded"


def test_kept_of_a_job_that_never_said_how_it_ended_undoes_nothing_later(uv_world: World) -> None:
    """As one that was killed between keeping the files and the first command."""
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0")
    first = uv_world.job(uv_world.resolve("alpha"))
    keeping = kept.read(first.id)
    assert keeping is not None
    second = uv_world.job(uv_world.resolve("beta"))
    uv_world.tidied(second.id)
    kept.write(first.id, kept.Kept(
        prefix=keeping.prefix,
        site_packages=keeping.site_packages,
        snapshot=keeping.snapshot,
        kernelspec=None,
    ))  # fmt: skip
    assert not read(first.id).undo.possible
    assert uv_world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_interrupted_environment_that_was_made_anew_is_a_new_one(uv_world: World) -> None:
    job = interrupted(uv_world)
    uv_world.prefix.rename(uv_world.prefix.with_name("old"))  # which keeps its inode's number
    make_bare_venv(uv_world.prefix)
    assert what_is_known(str(uv_world.prefix), None) is None
    assert not read(job.id).undo.possible


def test_interrupted_environment_can_be_left_as_it_is(uv_world: World) -> None:
    """Somebody mended it by hand, and says so."""
    job = interrupted(uv_world)
    there = photographed(uv_world)
    freed = free(job.id)
    assert not freed.undo.possible
    assert what_is_known(str(uv_world.prefix), None) is None
    assert photographed(uv_world) == there
    uv_world.index.wheel("gamma", "1.0")
    assert uv_world.job(uv_world.resolve("gamma")).state == "succeeded"


def test_interrupted_job_is_never_pruned(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "KEPT", 1)
    job = interrupted(uv_world)
    other = other_world(tmp_path / "other", uv_world.index)
    for version in ("1.0", "2.0", "3.0"):
        uv_world.index.wheel("beta", version)
        done = other.job(other.resolve(f"beta=={version}"))
        other.tidied(done.id)
    assert job.id in history.ids()
    assert len(history.ids()) < 4
    assert what_is_known(str(uv_world.prefix), None) is not None


def test_job_whose_files_cannot_be_kept_as_the_plan_said_changes_nothing(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    assert resolved.plan.undo.possible
    # What is in the way of the job's own folder there.
    place = data() / "kept" / resolved.plan.id
    place.mkdir(parents=True)
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "changed"
    assert uv_world.installed() == {}


def test_repair_moves_aside_what_no_package_names(uv_world: World) -> None:
    job = interrupted(uv_world)
    notes = uv_world.site_packages / "notes.py"
    notes.write_text("mine = 1\n")
    assert taken_back(uv_world, job).state == "succeeded"
    assert not notes.exists()
    assert [p.read_text() for p in Path(kept.aside(job.id)).rglob("notes.py")] == ["mine = 1\n"]


def test_repair_shows_what_it_changes(uv_world: World) -> None:
    """Somebody installed something since: that goes, too, and the plan says so."""
    job = interrupted(uv_world)
    uv_world.index.wheel("gamma", "1.0")
    uv_world.install("gamma")
    undoing = read(undo(job.id))
    assert "gamma" in [gone.name for gone in undoing.plan.changes.remove]
    assert ended(undoing.id).state == "succeeded"


def test_undo_gives_folders_the_permissions_they_had(uv_world: World) -> None:
    files = {"alpha/__init__.py": "", "alpha-1.0.data/data/models/deep/a.bin": "old"}
    uv_world.index.wheel("alpha", "1.0", files=files)
    uv_world.install("alpha")
    modes = [(uv_world.prefix / name).stat().st_mode for name in ("models", "models/deep")]
    job = uv_world.job(uv_world.resolve("alpha", kind="remove"))
    shutil.rmtree(uv_world.prefix / "models")  # which uv leaves empty
    assert taken_back(uv_world, job).state == "succeeded"
    assert [(uv_world.prefix / n).stat().st_mode for n in ("models", "models/deep")] == modes


def test_foreseen_by_many_at_once(uv_world: World) -> None:
    """Plans beside each other try their links beside each other."""
    uv_world.index.wheel("alpha", "1.0")
    changes = uv_world.resolve("alpha").plan.changes
    found: list[bool] = []

    def look() -> None:
        found.extend(kept.foreseen("p1", uv_world.interpreter, changes).possible for _ in range(50))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 400
    assert not (uv_world.prefix / ".envcheck").exists()


def test_environment_in_the_layers_of_an_image_says_what_keeping_costs(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker's disk, on which a link copies: mocked, for it takes a container to have one."""
    monkeypatch.setattr(kept, "_is_layered", lambda _prefix: True)
    monkeypatch.setattr(kept, "_COPIED", 10)
    uv_world.index.wheel("alpha", "1.0")
    undo_of_plan = uv_world.resolve("alpha").plan.undo
    assert not undo_of_plan.possible
    assert "layers of a container's image" in str(undo_of_plan.reason)


def test_size_of_a_base_is_without_its_packages_and_environments(tmp_path: Path) -> None:
    site = tmp_path / "base" / "lib" / "python3.11" / "site-packages"
    for folder, size in ((site, 10), (tmp_path / "base" / "conda-meta", 100)):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x" * size)
    for name in ("pkgs", "envs"):
        (tmp_path / "base" / name / "inside").mkdir(parents=True)
        (tmp_path / "base" / name / "inside" / "file").write_bytes(b"x" * 1000)
    roots = snapshot.roots_of(
        replace(INTERPRETER, prefix=str(tmp_path / "base"), site_packages=(str(site),))
    )
    assert roots.conda
    assert snapshot.size(roots) == 110


def test_mark_of_a_job_that_ran_in_another_environment(uv_world: World, tmp_path: Path) -> None:
    marks.begin(str(uv_world.prefix), "a1")
    assert marks.of(str(uv_world.prefix)) == "a1"
    assert marks.of(str(tmp_path / "nowhere")) is None
    marks.forget(str(uv_world.prefix))
    assert marks.of(str(uv_world.prefix)) is None


def test_kept_of_a_job_that_failed_is_freed(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(
        swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", "raise SystemExit(1)")
    )
    assert job.state == "failed"
    uv_world.tidied(job.id)
    assert kept.read(job.id) is None
    assert list((data() / "kept").iterdir()) == []
