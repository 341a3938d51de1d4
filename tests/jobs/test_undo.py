"""Undo, for real: after it every file that a RECORD names is as it was, without any index."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from environment_photo import fingerprint, photographed
from job_world import World, ended, taken_back
from jupyterlab_envcheck.jobs import begin, free, jobs, read, undo, versions_before
from jupyterlab_envcheck.jobs.snapshots import kept, restore
from jupyterlab_envcheck.jobs.snapshots.differing import Difference, differences_since
from jupyterlab_envcheck.plan import Changes, Removed, Restart, Updated
from jupyterlab_envcheck.problems import Problem


def test_undo_of_an_install(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    before, print_before = photographed(either), fingerprint(either)
    job = either.job(either.resolve("alpha"))
    assert job.undo.possible
    undone = taken_back(either, job)
    assert undone.failure is None
    assert undone.state == "succeeded"
    assert photographed(either) == before
    assert fingerprint(either) == print_before
    assert undone.verdict is not None
    assert undone.verdict.changes == Changes(remove=(Removed(name="alpha", version="1.0"),))
    assert undone.verdict.planned
    assert read(job.id).undo.reason == "it was undone"
    assert not undone.undo.possible


def test_undo_of_an_update_with_scripts_data_and_stale_bytecode(world: World) -> None:
    """Two versions of one size, written within a second: only the bytecode would differ."""
    old = {
        "alpha/__init__.py": "version = 1\n",
        "alpha/gone.py": "",
        "alpha-1.0.data/data/share/alpha/table.txt": "old",
        "alpha-1.0.data/data/LICENCE-of-alpha": "old",
        "alpha-1.0.data/scripts/alpha": "#!python\nprint(1)\n",
    }
    new = {
        "alpha/__init__.py": "version = 2\n",
        "alpha/came/__init__.py": "",
        "alpha-2.0.data/data/share/alpha/table.txt": "new",
        "alpha-2.0.data/data/share/alpha/more.txt": "new",
        "alpha-2.0.data/data/etc/alpha/new.cfg": "new",
        "alpha-2.0.data/data/LICENCE-of-alpha": "new",
        "alpha-2.0.data/scripts/alpha": "#!python\nprint(2)\n",
    }
    world.index.wheel("alpha", "1.0", files=old)
    world.install("alpha")
    before = photographed(world)
    world.index.wheel("alpha", "2.0", files=new)
    job = world.job(world.resolve("alpha>=2"))
    assert job.state == "succeeded", job.failure
    assert world.imported("alpha.version") == "2"
    undone = taken_back(world, job)
    assert undone.state == "succeeded", undone.failure
    assert undone.verdict is not None
    assert undone.verdict.changes.update == (
        Updated(name="alpha", old="2.0", new="1.0", size=None),
    )
    assert photographed(world) == before
    assert world.imported("alpha.version") == "1"
    assert not (world.prefix / "etc").exists()


def test_undo_of_a_removal(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    before = photographed(either)
    job = either.job(either.resolve("alpha", kind="remove"))
    assert photographed(either) != before
    assert taken_back(either, job).state == "succeeded"
    assert photographed(either) == before


def test_undo_of_three_jobs_the_last_one_first(uv_world: World) -> None:
    photographs, done = [photographed(uv_world)], []
    for version in ("1.0", "2.0", "3.0"):
        uv_world.index.wheel("alpha", version)
        done.append(uv_world.job(uv_world.resolve(f"alpha=={version}")))
        photographs.append(photographed(uv_world))
    assert [job.undo.possible for job in jobs()] == [True, False, False]
    assert "changed since" in str(jobs()[1].undo.reason)
    for job, photograph in zip(reversed(done), reversed(photographs[:-1]), strict=True):
        assert taken_back(uv_world, job).state == "succeeded"
        assert photographed(uv_world) == photograph


def test_undo_after_somebody_installed_something_else(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    uv_world.install("beta")
    assert not read(job.id).undo.possible
    with pytest.raises(Problem) as caught:
        undo(job.id)
    assert caught.value.reason == "no-undo"
    assert versions_before(job.id) == ((), ("alpha", "beta"))
    assert uv_world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_undo_leaves_what_somebody_made_or_edited_since(uv_world: World) -> None:
    uv_world.index.wheel(
        "alpha", "1.0", files={"alpha/__init__.py": "", "alpha/settings.py": "shipped = 1\n"}
    )
    job = uv_world.job(uv_world.resolve("alpha"))
    edited = uv_world.site_packages / "alpha" / "settings.py"
    edited.unlink()
    edited.write_text("mine = 1\n")
    notes = uv_world.site_packages / "alpha" / "notes.txt"
    notes.write_text("mine")
    undone = taken_back(uv_world, job)
    assert undone.state == "succeeded"
    assert edited.read_text() == "mine = 1\n"
    assert notes.read_text() == "mine"
    assert any("settings.py was changed by somebody" in line.text for line in undone.lines)
    assert undone.verdict is not None
    assert undone.verdict.aside == (str(edited),)
    assert not (uv_world.site_packages / "alpha" / "__init__.py").exists()


def test_undo_keeps_aside_what_somebody_edited_of_the_new_version(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "", "alpha/a.py": "a = 1\n"})
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0", files={"alpha/__init__.py": "", "alpha/a.py": "a = 2\n"})
    job = uv_world.job(uv_world.resolve("alpha>=2"))
    edited = uv_world.site_packages / "alpha" / "a.py"
    edited.unlink()
    edited.write_text("mine = 3\n")
    undone = taken_back(uv_world, job)
    assert undone.state == "succeeded"
    assert edited.read_text() == "a = 1\n"
    (aside,) = Path(kept.aside(job.id)).rglob("a.py")
    assert aside.read_text() == "mine = 3\n"
    assert undone.verdict is not None
    assert undone.verdict.aside == (str(aside),)


def test_undo_tells_which_modules_a_kernel_goes_on_with(uv_world: World) -> None:
    """Those of another version, and those that are gone and still imported."""
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0")
    uv_world.index.wheel("beta", "1.0")
    job = uv_world.job(uv_world.resolve("alpha>=2", "beta"))
    undone = ended(undo(job.id, modules=("alpha", "beta", "json")))
    stale = Restart(needed=True, modules=("alpha", "beta"), gone=("beta",))
    assert undone.plan.restart == stale
    assert undone.verdict is not None
    assert undone.verdict.restart == stale


def test_undo_never_writes_through_a_link(uv_world: World, tmp_path: Path) -> None:
    """uv links to its cache, a person to their sources: neither may change."""
    uv_world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "one = 1\n"})
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0", files={"alpha/__init__.py": "two = 2\n"})
    job = uv_world.job(uv_world.resolve("alpha>=2"))
    installed = uv_world.site_packages / "alpha" / "__init__.py"
    mine = tmp_path / "mine.py"
    mine.write_text("mine = 1\n")
    installed.unlink()
    installed.symlink_to(mine)
    assert taken_back(uv_world, job).state == "succeeded"
    assert mine.read_text() == "mine = 1\n"
    assert not installed.is_symlink()
    assert installed.read_text() == "one = 1\n"


def test_undo_where_a_folder_became_a_link(uv_world: World, tmp_path: Path) -> None:
    uv_world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "one = 1\n"})
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0", files={"alpha/__init__.py": "two = 2\n"})
    job = uv_world.job(uv_world.resolve("alpha>=2"))
    elsewhere = tmp_path / "elsewhere"
    (uv_world.site_packages / "alpha").rename(elsewhere)
    (uv_world.site_packages / "alpha").symlink_to(elsewhere)
    undone = taken_back(uv_world, job)
    assert undone.state == "interrupted"
    assert (elsewhere / "__init__.py").read_text() == "two = 2\n"
    assert undone.failure is not None
    assert "in the place of its folder" in undone.failure.message
    # Once the way is free the repair works.
    (uv_world.site_packages / "alpha").unlink()
    assert read(undone.id).undo.possible
    assert taken_back(uv_world, undone).state == "succeeded"
    assert (uv_world.site_packages / "alpha" / "__init__.py").read_text() == "one = 1\n"


def test_undo_of_a_file_that_somebody_wrote_into(uv_world: World) -> None:
    """Written in place, both names show it: it cannot be put back, and that is said."""
    uv_world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "", "alpha/a.py": "a = 1\n"})
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0", files={"alpha/__init__.py": "", "alpha/a.py": "a = 2\n"})
    job = uv_world.job(uv_world.resolve("alpha>=2"))
    keeping = kept.read(job.id)
    assert keeping is not None
    assert keeping.snapshot is not None
    Path(keeping.snapshot.then(0, "alpha/a.py")).write_text("a = 3\n")
    undone = taken_back(uv_world, job)
    assert undone.state == "failed"
    assert undone.failure is not None
    assert "a.py is not as it was when it was kept" in undone.failure.message
    # Nothing stands in the way of what mends it.
    renewed = uv_world.job(uv_world.resolve("alpha==1.0", kind="reinstall"))
    assert renewed.state == "succeeded", renewed.failure
    assert (uv_world.site_packages / "alpha" / "a.py").read_text() == "a = 1\n"


def test_free_lets_go_of_what_is_kept(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0", files={"alpha.py": "x" * 100_000})
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0", files={"alpha.py": "y" * 100_000})
    job = uv_world.job(uv_world.resolve("alpha>=2"))
    keeping = kept.read(job.id)
    assert keeping is not None
    assert keeping.snapshot is not None
    uv_world.tidied(job.id)
    space = read(job.id).undo.space
    assert space is not None
    assert 40_000 < space < 2_000_000  # uv's cache has a link to the old file, too
    freed = free(job.id)
    assert not freed.undo.possible
    assert freed.undo.space is None
    assert not Path(keeping.snapshot.folder).exists()
    assert uv_world.installed() == {"alpha": "2.0"}


def test_undo_space_is_bounded_and_the_newest_is_kept(uv_world: World) -> None:
    ids = []
    for version in ("1.0", "2.0", "3.0"):
        uv_world.index.wheel("alpha", version, files={"alpha.py": version * 50_000})
        job = uv_world.job(uv_world.resolve(f"alpha=={version}"), undo_space=1)
        uv_world.tidied(job.id)
        ids.append(job.id)
    assert [kept.read(job_id) is not None for job_id in ids] == [False, False, True]


def test_undo_where_no_links_can_be_made(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before: in the plan, and again by the job."""
    uv_world.index.wheel("alpha", "1.0")
    monkeypatch.setattr(os, "link", _no_links)
    resolved = uv_world.resolve("alpha")
    assert not resolved.plan.undo.possible
    assert resolved.plan.undo.reason == "this filesystem has no hard links"


