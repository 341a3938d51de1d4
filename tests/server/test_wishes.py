"""All that can be wished for over HTTP: read strictly, planned, and carried out."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from environments import make_uv_venv, site_packages
from job_world import UV
from jupyterlab_envcheck.problems import Problem
from jupyterlab_envcheck.recommendations import (
    Action,
    CreateEnvironment,
    Install,
    Outcome,
    RegisterKernel,
    Remove,
    Run,
    SetEnvironment,
)
from jupyterlab_envcheck.server.envcheck import Envcheck
from jupyterlab_envcheck.server.neighbours import count_in, kernelspecs_of_others
from jupyterlab_envcheck.server.requests import ActionRequest, PlanRequest, Whom
from jupyterlab_envcheck.server.wishes import of_action, wish_of
from package_index import PackageIndex

from .conftest import Api, Fetch, StartKernel

WHOM = Whom(kernel=None, kernelspec="climate")


@pytest.fixture
def environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "environments"
    monkeypatch.setenv("WORKON_HOME", str(folder))
    return folder


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({"kind": "create"}, id="create-without-name"),
        pytest.param({"kind": "create", "name": 1}, id="create-name-is-a-number"),
        pytest.param({"kind": "create", "name": "x", "specs": "six"}, id="create-specs-no-list"),
        pytest.param({"kind": "create", "name": "x", "specs": [None]}, id="create-spec-is-null"),
        pytest.param({"kind": "create", "name": "x", "python": 3.13}, id="create-python-number"),
        pytest.param({"kind": "create", "name": "x", "installer": []}, id="create-installer-list"),
        pytest.param({"kind": "create", "name": "x", "channels": "x"}, id="channels-no-list"),
        pytest.param({"kind": "restore"}, id="restore-nothing"),
        pytest.param({"kind": "restore", "text": []}, id="restore-no-text"),
        pytest.param({"kind": "restore", "text": "six", "without": "lines"}, id="without-word"),
        pytest.param({"kind": "restore", "text": "six", "without": [[]]}, id="without-list"),
        pytest.param({"kind": "restore", "text": "six", "without": ["all"]}, id="without-all"),
        pytest.param({"kind": "register"}, id="register-nothing"),
        pytest.param({"kind": "register", "prefix": "/x", "name": []}, id="register-name-list"),
        pytest.param({"kind": "set-environment"}, id="no-variables"),
        pytest.param({"kind": "set-environment", "variables": ["A"]}, id="variables-list"),
        pytest.param({"kind": "set-environment", "variables": {"A": 1}}, id="value-number"),
        pytest.param({"kind": "install", "specs": ["six"], "build": "six"}, id="build-no-list"),
        pytest.param({"kind": "update", "specs": []}, id="update-nothing"),
        pytest.param({"kind": "reinstall", "specs": None}, id="reinstall-null"),
        pytest.param({"kind": "back"}, id="back-without-job"),
        pytest.param({"kind": "undo", "job": "x"}, id="undo-is-no-plan-of-anyones"),
        pytest.param({"kind": ["create"]}, id="kind-list"),
    ],
)
async def test_wish_that_is_malformed_is_400(api: Api, climate: str, wish: object) -> None:
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (400, "bad-request")
    assert set(told) == {"message", "reason", "hint"}


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"kind": "create", "name": "../x"}, "bad-name"),
        ({"kind": "create", "name": ""}, "bad-name"),
        ({"kind": "create", "name": "x", "specs": ["git+https://x.org/y"]}, "bad-spec"),
        ({"kind": "create", "name": "x", "python": "/usr/bin/evil"}, "bad-version"),
        ({"kind": "create", "name": "x", "channels": ["https://x.org/c"]}, "bad-channel"),
        ({"kind": "restore", "text": "dependencies: [six]\nevil: /x"}, "lines-refused"),
        ({"kind": "restore", "text": "dependencies: six"}, "bad-file"),
        ({"kind": "restore", "text": "six\n-r more.txt\n"}, "lines-refused"),
        ({"kind": "restore", "text": "@EXPLICIT\nfile:///x-1-0.conda\n"}, "bad-file"),
        ({"kind": "restore", "text": "dependencies: [six]", "name": "../x"}, "bad-name"),
        ({"kind": "register", "prefix": "/x", "name": "a/b"}, "bad-name"),
        ({"kind": "set-environment", "variables": {}}, "bad-variable"),
        ({"kind": "set-environment", "variables": {"LD_PRELOAD": "x.so"}}, "bad-variable"),
        ({"kind": "install", "specs": ["six"], "build": ["six>=1"]}, "bad-spec"),
        ({"kind": "update", "specs": ["--pre"]}, "bad-spec"),
        ({"kind": "reinstall", "specs": ["./x"]}, "bad-spec"),
    ],
)
async def test_wish_that_is_hostile_is_422(
    api: Api, climate: str, wish: dict[str, Any], reason: str
) -> None:
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (422, reason)
    assert len(told["message"]) < 300
    assert told["hint"]


async def test_source_is_not_built_where_installing_is_switched_off(
    api: Api, climate: str, jp_serverapp: ServerApp
) -> None:
    """To make such a plan runs the package's code already."""
    envcheck = await opened(jp_serverapp)
    envcheck.allow_install = False
    wish = {"kind": "install", "specs": ["alpha"], "build": ["alpha"]}
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (403, "not-allowed")


