"""An environment as a file over HTTP, and the file as an environment again."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError

from conda_channel import needs_channel
from conda_world import make_conda_env
from environments import UV, make_kernelspec, make_uv_venv
from jupyterlab_envcheck.installers.environment_file import read_environment_file
from package_index import PackageIndex

from .conftest import Api, Fetch

NO_KERNEL = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def python(tmp_path: Path, jp_data_dir: Path, index: PackageIndex) -> Path:
    """The interpreter of an environment with alpha, which the kernelspec `fresh` is in."""
    index.wheel("alpha", "1.0")
    index.wheel("alpha", "2.0")
    index.wheel("ipykernel", "7.0")
    python = make_uv_venv(tmp_path / "fresh")
    make_kernelspec(jp_data_dir, "fresh", python)
    install("alpha==1.0", "ipykernel", python=python)
    return python


def install(*specs: str, python: Path) -> None:
    subprocess.run([UV, "pip", "install", "--quiet", "--python", str(python), *specs], check=True)


async def exported(fetch: Fetch, name: str) -> tuple[str, str, str]:
    """Return what a browser is told of the file, and its text."""
    reply = await fetch("envcheck", "api", "export", params={"kernelspec": name})
    headers = reply.headers
    return headers["Content-Disposition"], headers["Content-Type"], reply.body.decode()


async def test_export_is_a_file_from_which_the_environment_is_made_again(
    api: Api, jp_fetch: Fetch, python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKON_HOME", str(tmp_path / "environments"))
    await api.post("report", kernelspec="fresh")
    disposition, kind, text = await exported(jp_fetch, "fresh")
    assert disposition == 'attachment; filename="requirements.txt"'
    assert kind == "text/plain; charset=UTF-8"
    assert text.splitlines()[1:] == ["alpha==1.0", "ipykernel==7.0"]
    wish = {"kind": "restore", "name": "again", "text": text}
    plan = await api.planned(kernelspec="fresh", wish=wish)
    assert (plan["state"], plan["failure"], plan["refusal"]) == ("ready", None, None)
    job = await api.done(plan)
    assert job["state"] == "succeeded", job["failure"]
    [again] = [spec for spec in (job["plan"]["kernelspec"]["name"],) if spec]
    await api.post("report", kernelspec=again)
    assert (await exported(jp_fetch, again))[2] == text


@needs_channel
async def test_export_of_condas_is_what_was_asked_for(
    api: Api, jp_fetch: Fetch, tmp_path: Path, jp_data_dir: Path
) -> None:
    made = make_conda_env(tmp_path / "climate", "python", "six")
    make_kernelspec(jp_data_dir, "condas", made)
    await api.post("report", kernelspec="condas")
    disposition, _, text = await exported(jp_fetch, "condas")
    assert disposition == 'attachment; filename="environment.yml"'
    assert read_environment_file(text).specs == ("python", "six")


async def test_export_starts_nothing(
    api: Api, jp_fetch: Fetch, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GET needs no token against forged requests: any page could ask."""
    code, told = await api.refused(api.get("export", kernelspec="fresh"))
    assert (code, told["reason"]) == (404, "unknown-report")
    await api.post("report", kernelspec="fresh")
    started: list[Any] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **_: started.append(args))
    assert "alpha==1.0" in (await exported(jp_fetch, "fresh"))[2]
    assert started == []


async def test_export_of_what_has_changed_since_is_409(api: Api, python: Path) -> None:
    await api.post("report", kernelspec="fresh")
    install("alpha==2.0", python=python)
    code, told = await api.refused(api.get("export", kernelspec="fresh"))
    assert (code, told["reason"]) == (409, "changed")
    assert told["hint"] == "Refresh, and write it down again."


async def test_export_of_an_unknown_kernel_or_of_none(api: Api) -> None:
    code, told = await api.refused(api.get("export", kernel=NO_KERNEL))
    assert (code, told["reason"]) == (404, "unknown-report")
    code, told = await api.refused(api.get("export"))
    assert (code, told["reason"]) == (400, "bad-request")


async def test_export_without_a_token_is_403(jp_fetch: Fetch, jp_serverapp: ServerApp) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("envcheck", "api", "export", headers={"Authorization": "token wrong"})
    assert caught.value.code == 403
