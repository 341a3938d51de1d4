"""Worlds for plans and jobs, one with each installer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_world import World, copy_venv, make_bare_venv, make_pip_venv
from package_index import PackageIndex, serve


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "CONDA_", "VIRTUAL_ENV")):
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index that is all pip and uv can see."""
    with serve(tmp_path / "wheels") as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        monkeypatch.setenv("UV_DEFAULT_INDEX", served.url)
        yield served


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
