"""Jobs that are ended from outside, or half-way: what is there afterwards, and who says so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from environment_photo import photographed
from job_world import UV, World, awaited, ended, make_bare_venv, swap_argv, taken_back
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.facts import Interrupted
from jupyterlab_envcheck.jobs import (
    Resolved,
    begin,
    history,
    lock,
    place,
    read,
    undo,
    what_is_known,
)
from jupyterlab_envcheck.jobs.folders import data
from jupyterlab_envcheck.jobs.snapshots import kept
from jupyterlab_envcheck.plan import Changes
from jupyterlab_envcheck.problems import Problem
from jupyterlab_envcheck.recommendations import Outcome, Repair
from mounts import mounted

#: Does half of an update: deletes a file, writes another, and waits to be killed.
HALF = """
import pathlib, sys, time
here = pathlib.Path(sys.argv[1])
(here / "alpha" / "__init__.py").unlink()
(here / "alpha" / "new.py").write_text("half\\n")
(here / "alpha-2.0.dist-info").mkdir()
print("half", flush=True)
time.sleep(600)
"""


def half_updated(world: World) -> Resolved:
    """Return the plan of an update whose installer stops in the middle of it."""
    world.index.wheel("alpha", "1.0")
    world.install("alpha")
    world.index.wheel("alpha", "2.0")
    resolved = world.resolve("alpha>=2")
    return swap_argv(resolved, world.python, "-c", HALF, str(world.site_packages))


def killed(job_id: str) -> None:
    """Kill worker and installer once the installer is half-way."""
    job = awaited(job_id, lambda job: job.pid and any(line.text == "half" for line in job.lines))
    assert job.pid is not None
    for process in (*psutil.Process(job.pid).children(recursive=True), psutil.Process(job.pid)):
        process.kill()
    awaited(job_id, lambda job: job.state not in ("queued", "running"))


def finding(world: World) -> Outcome | None:
    """Return what a report says of an interruption."""
    subject, target = flow.find_target(str(world.prefix))
    report = flow.report_on(subject, target)
    found = [o for o in report.outcomes if o.check == "interrupted-change"]
    assert len(found) == 1
    return found[0] if found[0].status == "finding" else None


def test_job_interrupted_is_named_and_repaired(uv_world: World) -> None:
    resolved = half_updated(uv_world)
    before = photographed(uv_world)
    job_id = begin(resolved)
    killed(job_id)
    job = read(job_id)
    assert job.state == "interrupted"
    assert job.failure is not None
    assert job.failure.reason == "interrupted"
    assert job.undo.possible
    assert photographed(uv_world) != before
    named = finding(uv_world)
    assert named is not None
    assert named.actions[0] == Repair(title="Put it back as it was", job=job_id)
    with pytest.raises(Problem) as caught:
        begin(uv_world.resolve("alpha>=2", environment=None))
    assert caught.value.reason in {"not-ready", "interrupted"}
    undone = taken_back(uv_world, job)
    assert undone.state == "succeeded", undone.failure
    assert photographed(uv_world) == before
    assert finding(uv_world) is None
    assert not read(job_id).undo.possible


def test_undo_of_an_earlier_job_waits_for_the_repair(uv_world: World) -> None:
    uv_world.index.wheel("gamma", "1.0")
    first = uv_world.job(uv_world.resolve("gamma"))
    uv_world.index.wheel("alpha", "2.0")
    resolved = uv_world.resolve("alpha")
    waits = "print('half', flush=True); import time; time.sleep(600)"
    job_id = begin(swap_argv(resolved, uv_world.python, "-c", waits))
    killed(job_id)
    with pytest.raises(Problem) as caught:
        undo(first.id)
    assert caught.value.reason == "interrupted"
    assert taken_back(uv_world, read(job_id)).state == "succeeded"
    assert taken_back(uv_world, first).state == "succeeded"
    assert uv_world.installed() == {}


def test_job_interrupted_what_is_known(uv_world: World) -> None:
    job_id = begin(half_updated(uv_world))
    killed(job_id)
    known = what_is_known(str(uv_world.prefix), None)
    assert isinstance(known, Interrupted)
    assert (known.job, known.what, known.undoable) == (job_id, "install alpha>=2", True)


def test_job_interrupted_and_then_changed_by_somebody_else(uv_world: World) -> None:
    """Before it is put back it is told what is taken back with it."""
    uv_world.index.wheel("gone", "1.0")
    uv_world.index.wheel("moved", "1.0")
    uv_world.index.wheel("moved", "2.0")
    uv_world.install("gone", "moved==1.0")
    job_id = begin(half_updated(uv_world))
    killed(job_id)
    before = what_is_known(str(uv_world.prefix), place.own(uv_world.interpreter.site_packages))
    assert before is not None
    assert before.since == ()
    uv_world.index.wheel("zeta", "1.0")
    uv_world.install("zeta", "moved==2.0")
    argv = [UV, "pip", "uninstall", "--quiet", "--no-config", "--python", uv_world.python, "gone"]
    subprocess.run(argv, check=True)
    known = what_is_known(str(uv_world.prefix), place.own(uv_world.interpreter.site_packages))
    assert known is not None
    assert known.since == ("zeta 1.0 added", "moved 1.0 → 2.0", "gone 1.0 removed")
    named = finding(uv_world)
    assert named is not None
    assert [e.value for e in named.evidence if e.label == "By somebody else since"] == [
        "zeta 1.0 added, moved 1.0 → 2.0, gone 1.0 removed"
    ]
    undone = taken_back(uv_world, read(job_id))
    assert undone.state == "succeeded", undone.failure
    assert [gone.name for gone in undone.plan.changes.remove] == ["zeta"]
    assert undone.plan.warnings == tuple(
        f"{words} since, which was not of that plan: it is taken back, too."
        for words in ("zeta 1.0 added", "moved 1.0 → 2.0", "gone 1.0 removed")
    )


def test_job_killed_before_it_began(uv_world: World) -> None:
    """It waited for the environment: nothing was changed, and nothing has to be mended."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    held = lock.take(lock.path_for(data(), str(uv_world.prefix)))
    assert held is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "is_locked", lambda _prefix: False)
        job_id = begin(resolved)
    job = awaited(job_id, lambda job: job.pid is not None)
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    job = awaited(job_id, lambda job: job.state != "queued")
    os.close(held)
    assert job.state == "failed"
    assert job.failure is not None
    assert "Nothing was changed" in job.failure.message
    assert finding(uv_world) is None