async def test_plans_that_take_long_leave_the_server_answering(
    api: Api, climate: str, index: PackageIndex
) -> None:
    index.wheel("slowpoke", "1.0")
    hold = index.hold("slowpoke")
    wish = {"kind": "install", "specs": ["slowpoke"]}
    plans = [await api.post("plans", kernelspec=climate, wish=wish) for _ in range(12)]
    assert await asyncio.to_thread(hold.reached.wait, 60)
    checks = await asyncio.wait_for(api.get("checks"), 10)
    assert checks
    hold.release.set()
    for plan in plans:
        await api.delete("plans", plan["id"])


async def test_environments_folder_may_begin_with_a_tilde(jp_serverapp: ServerApp) -> None:
    envcheck = await opened(jp_serverapp)
    envcheck.environments_folder = "~/envs"
    assert envcheck.policy().environments_folder == str(Path.home() / "envs")


async def opened(server: ServerApp) -> Envcheck:
    (app,) = server.extension_manager.extension_apps["jupyterlab_envcheck"]
    envcheck = await app.opened()
    assert isinstance(envcheck, Envcheck)
    return envcheck


async def test_folder_for_an_environment_is_not_taken_over_http(
    api: Api, climate: str, environments: Path, index: PackageIndex, tmp_path: Path
) -> None:
    index.wheel("ipykernel", "7.0")
    wish = {"kind": "create", "name": "new", "folder": str(tmp_path / "elsewhere")}
    plan = await api.planned(kernelspec=climate, wish=wish)
    assert plan["target"]["prefix"] == str(environments / "new")


async def test_environment_is_created_and_its_kernel_offered(
    api: Api, climate: str, environments: Path, index: PackageIndex, jp_fetch: Fetch
) -> None:
    index.wheel("ipykernel", "7.0", files={"ipykernel_launcher.py": ""})
    index.wheel("shop", "1.0")
    wish = {"kind": "create", "name": "new", "specs": ["shop"], "python": None}
    plan = await api.planned(kernelspec=climate, wish=wish)
    assert (plan["state"], plan["refusal"]) == ("ready", None), plan["failure"]
    assert [added["name"] for added in plan["changes"]["install"]] == ["ipykernel", "shop"]
    job = await api.done(plan)
    assert (job["state"], job["failure"]) == ("succeeded", None)
    reply = await jp_fetch("api", "kernelspecs")
    spec = json.loads(reply.body)["kernelspecs"][plan["kernelspec"]["name"]]["spec"]
    assert spec["argv"][0] == str(environments / "new" / "bin" / "python")
    again = await api.planned(kernelspec=climate, wish=wish)
    assert again["refusal"]["reason"] == "name-taken"
    assert again["refusal"]["alternatives"][0]["name"] == "new-2"


async def test_threads_are_set_in_a_kernelspec_of_its_own(
    api: Api, climate: str, start_kernel: StartKernel, jp_data_dir: Path
) -> None:
    kernel = await start_kernel(climate)
    before = (jp_data_dir / "kernels" / climate / "kernel.json").read_text()
    wish = {"kind": "set-environment", "variables": {"OMP_NUM_THREADS": "2"}}
    plan = await api.planned(kernel=kernel, wish=wish)
    assert plan["state"] == "ready", plan["failure"]
    assert plan["kernelspec"]["display_name"] == "climate (2 threads)"
    assert '+  "OMP_NUM_THREADS": "2"' in plan["kernelspec"]["diff"]
    assert (await api.done(plan))["state"] == "succeeded"
    made = json.loads((jp_data_dir / "kernels" / "climate-2-threads" / "kernel.json").read_text())
    assert made["env"] == {"OMP_NUM_THREADS": "2"}
    assert (jp_data_dir / "kernels" / climate / "kernel.json").read_text() == before


