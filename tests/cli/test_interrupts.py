"""Ctrl-C where another language's handler, which Python cannot put back, is there."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from jupyterlab_envcheck.cli.interrupts import Interrupts, ending_children


@pytest.mark.parametrize("hearing", [Interrupts, ending_children])
def test_handler_that_cannot_be_put_back_is_left_there(
    hearing: Callable[[], AbstractContextManager[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[object] = []
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    monkeypatch.setattr(signal, "signal", lambda _, handler: installed.append(handler))
    with hearing():
        pass
    assert installed == []
