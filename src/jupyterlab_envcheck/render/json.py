"""The wire format of report, plan and job: the one place that knows it.

Keys are the fields of the dataclasses, as `schema.json` beside this file says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec


def wire(data: object) -> Any:
    """Return `data` as JSON would read it back: dicts, lists, strings, numbers, None."""
    return json.loads(dumps(data))


def dumps(data: object, indent: int | None = None) -> str:
    """Return `data` (dataclasses, and lists and dicts of them) as JSON text.

    By msgspec: a report on 5,000 packages is 2 MB, over which Python's own encoder keeps the server
    waiting six times as long.
    """
    text = msgspec.json.encode(data, enc_hook=_plain)
    return (text if indent is None else msgspec.json.format(text, indent=indent)).decode()


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):  # one that cannot be changed
        return dict(value)
    msg = f"{type(value).__name__} has no place in a reply"
    raise TypeError(msg)