async def test_environment_that_is_no_kernel_is_made_one(
    api: Api, climate: str, environments: Path, index: PackageIndex, jp_data_dir: Path
) -> None:
    python = make_uv_venv(environments / "ocean")
    index.wheel("ipykernel", "7.0")
    report = await api.post("report", kernelspec=climate)
    known = {one["prefix"] for one in report["facts"]["jupyter"]["value"]["environments"]}
    assert str(environments / "ocean") in known
    wish = {"kind": "register", "prefix": str(environments / "ocean")}
    plan = await api.planned(kernelspec=climate, wish=wish)
    assert (plan["state"], plan["refusal"]) == ("ready", None), plan["failure"]
    assert plan["target"]["prefix"] == str(environments / "ocean")
    assert (await api.done(plan))["state"] == "succeeded"
    made = json.loads((jp_data_dir / "kernels" / "ocean" / "kernel.json").read_text())
    assert made["argv"][0] == str(python)
    assert [new["name"] for new in plan["changes"]["install"]] == ["ipykernel"]
    assert list(site_packages(python).glob("ipykernel-7.0.dist-info"))


async def test_environment_that_no_report_names_is_404(
    api: Api, climate: str, tmp_path: Path
) -> None:
    """A Python is only started where it was found on this machine, not where a request says."""
    make_uv_venv(tmp_path / "secret")
    wish = {"kind": "register", "prefix": str(tmp_path / "secret")}
    call = api.post("plans", kernelspec=climate, wish=wish)
    assert (await api.refused(call))[1]["reason"] == "unknown-report"
    await api.post("report", kernelspec=climate)
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (404, "unknown-environment")


async def test_environment_that_everybody_may_change_is_not_started(
    api: Api, climate: str, environments: Path
) -> None:
    make_uv_venv(environments / "open")
    (environments / "open").chmod(0o777)
    await api.post("report", kernelspec=climate)
    wish = {"kind": "register", "prefix": str(environments / "open")}
    plan = await api.planned(kernelspec=climate, wish=wish)
    assert plan["refusal"]["reason"] == "unknown-environment"
    assert "can be changed by every user" in plan["refusal"]["text"]


async def test_plan_back_of_a_job_that_does_not_exist_is_404(api: Api) -> None:
    wish = {"kind": "back", "job": "0" * 32}
    assert (await api.refused(api.post("plans", wish=wish)))[0] == 404


async def test_outdated_packages_are_listed_with_their_latest_versions(
    api: Api, climate: str, climate_python: Path, index: PackageIndex
) -> None:
    index.wheel("aging", "1.0")
    by_uv("install", climate_python, "aging")
    index.wheel("aging", "2.0")
    try:
        told = await api.post("outdated", kernelspec=climate)
    finally:
        by_uv("uninstall", climate_python, "aging")
    aging = {"name": "aging", "version": "1.0", "latest": "2.0", "by": None}
    assert told == {"outdated": [aging], "unasked": None}


async def test_outdated_of_a_kernelspec_nobody_has_is_404(api: Api) -> None:
    assert (await api.refused(api.post("outdated", kernelspec="nosuch")))[0] == 404
    assert (await api.refused(api.post("outdated")))[0] == 400


async def test_neighbours_are_the_other_kernels_of_one_environment(
    climate: str, climate_python: Path, start_kernel: StartKernel, jp_serverapp: ServerApp
) -> None:
    kernels: Any = jp_serverapp.kernel_manager
    first, second = await start_kernel(climate), await start_kernel(climate)
    others = kernelspecs_of_others(kernels, first)
    assert len(others) == 1
    assert count_in(others, str(climate_python)) == 1
    assert count_in(kernelspecs_of_others(kernels, None), str(climate_python)) == 2
    assert count_in(others, "/somewhere/else/bin/python") == 0
    await kernels.shutdown_kernel(second)
    assert kernelspecs_of_others(kernels, first) == ()


