"""Writes dataclasses as JSON and reads them back; files appear whole or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import os
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

#: Bytes kept aside in a job's folder, so that its end can be written though the disk is full.
_SPARE = "spare"
SPARE_SIZE = 65_536


def write(file: Path, data: object) -> None:
    """Write `data`, a dataclass, so that readers see the old file or the new one."""
    # In ASCII: a file's name that is no text has surrogates, which UTF-8 has not.
    text = json.dumps(dataclasses.asdict(data))  # type: ignore[call-overload]
    try:
        _replace(file, text)
    except OSError:
        # The disk is full, or so it seems: there is room for this once the spare file is gone.
        give_spare(file.parent)
        with contextlib.suppress(OSError):
            _replace(file, text)


def read(kind: type[T], file: Path) -> T:
    """Return the dataclass that `write` wrote; raises `OSError` or `ValueError`."""
    return build(kind, json.loads(file.read_text(encoding="utf-8")))


def build(kind: type[T], data: Any) -> T:
    """Return `data`, as JSON has it, as a `kind`."""
    built: T = _built(kind, data)
    return built


def keep_spare(folder: Path) -> None:
    """Reserve the space that a job's last words need."""
    (folder / _SPARE).write_bytes(b" " * SPARE_SIZE)


def give_spare(folder: Path) -> None:
    """Let the reserved space go, once the last words are written."""
    with contextlib.suppress(OSError):
        (folder / _SPARE).unlink(missing_ok=True)


def _built(kind: Any, data: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = _hints(kind)
        return kind(**{k: _built(known[k], v) for k, v in data.items() if k in known})
    if origin is tuple:
        return tuple(_built(arguments[0], item) for item in data)
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        kinds = [argument for argument in arguments if argument is not types.NoneType]
        return _built(next((k for k in kinds if _is_of(k, data)), kinds[0]), data)
    if origin is not None and isinstance(data, Mapping):
        return dict(data)
    return data


def _is_of(kind: Any, data: Any) -> bool:
    """Tell whether `data` says by its `kind` that it is one of these: actions do."""
    return isinstance(data, Mapping) and getattr(kind, "kind", data) == data.get("kind")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
