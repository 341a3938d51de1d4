"""The wire format of report, plan and job: the one place that knows it.

Keys are the fields of the dataclasses, as `schema.json` beside this file says.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from ..facts import Facts, Sections


def wire(data: object) -> Any:
    """Return `data` as JSON would read it back: dicts, lists, strings, numbers, None."""
    return json.loads(dumps(data))


def dumps(data: object, indent: int | None = None) -> str:
    """Return `data` (dataclasses, and lists and dicts of them) as JSON text."""
    return json.dumps(data, default=_object, ensure_ascii=False, indent=indent)


def _object(value: object) -> Any:
    if isinstance(value, Facts):  # the day and the knowledge are given to checks, not sent
        return {part.name: getattr(value, part.name) for part in fields(Sections)}
    if is_dataclass(value):
        return vars(value)
    msg = f"{type(value).__name__} has no place in a reply"
    raise TypeError(msg)
