"""A kernel behind a real kernel gateway on the loopback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.serverapp import ServerApp

from .conftest import Api

#: Where a gateway says that it is.
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a kernel gateway with the python3 kernel of this environment."""
    # It takes the next free port where this one is another's, as servers of other tests may have it.
    argv = [sys.executable, "-m", "kernel_gateway", "--KernelGatewayApp.port=18888"]
    log = tmp_path_factory.mktemp("gateway") / "log.txt"
    with log.open("wb") as said:
        process = subprocess.Popen(argv, stdout=said, stderr=said, cwd=log.parent)
    try:
        while (told := _ADDRESS.search(log.read_text())) is None or not answers(told[0]):
            assert process.poll() is None, log.read_text()
        yield told[0]
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/api", timeout=5) as reply:
            return bool(json.load(reply)["version"])
    except (URLError, OSError):
        return False


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], gateway: str) -> Iterator[dict[str, Any]]:
    GatewayClient.clear_instance()  # servers of other tests leave theirs, without an address
    yield {**jp_server_config, "GatewayClient": {"url": gateway}}
    GatewayClient.clear_instance()


async def test_kernel_behind_a_gateway_is_unknown_with_that_reason(
    api: Api, jp_serverapp: ServerApp
) -> None:
    kernel: str = await jp_serverapp.kernel_manager.start_kernel(kernel_name="python3")
    report = await api.post("report", kernel=kernel)
    for section in ("interpreter", "environment", "packages", "blas", "machine"):
        told = report["facts"][section]
        assert told["value"] is None
        assert "gateway" in told["unknown"]["value"]
    # What is offered on the server's own host is known, and no kernel's business.
    of_servers = {"jupyter", "navigator"}
    told = [one["status"] for one in report["outcomes"] if one["family"] not in of_servers]
    assert set(told) == {"skip"}

    wish = {"kind": "install", "specs": ["six"], "installer": "auto"}
    plan = await api.planned(kernel=kernel, wish=wish)
    assert plan["refusal"]["reason"] == "remote"
    assert (await api.refused(api.post("jobs", plan=plan["id"])))[0] == 409

    # The gateway's kernelspec names a path of the gateway: here it would be another Python.
    spec = await api.post("report", kernelspec="python3")
    assert spec["facts"]["environment"]["value"] is None
