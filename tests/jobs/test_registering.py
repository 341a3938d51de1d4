"""Kernels of environments that exist: of one that has none, and with variables set."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from job_world import World, ended
from jupyterlab_envcheck.jobs import Resolved, read, resolve, undo
from jupyterlab_envcheck.jobs.making import kernelspecs
from jupyterlab_envcheck.plan import Changes, NewKernelspec, OwnKernelspec, Wish
from jupyterlab_envcheck.render.json import dumps
from make_facts import package
from package_index import PackageIndex

FOUR = {"OMP_NUM_THREADS": "4", "MKL_NUM_THREADS": "4"}


@pytest.fixture(autouse=True)
def kernel(index: PackageIndex) -> None:
    index.wheel("ipykernel", "7.0", files={"ipykernel/resources/logo-svg.svg": "<svg/>"})


def asked(world: World, wish: Wish, **facts: Any) -> Resolved:
    return resolve(replace(world.request("ipykernel"), wish=wish, **facts))


def registered(world: World, /, **facts: Any) -> Resolved:
    name = facts.pop("name", None)
    return asked(world, Wish(kind="register", folder=str(world.prefix), name=name), **facts)


def spec_of(resolved: Resolved) -> NewKernelspec:
    plan = resolved.plan
    assert resolved.unforeseen is None, resolved.unforeseen
    assert (plan.state, plan.failure, plan.refusal) == ("ready", None, None)
    assert plan.kernelspec is not None
    assert plan.kernelspec.text == ""  # there can be keys in it
    assert "secret" not in dumps(plan)
    assert resolved.order is not None
    assert resolved.order.kernelspec is not None
    return resolved.order.kernelspec


def own(folder: Path) -> OwnKernelspec:
    folder.mkdir()
    (folder / "logo-32x32.png").write_bytes(b"picture")
    spec = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {"HF_TOKEN": "secret"},
        "display_name": "proj",
        "language": "python",
    }
    return OwnKernelspec(name="proj", display_name="proj", folder=str(folder), spec=spec)


def test_register_installs_ipykernel(either: World) -> None:
    resolved = registered(either)
    spec, plan = spec_of(resolved), resolved.plan
    assert [new.name for new in plan.changes.install] == ["ipykernel"]
    assert plan.wish.kind == "register"
    assert (spec.name, spec.display_name) == ("proj", "proj")
    assert json.loads(spec.text)["argv"][0] == either.python
    job = either.job(resolved)
    assert (job.state, job.failure) == ("succeeded", None)
    assert sorted(path.name for path in Path(spec.folder).iterdir()) == [
        "kernel.json",
        "logo-svg.svg",
    ]
    undone = ended(undo(job.id))
    assert (undone.state, undone.failure) == ("succeeded", None)
    assert either.installed() == {}
    assert not Path(spec.folder).exists()


def test_register_what_has_ipykernel(uv_world: World) -> None:
    uv_world.install("ipykernel")
    before = uv_world.installed()
    resolved = registered(uv_world, name="climate")
    spec, plan = spec_of(resolved), resolved.plan
    assert (plan.argv, plan.changes, plan.undo.possible) == ((), Changes(), True)
    assert (spec.name, spec.display_name) == ("climate", "climate")
    job = uv_world.job(resolved)
    assert (job.state, job.failure) == ("succeeded", None)
    assert (Path(spec.folder) / "kernel.json").read_text() == spec.text
    assert ended(undo(job.id)).state == "succeeded"
    assert not Path(spec.folder).exists()
    assert uv_world.installed() == before


def test_register_under_a_name_that_is_free(uv_world: World) -> None:
    uv_world.install("ipykernel")
    assert uv_world.job(registered(uv_world)).state == "succeeded"
    second = spec_of(registered(uv_world))
    assert (second.name, second.display_name) == ("proj-2", "proj 2")


def test_register_what_conda_owns(uv_world: World) -> None:
    """With ipykernel in it only a kernelspec is written; without, conda would have to install it."""
    environment = uv_world.request("ipykernel").environment
    assert environment is not None
    facts = {"environment": replace(environment, kind="conda", owner="conda")}
    refusal = registered(uv_world, **facts).plan.refusal
    assert refusal is not None
    assert refusal.reason == "unknown-environment"  # there are no records of conda's in this one
    uv_world.install("ipykernel")
    resolved = registered(uv_world, **facts)
    spec_of(resolved)
    [warning] = resolved.plan.warnings
    assert "without activating" in warning


def test_register_what_cannot_be_asked(uv_world: World) -> None:
    facts = {"interpreter": None, "packages": None, "why_unknown": "its Python is gone"}
    refusal = registered(uv_world, **facts).plan.refusal
    assert refusal is not None
    assert refusal.reason == "unknown-environment"
    assert "its Python is gone" in refusal.text


def test_set_environment(uv_world: World, tmp_path: Path) -> None:
    wish = Wish(kind="set-environment", variables=FOUR)
    resolved = asked(uv_world, wish, kernelspec=own(tmp_path / "own"))
    spec = spec_of(resolved)
    assert (spec.name, spec.display_name) == ("proj-4-threads", "proj (4 threads)")
    assert resolved.plan.argv == ()
    job = uv_world.job(resolved)
    assert (job.state, job.failure) == ("succeeded", None)
    made = json.loads((Path(spec.folder) / "kernel.json").read_text())
    assert made["argv"][0] == uv_world.python
    assert made["env"] == {"HF_TOKEN": "secret", **FOUR}
    assert (Path(spec.folder) / "logo-32x32.png").read_bytes() == b"picture"
    assert job.undo.possible
    assert ended(undo(job.id)).state == "succeeded"
    assert not Path(spec.folder).exists()
    assert not read(job.id).undo.possible


def test_set_environment_twice(uv_world: World, tmp_path: Path) -> None:
    wish, spec = Wish(kind="set-environment", variables=FOUR), own(tmp_path / "own")
    assert uv_world.job(asked(uv_world, wish, kernelspec=spec)).state == "succeeded"
    second = spec_of(asked(uv_world, wish, kernelspec=spec))
    assert (second.name, second.display_name) == ("proj-4-threads-2", "proj (4 threads) 2")


def test_set_environment_never_under_the_old_name(uv_world: World, tmp_path: Path) -> None:
    old = replace(own(tmp_path / "own"), name="python3", display_name="Python 3 (ipykernel)")
    wish = Wish(kind="set-environment", variables={"MKL_THREADING_LAYER": "GNU"})
    spec = spec_of(asked(uv_world, wish, kernelspec=old))
    assert (spec.name, spec.display_name) == ("python3-settings", "Python 3 (settings)")
    assert spec.folder == str(kernelspecs.folder_of("python3-settings"))


def test_set_environment_undone_after_somebody_changed_it(uv_world: World, tmp_path: Path) -> None:
    wish = Wish(kind="set-environment", variables=FOUR)
    resolved = asked(uv_world, wish, kernelspec=own(tmp_path / "own"))
    job = uv_world.job(resolved)
    file = Path(spec_of(resolved).folder) / "kernel.json"
    file.write_text("mine")
    undone = ended(undo(job.id))
    assert undone.state == "succeeded"
    assert any("was changed by somebody" in line.text for line in undone.lines)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"kernelspec": None}, "no-kernelspec", id="no-kernelspec"),
        pytest.param({"remote": "behind a gateway"}, "remote", id="remote"),
        pytest.param({"interpreter": None, "packages": None}, "unknown-environment", id="unknown"),
    ],
)
def test_set_environment_refused(uv_world: World, facts: dict[str, Any], reason: str) -> None:
    wish = Wish(kind="set-environment", variables=FOUR)
    refusal = asked(uv_world, wish, **facts).plan.refusal
    assert refusal is not None
    assert refusal.reason == reason


def test_set_environment_with_a_variable_that_runs_code(uv_world: World, tmp_path: Path) -> None:
    wish = Wish(kind="set-environment", variables={"LD_PRELOAD": "x.so"})
    failure = asked(uv_world, wish, kernelspec=own(tmp_path / "own")).plan.failure
    assert failure is not None
    assert failure.reason == "bad-variable"


def test_register_does_not_count_on_pythonpath(uv_world: World, tmp_path: Path) -> None:
    """What only the variables of today lead to is not there tomorrow."""
    folder = str(tmp_path / "today")
    interpreter = replace(uv_world.interpreter, variables={"PYTHONPATH": f"/x{os.pathsep}{folder}"})
    packages = (package("ipykernel", "7.0", location=folder),)
    plan = registered(uv_world, interpreter=interpreter, packages=packages).plan
    assert [new.name for new in plan.changes.install] == ["ipykernel"]
    elsewhere = replace(interpreter, variables={})
    plan = registered(uv_world, interpreter=elsewhere, packages=packages).plan
    assert plan.changes == Changes()
