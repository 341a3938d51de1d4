"""Reads what conda knows of an environment, from the names of its records and from its history."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from ..facts import Conda, CondaRecord
from ..facts.text import clean

_MOST_READ = 20_000_000  #: bytes: histories of years have been seen at 2 MB

#: conda takes what was asked for from these lines, and from nothing else.
_UPDATED = re.compile(r"^# (?:update|install) specs:\s*(.*)$")
_REMOVED = re.compile(r"^# (?:remove|neutered) specs:\s*(.*)$")

#: The name at the head of a spec, perhaps behind a channel: `conda-forge::numpy[version='>=2']`.
_NAME = re.compile(r"^\s*(?:[^\s:\[]+::)?([A-Za-z0-9_.-]+)")


def read(prefix: str) -> Conda | None:
    """Return records and requested names, None where `prefix` is not conda's."""
    meta = Path(prefix, "conda-meta")
    try:
        names = sorted(file.name for file in meta.iterdir())
    except (OSError, ValueError):
        return None
    records = (record(name) for name in names if name.endswith(".json"))
    return Conda(
        records=tuple(found for found in records if found is not None),
        requested=requested(_text(meta / "history")),
    )


def record(file_name: str) -> CondaRecord | None:
    """Return what a record's file name tells: `name-version-build.json`."""
    match clean(file_name.removesuffix(".json"), 400).rsplit("-", 2):
        case [name, version, build] if name and version and build:
            return CondaRecord(name=name, version=version, build=build)
        case _:
            return None


def requested(history: str) -> tuple[str, ...]:
    """Return the names that people asked for and did not take back, sorted.

    Only comments of this form are read: `# cmd:` lines can hold a password.
    """
    names: set[str] = set()
    for line in history.splitlines():
        if asked := _UPDATED.match(line):
            names |= _names(asked[1])
        elif taken := _REMOVED.match(line):
            names -= _names(taken[1])
    return tuple(sorted(names))


def _names(written: str) -> set[str]:
    """Return the names in a list of specs, written as Python writes a list, or with commas."""
    try:
        specs = ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        specs = written.split(",")
    if not isinstance(specs, (list, tuple, set)):
        return set()
    matches = (_NAME.match(spec) for spec in specs if isinstance(spec, str))
    return {clean(match[1], 200).lower() for match in matches if match is not None}


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_READ).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
