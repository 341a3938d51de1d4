"""Who may ask, what is answered to bad input, and that nothing is half done."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError

from jupyterlab_envcheck import flow
from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.facts.redaction import Identity
from jupyterlab_envcheck.probe.identity import identity
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.subject import KernelLook
from jupyterlab_envcheck.server import subjects
from jupyterlab_envcheck.server.envcheck import Envcheck
from jupyterlab_envcheck.server.handler import EnvcheckHandler
from jupyterlab_envcheck.server.routes import routes
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


async def test_kernel_that_is_shut_down_while_it_is_looked_at_is_still_the_one_that_was_asked_for(
    start_kernel: StartKernel,
    climate: str,
    jp_serverapp: ServerApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernels = jp_serverapp.kernel_manager
    started = await start_kernel(climate)

    async def look_and_shut_down(manager: Any, kernel_id: str) -> KernelLook:
        seen = await look(manager, kernel_id)
        await manager.shutdown_kernel(kernel_id, now=True)
        return seen

    monkeypatch.setattr(subjects, "look", look_and_shut_down)
    subject, target = await subjects.kernel_with(kernels, started)
    assert target.kernel_id == started
    assert subject.kernelspec_name == climate


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


async def test_report_tells_of_a_failed_import_that_no_cell_names(api: Api, climate: str) -> None:
    cells = [{"id": "a", "source": "import skimage"}]
    report = await api.post("report", kernelspec=climate, cells=cells, missing=["sklearn"])
    told = report["facts"]["notebook"]["value"]
    assert told["cells"] == 1
    assert [(one["name"], one["cell"], one["line"]) for one in told["imports"]] == [
        ("skimage", "a", 1), ("sklearn", "", 0),
    ]  # fmt: skip
    found = next(one for one in report["outcomes"] if one["id"] == "missing-import:sklearn")
    assert found["actions"][0]["specs"] == ["scikit-learn"]
    assert found["evidence"][0]["value"] == "import sklearn, by what a cell uses"


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
        pytest.param({"kernelspec": "a", "missing": "six"}, id="missing-no-list"),
        pytest.param({"kernelspec": "a", "missing": ["os.path"]}, id="missing-no-name"),
        pytest.param({"kernelspec": "a", "missing": ["x" * 101]}, id="missing-too-long"),
        pytest.param({"kernelspec": "a", "missing": ["x"] * 51}, id="too-many-missing"),
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


async def test_undo_is_a_job_that_takes_the_other_one_back(
    api: Api, climate: str, climate_python: Path, index: PackageIndex
) -> None:
    index.wheel("undoable", "1.0")
    wish = {"kind": "install", "specs": ["undoable"], "installer": "auto"}
    job = await api.done(await api.planned(kernelspec=climate, wish=wish))
    assert job["undo"]["possible"] is True
    reply = await api.post_raw("jobs", job["id"], "undo")
    undoing = json.loads(reply.body)
    assert reply.code == 202
    assert reply.headers["Location"].endswith(f"/envcheck/api/jobs/{undoing['id']}")
    undone = await api.ended(undoing)
    assert (undone["state"], undone["plan"]["wish"]["job"]) == ("succeeded", job["id"])
    assert [gone["name"] for gone in undone["verdict"]["changes"]["remove"]] == ["undoable"]
    assert not list(climate_python.parents[1].glob("lib/*/site-packages/undoable*"))
    code, told = await api.refused(api.post("jobs", job["id"], "undo"))
    assert (code, told["reason"]) == (409, "no-undo")
    assert told["message"] == "This job cannot be undone: it was undone."


async def test_undo_names_the_modules_that_a_kernel_has_imported(
    api: Api,
    climate: str,
    index: PackageIndex,
    start_kernel: StartKernel,
    jp_serverapp: ServerApp,
) -> None:
    index.wheel("importable", "1.0")
    wish = {"kind": "install", "specs": ["importable"], "installer": "auto"}
    job = await api.done(await api.planned(kernelspec=climate, wish=wish))
    kernel = await start_kernel(climate)
    manager: Any = jp_serverapp.kernel_manager
    client = manager.get_kernel(kernel).client()
    client.start_channels()
    await client.execute_interactive("import importable", timeout=60)
    client.stop_channels()
    await api.post("report", kernel=kernel)
    undone = await api.ended(await api.post("jobs", job["id"], "undo"))
    assert undone["verdict"]["restart"] == {
        "needed": True,
        "modules": ["importable"],
        "gone": ["importable"],
    }


async def test_undo_is_given_up_and_what_was_kept_is_freed(
    api: Api, climate: str, index: PackageIndex
) -> None:
    index.wheel("keepable", "1.0")
    wish = {"kind": "install", "specs": ["keepable"], "installer": "auto"}
    job = await api.done(await api.planned(kernelspec=climate, wish=wish))
    freed = json.loads((await api.delete("jobs", job["id"], "undo")).body)
    assert (freed["id"], freed["undo"]["possible"]) == (job["id"], False)
    code, told = await api.refused(api.post("jobs", job["id"], "undo"))
    assert (code, told["reason"]) == (409, "no-undo")


async def test_undo_of_no_job(api: Api) -> None:
    code, told = await api.refused(api.post("jobs", "0" * 32, "undo"))
    assert (code, told["message"]) == (404, "There is no such job.")


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


async def test_report_for_an_issue_is_the_last_one_without_names(
    api: Api, climate: str, climate_python: Path, jp_fetch: Fetch
) -> None:
    code, told = await api.refused(api.get("report.md", kernelspec=climate))
    assert (code, told["reason"]) == (404, "unknown-report")
    await api.post("report", kernelspec=climate)
    reply = await jp_fetch("envcheck", "api", "report.md", params={"kernelspec": climate})
    page = reply.body.decode()
    assert reply.headers["Content-Type"] == "text/markdown; charset=UTF-8"
    assert page.startswith("### What envcheck found\n\n- Environment: `climate` (uv venv), ")
    assert f"{Path.home()}/" not in page


async def test_report_for_an_issue_has_no_secret_of_the_environments_own_settings(
    api: Api, climate: str, climate_python: Path, jp_fetch: Fetch
) -> None:
    await api.post("report", kernelspec=climate)
    settings = climate_python.parents[1] / "pip.conf"
    settings.write_text("[global]\nindex-url = https://ada:climate@x.example/simple\n")
    try:
        reply = await jp_fetch("envcheck", "api", "report.md", params={"kernelspec": climate})
    finally:
        settings.unlink()
    assert "climate" not in reply.body.decode()


async def test_settings_are_not_read_on_the_event_loop(
    api: Api, climate: str, jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def read(*environs: Mapping[str, str], prefixes: Iterable[str]) -> Identity:
        threads.append(threading.current_thread())
        return identity(*environs, prefixes=prefixes)

    monkeypatch.setattr(flow, "identity", read)
    await api.post("report", kernelspec=climate)
    await jp_fetch("envcheck", "api", "report.md", params={"kernelspec": climate})
    assert threads
    assert threading.main_thread() not in threads


async def test_report_for_an_issue_is_of_one_alone(api: Api) -> None:
    code, told = await api.refused(api.get("report.md"))
    assert (code, told["reason"]) == (400, "bad-request")
