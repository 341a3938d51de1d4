"""Speaks with a kernel over channels of our own, out of the server's record of activity."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from queue import Empty
from typing import Any, Literal, Self

from jupyter_client.session import Session
from jupyter_core.utils import ensure_async

from .activity import Unrecorded


class Conversation:
    """Channels to a kernel, as they are needed, in a session that is nobody else's."""

    def __init__(self, kernel: Any, timeout: float) -> None:
        theirs = kernel.session
        self._session = Session(
            key=theirs.key,
            signature_scheme=theirs.signature_scheme,
            packer=theirs.packer,
            unpacker=theirs.unpacker,
        )
        self._kernel = kernel
        self._timeout = timeout
        # The manager's own context: one of the client's would start a thread, and end it.
        self._client = kernel.client(session=self._session, context=kernel.context)
        self._lines: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Not stop_channels, which first makes every channel that is not there.
        for line in self._lines.values():
            line.stop()

    async def ask(
        self, channel: Literal["control", "shell"], message_type: str, content: dict[str, Any]
    ) -> Mapping[str, Any]:
        """Send a message, and return the content of its reply; empty where none came in time.

        Nothing else runs before the message is sent.
        """
        # Not start_channels: a heartbeat and a stdin channel are in others' way.
        line = self._line(channel)
        message = self._session.msg(message_type, content)
        message_id = message["header"]["msg_id"]
        unrecorded = Unrecorded.before(self._kernel)
        if unrecorded is not None:
            unrecorded.hold_back(message_id)
        line.send(message)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout
        while (left := deadline - loop.time()) > 0:
            try:
                reply = await ensure_async(line.get_msg(timeout=left))
            except (Empty, ValueError):  # ValueError: a message with a wrong signature
                continue
            if reply["parent_header"].get("msg_id") == message_id:
                replied = reply["content"]
                return replied if isinstance(replied, dict) else {}
        return {}

    def _line(self, channel: Literal["control", "shell"]) -> Any:
        if channel not in self._lines:
            shell = channel == "shell"
            made = self._client.shell_channel if shell else self._client.control_channel
            self._lines[channel] = made
        return self._lines[channel]
