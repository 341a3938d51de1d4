"""Jobs that are cancelled, killed or cut off: each ends in a state that is true."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from job_world import World, awaited, begin_unlocked, ended, swap_argv
from jupyterlab_envcheck.jobs import (
    begin,
    cancel,
    folders,
    is_locked,
    lock,
    read,
    undo,
)
from jupyterlab_envcheck.problems import Problem
from mounts import mounted


def test_job_cancelled_while_downloading(either: World) -> None:
    wheel = either.index.wheel("alpha", "1.0")
    resolved = either.resolve("alpha")
    hold = either.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    cancel(job_id)
    job = ended(job_id)
    assert job.state == "cancelled"
    assert job.failure is not None
    assert "Nothing was changed" in job.failure.message
    assert job.verdict is not None
    assert not job.verdict.planned
    assert either.installed() == {}


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
    job_id = begin_unlocked(resolved)
    cancel(job_id)
    job = ended(job_id)
    os.close(held)
    assert job.state == "cancelled"
    assert uv_world.installed() == {}


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


def test_job_whose_worker_is_killed(either: World) -> None:
    """It is named, once nobody works in the environment any more; and it can be done again."""
    wheel = either.index.wheel("alpha", "1.0")
    resolved = either.resolve("alpha")
    hold = either.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    pid = read(job_id).pid
    assert pid is not None
    installers = [p for p in psutil.Process(pid).children() if p.is_running()]
    os.kill(pid, signal.SIGKILL)
    assert installers
    # The installer has inherited the locks: while it lives, nothing is called interrupted.
    assert read(job_id).state == "running"
    assert is_locked(str(either.prefix))
    hold.release.set()
    job = awaited(job_id, lambda job: job.state != "running")
    assert job.state == "interrupted"
    assert job.failure is not None
    assert job.failure.hint
    assert not is_locked(str(either.prefix))
    # Nothing else is done there before it was put back.
    either.index.wheel("beta", "1.0")
    with pytest.raises(Problem) as caught:
        begin(either.resolve("beta"))
    assert caught.value.reason == "interrupted"
    assert ended(undo(job_id)).state == "succeeded"
    assert either.installed() == {}
    again = either.job(either.resolve("alpha"))
    assert again.state == "succeeded"
    assert either.installed() == {"alpha": "1.0"}


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


def test_job_too_slow(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    uv_world.index.hold(wheel.name)
    job = uv_world.job(resolved, limit=1.0)
    assert job.failure is not None
    assert job.failure.reason == "timed-out"


def test_job_python_is_gone(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = swap_argv(uv_world.resolve("alpha"), "/nowhere/python")
    job = uv_world.job(resolved)
    assert job.failure is not None
    assert job.failure.reason == "not-executable"


def test_job_on_a_full_disk(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job's own files do not fit: it still ends in a true state, without a traceback."""
    with mounted(tmp_path / "small", "256k") as small:
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
