"""Plans by real pip and uv that update, choose a version, install anew, and go back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from job_world import World
from jupyterlab_envcheck.jobs import Resolved, resolve
from jupyterlab_envcheck.plan import Changes, Plan, Removed, Restart, Updated, Wish


def updated(plan: Plan) -> list[tuple[str, str, str]]:
    assert plan.failure is None, plan.failure
    assert plan.refusal is None, plan.refusal
    return [(change.name, change.old, change.new) for change in plan.changes.update]


def test_resolve_update(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("other", "1.0")
    world.install("alpha", "other")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("other", "2.0")
    resolved = world.resolve("alpha", kind="update", modules=("alpha",))
    assert updated(resolved.plan) == [("alpha", "1.0", "2.0")]
    assert resolved.plan.restart == Restart(needed=True, modules=("alpha",))
    assert resolved.plan.warnings == ()
    assert world.job(resolved).state == "succeeded"
    assert world.installed() == {"alpha": "2.0", "other": "1.0"}


def test_resolve_update_takes_along_what_would_not_fit(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0", requires=["alpha<2"])
    either.install("beta")
    either.index.wheel("alpha", "2.0")
    either.index.wheel("beta", "2.0", requires=["alpha>=2"])
    plan = either.resolve("alpha", kind="update").plan
    assert updated(plan) == [("alpha", "1.0", "2.0"), ("beta", "1.0", "2.0")]
    assert plan.warnings == ("beta changes although you did not ask for it.",)


def test_resolve_update_to_the_newest_that_fits(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha<3"])
    world.install("beta")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("alpha", "3.0")
    plan = world.resolve("alpha", kind="update").plan
    assert updated(plan) == [("alpha", "1.0", "2.0")]
    [said] = plan.warnings
    assert said.startswith("alpha 3.0 is there, and does not fit together with what is installed")


def test_resolve_update_that_nothing_else_lets_happen(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0", requires=["alpha<2"])
    either.install("beta")
    either.index.wheel("alpha", "2.0")
    plan = either.resolve("alpha", kind="update").plan
    assert plan.changes == Changes()
    assert plan.argv == ()
    assert "alpha 2.0 is there" in plan.warnings[0]


def test_resolve_update_of_the_newest(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    plan = either.resolve("alpha", kind="update").plan
    assert (plan.state, plan.refusal, plan.changes, plan.argv) == ("ready", None, Changes(), ())
    assert plan.warnings == ("All of this is the newest that fits already; nothing would change.",)


def test_resolve_update_up_to_a_version(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "1.5")
    either.index.wheel("alpha", "2.0")
    assert updated(either.resolve("alpha<2", kind="update").plan) == [("alpha", "1.0", "1.5")]


def test_resolve_update_of_what_is_not_installed(either: World) -> None:
    failure = either.resolve("alpha", kind="update").plan.failure
    assert failure is not None
    assert failure.reason == "not-installed"


def test_resolve_update_that_a_broken_environment_does_not_refuse(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("old", "1.0", requires=["alpha<1"])
    either.install("alpha", "old", deps=False)
    either.index.wheel("alpha", "2.0")
    plan = either.resolve("alpha", kind="update").plan
    assert updated(plan) == [("alpha", "1.0", "2.0")]
    assert "broken before" in plan.warnings[0]


@pytest.mark.parametrize(("installed", "wanted"), [("1.0", "2.0"), ("2.0", "1.0")])
def test_resolve_chosen_version(either: World, installed: str, wanted: str) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("alpha", "2.0")
    either.install(f"alpha=={installed}")
    resolved = either.resolve(f"alpha=={wanted}")
    assert updated(resolved.plan) == [("alpha", installed, wanted)]
    assert either.job(resolved).state == "succeeded"
    assert either.installed() == {"alpha": wanted}


def test_resolve_reinstall(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    world.install("beta")
    world.index.wheel("alpha", "2.0")
    module = world.site_packages / "alpha" / "__init__.py"
    whole = module.read_text()
    module.unlink()
    resolved = world.resolve("alpha", kind="reinstall", modules=("alpha",))
    assert updated(resolved.plan) == [("alpha", "1.0", "1.0")]
    assert resolved.plan.restart.needed
    job = world.job(resolved)
    assert job.state == "succeeded", job
    assert module.read_text() == whole
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_resolve_reinstall_at_another_version(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("dep", "1.0")
    either.index.wheel("alpha", "2.0", requires=["dep"])
    either.index.wheel("alpha", "3.0")
    plan = either.resolve("alpha==2.0", kind="reinstall").plan
    assert updated(plan) == [("alpha", "1.0", "2.0")]
    assert [new.name for new in plan.changes.install] == ["dep"]


def test_resolve_reinstall_of_what_is_not_installed(either: World) -> None:
    """What is broken may have lost all that tells of it."""
    either.index.wheel("alpha", "1.0")
    plan = either.resolve("alpha", kind="reinstall").plan
    assert [new.name for new in plan.changes.install] == ["alpha"]


def test_resolve_reinstall_of_what_the_index_has_no_more(either: World) -> None:
    """Another version mends it, too, unless that one was named."""
    gone = either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0")
    either.install("alpha", "beta")
    gone.unlink()
    either.index.wheel("alpha", "2.0")
    either.index.wheel("beta", "2.0")
    plan = either.resolve("alpha", "beta", kind="reinstall").plan
    assert updated(plan) == [("alpha", "1.0", "2.0"), ("beta", "1.0", "1.0")]
    failure = either.resolve("alpha==1.0", kind="reinstall").plan.failure
    assert failure is not None
    assert failure.reason == "no-version"


def test_resolve_reinstall_of_what_the_kernel_runs_on(uv_world: World) -> None:
    """It stays at its version, so that it is not refused."""
    uv_world.index.wheel("ipykernel", "1.0")
    uv_world.install("ipykernel")
    assert updated(uv_world.resolve("ipykernel", kind="reinstall").plan) == [
        ("ipykernel", "1.0", "1.0")
    ]


def back(world: World, *specs: str, removals: tuple[str, ...] = ()) -> Resolved:
    request = world.request("alpha")
    wish = Wish(kind="back", specs=specs, job="j1")
    return resolve(replace(request, wish=wish, removals=removals))


def test_resolve_back(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("alpha", "2.0", requires=["new"])
    either.index.wheel("new", "1.0", requires=["alpha>=2"])
    either.index.wheel("gone", "1.0")
    either.install("alpha==2.0")
    resolved = back(either, "alpha==1.0", "gone==1.0", removals=("new", "never-there"))
    assert updated(resolved.plan) == [("alpha", "2.0", "1.0")]
    assert [(new.name, new.version) for new in resolved.plan.changes.install] == [("gone", "1.0")]
    assert resolved.plan.changes.remove == (Removed(name="new", version="1.0"),)
    assert len(resolved.plan.argv) == 2
    assert resolved.plan.warnings == ()
    job = either.job(resolved)
    assert job.state == "succeeded", job
    assert either.installed() == {"alpha": "1.0", "gone": "1.0"}


def test_resolve_back_by_removals_alone(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0", requires=["alpha"])
    either.install("beta")
    resolved = back(either, removals=("alpha",))
    assert resolved.plan.changes == Changes(remove=(Removed(name="alpha", version="1.0"),))
    assert resolved.plan.warnings == ("beta needs alpha, and would miss it.",)
    assert len(resolved.plan.argv) == 1


def test_resolve_back_without_anything_to_do(uv_world: World) -> None:
    plan = back(uv_world, removals=("alpha",)).plan
    assert (plan.changes, plan.argv) == (Changes(), ())
    assert plan.warnings == ("All of this is as it was before already; nothing would change.",)


def test_resolve_back_would_change_what_the_kernel_runs_on(uv_world: World) -> None:
    uv_world.index.wheel("tornado", "1.0")
    uv_world.index.wheel("tornado", "2.0")
    uv_world.install("tornado==2.0")
    refusal = back(uv_world, "tornado==1.0").plan.refusal
    assert refusal is not None
    assert refusal.reason == "protected"


def test_changes_that_only_renew_files_are_updates() -> None:
    change = Updated(name="alpha", old="1.0", new="1.0", size=None)
    assert Changes(update=(change,)).replaced() == ("alpha",)


def test_resolve_update_of_what_is_newer_than_the_index_knows(either: World) -> None:
    wheel = either.index.wheel("alpha", "2.0")
    either.install("alpha")
    wheel.unlink()
    either.index.wheel("alpha", "1.0")
    plan = either.resolve("alpha", kind="update").plan
    assert plan.failure is None
    assert plan.changes == Changes()


def test_resolve_update_of_what_no_index_has(either: World) -> None:
    wheel = either.index.wheel("alpha", "1.0")
    either.install("alpha")
    wheel.unlink()
    failure = either.resolve("alpha", kind="update").plan.failure
    assert failure is not None
    assert failure.reason == "not-found"
