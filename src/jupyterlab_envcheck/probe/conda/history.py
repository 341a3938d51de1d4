"""Reads what people asked conda for, from conda-meta/history."""

from __future__ import annotations

import ast
import re

from ...facts.text import clean

#: conda takes what was asked for from these lines, and from nothing else.
_UPDATED = re.compile(r"^# (?:update|install) specs:\s*(.*)$")
_REMOVED = re.compile(r"^# (?:remove|neutered) specs:\s*(.*)$")

#: The name at the head of a spec, perhaps behind a channel: `conda-forge::numpy[version='>=2']`.
#: The URL of a package is none, and may hold a password.
_NAME = re.compile(r"^\s*(?:[^\s\[]+::)?([A-Za-z0-9_.-]+)(?![:@]|[A-Za-z0-9_.-])")


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
        specs = written.split(",") if "://" not in written else []  # commas may be a password's
    if not isinstance(specs, (list, tuple, set)):
        return set()
    matches = (_NAME.match(spec) for spec in specs if isinstance(spec, str))
    return {clean(match[1], 200).lower() for match in matches if match is not None}
