"""The bell: rings for plans and jobs, says nothing else, and not too often."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_events import EventLogger
from jupyter_server.serverapp import ServerApp

from jupyterlab_envcheck.server.bell import SCHEMA_ID, Bell
from package_index import PackageIndex

from .conftest import Api


class Heard:
    """What a subscriber of the server's events hears, and when."""

    def __init__(self, events: EventLogger) -> None:
        self.rings: list[dict[str, Any]] = []
        self.times: list[float] = []
        self._new = asyncio.Event()
        self._events = events

    def listen(self) -> None:
        self._events.add_listener(schema_id=SCHEMA_ID, listener=self._hear)

    async def _hear(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        self.rings.append(data)
        self.times.append(asyncio.get_running_loop().time())
        self._new.set()

    async def until(self, count: int) -> None:
        while len(self.rings) < count:
            await self._new.wait()
            self._new.clear()


async def test_plan_and_job_ring_by_id_and_say_nothing_else(
    api: Api, climate: str, index: PackageIndex, jp_serverapp: ServerApp
) -> None:
    assert jp_serverapp.event_logger is not None
    heard = Heard(jp_serverapp.event_logger)
    heard.listen()
    index.wheel("belled", "1.0")
    wish = {"kind": "install", "specs": ["belled"], "installer": "auto"}
    plan = await api.planned(kernelspec=climate, wish=wish)
    await api.done(plan)
    await heard.until(2)
    assert {(ring["kind"], ring["id"]) for ring in heard.rings} == {
        ("plan", plan["id"]),
        ("job", plan["id"]),
    }
    assert all(ring.keys() == {"kind", "id", "seq"} for ring in heard.rings)


async def test_bell_merges_rings_for_one_thing_and_pauses_between_others() -> None:
    events = EventLogger()
    bell, heard = Bell(events), Heard(events)
    heard.listen()
    for _ in range(50):
        bell.ring("job", "a")
    for other in ("b", "c"):
        bell.ring("job", other)
    await heard.until(4)
    assert [ring["id"] for ring in heard.rings] == ["a", "a", "b", "c"]
    pauses = [later - earlier for earlier, later in zip(heard.times, heard.times[1:], strict=False)]
    assert min(pauses) > 0.2
    bell.silence()
