"""Plans by real pip and real uv, from an index of our own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psutil
import pytest

from job_world import World, ended
from jupyterlab_envcheck.installers import Reply
from jupyterlab_envcheck.jobs import Stop, begin, child, folders, resolve
from jupyterlab_envcheck.plan import Added, Changes, Policy, Removed, Restart, Updated, working


def test_resolve_pure_addition(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    resolved = world.resolve("beta", modules=("alpha",))
    assert resolved.plan.state == "ready"
    assert [(c.name, c.version) for c in resolved.plan.changes.install] == [
        ("alpha", "1.0"),
        ("beta", "1.0"),
    ]
    assert resolved.plan.changes.replaced() == ()
    assert resolved.plan.restart == Restart(needed=False)
    assert resolved.plan.warnings == ()
    assert resolved.order is not None
    assert resolved.order.pins.count("--hash=sha256:") == 2
    assert "--only-binary=:all:" in resolved.plan.argv[0]
    assert world.installed() == {}


def test_resolve_keeps_what_fits(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "2.0")
    either.index.wheel("beta", "1.0", requires=["alpha"])
    changes = either.resolve("beta").plan.changes
    assert changes.update == ()
    assert [added.name for added in changes.install] == ["beta"]


def test_resolve_would_change_others(world: World) -> None:
    """A one-package dry run would hide that beta has to follow alpha."""
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha<2"])
    world.install("beta")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("beta", "2.0", requires=["alpha>=2"])
    plan = world.resolve("alpha==2.0", modules=("beta", "json")).plan
    assert [(u.name, u.old, u.new) for u in plan.changes.update] == [
        ("alpha", "1.0", "2.0"),
        ("beta", "1.0", "2.0"),
    ]
    assert plan.restart == Restart(needed=True, modules=("beta",))
    assert plan.warnings == ("beta changes although you did not ask for it.",)


def test_resolve_modules_unknown(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "2.0")
    plan = either.resolve("alpha>=2", modules=None).plan
    assert plan.restart == Restart(needed=True)
    assert "could not be asked" in plan.warnings[0]


def test_resolve_conflict(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("beta", "1.0", requires=["alpha<2"])
    world.install("beta")
    failure = world.resolve("alpha==2.0").plan.failure
    assert failure is not None
    assert failure.reason == "conflict"
    assert "beta" in failure.message


def test_resolve_broken_before(either: World) -> None:
    """What was broken is named and left alone; it does not refuse the plan."""
    either.index.wheel("alpha", "1.0")
    either.index.wheel("alpha", "2.0")
    either.index.wheel("old", "1.0", requires=["alpha<2", "gone"])
    either.index.wheel("beta", "1.0", requires=["alpha>=2"])
    either.install("old", "alpha==1.0", deps=False)
    plan = either.resolve("beta").plan
    assert plan.failure is None
    assert [(u.name, u.new) for u in plan.changes.update] == [("alpha", "2.0")]
    assert any("old needs gone, which is not installed" in said for said in plan.warnings)


def test_resolve_installed_already(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    plan = either.resolve("alpha").plan
    assert (plan.state, plan.changes, plan.argv) == ("ready", Changes(), ())
    assert plan.warnings == ("All of this is installed already; nothing would change.",)


@pytest.mark.parametrize(
    ("spec", "reason", "word"),
    [
        pytest.param("nosuch", "not-found", "nosuch", id="no-such-project"),
        pytest.param("needs-nosuch", "not-found", "nosuch", id="no-such-dependency"),
        pytest.param("alpha==9", "no-version", "alpha==9", id="no-such-version"),
        pytest.param("future", "wrong-python", ">=3.99", id="python-too-old"),
        pytest.param("elsewhere", "no-wheel", "elsewhere", id="other-machine"),
    ],
)
def test_resolve_fails(world: World, spec: str, reason: str, word: str) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("needs-nosuch", "1.0", requires=["nosuch"])
    world.index.wheel("future", "1.0", requires_python=">=3.99")
    world.index.wheel("elsewhere", "1.0", tag="cp35-cp35m-win_amd64")
    resolved = world.resolve(spec)
    assert resolved.plan.state == "failed"
    assert resolved.order is None
    failure = resolved.plan.failure
    assert failure is not None
    assert failure.reason == reason
    assert word in failure.message
    assert "127.0.0.1" not in failure.message
    assert failure.hint


def test_resolve_yanked(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    withdrawn = world.index.wheel("alpha", "2.0")
    world.index.yanked[withdrawn.name] = "it eats files"
    assert [a.version for a in world.resolve("alpha").plan.changes.install] == ["1.0"]
    plan = world.resolve("alpha==2.0").plan
    assert any("alpha 2.0 is withdrawn" in said for said in plan.warnings)


def test_resolve_index_without_hashes(either: World) -> None:
    """Then the installer computes them; a file that is swapped afterwards is still refused."""
    either.index.wheel("alpha", "1.0")
    either.index.hashes = False
    resolved = either.resolve("alpha")
    assert resolved.order is not None
    assert "--hash=sha256:" in resolved.order.pins
    assert "--require-hashes" in resolved.plan.argv[0]


def test_resolve_too_slow(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.hold("alpha")
    plan = resolve(either.request("alpha"), limit=2.0).plan
    assert plan.failure is not None
    assert plan.failure.reason == "timed-out"


def test_resolve_stopped(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    hold, stop = either.index.hold("alpha"), Stop()
    found = []
    making = threading.Thread(
        target=lambda: found.append(resolve(either.request("alpha"), stop=stop).plan)
    )
    making.start()
    assert hold.reached.wait(30)
    stop.set()
    making.join(30)
    assert found[0].failure is not None
    assert found[0].failure.reason == "cancelled"


def test_resolve_remove(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0", requires=["alpha"])
    either.install("beta")
    plan = either.resolve("alpha", kind="remove", modules=("alpha",)).plan
    assert plan.changes == Changes(remove=(Removed(name="alpha", version="1.0"),))
    assert plan.warnings == ("beta needs alpha, and would miss it.",)
    assert plan.restart == Restart(needed=True, modules=("alpha",), gone=("alpha",))
    failed = either.resolve("gamma", kind="remove").plan.failure
    assert failed is not None
    assert failed.reason == "not-installed"


def test_resolve_protected(either: World) -> None:
    """What the kernel runs on stays; what is new beside it is welcome."""
    either.index.wheel("tornado", "1.0")
    either.index.wheel("ipykernel", "1.0", requires=["tornado<2"])
    either.install("ipykernel")
    either.index.wheel("ipykernel", "2.0", requires=["tornado>=2"])
    either.index.wheel("tornado", "2.0")
    either.index.wheel("alpha", "1.0", requires=["tornado>=2"])
    refusal = either.resolve("alpha").plan.refusal
    assert refusal is not None
    assert refusal.reason == "protected"
    assert "tornado (from 1.0 to 2.0)" in refusal.text
    assert refusal.alternatives
    removal = either.resolve("tornado", kind="remove").plan
    assert removal.refusal is not None
    assert removal.argv == ()


def test_resolve_administrators_index(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    either.index.wheel("alpha", "1.0")
    resolved = either.resolve("alpha", policy=Policy(index_url=either.index.url))
    assert [a.name for a in resolved.plan.changes.install] == ["alpha"]
    assert either.job(resolved).state == "succeeded"


def test_resolve_administrators_password_is_kept_from_all_but_the_installer(world: World) -> None:
    wheel = world.index.wheel("alpha", "1.0")
    url = world.index.url.replace("://", "://ada:hunter2@")
    resolved = world.resolve("alpha", policy=Policy(index_url=url))
    assert "hunter2" not in repr(resolved)
    hold = world.index.hold(wheel.name)
    job_id = begin(resolved)
    assert hold.reached.wait(30)
    for process in psutil.Process().children(recursive=True):
        assert "hunter2" not in " ".join(process.cmdline())
    hold.release.set()
    job = ended(job_id)
    world.tidied(job_id)
    assert job.state == "succeeded"
    assert "hunter2" not in repr(job)
    kept = [file for file in folders.data().rglob("*") if file.is_file()]
    assert "job.json" in {file.name for file in kept}
    assert not [file.name for file in kept if b"hunter2" in file.read_bytes()]


def test_resolve_administrators_index_goes_before_the_old_variable(
    uv_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9/simple")
    uv_world.index.wheel("alpha", "1.0")
    plan = uv_world.resolve("alpha", policy=Policy(index_url=uv_world.index.url)).plan
    assert [new.name for new in plan.changes.install] == ["alpha"]


def test_resolve_dry_runs_have_one_limit_together(
    pip_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[float] = []

    def noted(argv: Sequence[str], *, limit: float, **rest: Any) -> Reply:
        limits.append(limit)
        return child.run(argv, limit=limit, **rest)

    monkeypatch.setattr(sys.modules["jupyterlab_envcheck.jobs.dry_runs"], "run", noted)
    pip_world.resolve("nosuch")
    assert len(limits) > 2
    assert len(set(limits)) == len(limits)
    assert limits == sorted(limits, reverse=True)


def test_resolve_unforeseen(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing could ever move a plan that stays resolving."""
    error = KeyError("nobody thought of it")
    monkeypatch.setattr(working, "choose", Mock(side_effect=error))
    resolved = uv_world.resolve("alpha")
    assert resolved.plan.state == "failed"
    assert resolved.plan.failure is not None
    assert resolved.plan.failure.reason == "internal-error"
    assert resolved.plan.failure.hint
    assert resolved.unforeseen is error


