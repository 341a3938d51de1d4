"""Recipes for conda's environments, carried out by our own small conda, and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, OLD_SIX, channels, versions
from conda_jobs_world import CondaWorld, conda_world
from conda_world import records
from conda_zoo import pip_over_conda
from job_world import ended, leave_this_machine
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.jobs import begin, resolve, undo
from jupyterlab_envcheck.plan import Request, Wish

pytestmark = list(NEEDS_CHANNEL)


@pytest.fixture(autouse=True)
def leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


def pinning(world: CondaWorld, spec: str) -> Request:
    request = world.request(spec)
    return replace(request, wish=replace(request.wish, pins=(spec,)))


def test_blas_is_switched_and_pinned_and_back(tmp_path: Path) -> None:
    world = conda_world(tmp_path / "env", "liblapack", "libblas * *_openblas")
    pinned = world.prefix / "conda-meta" / "pinned"
    resolved = resolve(pinning(world, "libblas=*=*mkl"))
    plan = resolved.plan
    assert (plan.refusal, plan.failure) == (None, None)
    assert {(c.name, c.old_build, c.build) for c in plan.changes.update} == {
        (name, "5_hd7b6a1c_openblas", "5_hd7b6a1c_mkl")
        for name in ("libblas", "libcblas", "liblapack")
        if name in records(world.prefix)
    }
    assert plan.warnings[-1] == (
        "conda is to stay with it: libblas=*=*mkl is written into conda-meta/pinned."
    )
    job = ended(begin(resolved))
    assert job.state == "succeeded", job.failure
    assert pinned.read_text() == "libblas=*=*mkl\n"
    assert records(world.prefix)["liblapack"]["build"].endswith("_mkl")
    other = resolve(world.request("libblas=*=*openblas")).plan
    assert other.state == "failed" or other.refusal is not None
    assert ended(undo(job.id)).state == "succeeded"
    assert not pinned.exists()
    assert records(world.prefix)["liblapack"]["build"].endswith("_openblas")


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_package_that_pip_clobbered_is_mended_and_nothing_else(
    tmp_path: Path, installer: str
) -> None:
    world = conda_world(tmp_path / "env", "pip", "packaging", f"six =={OLD_SIX}")
    pip_over_conda(world.prefix, installer)
    resolved = resolve(world.request("six", kind="reinstall"))
    plan = resolved.plan
    assert (plan.refusal, plan.failure) == (None, None)
    assert [word in plan.argv[0] for word in ("uninstall", "six")] == [True, True]
    assert "--force-reinstall" in plan.argv[1]
    assert any(warning.startswith("What pip put there of six is") for warning in plan.warnings)
    assert len(plan.argv) == 2
    assert [change.name for change in plan.changes.update] == ["six"]
    assert (plan.changes.install, plan.changes.remove) == ((), ())
    job = ended(begin(resolved))
    assert job.state == "succeeded", job.failure
    report = flow.report_on(*flow.find_target(str(world.prefix)))
    (six,) = (p for p in report.facts.packages.value or () if p.name == "six")
    assert (six.version, six.installer) == (OLD_SIX, "conda")
    assert not any(
        o.check == "conda-pip-clobber" and o.status == "finding" for o in report.outcomes
    )
    back = ended(undo(job.id))
    assert back.state == "succeeded", (back.failure, back.verdict)
    again = flow.report_on(*flow.find_target(str(world.prefix)))
    (six,) = (p for p in again.facts.packages.value or () if p.name == "six")
    assert six.version == versions()["six"]


def test_mending_that_conda_does_not_end_leaves_all_as_it_was(tmp_path: Path) -> None:
    world = conda_world(tmp_path / "env", f"six =={OLD_SIX}")
    pip_over_conda(world.prefix, "uv")
    resolved = resolve(world.request("six", kind="reinstall"))
    assert resolved.order is not None
    first, then = resolved.plan.argv
    plan = replace(resolved.plan, argv=(first, (*then[:-1], "six=0.0=none")))
    cut = replace(resolved, plan=plan, order=replace(resolved.order, plan=plan))
    job = ended(begin(cut))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.message.endswith("What had been begun was taken back.")
    told = flow.report_on(*flow.find_target(str(world.prefix))).facts.packages.value or ()
    assert [p.version for p in told if p.name == "six"] == [versions()["six"]]


def test_environment_without_a_kernel_gets_one_and_is_registered(tmp_path: Path) -> None:
    world = conda_world(tmp_path / "env", "six")
    request = world.request("six")
    wish = Wish(kind="register", name="climate", folder=str(world.prefix))
    resolved = resolve(replace(request, wish=wish))
    plan = resolved.plan
    assert (plan.refusal, plan.failure) == (None, None)
    assert {"ipykernel"} <= {new.name for new in plan.changes.install}
    assert plan.kernelspec is not None
    job = ended(begin(resolved))
    assert job.state == "succeeded", job.failure
    assert job.lines[-1].text == "The kernel climate was started once: it answers."
    assert ended(undo(job.id)).state == "succeeded"
    assert not Path(plan.kernelspec.folder).exists()
    assert "ipykernel" not in records(world.prefix)


def test_pin_in_an_environment_that_is_not_condas(tmp_path: Path) -> None:
    world = conda_world(tmp_path / "env")
    request = pinning(world, "six")
    assert request.environment is not None
    told = resolve(
        replace(request, environment=replace(request.environment, kind="venv", owner="pip"))
    )
    assert told.plan.failure is not None
    assert told.plan.failure.reason == "not-conda"
