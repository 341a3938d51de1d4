"""Jobs by real pip and real uv: what they do, and what becomes of them when things go wrong."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from found_pythons import supported
from job_world import World, awaited, ended, make_bare_venv, swap_argv
from jupyterlab_envcheck.jobs import (
    Resolved,
    begin,
    cancel,
    folders,
    history,
    is_locked,
    jobs,
    lock,
    read,
)
from jupyterlab_envcheck.plan import Removed, Restart
from jupyterlab_envcheck.problems import Problem
from package_index import PackageIndex, make_wheel


def test_job_installs_the_plan(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    resolved = world.resolve("beta")
    job = world.job(resolved)
    assert job.state == "succeeded"
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert job.verdict is not None
    assert job.verdict.planned
    assert job.verdict.broken == ()
    assert not job.verdict.restart.needed
    assert [line.n for line in job.lines] == list(range(1, len(job.lines) + 1))
    assert read(job.id, after=len(job.lines) - 1).lines == job.lines[-1:]
    assert (job.phase, job.progress, job.failure) == (None, None, None)
    assert (folders.job(job.id) / "worker.txt").read_bytes() == b""
    assert folders.job(job.id).stat().st_mode & 0o777 == 0o700


def test_job_updates_and_names_the_restart(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "2.0")
    job = either.job(either.resolve("alpha>=2", modules=("alpha",)))
    assert job.verdict is not None
    assert [(u.name, u.old, u.new) for u in job.verdict.changes.update] == [("alpha", "1.0", "2.0")]
    assert job.verdict.restart.modules == ("alpha",)


def test_job_removes(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    job = either.job(either.resolve("alpha", kind="remove"))
    assert job.state == "succeeded"
    assert job.verdict is not None
    assert job.verdict.changes.remove == (Removed(name="alpha", version="1.0"),)
    assert either.installed() == {}


def test_job_with_nothing_to_do(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    assert uv_world.job(uv_world.resolve("alpha")).state == "succeeded"


def test_job_swapped_file(world: World) -> None:
    """The index changes a file after the plan: it is refused, and nothing is changed."""
    world.index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "steal()\n"})
    job = world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "hash-mismatch"
    assert world.installed() == {}


def test_job_release_in_between(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    resolved = world.resolve("beta")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("beta", "2.0", requires=["gamma"])
    world.index.wheel("gamma", "1.0")
    assert world.job(resolved).state == "succeeded"
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_job_two_at_once(either: World) -> None:
    """One waits for the other, sees that the environment changed, and does nothing."""
    wheel = either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0")
    alpha, beta = either.resolve("alpha"), either.resolve("beta")
    hold = either.index.hold(wheel.name)
    # Nobody holds the lock when both are asked for, and each takes it in turn.
    held = lock.take(lock.path_for(folders.data(), str(either.prefix)))
    assert held is not None
    ids = [_begin_unlocked(resolved) for resolved in (alpha, beta)]
    awaited(ids[0], lambda job: job.pid is not None)
    awaited(ids[1], lambda job: job.pid is not None)
    assert {read(job_id).state for job_id in ids} == {"queued"}
    hold.release.set()
    os.close(held)
    assert sorted(ended(job_id).state for job_id in ids) == ["changed", "succeeded"]
    assert len(either.installed()) == 1


def _begin_unlocked(resolved: Resolved) -> str:
    """Begin as one does who looked at the lock a moment before it was taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "is_locked", lambda _prefix: False)
        return begin(resolved)


def test_begin_while_another_job_runs(either: World) -> None:
    wheel = either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0")
    alpha, beta = either.resolve("alpha"), either.resolve("beta")
    hold = either.index.hold(wheel.name)
    job_id = begin(alpha)
    assert hold.reached.wait(30)
    assert is_locked(str(either.prefix))
    with pytest.raises(Problem) as caught:
        begin(beta)
    assert caught.value.reason == "locked"
    hold.release.set()
    assert ended(job_id).state == "succeeded"
    assert not is_locked(str(either.prefix))
    with pytest.raises(Problem) as caught:
        begin(beta)
    assert caught.value.reason == "changed"