def test_resolve_size(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    changes = uv_world.resolve("alpha").plan.changes
    assert changes.install == (Added(name="alpha", version="1.0", size=wheel.stat().st_size),)


def test_resolve_chooses(pip_world: World) -> None:
    pip_world.index.wheel("alpha", "1.0")
    assert pip_world.resolve("alpha").plan.installer == "pip"
    assert pip_world.resolve("alpha", installer="uv").plan.installer == "uv"


def test_resolve_update_named(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "2.0")
    [update] = either.resolve("alpha>1").plan.changes.update
    assert (update.name, update.old, update.new) == ("alpha", "1.0", "2.0")
    assert isinstance(update, Updated)


def test_job_configured_to_install_all_anew(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the plan does not name stays as it is, files and all."""
    (tmp_path / "pip.conf").write_text("[install]\nforce-reinstall = true\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    (tmp_path / "uv.toml").write_text("[pip]\nreinstall = true\n")
    monkeypatch.setenv("UV_CONFIG_FILE", str(tmp_path / "uv.toml"))
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    world.install("alpha")
    mine = world.site_packages / "alpha" / "__init__.py"
    mine.write_text("mine = True")
    resolved = world.resolve("beta")
    assert [new.name for new in resolved.plan.changes.install] == ["beta"]
    assert resolved.plan.changes.update == ()
    assert world.job(resolved).state == "succeeded"
    assert mine.read_text() == "mine = True"
