"""What is there as source only: nothing is built before somebody agreed to it, and then only that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from job_world import World
from jupyterlab_envcheck.jobs import Resolved, resolve
from jupyterlab_envcheck.plan import Plan
from jupyterlab_envcheck.recommendations import CreateEnvironment, Install
from package_index import make_buildable, make_sdist


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """A file that the code of a source package writes."""
    return tmp_path / "ran"


@pytest.fixture
def source(world: World, ran: Path) -> Callable[..., Path]:
    """Puts a source package that builds on the index, whose code tells when it runs."""

    def put(name: str = "source", **parts: Any) -> Path:
        told = f"open({str(ran)!r}, 'a').write('planning ')"
        built = f"open({str(ran)!r}, 'a').write('building ')"
        parts = {"while_planning": told, "while_building": built, **parts}
        return make_buildable(world.index.folder, name, "1.0", **parts)

    return put


def consent(world: World, *specs: str, build: tuple[str, ...], **facts: Any) -> Resolved:
    request = world.request(*specs, **facts)
    return resolve(replace(request, wish=replace(request.wish, build=build)))


def to_build(plan: Plan) -> Install:
    assert plan.refusal is not None, plan
    assert plan.refusal.reason == "only-source"
    assert "runs code of the package on this machine" in plan.refusal.text
    ask, instead = plan.refusal.alternatives
    assert isinstance(ask, Install)
    assert isinstance(instead, CreateEnvironment)
    return ask


def test_resolve_only_source_is_asked_for(
    world: World, source: Callable[..., Path], ran: Path
) -> None:
    source()
    plan = world.resolve("source").plan
    ask = to_build(plan)
    assert (ask.specs, ask.build, ask.wish) == (("source",), ("source",), "install")
    assert ask.title == "Build source from its source…"
    assert ask.recommended == plan.installer
    assert not ran.exists()
    assert world.installed() == {}


def test_resolve_only_source_of_that_version(world: World, ran: Path) -> None:
    setup = f"open({str(ran)!r}, 'w').close()\nfrom setuptools import setup\nsetup()\n"
    world.index.wheel("mixed", "1.0")
    make_sdist(world.index.folder, "mixed", "2.0", setup=setup)
    assert to_build(world.resolve("mixed==2.0").plan).build == ("mixed",)
    assert [new.version for new in world.resolve("mixed").plan.changes.install] == ["1.0"]
    assert not ran.exists()


def test_resolve_only_source_of_a_dependency(
    world: World, source: Callable[..., Path], ran: Path
) -> None:
    source()
    world.index.wheel("alpha", "1.0", requires=["source"])
    ask = to_build(world.resolve("alpha").plan)
    assert (ask.specs, ask.build) == (("alpha",), ("source",))
    assert not ran.exists()


def test_resolve_with_consent_builds(world: World, source: Callable[..., Path], ran: Path) -> None:
    sdist = source(requires=["alpha"])
    world.index.wheel("alpha", "1.0")
    resolved = consent(world, "source", build=("source",))
    assert [new.name for new in resolved.plan.changes.install] == ["alpha", "source"]
    [said] = resolved.plan.warnings
    assert said.startswith("source is built from its source")
    assert resolved.order is not None
    digest = hashlib.sha256(sdist.read_bytes()).hexdigest()
    assert f"source==1.0 --hash=sha256:{digest}\n" in resolved.order.pins
    assert "building" not in (ran.read_text() if ran.exists() else "")
    job = world.job(resolved)
    assert job.state == "succeeded", job
    assert "building" in ran.read_text()
    assert world.installed() == {"alpha": "1.0", "source": "1.0"}


def test_resolve_with_consent_builds_nothing_else(
    world: World, source: Callable[..., Path], tmp_path: Path
) -> None:
    other = tmp_path / "other-ran"
    source(requires=["other"])
    told = f"open({str(other)!r}, 'a')"
    make_buildable(world.index.folder, "other", "1.0", while_planning=told)
    ask = to_build(consent(world, "source", build=("source",)).plan)
    assert ask.build == ("source", "other")
    assert not other.exists()


def test_resolve_with_consent_for_both(world: World, source: Callable[..., Path]) -> None:
    source(requires=["other"])
    source("other")
    resolved = consent(world, "source", build=("source", "other"))
    assert len(resolved.plan.warnings) == 2
    assert world.job(resolved).state == "succeeded"
    assert world.installed() == {"other": "1.0", "source": "1.0"}


def test_resolve_with_consent_leaves_wheels_alone(world: World) -> None:
    """Somebody may build a package of which there are wheels, too; none other is touched by it."""
    world.index.wheel("alpha", "1.0")
    plan = consent(world, "alpha", build=("nosuch",)).plan
    assert [new.name for new in plan.changes.install] == ["alpha"]
    assert plan.warnings == ()


def test_resolve_only_source_update(either: World) -> None:
    make_buildable(either.index.folder, "source", "1.0")
    first = consent(either, "source", build=("source",))
    assert either.job(first).state == "succeeded"
    make_buildable(either.index.folder, "source", "2.0")
    resolved = consent(either, "source", build=("source",), kind="update")
    assert [(u.name, u.new) for u in resolved.plan.changes.update] == [("source", "2.0")]
    again = to_build(either.resolve("source", kind="reinstall").plan)
    assert again.wish == "reinstall"


@pytest.mark.parametrize("when", ["while_planning", "while_building"])
def test_resolve_what_does_not_build(world: World, source: Callable[..., Path], when: str) -> None:
    lie = (
        "print('No matching distribution found for os'); raise SystemExit('a compiler is missing')"
    )
    source(**{when: lie}, requires=["alpha"])
    world.index.wheel("alpha", "1.0")
    resolved = consent(world, "source", build=("source",))
    failure = resolved.plan.failure
    if failure is None:  # uv reads what it can without asking the package's code
        failure = world.job(resolved).failure
    assert failure is not None
    assert failure.reason == "build-failed"
    said = "source could not be built from its source: a compiler is missing."
    assert failure.message.startswith(said)
    assert failure.hint
    assert world.installed() == {}


def test_resolve_whose_tools_to_build_with_are_not_there(either: World) -> None:
    make_sdist(either.index.folder, "source", "1.0", setup="from setuptools import setup; setup()")
    failure = consent(either, "source", build=("source",)).plan.failure
    assert failure is not None
    assert failure.reason in {"not-found", "build-failed"}
    assert "setuptools" in failure.message
