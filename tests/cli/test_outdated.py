"""`outdated`: what has a newer release."""

from __future__ import annotations

from command_line import Command
from job_world import World


def test_outdated_lists_newer_releases_and_how_to_update(envcheck: Command, world: World) -> None:
    world.install("alpha==1.0", "beta")
    assert envcheck.bare("outdated", str(world.prefix)) == 0
    assert "alpha    1.0        2.0" in envcheck.out
    assert "beta" not in envcheck.out
    assert f"  jupyter envcheck update alpha --target {world.prefix}\n" in envcheck.out
    assert envcheck.bare("outdated", str(world.prefix), "--json") == 0
    alpha = {"name": "alpha", "version": "1.0", "latest": "2.0", "by": None}
    assert envcheck.json() == {"outdated": [alpha], "unasked": None}


def test_outdated_where_nothing_is(envcheck: Command, world: World) -> None:
    world.install("alpha")
    assert envcheck.bare("outdated", str(world.prefix)) == 0
    assert envcheck.out.endswith("No package here has a newer release.\n")


def test_outdated_without_the_index(envcheck: Command, world: World) -> None:
    world.install("alpha")
    world.index.status = 503
    assert envcheck.bare("outdated", str(world.prefix)) == 2
    assert len(envcheck.err.splitlines()) == 2
