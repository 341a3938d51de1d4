"""Plans while something is wrong: with the index, the network, the disk, or the environment."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

import package_index
from job_world import WishOfSpecs, World, awaited, ended
from jupyterlab_envcheck.facts import Interrupted
from jupyterlab_envcheck.jobs import begin, cancel, resolve
from jupyterlab_envcheck.plan import Changes, Disk, Plan
from jupyterlab_envcheck.recommendations import CreateEnvironment, Gui, Repair, Run

NOWHERE = "http://127.0.0.1:9/simple"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


@pytest.fixture
def nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose index does not answer."""
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, NOWHERE)
    return world


def refused(plan: Plan) -> str | None:
    assert plan.failure is None, plan.failure
    assert plan.argv == ()
    return plan.refusal.reason if plan.refusal else None


def failed(plan: Plan) -> str:
    assert plan.failure is not None, plan
    assert plan.failure.message.endswith(".")
    assert plan.failure.hint.endswith(".")
    assert "127.0.0.1" not in plan.failure.message
    return plan.failure.reason


def test_resolve_offline(nowhere: World) -> None:
    plan = nowhere.resolve("alpha").plan
    assert refused(plan) == "offline"
    assert plan.refusal is not None
    network, later = plan.refusal.alternatives
    assert isinstance(network, Gui)
    assert isinstance(later, Run)
    assert later.commands[-1].argv[-1] == "alpha"


@pytest.mark.parametrize("kind", ["update", "reinstall"])
def test_resolve_offline_what_is_installed(either: World, kind: WishOfSpecs) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.status = 500
    assert refused(either.resolve("alpha", kind=kind).plan) == "offline"


def test_resolve_offline_removal_needs_no_index(nowhere: World) -> None:
    assert nowhere.resolve("alpha", kind="remove").plan.failure is not None


@pytest.fixture
def lasting(uv_world: World) -> World:
    """A world of whose index uv keeps what it was told."""
    uv_world.index.cache_control = "max-age=0"
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0", requires=["alpha"])
    return uv_world


