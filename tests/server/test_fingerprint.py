"""Whether a report is still true: asked of files alone, told to whoever shows one."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError

from environments import UV, make_kernelspec, make_uv_venv, site_packages
from package_index import PackageIndex

from .conftest import Api, Fetch, StartKernel

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def python(tmp_path: Path, jp_data_dir: Path) -> Path:
    """The interpreter of an empty environment, which the kernelspec `fresh` is in."""
    python = make_uv_venv(tmp_path / "fresh")
    make_kernelspec(jp_data_dir, "fresh", python)
    return python


async def asked(api: Api, **whom: str) -> Any:
    reply = await api.get("fingerprint", **whom)
    assert reply.keys() == {"fingerprint", "restarted"}
    return reply["fingerprint"]


def in_a_terminal(*command: str, python: Path) -> None:
    subprocess.run([UV, "pip", *command, "--quiet", "--python", str(python)], check=True)


def compile_all(folder: Path, *, python: Path) -> None:
    subprocess.run([str(python), "-m", "compileall", "-q", str(folder)], check=True)


async def test_fingerprint_is_the_report_s_until_something_is_installed_or_removed(
    api: Api, python: Path, index: PackageIndex
) -> None:
    index.wheel("tinyshop", "1.0")
    index.wheel("tinyshop", "2.0")
    report = await api.post("report", kernelspec="fresh")
    assert report["fingerprint"]
    assert await asked(api, kernelspec="fresh") == report["fingerprint"]
    seen = [report["fingerprint"]]
    for command in (
        ["install", "tinyshop==1.0"],
        ["install", "tinyshop==2.0"],
        ["uninstall", "tinyshop"],
        ["install", "tinyshop==1.0"],
    ):
        in_a_terminal(*command, python=python)
        seen.append(await asked(api, kernelspec="fresh"))
        assert await asked(api, kernelspec="fresh") == seen[-1]
    assert len(set(seen[:3])) == 3
    assert seen[3] not in seen[1:3]
    assert seen[4] not in seen[:4]
    report = await api.post("report", kernelspec="fresh")
    assert report["fingerprint"] == seen[-1]


async def test_fingerprint_where_python_wrote_what_it_compiled_is_the_same(
    api: Api, python: Path
) -> None:
    report = await api.post("report", kernelspec="fresh")
    folder = site_packages(python)
    (folder / "module.py").write_text("")
    compile_all(folder, python=python)
    assert list(folder.glob("__pycache__/module*.pyc"))
    assert await asked(api, kernelspec="fresh") == report["fingerprint"]


async def test_fingerprint_of_a_kernel_asks_nothing_of_it_and_is_nobody_s_activity(
    api: Api,
    climate: str,
    start_kernel: StartKernel,
    jp_serverapp: ServerApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel = await start_kernel(climate)
    report = await api.post("report", kernel=kernel)
    manager: Any = jp_serverapp.kernel_manager.get_kernel(kernel)
    before = manager.last_activity
    settings = jp_serverapp.web_app.settings
    settings["api_last_activity"] = LONG_AGO
    monkeypatch.setattr("jupyterlab_envcheck.server.subjects.look", no_look)
    now = await asked(api, kernel=kernel, no_track_activity="1")
    assert now == report["fingerprint"]
    assert settings["api_last_activity"] == LONG_AGO
    assert manager.last_activity == before
    # Who asks without the word is somebody.
    await asked(api, kernel=kernel)
    assert settings["api_last_activity"] > LONG_AGO


async def test_restart_is_told_until_the_new_process_was_looked_at(
    api: Api, climate: str, start_kernel: StartKernel, jp_serverapp: ServerApp
) -> None:
    kernel = await start_kernel(climate)
    await api.post("report", kernel=kernel)
    assert (await api.get("fingerprint", kernel=kernel))["restarted"] is False
    manager: Any = jp_serverapp.kernel_manager
    await manager.restart_kernel(kernel)
    assert (await api.get("fingerprint", kernel=kernel))["restarted"] is True
    await api.post("report", kernel=kernel)
    assert (await api.get("fingerprint", kernel=kernel))["restarted"] is False


async def test_restart_of_what_is_no_kernel_or_none_any_more_is_not_told(
    api: Api, climate: str, start_kernel: StartKernel, jp_serverapp: ServerApp
) -> None:
    await api.post("report", kernelspec=climate)
    assert (await api.get("fingerprint", kernelspec=climate))["restarted"] is False
    kernel = await start_kernel(climate)
    await api.post("report", kernel=kernel)
    manager: Any = jp_serverapp.kernel_manager
    await manager.shutdown_kernel(kernel)
    assert (await api.get("fingerprint", kernel=kernel))["restarted"] is False


async def test_kernel_that_died_and_was_not_restarted_is_not_told_to_be(
    api: Api, climate: str, start_kernel: StartKernel, jp_serverapp: ServerApp
) -> None:
    kernel = await start_kernel(climate)
    report = await api.post("report", kernel=kernel)
    manager: Any = jp_serverapp.kernel_manager.get_kernel(kernel)
    manager.stop_restarter()
    process = psutil.Process(report["facts"]["process"]["value"]["pid"])
    process.kill()
    while psutil.pid_exists(process.pid):  # until the manager has asked after it
        await manager.is_alive()
    assert (await api.get("fingerprint", kernel=kernel))["restarted"] is False


async def no_look(*_: object) -> None:
    pytest.fail("the kernel was looked at")


async def test_fingerprint_after_a_report_on_a_kernel_is_not_one_on_its_kernelspec(
    api: Api, climate: str, start_kernel: StartKernel
) -> None:
    kernel = await start_kernel(climate)
    report = await api.post("report", kernel=kernel)
    code, told = await api.refused(api.get("fingerprint", kernelspec=climate))
    assert (code, told["reason"]) == (404, "unknown-report")
    assert (await api.get("report", kernel=kernel))["id"] == report["id"]


@pytest.mark.parametrize("whom", [{"kernel": "fresh"}, {"kernelspec": "nosuch"}, {"kernel": ""}])
async def test_fingerprint_without_a_report_is_404_with_a_hint(
    api: Api, whom: dict[str, str]
) -> None:
    code, told = await api.refused(api.get("fingerprint", **whom))
    assert code == 404
    assert told.keys() == {"message", "reason", "hint"}
    assert told["reason"] == "unknown-report"
    assert told["hint"]


@pytest.mark.parametrize("whom", [{}, {"kernel": "a", "kernelspec": "b"}])
async def test_fingerprint_of_nobody_or_two_is_400(api: Api, whom: dict[str, str]) -> None:
    code, told = await api.refused(api.get("fingerprint", **whom))
    assert (code, told["reason"]) == (400, "bad-request")


async def test_fingerprint_without_a_token_is_403(jp_fetch: Fetch) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("envcheck", "api", "fingerprint", headers={"Authorization": "token wrong"})
    assert caught.value.code == 403
