"""What a person made or edited in an environment outlives undo, repair, take-back and clearing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from job_world import World, awaited, ended, taken_back
from jupyterlab_envcheck.jobs import ENDED, begin, folders, history, lock, pruning, read
from jupyterlab_envcheck.jobs.snapshots import kept, restore, snapshot
from jupyterlab_envcheck.jobs.snapshots.differing import differences_since
from jupyterlab_envcheck.jobs.snapshots.snapshot import Roots, Snapshot
from mounts import mounted

from .test_interrupted import half_updated, killed

#: Nanoseconds since 1970 at which a job had died long ago.
LONG_AGO = 10**18


def saved(file: Path, text: str) -> None:
    """Save a file as editors do, by a new one in its place."""
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(text)
    draft.replace(file)


def half_done(world: World) -> str:
    """Begin an update and return its id when it is half done."""
    job_id = begin(half_updated(world))
    awaited(job_id, lambda job: any(line.text == "half" for line in job.lines))
    return job_id


def aside(job_id: str) -> dict[str, str]:
    """Return what was moved aside for a job, by names."""
    files = [path for path in Path(kept.aside(job_id)).rglob("*") if path.is_file()]
    return {path.name: path.read_text() for path in files}


def put_back(taken: Snapshot, place: Path, *, until: int) -> None:
    restored = restore.put_back(
        taken, differences_since(taken, until=until), aside=str(place), only_as_seen=False
    )
    assert restored.failed == ()


def test_edited_module_before_a_repair(uv_world: World) -> None:
    mine = uv_world.site_packages / "mine.py"
    mine.write_text("old\n")
    job_id = begin(half_updated(uv_world))
    killed(job_id)
    saved(mine, "a week of work\n")
    undone = taken_back(uv_world, read(job_id))
    assert undone.state == "succeeded"
    assert aside(job_id)["mine.py"] == "a week of work\n"
    assert undone.verdict is not None
    assert "mine.py" in [Path(path).name for path in undone.verdict.aside]


def test_edited_module_before_a_cancellation(uv_world: World) -> None:
    mine = uv_world.site_packages / "mine.py"
    mine.write_text("old\n")
    job_id = half_done(uv_world)
    saved(mine, "new work\n")
    history.cancel(job_id)
    assert ended(job_id).state == "cancelled"
    assert aside(job_id)["mine.py"] == "new work\n"


def test_edited_file_of_a_package_before_a_repair(uv_world: World) -> None:
    uv_world.index.wheel("beta", "1.0")
    uv_world.install("beta")
    job_id = begin(half_updated(uv_world))
    killed(job_id)
    module = uv_world.site_packages / "beta" / "__init__.py"
    there = module.read_text()
    saved(module, "mended = True\n")
    assert taken_back(uv_world, read(job_id)).state == "succeeded"
    assert module.read_text() == there
    assert aside(job_id)["__init__.py"] == "mended = True\n"


def test_job_whose_changes_could_not_be_written_down(uv_world: World) -> None:
    """Nobody could tell what the job changed from what a person changed later."""
    wheel = uv_world.index.wheel("alpha", "1.0")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(uv_world.resolve("alpha"))
    assert hold.reached.wait(60)
    (folders.job(job_id) / "differences.json").mkdir()
    hold.release.set()
    job = ended(job_id)
    assert job.state == "succeeded"
    assert not job.undo.possible
    assert job.undo.reason == "what it changed could not be written down"


def test_second_file_moved_aside_under_one_name(tmp_path: Path) -> None:
    root, place = tmp_path / "site", tmp_path / "aside"
    root.mkdir()
    roots = Roots(folders=(str(root), str(tmp_path)), libraries=1, named=True)
    taken = snapshot.take(roots, str(tmp_path / "kept"), now=time.time_ns())
    for text in ("first", "second"):
        (root / "mine.py").write_text(text)
        put_back(taken, place, until=time.time_ns())
    found = sorted(path for path in place.rglob("*") if path.is_file())
    assert [path.read_text() for path in found] == ["first", "second"]


def test_file_moved_aside_outlives_its_job(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = begin(half_updated(uv_world))
    killed(job_id)
    (uv_world.site_packages / "mine.py").write_text("my work\n")
    uv_world.tidied(taken_back(uv_world, read(job_id)).id)
    monkeypatch.setattr(pruning, "KEPT", 0)
    pruning.prune(history._newest_first(), frozenset())
    assert history.ids() == ()
    assert aside(job_id)["mine.py"] == "my work\n"


def test_undo_of_the_oldest_job_of_all(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own start clears away what is old."""
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    uv_world.tidied(job.id)
    monkeypatch.setattr(pruning, "KEPT", 0)
    assert taken_back(uv_world, job).state == "succeeded"
    assert uv_world.installed() == {}