def _no_links(*_args: object, **_more: object) -> None:
    raise OSError(95, "Operation not supported")


def test_undo_keeps_files_in_the_environment_where_our_data_lie_on_another_disk(
    uv_world: World, tmpfs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmpfs))
    uv_world.index.wheel("alpha", "1.0")
    before = photographed(uv_world)
    resolved = uv_world.resolve("alpha")
    assert resolved.plan.undo.possible
    job = uv_world.job(resolved)
    assert job.undo.possible
    assert list((uv_world.prefix / ".envcheck").iterdir())
    undone = taken_back(uv_world, job)
    assert undone.state == "succeeded"
    uv_world.tidied(undone.id)
    assert photographed(uv_world) == before


def test_undo_where_the_notebooks_lie_in_the_environment(uv_world: World) -> None:
    """People make a venv in their very folder: what they write meanwhile is not the installer's."""
    world = uv_world
    notebook = world.prefix / "share" / "mine.ipynb"
    notebook.parent.mkdir()
    notebook.write_text("old")
    world.index.wheel("alpha", "1.0")
    hold = world.index.hold("alpha-1.0-py3-none-any.whl")
    resolved = world.resolve("alpha")
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    notebook.unlink()
    notebook.write_text("new")
    (notebook.parent / "fresh.ipynb").write_text("fresh")
    hold.release.set()
    job = ended(job_id)
    assert job.state == "succeeded"
    undone = taken_back(world, job)
    assert undone.state == "succeeded"
    assert notebook.read_text() == "new"
    [moved] = [line.text for line in undone.lines if "fresh.ipynb" in line.text]
    aside = Path(kept.aside(job.id))
    assert str(aside) in moved
    assert [path.read_text() for path in aside.rglob("fresh.ipynb")] == ["fresh"]


