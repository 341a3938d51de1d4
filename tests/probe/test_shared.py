"""Work that several threads want at the same time."""

from __future__ import annotations

import threading

import pytest

from jupyterlab_envcheck.probe.beside import beside
from jupyterlab_envcheck.probe.shared import Shared

SECONDS = 30.0  #: that only a failing test waits


def test_work_that_is_being_done_is_waited_for() -> None:
    shared: Shared[str, str] = Shared()
    began, go_on = threading.Event(), threading.Event()

    def count() -> str:
        began.set()
        assert go_on.wait(SECONDS)
        return "counted"

    def never() -> str:
        raise AssertionError("it is done twice")

    first = beside(shared.done, "caches", count)
    assert began.wait(SECONDS)
    second = beside(shared.done, "caches", never)
    assert shared.done("others", lambda: "not held up") == "not held up"
    assert not second.done()
    go_on.set()
    assert first.result(SECONDS) == second.result(SECONDS) == "counted"


def test_work_that_failed_is_done_anew() -> None:
    shared: Shared[str, int] = Shared()
    with pytest.raises(ZeroDivisionError):
        shared.done("caches", lambda: 1 // 0)
    assert shared.done("caches", lambda: 1) == 1