def test_undo_that_is_killed_is_done_again(
    uv_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resolved = half_updated(uv_world)
    before = photographed(uv_world)
    job_id = begin(resolved)
    killed(job_id)
    # A worker that ends in the middle of putting back, as if it was killed there.
    fatal = tmp_path / "fatal"
    fatal.mkdir()
    (fatal / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'os.rename' and '.py.envcheck' in str(arguments[0]):\n"
        "        os._exit(9)\n"
        "sys.addaudithook(hook)\n"
    )
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{fatal}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        undoing = undo(job_id)
    job = awaited(undoing, lambda job: job.state not in ("queued", "running"))
    assert job.state == "interrupted"
    assert photographed(uv_world) != before
    named = finding(uv_world)
    assert named is not None
    assert named.actions[0] == Repair(title="Put it back as it was", job=undoing)
    assert taken_back(uv_world, job).state == "succeeded"
    assert photographed(uv_world) == before
    assert finding(uv_world) is None


def test_job_whose_installer_is_killed_takes_back_what_was_begun(uv_world: World) -> None:
    resolved = half_updated(uv_world)
    before = photographed(uv_world)
    job_id = begin(resolved)
    job = awaited(job_id, lambda job: job.pid and any(line.text == "half" for line in job.lines))
    assert job.pid is not None
    [installer] = psutil.Process(job.pid).children()
    installer.kill()
    job = ended(job_id)
    assert job.state == "failed"
    assert job.failure is not None
    assert "What had been begun was taken back." in job.failure.message
    assert job.verdict is not None
    assert job.verdict.changes == Changes()
    assert photographed(uv_world) == before
    assert finding(uv_world) is None
    assert kept.read(job_id) is None


def test_job_cancelled_half_way_takes_back_what_was_begun(uv_world: World) -> None:
    resolved = half_updated(uv_world)
    before = photographed(uv_world)
    job_id = begin(resolved)
    awaited(job_id, lambda job: any(line.text == "half" for line in job.lines))
    history.cancel(job_id)
    job = ended(job_id)
    assert job.state == "cancelled"
    assert photographed(uv_world) == before


def test_job_under_which_the_environment_is_deleted(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    before = photographed(uv_world)
    code = f"import shutil; shutil.rmtree({str(uv_world.prefix)!r})"
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), sys.executable, "-c", code))
    assert job.state == "failed"
    after = photographed(uv_world)
    lost = {name for name in before.keys() - after.keys() if "/" in name}
    assert lost == set()
    assert "pyvenv.cfg" in after
    assert subprocess.run([uv_world.python, "-c", "pass"], check=False).returncode == 0


def test_job_environment_deleted_before_it_begins(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    shutil.rmtree(uv_world.prefix)
    with pytest.raises(Problem) as caught:
        begin(resolved)
    assert caught.value.reason == "changed"


def test_job_on_a_disk_that_becomes_full(uv_world: World, tmp_path: Path) -> None:
    """The environment's own disk: what was begun is taken back, which makes room."""
    with mounted(tmp_path / "disk", "8m") as disk:
        world = World(
            python=make_bare_venv(disk / "proj"),
            index=uv_world.index,
            has_pip=False,
            kind="uv-venv",
        )
        world.index.wheel("alpha", "1.0")
        world.install("alpha")
        world.index.wheel("alpha", "2.0", files={"alpha/big.py": "#" * 2_000_000})
        before = photographed(world)
        resolved = world.resolve("alpha>=2")
        filled = disk / "filled"
        filled.write_bytes(b" " * (shutil.disk_usage(disk).free - 1_000_000))
        job = world.job(resolved)
        assert job.state == "failed"
        assert job.failure is not None
        assert job.failure.reason == "disk-full"
        world.tidied(job.id)
        assert photographed(world) == before


def test_job_on_a_disk_that_becomes_read_only(uv_world: World, tmp_path: Path) -> None:
    """What was begun cannot be taken back now: it is named, and put back when it can be."""
    with mounted(tmp_path / "disk", "8m") as disk:
        world = World(
            python=make_bare_venv(disk / "proj"),
            index=uv_world.index,
            has_pip=False,
            kind="uv-venv",
        )
        resolved = half_updated(world)
        before = photographed(world)
        job_id = begin(resolved)
        awaited(job_id, lambda job: any(line.text == "half" for line in job.lines))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        history.cancel(job_id)
        job = ended(job_id)
        assert job.state == "interrupted"
        assert job.failure is not None
        assert "Read-only file system" in job.failure.message
        assert finding(world) is not None
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        undone = taken_back(world, job)
        assert undone.state == "succeeded"
        world.tidied(undone.id)
        assert photographed(world) == before