def test_begin_twice_makes_one_job(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(begin(resolved))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(ids) == {resolved.plan.id}
    assert ended(resolved.plan.id).state == "succeeded"
    assert begin(resolved) == resolved.plan.id
    assert [job.id for job in jobs()] == [resolved.plan.id]
    assert (
        sum(
            path.startswith("/files/alpha-1.0")
            for path in uv_world.index.asked
            if path.endswith(".whl")
        )
        == 1
    )


def test_begin_what_cannot_be_carried_out(uv_world: World) -> None:
    with pytest.raises(Problem) as caught:
        begin(uv_world.resolve("nosuch"))
    assert caught.value.reason == "not-ready"


def test_job_cancelled_while_downloading(world: World) -> None:
    wheel = world.index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    hold = world.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    cancel(job_id)
    job = ended(job_id)
    assert job.state == "cancelled"
    assert job.failure is not None
    assert "Nothing was changed" in job.failure.message
    assert job.verdict is not None
    assert not job.verdict.planned
    assert world.installed() == {}


def test_job_cancelled_by_signal(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    pid = read(job_id).pid
    assert pid is not None
    os.killpg(pid, signal.SIGTERM)
    assert ended(job_id).state == "cancelled"


def test_job_cancelled_while_waiting(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    held = lock.take(lock.path_for(folders.data(), str(uv_world.prefix)))
    assert held is not None
    job_id = _begin_unlocked(resolved)
    cancel(job_id)
    job = ended(job_id)
    os.close(held)
    assert job.state == "cancelled"
    assert uv_world.installed() == {}


def test_job_whose_worker_is_killed(world: World) -> None:
    """It is named, once nobody works in the environment any more; and it can be done again."""
    wheel = world.index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    hold = world.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    pid = read(job_id).pid
    assert pid is not None
    installers = [p for p in psutil.Process(pid).children() if p.is_running()]
    os.kill(pid, signal.SIGKILL)
    assert installers
    # The installer has inherited the locks: while it lives, nothing is called interrupted.
    assert read(job_id).state == "running"
    assert is_locked(str(world.prefix))
    hold.release.set()
    job = awaited(job_id, lambda job: job.state != "running")
    assert job.state == "interrupted"
    assert job.failure is not None
    assert job.failure.hint
    assert not is_locked(str(world.prefix))
    again = world.job(world.resolve("alpha"))
    assert again.state == "succeeded"
    assert world.installed() == {"alpha": "1.0"}


def test_job_outlives_its_server(uv_world: World, tmp_path: Path) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    hold = uv_world.index.hold(wheel.name)
    server = (
        "import os, pickle, sys\n"
        "from jupyterlab_envcheck.jobs import begin\n"
        "begin(pickle.load(open(sys.argv[1], 'rb')))\n"
        "os._exit(1)\n"
    )
    (tmp_path / "plan").write_bytes(pickle.dumps(resolved))
    subprocess.run([sys.executable, "-c", server, str(tmp_path / "plan")], check=False)
    assert hold.reached.wait(30)
    assert read(resolved.plan.id).state == "running"
    hold.release.set()
    assert ended(resolved.plan.id).state == "succeeded"


def test_job_environment_changed_since(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0")
    resolved = uv_world.resolve("alpha")
    uv_world.install("beta")
    with pytest.raises(Problem) as caught:
        begin(resolved)
    assert caught.value.reason == "changed"


def test_job_success_without_the_change(uv_world: World) -> None:
    """An exit code proves nothing."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", "print('Done!')")
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "unproved"
    assert job.verdict is not None
    assert not job.verdict.planned


def test_job_breaks_numpy(uv_world: World) -> None:
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": "__version__ = '1.0'\n"})
    uv_world.install("numpy")
    uv_world.index.wheel("numpy", "2.0", files={"numpy.py": "raise ImportError('no BLAS here')\n"})
    job = uv_world.job(uv_world.resolve("numpy>=2"))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "broken"
    assert "no BLAS here" in job.failure.message


def test_job_brings_a_numpy_that_does_not_import(uv_world: World) -> None:
    """Nothing that worked is broken by it: it is said, and the job did what was planned."""
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": "raise ImportError('no BLAS here')\n"})
    job = uv_world.job(uv_world.resolve("numpy"))
    assert job.state == "succeeded"
    assert "numpy does not import: ImportError: no BLAS here" in job.lines[-1].text


def test_job_cancelled_when_all_is_done(uv_world: World, tmp_path: Path) -> None:
    """It came too late: what was planned is there, and that is what is said."""
    reached, go = tmp_path / "reached", tmp_path / "go"
    slow = (
        f"import pathlib, time\n"
        f"pathlib.Path({str(reached)!r}).touch()\n"
        f"while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)\n"
    )
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": slow})
    job_id = begin(uv_world.resolve("numpy"))
    awaited(job_id, lambda job: job.phase == "verifying" and reached.exists())
    pid = read(job_id).pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    go.touch()
    job = ended(job_id)
    assert (job.state, job.failure) == ("succeeded", None)


@pytest.mark.parametrize(
    ("version", "spelled"), [("2024.1.5", "2024.01.05"), ("1.0.0rc1", "1.0.0-rc.1")]
)
def test_job_version_that_its_makers_spell_in_their_own_way(
    world: World, version: str, spelled: str
) -> None:
    world.index.wheel("alpha", spelled)
    job = world.job(world.resolve(f"alpha=={version}"))
    assert job.failure is None
    assert job.state == "succeeded"


def test_job_whose_package_means_harm_by_its_requirements(world: World) -> None:
    """A thousand brackets make a parser give up; the job ends in a true state all the same."""
    index = world.index
    index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    bad = make_wheel(index.folder, "alpha", "1.0", requires=[f"x; {'(' * 900}"])
    with zipfile.ZipFile(bad) as archive:
        code = (
            f"__import__('zipfile').ZipFile({str(bad)!r}).extractall({str(world.site_packages)!r})"
        )
        assert any("METADATA" in name for name in archive.namelist())
    job = world.job(swap_argv(resolved, world.python, "-c", code))
    assert job.state == "succeeded"


def test_job_whose_proof_fails(uv_world: World) -> None:
    """A mistake of our own is named, too, and not taken for an interruption."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    assert resolved.order is not None
    interpreter = replace(uv_world.interpreter, markers=["no", "markers"])  # type: ignore[arg-type]
    job = uv_world.job(replace(resolved, order=replace(resolved.order, interpreter=interpreter)))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "unproved"
    assert "could not be looked at" in job.failure.message
    assert b"Traceback" in (folders.job(job.id) / "worker.txt").read_bytes()
    assert uv_world.installed() == {"alpha": "1.0"}


def test_job_restart_by_a_module_of_another_name(uv_world: World) -> None:
    """Which modules a package brought is read before its list of files goes."""
    uv_world.index.wheel("pillow", "1.0", files={"PIL/__init__.py": ""})
    uv_world.install("pillow")
    job = uv_world.job(uv_world.resolve("pillow", kind="remove", modules=("PIL",)))
    assert job.verdict is not None
    assert job.verdict.restart == Restart(needed=True, modules=("PIL",))


def test_job_too_slow(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    uv_world.index.hold(wheel.name)
    job = uv_world.job(resolved, limit=1.0)
    assert job.failure is not None
    assert job.failure.reason == "timed-out"


def test_job_installer_that_says_too_much(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    chatter = (
        "print('\\x1b[31mred\\x1b[0m https://ada:secret@example.org/x')\n"
        "print('x' * 300_000)\n"
        "for n in range(12_000): print(n)\n"
    )
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", chatter))
    assert job.lines[0].text == "red https://****@example.org/x"
    assert len(job.lines) == 10_001
    assert job.lines[-1].text == "There is more, which is not kept."
    assert max(len(line.text) for line in job.lines) <= 1_000


def test_job_installer_that_waits_for_a_key(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    asking = "print(repr(__import__('sys').stdin.read()))"
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", asking))
    assert job.lines[0].text == "''"


def test_job_python_is_gone(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = swap_argv(uv_world.resolve("alpha"), "/nowhere/python")
    job = uv_world.job(resolved)
    assert job.failure is not None
    assert job.failure.reason == "not-executable"


@pytest.mark.parametrize("job_id", ["nosuch", "../../etc", "", ".hidden", "a" * 200])
def test_read_unknown_job(job_id: str) -> None:
    with pytest.raises(Problem) as caught:
        read(job_id)
    assert caught.value.reason == "not-found"


def test_jobs_passes_over_what_is_unreadable(uv_world: World) -> None:
    assert jobs() == ()
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    (folders.jobs() / "torn").mkdir()
    (folders.jobs() / "torn" / "job.json").write_text('{"job": {')
    assert [found.id for found in jobs()] == [job.id]
    with pytest.raises(Problem) as caught:
        read("torn")
    assert caught.value.reason == "unreadable"


def test_job_does_not_see_where_it_was_started(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip.py, uv.toml and pyproject.toml in the notebook's folder and above are not obeyed."""
    ran = tmp_path / "ran"
    notebooks = tmp_path / "notebooks" / "today"
    notebooks.mkdir(parents=True)
    for folder in (notebooks, notebooks.parent):
        (folder / "pip.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
        (folder / "uv.toml").write_text("no-index = true\n")
        (folder / "pyproject.toml").write_text('[tool.uv.pip]\ntarget = "elsewhere"\n')
    monkeypatch.chdir(notebooks)
    monkeypatch.setenv("PYTHONPATH", f"{notebooks}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    world.index.wheel("alpha", "1.0")
    assert world.job(world.resolve("alpha")).state == "succeeded"
    assert world.installed() == {"alpha": "1.0"}
    assert not ran.exists()


def test_job_into_the_oldest_python(index: PackageIndex, tmp_path: Path) -> None:
    pythons = {name: path for name, path in supported().items() if not name.startswith("pypy")}
    oldest = min(pythons, key=lambda name: int(name.partition(".")[2]))
    python = make_bare_venv(tmp_path / "old", pythons[oldest])
    world = World(python=python, index=index, has_pip=False)
    index.wheel("alpha", "1.0")
    assert world.job(world.resolve("alpha")).state == "succeeded"


def test_job_on_a_full_disk(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job's own files do not fit: it still ends in a true state, without a traceback."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    try:
        uv_world.index.wheel("alpha", "1.0")
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(small))
        fill = (
            f"import itertools\n"
            f"try:\n"
            f"    with open({str(small / 'fill')!r}, 'wb', 0) as file:\n"
            f"        while file.write(b'x' * 512): pass\n"
            f"except OSError: pass\n"
            f"for n in range(2000): print('a line that does not fit any more', n)\n"
        )
        job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", fill))
        assert job.state == "failed"
        assert (folders.job(job.id) / "worker.txt").read_bytes() == b""
        assert len(job.lines) < 2000
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_job_record_is_valid_json_at_every_moment(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(resolved)
    file = folders.job(job_id) / "job.json"
    while not hold.reached.is_set():
        json.loads(file.read_text(encoding="utf-8"))
    hold.release.set()
    while read(job_id).state == "running":
        json.loads(file.read_text(encoding="utf-8"))
    assert ended(job_id).state == "succeeded"
