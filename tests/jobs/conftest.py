"""Worlds for plans and jobs, one with each installer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from creating_world import give_kernel
from job_world import (
    World,
    copy_venv,
    leave_this_machine,
    look_only_at,
    make_bare_venv,
    make_pip_venv,
)
from mounts import mounted
from package_index import PackageIndex, serve


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    # uv starts every Python on PATH to learn what it is, and pyenv's shims take a second each.
    monkeypatch.setenv("PATH", os.defpath)


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    with mounted(tmp_path / "small", "8m") as folder:
        yield folder


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index that is all pip and uv can see."""
    with serve(tmp_path / "wheels") as served:
        look_only_at(served, monkeypatch)
        yield served


@pytest.fixture
def small_kernel(index: PackageIndex) -> None:
    """An ipykernel in that index."""
    give_kernel(index)


@pytest.fixture
def environments(tmp_path: Path) -> Path:
    """Where new environments are made."""
    return tmp_path / "home" / ".virtualenvs"


@pytest.fixture(scope="session")
def pip_venv(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_pip_venv(tmp_path_factory.mktemp("pip") / "proj")


@pytest.fixture
def uv_world(tmp_path: Path, index: PackageIndex) -> World:
    """A uv venv, which has no pip."""
    python = make_bare_venv(tmp_path / "proj")
    return World(python=python, index=index, has_pip=False, kind="uv-venv")


@pytest.fixture
def pip_world(tmp_path: Path, index: PackageIndex, pip_venv: str) -> World:
    """A venv with pip."""
    return World(python=copy_venv(pip_venv, tmp_path / "proj"), index=index, has_pip=True)


@pytest.fixture(params=[pytest.param("pip", marks=pytest.mark.soak), "uv"])
def either(request: pytest.FixtureRequest) -> World:
    """One of the two where it should make no difference; the slow one in the long rest."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture(params=["pip", "uv"])
def world(request: pytest.FixtureRequest) -> World:
    """Each of the two."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found
