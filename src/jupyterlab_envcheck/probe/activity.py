"""Keeps what we ask a kernel out of the server's record of activity.

Jupyter Server watches a kernel's broadcast (`MappingKernelManager.start_watching_activity`): each
status message, of whoever's request, moves `last_activity`, and turns the shown state to busy and
back. By that record idle kernels are culled; our look must neither put that off nor bring it on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.session import DELIM


class Unrecorded:
    """Holds back from the server's record the broadcasts that answer our own requests.

    An execute request is always activity to the server, so for the time of ours a filter stands in
    front of its listener. Messages that answer others pass at once and unchanged, in their order;
    so a person's own cell is recorded as ever, even if it runs in the midst. (Putting the old time
    back afterwards would mask such a cell, or race with it; and for some milliseconds anyone who
    asks would see the kernel busy.)

    The filter takes itself away with the `idle` that ends our last request. If that is late, for a
    person's cell got in front of us, it stays until then; with a restart the stream goes, and so
    does the filter.
    """

    def __init__(self, stream: Any, record: Callable[[list[bytes]], object], session: Any) -> None:
        self._stream = stream
        self._record = record
        self._session = session
        self._ours: set[str] = set()

    @classmethod
    def before(cls, kernel: Any) -> Unrecorded | None:
        """Return the filter in front of a kernel's listener, None where this server has none.

        One filter serves all looks at a kernel: two could not be taken away one by one.
        """
        stream = getattr(kernel, "_activity_stream", None)
        record = getattr(stream, "_recv_callback", None)
        if stream is None or record is None or stream.closed():
            return None
        before = getattr(record, "__self__", None)
        if isinstance(before, cls):
            return before
        unrecorded = cls(stream, record, kernel.session)
        stream.on_recv(unrecorded._receive)
        return unrecorded

    def hold_back(self, message_id: str) -> None:
        """Hold back what answers this request, up to its `idle`."""
        self._ours.add(message_id)

    def _receive(self, frames: list[bytes]) -> object:
        header, parent = self._headers(frames)
        message_id = str(parent.get("msg_id"))
        if message_id not in self._ours:
            return self._record(frames)
        if header.get("msg_type") == "status" and self._is_idle(frames):
            self._ours.discard(message_id)
            if not self._ours:
                self._stream.on_recv(self._record)
        return None

    def _headers(self, frames: list[bytes]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return header and parent header of a message on the wire; empty where it is none.

        The signature is not checked: nobody else on this host knows the number of our request.
        """
        try:
            start = frames.index(DELIM)
            header, parent = (self._session.unpack(frames[start + n]) for n in (2, 3))
        except (ValueError, IndexError, TypeError):
            return {}, {}
        both = isinstance(header, dict) and isinstance(parent, dict)
        return (header, parent) if both else ({}, {})

    def _is_idle(self, frames: list[bytes]) -> bool:
        try:
            content = self._session.unpack(frames[frames.index(DELIM) + 5])
        except (ValueError, IndexError, TypeError):
            return False
        return isinstance(content, dict) and content.get("execution_state") == "idle"
