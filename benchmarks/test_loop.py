"""How long a report keeps the server's event loop from answering others."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from environments import make_kernelspec

BEAT = 0.002  #: seconds between two beats of the loop


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyterlab_envcheck": True}}}


@pytest.mark.parametrize("refresh", [True, False], ids=["cold", "warm"])
async def test_longest_pause_of_the_event_loop(
    jp_fetch: Callable[..., Awaitable[Any]],
    jp_data_dir: Path,
    python: Path,
    refresh: bool,  # noqa: FBT001 - a parameter of the test
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_kernelspec(jp_data_dir, "benchmark", python)
    pauses: list[float] = []

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            pauses.append(time.perf_counter() - before - BEAT)

    async def ask() -> None:
        body = {"kernelspec": "benchmark", "refresh": refresh}
        await jp_fetch("envcheck", "api", "report", method="POST", body=json.dumps(body))

    await ask()
    beating = asyncio.create_task(beat())
    for _ in range(10):
        await ask()
    beating.cancel()
    with capsys.disabled():
        print(  # noqa: T201 - the figure this is for
            f"\nlongest pause of the event loop, {'cold' if refresh else 'warm'}: "
            f"{max(pauses) * 1000:.1f} ms"
        )
