"""Commands end with all that they started, or are left when they have ended themselves."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from job_world import PATIENCE, World, ended, swap_argv
from jupyterlab_envcheck.installers import Conda, Heard, Uv
from jupyterlab_envcheck.jobs import Stop, begin, child, folders, lock
from jupyterlab_envcheck.jobs.log import Log
from jupyterlab_envcheck.jobs.running import Running
from jupyterlab_envcheck.problems import Problem

#: Starts something in a session of its own, which keeps the pipe, and writes its number down.
_LEAVE = (
    "import subprocess, sys\n"
    "left = subprocess.Popen(['sleep', '600'], start_new_session=True, close_fds=False)\n"
    "open(sys.argv[1], 'w').write(str(left.pid))\n"
    "print('said', flush=True)\n"
)
_STAY = "left.wait()\n"


@pytest.fixture
def note(tmp_path: Path) -> Iterator[Path]:
    """A file for the number of the process that is left; it is ended with the test."""
    file = tmp_path / "left.txt"
    yield file
    for process in left(file):
        process.kill()


def left(note: Path) -> list[psutil.Process]:
    """Return the process that is left, if it still runs."""
    try:
        process = psutil.Process(int(note.read_text()))
        return [] if process.status() == psutil.STATUS_ZOMBIE else [process]
    except psutil.NoSuchProcess:
        return []


def is_gone(note: Path) -> bool:
    psutil.wait_procs(left(note), timeout=10)
    return not left(note)


def running(tmp_path: Path, cancelled: threading.Event, limit: float = PATIENCE) -> Running:
    return Running(
        installer=Uv(python=sys.executable, executable="uv"),
        log=Log(tmp_path / "log.jsonl"),
        progress=lambda _heard: None,
        cancelled=cancelled,
        limit=limit,
    )


def test_run_ends_what_left_the_group(note: Path) -> None:
    argv = (sys.executable, "-c", _LEAVE + _STAY, str(note))
    with pytest.raises(Problem) as caught:
        child.run(argv, env=os.environ, limit=2.0, stop=Stop())
    assert caught.value.reason == "timed-out"
    assert is_gone(note)


def test_run_leaves_a_daemon(note: Path) -> None:
    """Nobody tells whose child it was; what the command itself said is all there."""
    begun = time.monotonic()
    argv = (sys.executable, "-c", _LEAVE, str(note))
    reply = child.run(argv, env=os.environ, limit=PATIENCE, stop=Stop())
    assert (reply.returncode, reply.output) == (0, "said\n")
    assert time.monotonic() - begun < PATIENCE / 2
    assert left(note)


def test_stop_ends_what_left_the_group(note: Path) -> None:
    stop = Stop()
    argv = (
        sys.executable,
        "-c",
        _LEAVE + f"open({str(note)!r} + '.ready', 'w')\n" + _STAY,
        str(note),
    )
    caught: list[str] = []

    def run() -> None:
        with pytest.raises(Problem) as problem:
            child.run(argv, env=os.environ, limit=PATIENCE, stop=stop)
        caught.append(problem.value.reason)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(Path(f"{note}.ready"))
    stop.set()
    thread.join(PATIENCE / 2)
    assert caught == ["cancelled"]
    assert is_gone(note)


def wait_for(file: Path) -> None:
    pause, looks = threading.Event(), int(PATIENCE / 0.02)
    while not file.exists():
        looks -= 1
        assert looks > 0
        pause.wait(0.02)


def test_running_ends_what_left_the_group(tmp_path: Path, note: Path) -> None:
    argv = (sys.executable, "-c", _LEAVE + _STAY, str(note))
    job = running(tmp_path, threading.Event(), limit=2.0)
    ending = job.run(argv, env=os.environ, cwd=str(tmp_path), descriptors=())
    assert ending.late
    assert is_gone(note)


def test_running_cancelled_with_one_that_minds_no_signal(tmp_path: Path, note: Path) -> None:
    """It left the group and outlives its parent; it is known from before."""
    deaf = (
        "import signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"{_LEAVE}"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
    )
    cancelled = threading.Event()
    argv = (sys.executable, "-c", deaf + _STAY, str(note))

    def hear(_heard: Heard) -> None:
        cancelled.set()

    job = replace(running(tmp_path, cancelled), progress=hear)
    ending = job.run(argv, env=os.environ, cwd=str(tmp_path), descriptors=())
    assert ending.cut
    assert is_gone(note)


def test_running_hears_long_lines_and_the_last_one(tmp_path: Path) -> None:
    code = "print('x' * 70_000); print('y'); print('z', end='')"
    argv = (sys.executable, "-c", code)
    job = running(tmp_path, threading.Event())
    said = job.run(argv, env=os.environ, cwd=str(tmp_path), descriptors=()).said.splitlines()
    assert said[-2:] == ["y", "z"]
    assert sum(line.count("x") for line in said) == 70_000


def test_job_that_leaves_a_daemon(uv_world: World, note: Path) -> None:
    """It ends, and the environment is free although the daemon has inherited its lock."""
    uv_world.index.wheel("alpha", "1.0")
    command = (uv_world.python, "-c", _LEAVE, str(note))
    job = ended(begin(swap_argv(uv_world.resolve("alpha"), *command)))
    assert left(note)
    assert [line.text for line in job.lines] == ["said"]
    assert not lock.is_held(lock.path_for(folders.data(), str(uv_world.prefix)))


def test_run_keeps_a_long_answer_and_why_it_failed(tmp_path: Path) -> None:
    """mamba says why, and then tells every package twice: thousands of lines."""
    mamba = Conda(tool="mamba", program=("mamba",), prefix="/p")
    says = (
        "import json\n"
        "print('critical libmamba Download error (6) Could not resolve host [https://a.b/c/x.json]')\n"
        "print(json.dumps({'actions': {'LINK': [{'name': str(n)} for n in range(3000)]}}, indent=4))\n"
        "raise SystemExit(1)\n"
    )
    run = replace(running(tmp_path, threading.Event()), installer=mamba).run(
        (sys.executable, "-c", says), env=os.environ, cwd=str(tmp_path), descriptors=()
    )
    assert run.returncode == 1
    problem = mamba.explain(run.said)
    assert problem.reason == "unreachable"


def test_command_without_a_place_for_its_folder_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(Problem) as caught:
        child.run([sys.executable, "-V"], env=os.environ, limit=60, stop=Stop())
    assert caught.value.reason == "no-place"
