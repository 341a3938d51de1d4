"""What a fresh look at an environment proves, and what it does not."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from job_world import World
from jupyterlab_envcheck.jobs import proof
from jupyterlab_envcheck.jobs.proof import Look, Numpy
from make_facts import conda_record

FINE, ABSENT = Numpy(state="imports"), Numpy(state="absent")
BROKEN, SLOW = Numpy(state="fails", why="no BLAS here"), Numpy(state="unknown", why="it took long")


def look(numpy: Numpy) -> Look:
    return Look(packages=(), own=(), numpy=numpy)


@pytest.mark.parametrize(
    ("before", "after", "broken", "said"),
    [
        pytest.param(FINE, FINE, False, False, id="still-imports"),
        pytest.param(FINE, BROKEN, True, False, id="breaks"),
        pytest.param(BROKEN, BROKEN, False, True, id="was-broken"),
        pytest.param(FINE, SLOW, False, True, id="too-slow-now"),
        pytest.param(SLOW, BROKEN, False, True, id="was-unknown"),
        pytest.param(ABSENT, BROKEN, False, True, id="came-broken"),
        pytest.param(FINE, ABSENT, False, False, id="goes"),
    ],
)
def test_verdict_on_numpy(
    uv_world: World,
    before: Numpy,
    after: Numpy,
    broken: bool,  # noqa: FBT001
    said: bool,  # noqa: FBT001
) -> None:
    """Only what was fine and fails now is broken; what is unknown is said, and no more."""
    uv_world.index.wheel("alpha", "1.0")
    order = uv_world.resolve("alpha").order
    assert order is not None
    verdict = proof.verdict(order, look(before), look(after), {})
    assert bool(verdict.broken) is broken
    assert bool(proof.remarks(look(before), look(after))) is said


def test_verdict_on_what_condas_packages_need(uv_world: World) -> None:
    """What lacked something before is not broken by a job."""
    uv_world.index.wheel("alpha", "1.0")
    order = uv_world.resolve("alpha").order
    assert order is not None
    scipy = conda_record("scipy", "1.16", depends=("numpy >=2", "__glibc >=2.17"))
    numpy = conda_record("numpy", "2.3", depends=("libblas[build=*mkl]", "odd  "))
    before = replace(look(ABSENT), conda=(scipy, numpy, conda_record("libblas", "3.11")))
    after = replace(look(ABSENT), conda=(scipy, numpy))
    assert proof.verdict(order, before, after, {}).broken == (
        "numpy needs libblas, which conda has not installed",
    )
    assert proof.verdict(order, after, after, {}).broken == ()


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("", "imports"),
        ("raise ImportError('no BLAS here')", "fails"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "fails"),
        ("import time; time.sleep(600)", "unknown"),
    ],
)
def test_look_at_numpy(uv_world: World, source: str, state: str) -> None:
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": f"{source}\n"})
    uv_world.install("numpy")
    seen = proof.look(uv_world.interpreter, os.environ, limit=2.0).numpy
    assert seen.state == state
    assert bool(seen.why) is (state != "imports")


def test_look_tells_what_is_the_environments_own(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    elsewhere = replace(uv_world.interpreter, site_packages=())
    seen = proof.look(elsewhere, os.environ)
    assert [package.name for package in seen.packages] == ["alpha"]
    assert seen.own == ()
