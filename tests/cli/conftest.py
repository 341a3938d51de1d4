"""An environment, and the command on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Command
from job_world import World, leave_this_machine, look_only_at, make_bare_venv
from package_index import serve


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A uv venv, and an index with two releases of alpha and one of beta, which needs alpha."""
    leave_this_machine(tmp_path, monkeypatch)
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0")
        index.wheel("alpha", "2.0")
        index.wheel("beta", "1.0", requires=["alpha"])
        python = make_bare_venv(tmp_path / "proj")
        yield World(python=python, index=index, has_pip=False, kind="uv-venv")


@pytest.fixture
def envcheck(world: World, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(world, capsys)
