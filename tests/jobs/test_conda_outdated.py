"""What is outdated in conda's environments: conda is asked for its own packages, and no index."""

from __future__ import annotations

from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, channels
from conda_jobs_world import CondaWorld, conda_world
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.installers import Outdated
from jupyterlab_envcheck.jobs.conda import tools
from jupyterlab_envcheck.jobs.outdated import Releases
from jupyterlab_envcheck.plan import Policy
from package_index import PackageIndex

pytestmark = list(NEEDS_CHANNEL)

SIX = Outdated(name="six", version="1.16.0", latest="1.17.0", by="conda")
ALPHA = Outdated(name="alpha", version="1.0", latest="2.0", by="pip")


@pytest.fixture
def world(tmp_path: Path, index: PackageIndex, monkeypatch: pytest.MonkeyPatch) -> CondaWorld:
    """An old six of conda's, an old alpha of pip's; the index has newer ones of both."""
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))
    made = conda_world(tmp_path / "proj", "pip", "six ==1.16.0")
    index.wheel("alpha", "1.0")
    made.pip("alpha")
    for name, version in (("alpha", "2.0"), ("six", "9.9"), ("pip", "99.0")):
        index.wheel(name, version)
    index.asked.clear()
    return made


def outdated(world: CondaWorld, *installers: str) -> Releases:
    subject, target = flow.find_target(str(world.prefix))
    policy = Policy(allowed_installers=installers)
    return flow.outdated(subject, flow.report_on(subject, target), policy=policy)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_outdated_by_whoever_brought_it(
    world: CondaWorld, index: PackageIndex, installer: str
) -> None:
    before = world.versions()
    found = outdated(world, installer, "rattler")
    assert found.unasked is None
    assert [one for one in found.outdated if one.name in ("alpha", "six")] == [ALPHA, SIX]
    assert {one.by for one in found.outdated if one.name != "alpha"} == {"conda"}
    assert {path.rstrip("/").rsplit("/", 1)[-1] for path in index.asked} == {"alpha"}
    assert world.versions() == before


def test_outdated_where_no_conda_may_be_asked(
    world: CondaWorld, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What conda brought is named as not asked, and no version of Python's index is told for it."""
    monkeypatch.setattr(tools, "has_rattler", lambda: False)
    found = outdated(world, "uv")
    assert found.outdated == (ALPHA,)
    assert found.unasked is not None
    assert found.unasked.startswith("conda's packages were not looked up: ")
    assert found.unasked.endswith(f"conda update --all --prefix {world.prefix} --dry-run")


def test_outdated_where_the_channel_does_not_answer(
    world: CondaWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tools, "RATTLER", ("false",))
    found = outdated(world, "uv", "rattler")
    assert found.outdated == (ALPHA,)
    assert found.unasked is not None


def test_outdated_asks_no_index_where_all_is_condas(
    tmp_path: Path, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))
    world = conda_world(tmp_path / "proj", "six ==1.16.0")
    index.status = 503
    assert SIX in outdated(world, "uv", "rattler").outdated
    assert index.asked == []


def test_outdated_where_another_platform_is_asked_for_now(
    world: CondaWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be newer for another processor is nothing that this environment can have."""
    monkeypatch.setenv("CONDA_SUBDIR", "linux-aarch64")
    found = outdated(world, "uv", "rattler")
    assert found.unasked is None
    assert SIX in found.outdated
