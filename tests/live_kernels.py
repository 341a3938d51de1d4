"""A person before a real kernel of a real server, who does what a front end does."""

from __future__ import annotations

import ast
import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

#: Seconds that a test waits for a state that must come.
PATIENCE = 60.0


async def until(holds: Callable[[], object]) -> None:
    """Wait for a state."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - the state of a process has no event
            await asyncio.sleep(0.01)


@dataclass
class Person:
    """Somebody at a notebook: runs cells, and sees all that the kernel broadcasts."""

    manager: Any
    kernel_id: str
    client: Any
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kernel(self) -> Any:
        return self.manager.get_kernel(self.kernel_id)

    async def idle(self) -> None:
        await until(lambda: self.kernel.execution_state == "idle")

    async def run(self, code: str) -> dict[str, Any]:
        """Run a cell to its end, and return its reply."""
        reply = await self.reply_to(self.client.execute(code))
        assert reply["status"] == "ok", reply
        return reply

    async def reply_to(self, message_id: str) -> dict[str, Any]:
        while True:
            message = await self.client.get_shell_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == message_id:
                await self.heard_idle(message_id)
                content: dict[str, Any] = message["content"]
                return content

    async def heard_idle(self, message_id: str) -> None:
        while not any(
            message["parent_header"].get("msg_id") == message_id
            and message["content"].get("execution_state") == "idle"
            for message in self.heard
        ):
            self.heard.append(await self.client.get_iopub_msg(timeout=PATIENCE))

    async def value(self, expression: str) -> Any:
        """Return the value of an expression, without leaving a cell behind."""
        message_id = self.client.execute(
            "", silent=True, store_history=False, user_expressions={"value": expression}
        )
        told = (await self.reply_to(message_id))["user_expressions"]["value"]
        assert told["status"] == "ok", told
        return ast.literal_eval(told["data"]["text/plain"])

    async def hear_all(self) -> list[dict[str, Any]]:
        """Return all broadcasts up to now."""
        try:
            while True:
                self.heard.append(await self.client.get_iopub_msg(timeout=0.2))
        except Empty:
            return self.heard


Fetch = Callable[..., Awaitable[Any]]
Start = Callable[..., AbstractAsyncContextManager[Person]]


async def as_shown(jp_fetch: Fetch, kernel_id: str) -> tuple[str, str]:
    """Return state and time of last activity as the server shows them."""
    model = json.loads((await jp_fetch("api", "kernels", kernel_id)).body)
    return model["execution_state"], model["last_activity"]
