"""The magic in IPython in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_world import World, leave_this_machine, look_only_at, make_bare_venv
from jupyterlab_envcheck.jobs import jobs
from package_index import serve
from terminal import Terminal

IPYTHON = (sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0")
        python = make_bare_venv(tmp_path / "proj")
        yield World(python=python, index=index, has_pip=False, kind="uv-venv")


def typed(terminal: Terminal, number: int, line: str) -> None:
    terminal.wait_for(f"In [{number}]: ")
    terminal.type(f"{line}\n")


def test_terminal_asks_and_installs(world: World) -> None:
    with Terminal(*IPYTHON) as terminal:
        typed(terminal, 1, "%load_ext jupyterlab_envcheck")
        typed(terminal, 2, f"%envcheck install alpha --target {world.prefix}")
        terminal.wait_for("Carry it out? [y/N] ")
        assert jobs() == ()
        terminal.type("y\n")
        terminal.wait_for("To undo this: %envcheck undo ")
        typed(terminal, 3, "exit")
        assert terminal.end() == 0
    assert "Done: all planned changes are there." in terminal.said
    assert world.installed() == {"alpha": "1.0"}


def test_terminal_shows_the_report_and_watches_a_cell(world: World) -> None:
    with Terminal(*IPYTHON) as terminal:
        typed(terminal, 1, "%load_ext jupyterlab_envcheck")
        typed(terminal, 2, "%envcheck threads")
        terminal.wait_for("Installs go to ")
        typed(terminal, 3, "%%envcheck\nsum(range(10))\n\n")
        terminal.wait_for("It took ")
        typed(terminal, 4, "exit")
        assert terminal.end() == 0
    assert "Out[3]: 45" in terminal.said


def test_pipe_cannot_be_asked_and_changes_nothing(world: World, tmp_path: Path) -> None:
    script = tmp_path / "script.ipy"
    script.write_text(
        f"%load_ext jupyterlab_envcheck\n%envcheck install alpha --target {world.prefix}\n",
        encoding="utf-8",
    )
    with Terminal("/bin/sh", "-c", f'"$0" -m IPython {script} </dev/null', sys.executable) as shell:
        assert shell.end() == 1
    assert "Nothing was done: there is nobody here to ask." in shell.said
    assert jobs() == ()
