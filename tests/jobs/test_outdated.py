"""What is outdated, by real pip and uv, from an index of our own."""

from __future__ import annotations

import os

import pytest

from job_world import World
from jupyterlab_envcheck.installers import Outdated
from jupyterlab_envcheck.jobs import place
from jupyterlab_envcheck.jobs.outdated import Releases, outdated
from jupyterlab_envcheck.plan import Policy
from jupyterlab_envcheck.problems import Problem


@pytest.fixture
def policy(world: World) -> Policy:
    """What lets the list be asked of the world's own installer alone."""
    return Policy(allowed_installers=("pip",) if world.has_pip else ("uv",))


def test_outdated(world: World, policy: Policy) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0")
    world.index.wheel("gamma", "1.0", requires=["alpha<2"])
    world.install("alpha", "beta", "gamma")
    assert outdated(world.interpreter, policy) == Releases(outdated=())
    world.index.wheel("alpha", "2.0")
    world.index.wheel("beta", "2.0rc1")
    before = world.installed()
    newer = Outdated(name="alpha", version="1.0", latest="2.0")
    assert outdated(world.interpreter, policy) == Releases(outdated=(newer,))
    assert world.installed() == before


@pytest.mark.parametrize("status", [500, 403, None])
def test_outdated_index_does_not_answer(
    world: World, policy: Policy, status: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty list would say that all is at its newest."""
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    world.index.wheel("alpha", "1.0")
    world.install("alpha")
    environ = dict(os.environ)
    if status is None:
        nowhere = "http://127.0.0.1:9/simple"
        environ |= {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere}
    else:
        world.index.status = status
    with pytest.raises(Problem) as caught:
        outdated(world.interpreter, policy, environ=environ)
    assert caught.value.reason == ("denied" if status == 403 else "unreachable")


def test_outdated_too_slow(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.hold("alpha")
    policy = Policy(allowed_installers=("pip",) if either.has_pip else ("uv",))
    with pytest.raises(Problem) as caught:
        outdated(either.interpreter, policy, limit=1.0)
    assert caught.value.reason == "timed-out"


def test_outdated_where_nothing_may_ask(uv_world: World) -> None:
    with pytest.raises(Problem) as caught:
        outdated(uv_world.interpreter, Policy(allowed_installers=("pip",)))
    assert caught.value.reason == "no-installer"


def test_outdated_of_the_environment_itself(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies elsewhere on the path is not this environment's to update."""
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    uv_world.index.wheel("alpha", "2.0")
    assert len(outdated(uv_world.interpreter, Policy()).outdated) == 1
    monkeypatch.setattr(place, "own", lambda _: ())
    assert outdated(uv_world.interpreter, Policy()).outdated == ()
