"""The bell: tells open panels that there is something new to ask for, and nothing else.

Every subscriber of the server's events sees them and anyone with a token can forge them, so they
carry no name, path, line or verdict.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any, Literal

from jupyter_events import EventLogger

SCHEMA_ID = "https://events.jupyterlab-envcheck.org/bell/v1"
SCHEMA: dict[str, Any] = {
    "$id": SCHEMA_ID,
    "version": "1",
    "title": "envcheck's bell",
    "description": "A report, plan or job has something new. Ask the API for it.",
    "personal-data": False,
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "id", "seq"],
    "properties": {
        "kind": {"enum": ["report", "plan", "job"]},
        "id": {"type": "string"},
        "seq": {"type": "integer"},
    },
}

Kind = Literal["report", "plan", "job"]

_PAUSE = 0.25  #: seconds between rings: at most four a second


class Bell:
    """Rings at once, then at most four times a second; rings for one thing are merged."""

    def __init__(self, events: EventLogger) -> None:
        events.register_event_schema(SCHEMA)
        self._events = events
        self._waiting: dict[tuple[Kind, str], None] = {}
        self._pause: asyncio.TimerHandle | None = None
        self._seq = count(1)

    def ring(self, kind: Kind, about: str) -> None:
        """Tell that `about` has something new. Called on the event loop."""
        self._waiting[kind, about] = None
        if self._pause is None:
            self._next()

    def silence(self) -> None:
        """Ring no more."""
        self._waiting.clear()
        if self._pause is not None:
            self._pause.cancel()

    def _next(self) -> None:
        if not self._waiting:
            self._pause = None
            return
        kind, about = next(iter(self._waiting))
        del self._waiting[kind, about]
        self._events.emit(
            schema_id=SCHEMA_ID, data={"kind": kind, "id": about, "seq": next(self._seq)}
        )
        self._pause = asyncio.get_running_loop().call_later(_PAUSE, self._next)