def test_resolve_offline_from_uvs_cache(lasting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lasting.install("beta")
    assert lasting.job(lasting.resolve("alpha", "beta", kind="remove")).state == "succeeded"
    lasting.index.status = 500
    resolved = lasting.resolve("beta")
    assert [new.name for new in resolved.plan.changes.install] == ["alpha", "beta"]
    assert "could not be reached" in resolved.plan.warnings[0]
    assert resolved.order is not None
    assert resolved.order.plan == resolved.plan
    assert lasting.job(resolved).state == "succeeded"


def test_resolve_offline_what_is_newest_no_cache_can_tell(lasting: World) -> None:
    lasting.install("beta")
    lasting.index.status = 500
    assert refused(lasting.resolve("alpha", kind="update").plan) == "offline"


def test_resolve_offline_where_uv_knows_of_the_files_and_has_them_not(lasting: World) -> None:
    assert lasting.resolve("beta").plan.refusal is None
    lasting.index.status = 500
    assert refused(lasting.resolve("beta").plan) == "offline"


@pytest.mark.parametrize(("status", "reason"), [(401, "denied"), (403, "denied")])
def test_resolve_index_denies(either: World, status: int, reason: str) -> None:
    either.index.status = status
    assert failed(either.resolve("alpha").plan) == reason


GARBAGE = {
    "bytes": ("text/html", b"\xff\x00<<<a href=>>" * 9),
    "plain-text": ("text/plain", b"hello"),
    "half-a-json": (package_index.JSON, b'{"files": ['),
    "json-of-another-shape": (package_index.JSON, b"[1, 2]"),
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_resolve_index_answers_nonsense(either: World, garbage: str) -> None:
    either.index.garbage = GARBAGE[garbage]
    before = either.installed()
    # uv reads HTML as browsers do: to it, that page has no links.
    expected = {"bad-index"} if garbage != "bytes" else {"bad-index", "no-version"}
    assert failed(either.resolve("alpha").plan) in expected
    assert either.installed() == before


def test_resolve_index_stops_in_the_middle(world: World) -> None:
    page = json.dumps({"meta": {"api-version": "1.1"}, "name": "alpha", "files": []}).encode()
    world.index.garbage = (package_index.JSON, page)
    world.index.promised = 5_000
    # pip before 24 takes half a page for a whole one.
    assert failed(world.resolve("alpha").plan) in {"bad-index", "not-found", "unreachable"}


def test_resolve_wheel_that_is_no_zip(world: World) -> None:
    wheel = world.index.wheel("alpha", "1.0")
    with zipfile.ZipFile(wheel) as archive:
        world.index.metadata[wheel.name] = archive.read("alpha-1.0.dist-info/METADATA")
    wheel.write_bytes(b"this is no zip" * 30)
    resolved = world.resolve("alpha")
    if world.has_pip:
        assert failed(resolved.plan) == "bad-file"
        assert "alpha" in resolved.plan.failure.message  # type: ignore[union-attr]
    else:  # uv looks into the file when it installs it
        job = world.job(resolved)
        assert job.failure is not None
        assert job.failure.reason == "bad-file"
        assert "alpha" in job.failure.message
    assert world.installed() == {}


def test_resolve_wheel_that_is_no_zip_and_has_no_metadata(either: World) -> None:
    wheel = either.index.wheel("alpha", "1.0")
    either.index.metadata[wheel.name] = None
    wheel.write_bytes(b"this is no zip" * 30)
    assert failed(either.resolve("alpha").plan) == "bad-file"


def test_resolve_index_sends_another_file(pip_world: World) -> None:
    """pip fetches what it plans, and has no name for a file that is not the index's."""
    wheel = pip_world.index.wheel("alpha", "1.0")
    pip_world.index.lies[wheel.name] = b"something else"
    plan = pip_world.resolve("alpha").plan
    assert failed(plan) == "hash-mismatch"
    assert "alpha" in plan.failure.message  # type: ignore[union-attr]


def test_resolve_disk_too_small(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    size = uv_world.index.wheel("alpha", "1.0").stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", Mock(return_value=SimpleNamespace(free=size - 1)))
    plan = uv_world.resolve("alpha").plan
    assert refused(plan) == "disk-full"
    assert plan.disk == Disk(needed=size, free=size - 1)
    assert plan.refusal is not None
    assert any(isinstance(action, CreateEnvironment) for action in plan.refusal.alternatives)
    clean = plan.refusal.alternatives[0]
    assert isinstance(clean, Run)
    assert clean.commands[-1].argv == ("uv", "cache", "clean")


def test_resolve_disk_tight(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    size = uv_world.index.wheel("alpha", "1.0").stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", Mock(return_value=SimpleNamespace(free=4 * size - 1)))
    plan = uv_world.resolve("alpha").plan
    assert refused(replace(plan, argv=())) is None
    assert len(plan.warnings) == 1
    assert "are free on the disk" in plan.warnings[0]
    monkeypatch.setattr(shutil, "disk_usage", Mock(return_value=SimpleNamespace(free=4 * size)))
    assert uv_world.resolve("alpha").plan.warnings == ()


def test_resolve_disk_of_what_is_installed_already(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    assert uv_world.resolve("alpha").plan.disk is None


def test_resolve_disk_full_while_planning(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(Path, "write_text", Mock(side_effect=full))
    uv_world.index.wheel("alpha", "1.0")
    assert refused(uv_world.resolve("alpha").plan) == "disk-full"


@pytest.fixture
def job_under_way(uv_world: World) -> Iterator[str]:
    """A job that waits for the index."""
    wheel = uv_world.index.wheel("alpha", "1.0")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(uv_world.resolve("alpha"))
    assert hold.reached.wait(30)
    yield job_id
    cancel(job_id)
    hold.release.set()
    ended(job_id)


def test_resolve_while_a_job_changes_the_environment(uv_world: World, job_under_way: str) -> None:
    awaited(job_under_way, lambda job: job.state == "running")
    plan = uv_world.resolve("alpha").plan
    assert refused(plan) == "locked"
    assert plan.refusal is not None
    wait, create = plan.refusal.alternatives
    assert isinstance(wait, Gui)
    assert isinstance(create, CreateEnvironment)


INTERRUPTED = Interrupted(
    job="j1",
    what="install scikit-learn",
    at=None,
    undoable=True,
    reason=None,
    done=("scipy 1.18.1",),
    missing=("scikit-learn 1.9.1",),
)


def test_resolve_after_a_job_that_was_interrupted(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    request = uv_world.request("alpha")
    assert request.environment is not None
    broken = replace(request.environment, interrupted=INTERRUPTED)
    plan = resolve(replace(request, environment=broken)).plan
    assert refused(plan) == "interrupted"
    assert plan.refusal is not None
    assert "install scikit-learn" in plan.refusal.text
    assert plan.refusal.alternatives[0] == Repair(title="Put back the files of before…", job="j1")
    lost = replace(INTERRUPTED, undoable=False, reason="the disk makes no links")
    broken = replace(request.environment, interrupted=lost)
    plan = resolve(replace(request, environment=broken)).plan
    assert plan.refusal is None
    assert "the disk makes no links" in plan.warnings[0]


def test_resolve_environment_is_gone(uv_world: World) -> None:
    request = uv_world.request("alpha")
    shutil.rmtree(uv_world.prefix)
    plan = resolve(request).plan
    assert failed(plan) == "not-executable"
    assert plan.changes == Changes()