def test_undo_that_was_interrupted_keeps_what_it_needs(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    uv_world.tidied(job.id)
    module = uv_world.site_packages / "alpha" / "__init__.py"
    if subprocess.run(["mount", "--bind", module, module], check=False).returncode != 0:
        pytest.skip("only root can mount")
    try:
        undone = taken_back(uv_world, job)
    finally:
        subprocess.run(["umount", module], check=True)
    assert undone.state == "interrupted"
    uv_world.tidied(undone.id)
    monkeypatch.setattr(pruning, "KEPT", 0)
    pruning.prune(history._newest_first(), history.needed())
    assert taken_back(uv_world, undone).state == "succeeded"
    assert uv_world.installed() == {}


@pytest.mark.parametrize("interrupted", [False, True])
def test_link_to_a_folder_that_is_gone(
    uv_world: World, tmp_path: Path, *, interrupted: bool
) -> None:
    """`jupyter labextension develop` makes such a link; a clean-up takes what it points at."""
    built = tmp_path / "labextension"
    built.mkdir()
    extensions = uv_world.prefix / "share" / "jupyter" / "labextensions"
    extensions.mkdir(parents=True)
    (extensions / "mine").symlink_to(built)
    if interrupted:
        job_id = begin(half_updated(uv_world))
        killed(job_id)
    else:
        uv_world.index.wheel("alpha", "1.0")
        job_id = uv_world.job(uv_world.resolve("alpha")).id
        uv_world.tidied(job_id)
    built.rmdir()
    assert taken_back(uv_world, read(job_id)).state == "succeeded"
    assert (extensions / "mine").is_symlink()


def test_package_installed_by_somebody_during_a_job_is_named_when_it_goes(uv_world: World) -> None:
    uv_world.index.wheel("zeta", "1.0")
    job_id = half_done(uv_world)
    uv_world.install("zeta")
    history.cancel(job_id)
    job = ended(job_id)
    assert job.failure is not None
    assert job.failure.message == (
        "The job was cancelled. What had been begun was taken back. Somebody changed something else"
        " meanwhile, and that, too: zeta 1.0 added."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="open folders are told in /proc")
def test_job_waits_for_whoever_has_the_environment_itself(uv_world: World) -> None:
    """Two users of a shared environment have two data folders, and so two lock files."""
    uv_world.index.wheel("alpha", "1.0")
    theirs = lock.take_folder(uv_world.prefix, wait=0, stop=threading.Event())
    assert theirs is not None
    job_id = begin(uv_world.resolve("alpha"))
    awaited(job_id, lambda job: job.state in ENDED or has_open(job.pid, uv_world.prefix))
    assert read(job_id).started is None
    lock.let_go(theirs)
    assert ended(job_id).state == "succeeded"


def has_open(pid: int | None, folder: Path) -> bool:
    """Tell whether a process has a folder open."""
    with contextlib.suppress(OSError):
        files = Path(f"/proc/{pid}/fd").iterdir()
        return any(os.path.realpath(file) == str(folder) for file in files)
    return False


def test_what_another_data_folder_keeps_in_the_environment(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mounted(tmp_path / "one", "4m") as one, mounted(tmp_path / "two", "4m") as two:
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(one))
        job_id = begin(half_updated(uv_world))
        killed(job_id)
        keeping = kept.read(job_id)
        assert keeping is not None
        assert keeping.snapshot is not None
        assert Path(keeping.snapshot.folder).is_relative_to(uv_world.prefix)
        os.utime(keeping.snapshot.folder, (0, 0))
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(two))
        uv_world.index.wheel("beta", "1.0")
        uv_world.tidied(uv_world.job(uv_world.resolve("beta")).id)
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(one))
        assert Path(keeping.snapshot.folder).is_dir()


def test_disk_mounted_in_the_environment(uv_world: World) -> None:
    """That it cannot be kept is found out by the first job, and said by the next plan."""
    share = uv_world.prefix / "share"
    share.mkdir()
    (share / "a.txt").write_text("x")
    uv_world.index.wheel("alpha", "1.0")
    with mounted(share / "data", "1m") as disk:
        (disk / "b.txt").write_text("x")
        plan = uv_world.resolve("alpha").plan
        assert plan.undo.reason == (
            "its files lie on another disk than the place where they would be kept"
        )
        assert uv_world.job(uv_world.resolve("alpha")).state == "succeeded"


