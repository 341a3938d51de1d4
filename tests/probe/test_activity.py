"""The filter in front of the server's record, message by message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given, strategies as st
from jupyter_client.session import DELIM, Session

from jupyterlab_envcheck.probe.activity import Unrecorded

SESSION = Session(key=b"secret")


class Stream:
    """What is used of a ZMQStream."""

    def __init__(self) -> None:
        self.recorded: list[list[bytes]] = []
        self._recv_callback: Any = self.recorded.append

    def on_recv(self, callback: Any) -> None:
        self._recv_callback = callback

    def closed(self) -> bool:
        return False


def kernel() -> Any:
    return SimpleNamespace(_activity_stream=Stream(), session=SESSION)


def status(state: str, parent: dict[str, Any]) -> list[bytes]:
    message = SESSION.msg("status", {"execution_state": state}, parent=parent)
    return [b"topic", *SESSION.serialize(message)]


def test_unrecorded_holds_back_ours_and_goes() -> None:
    looked_at = kernel()
    stream = looked_at._activity_stream
    ours, theirs = SESSION.msg("execute_request"), SESSION.msg("execute_request")
    unrecorded = Unrecorded.before(looked_at)
    assert unrecorded is not None
    unrecorded.hold_back(ours["header"]["msg_id"])
    assert Unrecorded.before(looked_at) is unrecorded
    messages = [
        status("busy", ours),
        status("busy", theirs),
        status("idle", theirs),
        status("idle", ours),
    ]
    for frames in messages:
        stream._recv_callback(frames)
    assert stream.recorded == messages[1:3]
    assert stream._recv_callback == stream.recorded.append


def test_unrecorded_server_without_a_record() -> None:
    assert Unrecorded.before(SimpleNamespace(session=SESSION)) is None
    assert Unrecorded.before(SimpleNamespace(session=SESSION, _activity_stream=None)) is None


@given(st.lists(st.just(DELIM) | st.binary(max_size=20) | st.just(b"{}"), max_size=8))
def test_unrecorded_any_frames_pass(frames: list[bytes]) -> None:
    looked_at = kernel()
    unrecorded = Unrecorded.before(looked_at)
    assert unrecorded is not None
    unrecorded.hold_back("ours")
    looked_at._activity_stream._recv_callback(frames)
    assert looked_at._activity_stream.recorded == [frames]
