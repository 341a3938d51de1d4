"""Work beside other work, which is not waited for when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def beside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Return what `work` will return, or raise, in a thread of its own.

    A read from a disk that does not answer cannot be ended. Threads of a pool are waited for when
    the process ends; such a one is left behind.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            done.set_exception(error)

    threading.Thread(target=run, daemon=True, name="envcheck-beside").start()
    return done
