"""Keeps what goes on behind the requests: one task for each thing that is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Tasks by what they are about; those that fail are told in the log."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, about: str) -> bool:
        """Tell whether that is under way."""
        return about in self._tasks

    def start(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin something on the running loop."""
        task = asyncio.create_task(work)
        self._tasks[about] = task
        task.add_done_callback(lambda done: self._ended(about, done))

    async def stop(self) -> None:
        """Cancel all, and wait until they have ended."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, about: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(about) is task:
            del self._tasks[about]
        if not task.cancelled() and (error := task.exception()):
            self._log.error("envcheck: %s failed", about, exc_info=error)
