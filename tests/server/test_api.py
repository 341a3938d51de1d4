"""Who may ask, what is answered to bad input, and that nothing is half done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError

from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.server.envcheck import Envcheck
from jupyterlab_envcheck.server.routes import EnvcheckHandler, routes
from package_index import PackageIndex

from .conftest import Api, Fetch, StartKernel

NO_KERNEL = "00000000-0000-0000-0000-000000000000"
VERBS = ("get", "post", "put", "patch", "delete")
HANDLERS = [handler for _, handler, _ in routes(None)]  # type: ignore[arg-type]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__name__)
def test_every_verb_asks_who_you_are_and_what_you_may(handler: type[EnvcheckHandler]) -> None:
    verbs = [vars(handler)[verb] for verb in VERBS if verb in vars(handler)]
    assert verbs
    # tornado's and jupyter_server's decorators leave their wrapped function one below the other.
    assert all(hasattr(getattr(verb, "__wrapped__", None), "__wrapped__") for verb in verbs)


async def test_without_a_token_nothing_is_told(jp_fetch: Fetch) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("envcheck", "api", "checks", headers={"Authorization": "token wrong"})
    assert caught.value.code == 403


async def test_checks_are_the_catalogue(api: Api) -> None:
    assert [check["id"] for check in await api.get("checks")] == [c.id() for c in CHECKS]


async def test_guide_has_every_entry_that_a_check_cites(api: Api) -> None:
    entries = {entry["id"] for entry in await api.get("guide")}
    assert {"where-installs-go", "environments", "threads", "blas"} <= entries


async def test_report_on_an_unknown_kernel_is_404_with_a_hint(api: Api) -> None:
    code, told = await api.refused(api.post("report", kernel=NO_KERNEL))
    assert code == 404
    assert set(told) == {"message", "reason", "hint"}
    assert told["reason"] == "unknown-kernel"
    assert told["hint"]


async def test_last_report_of_a_kernel_nobody_looked_at_is_404(api: Api) -> None:
    code, told = await api.refused(api.get("report", kernel=NO_KERNEL))
    assert (code, told["reason"]) == (404, "unknown-report")


async def test_report_on_an_unknown_kernelspec_is_404(api: Api) -> None:
    code, told = await api.refused(api.post("report", kernelspec="nosuch"))
    assert (code, told["reason"]) == (404, "unknown-kernelspec")


async def test_report_on_a_kernelspec_starts_no_kernel(
    api: Api, climate: str, jp_serverapp: ServerApp
) -> None:
    report = await api.post("report", kernelspec=climate)
    assert report["target"] == {"kind": "kernelspec", "name": "climate", "kernel_id": None}
    assert report["facts"]["process"]["value"] is None
    assert list(jp_serverapp.kernel_manager.list_kernel_ids()) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param([], id="no-object"),
        pytest.param({}, id="nobody"),
        pytest.param({"kernel": "a", "kernelspec": "b"}, id="both"),
        pytest.param({"kernel": 1}, id="number"),
        pytest.param({"kernelspec": "a", "cells": "x"}, id="cells-no-list"),
        pytest.param({"kernelspec": "a", "cells": [{"id": "a"}]}, id="cell-without-source"),
        pytest.param(
            {"kernelspec": "a", "cells": [{"id": "", "source": ""}] * 20_001}, id="too-many-cells"
        ),
    ],
)
async def test_report_request_that_is_malformed_is_400(
    api: Api, jp_fetch: Fetch, body: object
) -> None:
    call = jp_fetch("envcheck", "api", "report", method="POST", body=json.dumps(body))
    code, told = await api.refused(call)
    assert (code, told["reason"]) == (400, "bad-request")
    assert "Traceback" not in json.dumps(told)


async def test_request_that_is_no_json_is_400(api: Api, jp_fetch: Fetch) -> None:
    code, _ = await api.refused(jp_fetch("envcheck", "api", "plans", method="POST", body="{"))
    assert code == 400


@pytest.mark.parametrize(
    "spec",
    [
        "--index-url=x", "a; rm -rf ~", "git+https://example.org/x", "./x", "", " ", "x" * 10_000,
        "x @ https://example.org/x.whl", "-r requirements.txt", "nümpy", "a\nb", "six;python_version>'3'",
    ],
)  # fmt: skip
async def test_requirement_that_is_hostile_or_malformed_is_422(
    api: Api, climate: str, spec: str
) -> None:
    wish = {"kind": "install", "specs": [spec], "installer": "auto"}
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (422, "bad-spec")
    assert len(told["message"]) < 500
    assert told["hint"]


@pytest.mark.parametrize(
    "wish",
    [
        None,
        {"kind": "obliterate", "specs": ["six"]},
        {"kind": "install", "specs": []},
        {"kind": "install", "specs": ["a"] * 201},
        {"kind": "install", "specs": [1]},
        {"kind": "install", "specs": ["six"], "installer": 7},
    ],
)
async def test_wish_that_is_malformed_is_400(api: Api, climate: str, wish: object) -> None:
    code, told = await api.refused(api.post("plans", kernelspec=climate, wish=wish))
    assert (code, told["reason"]) == (400, "bad-request")


@pytest.mark.parametrize("path", [("plans", "0" * 32), ("jobs", "0" * 32)])
async def test_plan_or_job_that_does_not_exist_is_404(api: Api, path: tuple[str, str]) -> None:
    assert (await api.refused(api.get(*path)))[0] == 404
    assert (await api.refused(api.delete(*path)))[0] == 404


async def test_job_of_a_plan_that_does_not_exist_is_404(api: Api) -> None:
    assert (await api.refused(api.post("jobs", plan="0" * 32)))[0] == 404


@pytest.mark.parametrize("hostile", ["../../etc/passwd", "..", "a/../../b", "%2e%2e%2f"])
async def test_job_id_that_is_a_path_is_refused(api: Api, hostile: str) -> None:
    assert (await api.refused(api.post("jobs", plan=hostile)))[0] == 404


async def test_action_of_a_report_that_is_gone_is_404(api: Api) -> None:
    call = api.post("plans", report="0", outcome="missing-import:x", action="install")
    assert (await api.refused(call))[0] == 404


async def test_new_plan_is_accepted_with_its_location(
    api: Api, climate: str, index: PackageIndex
) -> None:
    index.wheel("tinyshop", "1.0")
    wish = {"kind": "install", "specs": ["tinyshop"], "installer": "auto"}
    reply = await api.post_raw("plans", kernelspec=climate, wish=wish)
    plan = json.loads(reply.body)
    assert reply.code == 202
    assert reply.headers["Location"].endswith(f"/envcheck/api/plans/{plan['id']}")
    assert plan["state"] == "resolving"


async def test_plan_for_what_the_index_lacks_fails_with_a_sentence(
    api: Api, climate: str, index: PackageIndex
) -> None:
    assert index.projects() == []
    wish = {"kind": "install", "specs": ["nosuchthing"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    assert plan["state"] == "failed"
    assert "nosuchthing" in plan["failure"]["message"]
    assert plan["failure"]["hint"]
    code, told = await api.refused(api.post("jobs", plan=plan["id"]))
    assert (code, told["reason"]) == (409, "not-ready")


async def test_plan_that_is_dropped_is_forgotten(
    api: Api, climate: str, index: PackageIndex
) -> None:
    hold = index.hold("slow")
    wish = {"kind": "install", "specs": ["slow"], "installer": "auto"}
    plan = await api.post("plans", kernelspec=climate, wish=wish)
    assert (await api.delete("plans", plan["id"])).code == 204
    hold.release.set()
    assert (await api.refused(api.get("plans", plan["id"])))[0] == 404


async def test_job_of_a_plan_that_is_still_being_made_is_409(
    api: Api, climate: str, index: PackageIndex
) -> None:
    hold = index.hold("slow")
    wish = {"kind": "install", "specs": ["slow"], "installer": "auto"}
    plan = await api.post("plans", kernelspec=climate, wish=wish)
    code, told = await api.refused(api.post("jobs", plan=plan["id"]))
    hold.release.set()
    assert (code, told["message"]) == (409, "The plan is still being made.")


async def test_job_while_installs_are_switched_off_is_403(
    api: Api, climate: str, index: PackageIndex, jp_serverapp: ServerApp
) -> None:
    index.wheel("tinyshop", "1.0")
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_envcheck"]
    envcheck = await app.opened()
    assert isinstance(envcheck, Envcheck)
    envcheck.allow_install = False
    wish = {"kind": "install", "specs": ["tinyshop"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    code, told = await api.refused(api.post("jobs", plan=plan["id"]))
    assert (code, told["reason"]) == (403, "not-allowed")
    assert plan["state"] == "ready"


async def test_undo_says_why_not(
    api: Api, climate: str, index: PackageIndex, start_kernel: StartKernel
) -> None:
    index.wheel("undoable", "1.0")
    kernel = await start_kernel(climate)
    wish = {"kind": "install", "specs": ["undoable"], "installer": "auto"}
    job = await api.done(await api.planned(kernel=kernel, wish=wish))
    assert job["undo"]["possible"] is False
    code, told = await api.refused(api.post("jobs", job["id"], "undo"))
    assert (code, told["reason"]) == (409, "no-undo")


async def test_plan_is_one_job_however_often_it_is_posted(
    api: Api, climate: str, index: PackageIndex
) -> None:
    index.wheel("oncely", "1.0")
    wish = {"kind": "install", "specs": ["oncely"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    first = await api.post("jobs", plan=plan["id"])
    second = await api.post("jobs", plan=plan["id"])
    assert first["id"] == second["id"]
    await api.done(plan)
    assert [job["id"] for job in await api.get("jobs")] == [plan["id"]]


async def test_job_is_409_where_the_environment_changed_since_the_plan(
    api: Api, climate: str, climate_python: Path, index: PackageIndex
) -> None:
    index.wheel("latecomer", "1.0")
    wish = {"kind": "install", "specs": ["latecomer"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    stranger = climate_python.parents[1].glob("lib/python*/site-packages")
    folder = next(stranger) / "stranger-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    try:
        code, told = await api.refused(api.post("jobs", plan=plan["id"]))
    finally:
        (folder / "METADATA").unlink()
        folder.rmdir()
    assert (code, told["reason"]) == (409, "changed")
    assert not list(folder.parent.glob("latecomer*"))


async def test_job_outlives_the_server_that_started_it(
    api: Api, climate: str, index: PackageIndex, jp_serverapp: ServerApp
) -> None:
    index.wheel("survivor", "1.0")
    wish = {"kind": "install", "specs": ["survivor"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    await api.post("jobs", plan=plan["id"])
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_envcheck"]
    await app.stop_extension()
    (await app.opened())._plans.clear()  # as in a server started anew
    assert (await api.done(plan))["state"] == "succeeded"
