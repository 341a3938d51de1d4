"""Work that several threads want at the same time, and one of them does for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shared(Generic[K, V]):
    """What is being done now, by its key."""

    def __init__(self) -> None:
        self._running: dict[K, Future[V]] = {}

    def done(self, key: K, work: Callable[[], V]) -> V:
        """Return what `work` returns, or raise what it raises; who comes meanwhile waits for that."""
        ours: Future[V] = Future()
        if (others := self._running.setdefault(key, ours)) is not ours:
            return others.result()
        try:
            ours.set_result(work())
        except BaseException as error:
            ours.set_exception(error)
            raise
        finally:
            del self._running[key]
        return ours.result()
