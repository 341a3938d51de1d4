"""New environments of conda's, by our own small conda from a channel in a folder."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conda_channel import NEEDS_CHANNEL, channels
from conda_world import make_conda_env, records
from job_world import ended, leave_this_machine, look_only_at
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.jobs import Resolved, begin, resolve, undo
from jupyterlab_envcheck.plan import Policy, Wish
from jupyterlab_envcheck.recommendations import CreateEnvironment
from named_conda import put_on_path
from package_index import serve

pytestmark = list(NEEDS_CHANNEL)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of conda's whose conda is gone; return its prefix."""
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))
    make_conda_env(tmp_path / "kernel", "python", "six")
    return tmp_path / "kernel"


def planned(
    kernel: Path, policy: Policy | None = None, *, installer: str = "auto", **wish: Any
) -> Resolved:
    subject, target = flow.find_target(str(kernel))
    given: dict[str, Any] = {"kind": "create", "name": "climate", **wish}
    request = flow.request_for(
        subject,
        flow.report_on(subject, target),
        Wish(**given),
        installer=installer,
        policy=policy or Policy(),
    )
    return resolve(request)


def test_new_environment_of_condas_and_its_undo(kernel: Path, tmp_path: Path) -> None:
    resolved = planned(kernel, specs=("packaging", "libblas=*=*mkl"))
    plan = resolved.plan
    assert plan.state == "ready", (plan.failure, plan.refusal)
    prefix = tmp_path / "home" / ".conda" / "envs" / "climate"
    assert plan.target.prefix == str(prefix)
    assert plan.installer == "rattler"
    brought = {new.name: new for new in plan.changes.install}
    assert {"python", "ipykernel", "packaging", "libblas", "mkl"} <= brought.keys()
    assert {new.by for new in brought.values()} == {"conda"}
    assert plan.kernelspec is not None
    job = ended(begin(resolved))
    assert job.state == "succeeded", (job.failure, job.lines)
    assert job.lines[-1].text == "The kernel climate was started once: it answers."
    assert records(prefix)["libblas"]["build"].endswith("_mkl")
    history = (prefix / "conda-meta" / "history").read_text()
    assert "libblas" in history.splitlines()[-1]
    told = json.loads(Path(plan.kernelspec.folder, "kernel.json").read_text())
    run = [told["argv"][0], "-c", "import ipykernel, packaging; print(packaging.__file__)"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said.startswith(str(prefix))
    back = ended(undo(job.id))
    assert back.state == "succeeded", back.failure
    assert not prefix.exists()
    assert not Path(plan.kernelspec.folder).exists()


def test_new_environment_with_what_only_the_package_index_has(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0", requires=["six"])
        resolved = planned(kernel, specs=("six", "alpha"))
        plan = resolved.plan
        assert (plan.failure, plan.refusal) == (None, None)
        assert [(new.name, new.by) for new in plan.changes.install if new.by == "pip"] == [
            ("alpha", "pip")
        ]
        assert {new.by for new in plan.changes.install if new.name == "six"} == {"conda"}
        assert "alpha" in plan.warnings[0]
        assert len(plan.argv) == 2
        assert all("envcheck-" not in word for argv in plan.argv for word in argv)
        job = ended(begin(resolved))
        assert job.state == "succeeded", (job.failure, job.verdict)
    python = plan.target.python
    run = [python, "-c", "import alpha, six; print(six.__file__)"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said.startswith(plan.target.prefix)
    assert ended(undo(job.id)).state == "succeeded"
    assert not Path(plan.target.prefix).exists()


def test_new_environment_where_pips_part_does_not_fit_condas(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0", requires=["six<1"])
        index.wheel("six", "0.9")
        plan = planned(kernel, specs=("six",), pypi=("alpha",)).plan
    assert plan.failure is not None
    assert plan.failure.reason == "conflict"
    assert "six" in plan.failure.message


def test_new_environment_of_what_nobody_has(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        plan = planned(kernel, specs=("nothing-of-the-sort",)).plan
    assert plan.state == "failed"
    assert plan.failure is not None
    assert "nothing-of-the-sort" in plan.failure.message


def test_new_environment_with_condas_own_words_for_what_it_has_not(kernel: Path) -> None:
    plan = planned(kernel, specs=("libblas=*=*blis",)).plan
    assert plan.failure is not None
    assert plan.failure.reason == "not-found"


def test_new_environment_lies_where_the_conda_has_its_others(kernel: Path, tmp_path: Path) -> None:
    (kernel / "envs").mkdir()
    (kernel / "pkgs").mkdir()  # so that it is a root
    assert planned(kernel).plan.target.prefix == str(kernel / "envs" / "climate")
    (kernel / "envs" / "climate" / "thesis").mkdir(parents=True)
    taken = planned(kernel).plan
    assert taken.refusal is not None
    assert taken.refusal.reason == "name-taken"
    (again,) = taken.refusal.alternatives
    assert isinstance(again, CreateEnvironment)
    assert again.name == "climate-2"
    policy = Policy(environments_folder=str(tmp_path / "others"))
    assert planned(kernel, policy).plan.target.prefix == str(tmp_path / "others" / "climate")


def test_new_environment_lies_where_condas_configuration_says(kernel: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "home").mkdir(exist_ok=True)
    condarc = f"envs_dirs:\n  - {tmp_path}/file/envs\n  - {scratch}/envs\n"
    (tmp_path / "home" / ".condarc").write_text(condarc)
    assert planned(kernel).plan.target.prefix == str(scratch / "envs" / "climate")


def test_new_environment_of_a_channel_that_is_not_allowed(kernel: Path) -> None:
    policy = Policy(allowed_channels=("conda-forge",))
    plan = planned(kernel, policy, channels=("bioconda",)).plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "channel-not-allowed"
    plan = planned(kernel, policy).plan  # the environment's own is none of that name
    assert plan.refusal is not None
    assert plan.refusal.reason == "channel-not-allowed"


def test_new_environment_of_packages_from_elsewhere_than_is_allowed(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)  # its conda-forge is a mirror
    policy = Policy(allowed_channels=("conda-forge",))
    plan = planned(kernel, policy, channels=("conda-forge",)).plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "channel-not-allowed"
    assert channels().forge in plan.refusal.text
    assert planned(kernel, channels=("conda-forge",)).plan.state == "ready"


def test_new_environment_beside_condas_is_pips_where_that_is_asked_for(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("ipykernel", "6.0")
        plan = planned(kernel, installer="uv").plan
    assert plan.installer == "uv"
    assert plan.argv[0][-1] == plan.target.prefix
    asked = planned(kernel, installer="uv", channels=("conda-forge",)).plan
    assert asked.refusal is not None
    assert asked.refusal.text.startswith("You asked for uv.")


def test_job_of_an_environment_that_conda_would_make_otherwise_by_now(kernel: Path) -> None:
    resolved = planned(kernel)
    order = resolved.order
    assert order is not None
    (check,) = order.checks
    other = replace(check, linked=check.linked[1:])
    job = ended(begin(replace(resolved, order=replace(order, checks=(other,)))))
    assert job.state == "changed"
    assert not Path(resolved.plan.target.prefix).exists()


def test_conda_that_others_can_change_is_named(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = put_on_path(tmp_path / "shared", monkeypatch)
    program.chmod(0o777)
    plan = planned(kernel, specs=("packaging",)).plan
    assert (plan.failure, plan.refusal, plan.installer) == (None, None, "rattler")
    assert plan.warnings[0].startswith(
        f"{program} is not used, for it can be changed by every user of this machine."
    )
