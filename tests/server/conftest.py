"""A real server with the extension, a kernel in another environment, an index on the loopback."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPClientError, HTTPResponse

from environments import make_kernelspec, make_uv_venv
from package_index import PackageIndex, serve

Fetch = Callable[..., Awaitable[HTTPResponse]]
StartKernel = Callable[[str], Awaitable[str]]


class Api:
    """The extension's API, as a client meets it."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    async def get(self, *path: str, **params: str) -> Any:
        reply = await self._fetch("envcheck", "api", *path, params=params)
        return json.loads(reply.body)

    async def post(self, *path: str, **body: Any) -> Any:
        return json.loads((await self.post_raw(*path, **body)).body)

    async def post_raw(self, *path: str, **body: Any) -> HTTPResponse:
        return await self._fetch(
            "envcheck", "api", *path, method="POST", body=json.dumps(body), request_timeout=120
        )

    async def delete(self, *path: str) -> HTTPResponse:
        return await self._fetch("envcheck", "api", *path, method="DELETE")

    async def refused(self, call: Awaitable[Any]) -> tuple[int, dict[str, str]]:
        """Return status and body of a call that must fail."""
        with pytest.raises(HTTPClientError) as caught:
            await call
        assert caught.value.response is not None
        return caught.value.code, json.loads(caught.value.response.body)

    async def planned(self, **body: Any) -> Any:
        """Return a plan when it is made."""
        plan = await self.post("plans", **body)
        while plan["state"] == "resolving":
            await asyncio.sleep(0.05)
            plan = await self.get("plans", plan["id"])
        return plan

    async def done(self, plan: Any) -> Any:
        """Carry a plan out, and return its job when it has ended."""
        return await self.ended(await self.post("jobs", plan=plan["id"]))

    async def ended(self, job: Any) -> Any:
        """Return a job when it has ended."""
        while job["state"] in {"queued", "running"}:
            await asyncio.sleep(0.05)
            job = await self.get("jobs", job["id"])
        return job


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyterlab_envcheck": True},
            "allow_unauthenticated_access": False,  # a verb of ours without it is an error
            "terminals_enabled": False,  # its socket is such a verb
        }
    }


@pytest.fixture
def api(jp_fetch: Fetch) -> Api:
    return Api(jp_fetch)


@pytest.fixture(scope="session")
def climate_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a uv venv, without pip, with ipykernel and numpy."""
    return make_uv_venv(tmp_path_factory.mktemp("climate") / "climate", "ipykernel", "numpy")


@pytest.fixture
def climate(climate_python: Path, jp_data_dir: Path) -> str:
    """The name of a kernelspec in that environment."""
    make_kernelspec(jp_data_dir, "climate", climate_python)
    return "climate"


@pytest.fixture
def start_kernel(jp_serverapp: ServerApp) -> StartKernel:
    """Start a kernel, and wait until it is idle; the server shuts it down."""
    manager: Any = jp_serverapp.kernel_manager

    async def start(name: str) -> str:
        kernel_id: str = await manager.start_kernel(kernel_name=name, path="")
        client = manager.get_kernel(kernel_id).client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        client.stop_channels()
        return kernel_id

    return start


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index of our own, which is all that pip and uv can see."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")) and name != "UV_CACHE_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with serve(tmp_path / "wheels") as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        monkeypatch.setenv("UV_DEFAULT_INDEX", served.url)
        yield served
