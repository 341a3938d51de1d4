"""With a culler of a short timeout, a look neither brings a kernel's end on nor puts it off."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.untracked import make_untracked
from live_kernels import PATIENCE, Start

TIMEOUT = 2  # seconds; the culler looks every second


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    culler = {"cull_idle_timeout": TIMEOUT, "cull_interval": 1, "cull_connected": True}
    return {"MappingKernelManager": culler, "ServerApp": {"allow_unauthenticated_access": False}}


async def test_culler_idle_kernel_is_not_held_alive(start_kernel: Start) -> None:
    async with start_kernel() as person:
        make_untracked(person.manager)
        last = person.kernel.last_activity
        looks = 0
        async with asyncio.timeout(PATIENCE):
            while person.kernel_id in person.manager and person.kernel.last_activity == last:
                looks += (
                    await look(person.manager, person.kernel_id, timeout=0.5)
                ).reply is not None
                # A dead kernel is asked nothing: such a look alone would leave the culler no turn.
                await asyncio.sleep(0)
        lived = datetime.now(UTC) - last
        assert person.kernel_id not in person.manager, "its activity was moved"
        assert timedelta(seconds=TIMEOUT) <= lived <= timedelta(seconds=TIMEOUT + 8)
        assert looks > 10


async def test_culler_busy_kernel_lives(start_kernel: Start) -> None:
    async with start_kernel() as person:
        make_untracked(person.manager)
        cell = person.client.execute(f"import time; time.sleep({2 * TIMEOUT})")
        begun = datetime.now(UTC)
        while datetime.now(UTC) - begun < timedelta(seconds=1.7 * TIMEOUT):
            assert person.kernel_id in person.manager
            assert (await look(person.manager, person.kernel_id)).reply is None or (
                datetime.now(UTC) - begun < timedelta(seconds=0.5)
            )
        assert (await person.reply_to(cell))["status"] == "ok"
