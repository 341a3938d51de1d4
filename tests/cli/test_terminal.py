"""The command in a terminal: questions, Ctrl-C, and a window that is closed."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from command_line import ENVCHECK, in_a_terminal
from environments import make_kernelspec
from job_world import World, ended
from jupyterlab_envcheck.cli.following import follow
from jupyterlab_envcheck.cli.interrupts import Interrupts
from jupyterlab_envcheck.jobs import begin, jobs
from terminal import CTRL_C, CTRL_D, Terminal


def test_terminal_yes(world: World) -> None:
    with in_a_terminal(world, "install", "beta") as terminal:
        terminal.wait_for("Carry it out? [y/N]")
        assert jobs() == ()
        terminal.type("y\n")
        assert terminal.end() == 0
    assert "Added: alpha 2.0, beta 1.0" in terminal.said
    assert world.installed() == {"alpha": "2.0", "beta": "1.0"}


def test_terminal_environment_that_changes_while_the_question_is_open(world: World) -> None:
    with in_a_terminal(world, "install", "beta") as terminal:
        terminal.wait_for("Carry it out? [y/N]")
        world.install("alpha==1.0")
        terminal.type("y\n")
        assert terminal.end() == 1
    assert "The environment changed after the plan was made, so nothing was done." in terminal.said
    assert jobs() == ()


@pytest.mark.parametrize("answer", ["n\n", "\n", "yes please\n", CTRL_C, CTRL_D], ids=repr)
def test_terminal_no_leaves_nothing_behind(world: World, answer: str) -> None:
    with in_a_terminal(world, "install", "beta") as terminal:
        terminal.wait_for("Carry it out? [y/N]")
        terminal.type(answer)
        assert terminal.end() == 2
    assert terminal.said.endswith("Nothing was done.\n")
    assert world.installed() == {}
    assert jobs() == ()


def test_terminal_ctrl_c_while_the_plan_is_made_leaves_nothing_running(world: World) -> None:
    hold = world.index.hold("alpha")
    with in_a_terminal(world, "install", "alpha") as terminal:
        assert hold.reached.wait(60)
        [dry_run] = psutil.Process(terminal.process.pid).children()
        terminal.type(CTRL_C)
        assert terminal.end() == 1
    assert terminal.said.endswith("Stopped. Nothing was changed.\n")
    assert not dry_run.is_running()
    assert "Traceback" not in terminal.said


def test_terminal_ctrl_c_cancels_the_job_and_waits_for_its_end(world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    with in_a_terminal(world, "install", "gamma", "--yes") as terminal:
        assert hold.reached.wait(60)
        terminal.type(CTRL_C)
        terminal.wait_for("Cancelling the job, and waiting for its end")
        assert terminal.end() == 1
    assert "The job was cancelled. Nothing was changed." in terminal.said
    assert [job.state for job in jobs()] == ["cancelled"]
    assert world.installed() == {}


def test_terminal_ctrl_c_twice_before_the_first_look_cancels_and_does_not_wait(
    world: World,
) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    job_id = begin(world.resolve("gamma"))
    assert hold.reached.wait(60)
    interrupts = Interrupts()
    interrupts.count = 2
    page = io.StringIO()
    follow(job_id, Console(file=page, width=80), interrupts)
    assert page.getvalue().endswith("The job is cancelled, and ends by itself.\n")
    assert ended(job_id).state == "cancelled"


def test_terminal_that_is_closed_does_not_end_the_job(world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    hold = world.index.hold(wheel.name)
    with in_a_terminal(world, "install", "gamma", "--yes") as terminal:
        assert hold.reached.wait(60)
        terminal.close()
        assert terminal.process.wait(60) != 0
    hold.release.set()
    [job] = jobs()
    assert ended(job.id).state == "succeeded"
    assert world.installed() == {"gamma": "1.0"}


@pytest.mark.parametrize("words", [["lame"], ["--all"]], ids=["one", "all"])
def test_terminal_ctrl_c_while_a_python_does_not_answer_ends_it(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "lame/bin/python"
    python.parent.mkdir(parents=True)
    (tmp_path / "lame/pyvenv.cfg").write_text("home = /nowhere\n")
    python.write_text(f"#!/bin/sh\necho $$ >{tmp_path}/pid\nexec sleep 600\n")
    python.chmod(0o755)
    make_kernelspec(tmp_path / "jupyter", "lame", python)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with Terminal(*ENVCHECK, *words) as terminal:
        asked = _written(tmp_path / "pid")
        began = time.monotonic()
        terminal.type(CTRL_C)
        assert terminal.end() == 1
        assert time.monotonic() - began < 15  # seconds; Pythons have 20 to answer
    assert "Stopped. Nothing was changed." in terminal.said
    assert "Traceback" not in terminal.said
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(asked).wait(10)  # it was ended; that takes a moment


def _written(file: Path) -> int:
    """Wait until a number is in a file, and return it."""
    pause, looks = threading.Event(), 3_000
    while not (text := file.read_text() if file.exists() else ""):
        looks -= 1
        assert looks > 0
        pause.wait(0.02)
    return int(text)