@pytest.mark.parametrize(
    ("action", "wish"),
    [
        pytest.param(
            Install(
                title="t",
                specs=("six",),
                commands=(),
                recommended=None,
                wish="reinstall",
                build=("six",),
            ),
            {"kind": "reinstall", "specs": ("six",), "build": ("six",)},
            id="install",
        ),
        pytest.param(
            Remove(title="t", specs=("six",), commands=(), recommended=None),
            {"kind": "remove", "specs": ("six",)},
            id="remove",
        ),
        pytest.param(
            SetEnvironment(title="t", variables={"OMP_NUM_THREADS": "4"}),
            {"kind": "set-environment", "variables": {"OMP_NUM_THREADS": "4"}},
            id="set-environment",
        ),
        pytest.param(
            RegisterKernel(title="t", prefix="/envs/ocean", commands=()),
            {"kind": "register", "folder": "/envs/ocean"},
            id="register-kernel",
        ),
    ],
)
def test_action_becomes_a_wish(action: Action, wish: dict[str, Any]) -> None:
    asked = ActionRequest(report="r", outcome="check:x", action=action.id)
    made = wish_of(of_action(asked, WHOM, (outcome(action),)))
    assert {name: getattr(made, name) for name in wish} == wish


def test_action_that_creates_by_conda_becomes_a_wish_that_does() -> None:
    action = CreateEnvironment(
        title="t", commands=(), name="new", specs=("six",), python="3.13", channels=("conda-forge",)
    )
    asked = ActionRequest(report="r", outcome="check:x", action=action.id)
    wish = wish_of(of_action(asked, WHOM, (outcome(action),)))
    assert (wish.kind, wish.name, wish.specs) == ("create", "new", ("six",))
    assert (wish.python, wish.channels) == ("3.13", ("conda-forge",))


def test_action_that_is_for_a_terminal_is_none() -> None:
    action = Run(title="t", commands=())
    asked = ActionRequest(report="r", outcome="check:x", action=action.id)
    with pytest.raises(Problem) as caught:
        of_action(asked, WHOM, (outcome(action),))
    assert caught.value.reason == "unknown-outcome"


def test_wish_of_a_creation() -> None:
    asked = PlanRequest(whom=WHOM, kind="create", name="new", specs=("NumPy >=2",), python="3.13")
    wish = wish_of(asked)
    assert (wish.name, wish.specs, wish.python) == ("new", ("numpy>=2",), "3.13")
    assert wish.folder is None


def test_wish_of_a_file() -> None:
    text = "name: climate\nchannels: [conda-forge]\ndependencies: [six=1.17, pip: [alpha]]\n"
    wish = wish_of(PlanRequest(whom=WHOM, kind="restore", text=text))
    assert (wish.kind, wish.name, wish.channels) == ("create", "climate", ("conda-forge",))
    assert (wish.specs, wish.pypi, wish.folder) == (("six=1.17",), ("alpha",), None)
    bare = wish_of(PlanRequest(whom=WHOM, kind="restore", text="dependencies: [six]", name="new"))
    assert (bare.name, bare.channels) == ("new", ("conda-forge",))


def test_wish_of_a_file_without_what_it_cannot_have() -> None:
    text = "dependencies: [six=1.17=py_0]\nevil: /x\n"
    asked = PlanRequest(whom=WHOM, kind="restore", text=text, without=("lines", "builds"))
    wish = wish_of(asked)
    assert wish.specs == ("six=1.17",)
    assert wish.told[0] == (
        "Line 2 of the file is left out: “evil” is not something that is read here."
    )
    assert len(wish.told) == 2


def test_action_that_pins_becomes_a_wish_that_does() -> None:
    spec = ("libblas=*=*mkl",)
    action = Install(title="t", specs=spec, pins=spec, commands=(), recommended="conda")
    asked = ActionRequest(report="r", outcome="check:x", action="install")
    wish = wish_of(of_action(asked, WHOM, (outcome(action),)))
    assert (wish.kind, wish.specs, wish.pins) == ("install", spec, spec)


def by_uv(verb: str, python: Path, name: str) -> None:
    argv = [UV, "pip", verb, "--quiet", "--no-config", "--python", str(python), name]
    subprocess.run(argv, check=True)


def outcome(action: Action) -> Outcome:
    return Outcome(
        id="check:x", check="check", family="f", status="finding", title="t", actions=(action,)
    )