def test_files_that_cannot_be_kept_are_told_by_the_next_plan(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv_world.index.wheel("alpha", "1.0")
    order = uv_world.resolve("alpha").order
    assert order is not None
    with monkeypatch.context() as here:
        here.setattr(snapshot, "_link", _refused)
        told = kept.take("0" * 32, order.interpreter, None, creates=False)
    assert told == "this filesystem, or its permissions, allow no second name for its files"
    assert uv_world.resolve("alpha").plan.undo.reason == told
    folders.job("1" * 32).mkdir(parents=True)
    assert not isinstance(kept.take("1" * 32, order.interpreter, None, creates=False), str)
    assert uv_world.resolve("alpha").plan.undo.possible


def _refused(source: str, target: str) -> None:
    del target
    raise PermissionError(1, "Operation not permitted", source)


def test_work_in_a_new_environment_whose_job_died(tmp_path: Path) -> None:
    prefix, place = tmp_path / "env", tmp_path / "aside"
    roots = Roots(folders=(str(prefix),), libraries=1, named=False, made=True)
    taken = snapshot.take(roots, str(tmp_path / "kept"), now=time.time_ns())
    names = ("share/results/table.csv", "lib/python3.12/site-packages/mine.py", "notes.txt")
    for name in ("bin/python", *names):
        (prefix / name).parent.mkdir(parents=True, exist_ok=True)
        (prefix / name).write_text("x")
    put_back(taken, place, until=LONG_AGO)
    laid = {str(path.relative_to(place / "0")) for path in place.rglob("*") if path.is_file()}
    assert laid == {"bin/python", *names}
    assert not prefix.exists()


def test_new_environment_whose_job_is_taken_back(tmp_path: Path) -> None:
    prefix, place = tmp_path / "env", tmp_path / "aside"
    roots = Roots(folders=(str(prefix),), libraries=1, named=False, made=True)
    taken = snapshot.take(roots, str(tmp_path / "kept"), now=time.time_ns())
    for name in ("bin/python", "notes.txt"):
        (prefix / name).parent.mkdir(parents=True, exist_ok=True)
        (prefix / name).write_text("x")
    put_back(taken, place, until=time.time_ns())
    assert [path.name for path in place.rglob("*") if path.is_file()] == ["notes.txt"]


def test_projects_in_a_conda_prefix(tmp_path: Path) -> None:
    """What is linked there since the job died is somebody's, as is an environment of its own."""
    prefix, place = tmp_path / "conda", tmp_path / "aside"
    site = prefix / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").write_text("")
    roots = Roots(folders=(str(site), str(prefix)), libraries=1, named=False, conda=True)
    taken = snapshot.take(roots, str(tmp_path / "kept"), now=time.time_ns())
    cached = tmp_path / "alpha.py"
    cached.write_text("x = 1\n")
    venv = prefix / "projects" / ".venv"
    (venv / "lib").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    os.link(cached, venv / "lib" / "alpha.py")
    (prefix / "projects" / "a.csv").write_text("data")
    os.link(prefix / "projects" / "a.csv", prefix / "projects" / "b.csv")
    put_back(taken, place, until=LONG_AGO)
    assert (venv / "lib" / "alpha.py").exists()
    assert sorted(path.name for path in place.rglob("*.csv")) == ["a.csv", "b.csv"]


def test_list_of_eggs_that_pip_writes_into(pip_world: World) -> None:
    version = f"py{sys.version_info[0]}.{sys.version_info[1]}"
    egg = pip_world.site_packages / f"eggy-1.0-{version}.egg"
    (egg / "EGG-INFO").mkdir(parents=True)
    metadata = "Metadata-Version: 1.0\nName: eggy\nVersion: 1.0\n"
    (egg / "EGG-INFO" / "PKG-INFO").write_text(metadata)
    (egg / "EGG-INFO" / "top_level.txt").write_text("eggy\n")
    (egg / "eggy.py").write_text("VERSION = '1.0'\n")
    eggs = pip_world.site_packages / "easy-install.pth"
    eggs.write_text(f"./{egg.name}\n")
    job = pip_world.job(pip_world.resolve("eggy", kind="remove"))
    assert job.state == "succeeded", job.failure
    assert egg.name not in eggs.read_text()
    assert taken_back(pip_world, job).state == "succeeded"
    assert eggs.read_text() == f"./{egg.name}\n"