def test_undo_of_a_job_that_changed_nothing(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    uv_world.index.wheel("alpha", "1.0", files={"alpha.py": "another\n"})  # which is refused
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert (job.undo.possible, job.undo.reason) == (False, "nothing was changed")


@pytest.mark.parametrize("recorded", [True, False])
def test_put_back_that_was_ended_before_its_last_step_is_done_again(
    uv_world: World, monkeypatch: pytest.MonkeyPatch, *, recorded: bool
) -> None:
    """As by a kill: no file differs any more, but folders are left, and have other times."""
    uv_world.index.wheel("alpha", "1.0", files={"alpha/deep/er/m.py": ""})
    uv_world.index.wheel("alpha", "2.0", files={"alpha/__init__.py": ""})
    uv_world.index.wheel("beta", "1.0", files={"beta/deep/er/m.py": ""})
    uv_world.install("alpha==1.0")
    before, print_before = photographed(uv_world), fingerprint(uv_world)
    job = uv_world.job(uv_world.resolve("alpha>=2", "beta"))
    keeping = kept.read(job.id)
    taken = keeping.snapshot if keeping is not None else None
    assert taken is not None
    put_back = partial(restore.put_back, taken, aside=kept.aside(job.id), only_as_seen=recorded)

    def differing() -> tuple[Difference, ...]:
        told = kept.read_differences(job.id) if recorded else None
        return told or differences_since(taken, until=time.time_ns())

    with monkeypatch.context() as patch:
        for step in ("prune", "renew_bytecode", "date_folders"):
            patch.setattr(restore._Work, step, lambda _work: None)
        put_back(differing())
    assert photographed(uv_world) == before
    assert fingerprint(uv_world) != print_before
    put_back(differing())
    assert fingerprint(uv_world) == print_before
    assert not (uv_world.site_packages / "beta").exists()
    assert photographed(uv_world) == before


def test_undo_asked_for_twice(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    assert taken_back(uv_world, job).state == "succeeded"
    with pytest.raises(Problem) as caught:
        undo(job.id)
    assert caught.value.message == "This job cannot be undone: it was undone."


def test_job_that_overwrites_another_package(uv_world: World) -> None:
    uv_world.index.wheel("one", "1.0", files={"cv2/__init__.py": "one\n"})
    uv_world.index.wheel("two", "1.0", files={"cv2/__init__.py": "two\n"})
    uv_world.install("one")
    before = photographed(uv_world)
    job = uv_world.job(uv_world.resolve("two"))
    assert job.state == "failed"
    assert job.failure is not None
    assert "1 file of one, which is not in the plan, changed with it" in job.failure.message
    assert taken_back(uv_world, job).state == "succeeded"
    assert photographed(uv_world) == before


def test_job_gives_files_the_permissions_of_the_users_own_installs(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    before = os.umask(0o022)
    try:
        job = world.job(world.resolve("alpha"))
    finally:
        os.umask(before)
    assert job.state == "succeeded"
    installed = world.site_packages / "alpha" / "__init__.py"
    assert installed.stat().st_mode & 0o777 == 0o644
