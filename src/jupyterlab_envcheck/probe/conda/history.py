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

#: All that such a spec can be: name, version and build, and the last two in brackets.
_PARTS = re.compile(
    r"(?:[^\s\[]+::)?[A-Za-z0-9_.-]+(?P<version>[=<>!~][^\s=\[]*(?:=[^\s=\[]+)?)?"
    r"(?:=(?P<build>[^\s=\[]+))?(?:\[(?P<keys>[^\[\]]*)\])?"
)
_KEYS = re.compile(r"(\w+)=(?:['\"]([^'\"]*)['\"]|([^,'\"]+))")


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


def asked(history: str) -> dict[str, str]:
    """Return what people asked for and did not take back: name -> spec, as a command line has it.

    Without channels, and by its name alone where a spec says more than version and build.
    """
    found: dict[str, str] = {}
    for line in history.splitlines():
        if wanted := _UPDATED.match(line):
            for spec in _specs(wanted[1]):
                if name := _name(spec):
                    found[name] = _as_typed(name, spec)
        elif taken := _REMOVED.match(line):
            for name in _names(taken[1]):
                found.pop(name, None)
    return dict(sorted(found.items()))


def _as_typed(name: str, spec: str) -> str:
    """Return `numpy[version='>=2',build=py_0]`, conda's way to write it down, as it is typed."""
    match = _PARTS.fullmatch(spec.strip())
    if match is None:
        return name
    version, build = match["version"] or "", match["build"] or ""
    for key, quoted, plain in _KEYS.findall(match["keys"] or ""):
        if key == "version":
            version = quoted or plain
        elif key == "build":
            build = quoted or plain
        else:
            return name
    if version and version[0] not in "=<>!~":
        version = f"={version}" if version != "*" else ""
    if not build:
        return name + version
    bare = version.lstrip("=")
    return f"{name}={bare or '*'}={build}" if not set(bare) & set("<>!~,|") else name + version


def _names(written: str) -> set[str]:
    """Return the names in a list of specs, written as Python writes a list, or with commas."""
    return {name for spec in _specs(written) if (name := _name(spec))}


def _specs(written: str) -> list[str]:
    try:
        specs = ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        specs = written.split(",") if "://" not in written else []  # commas may be a password's
    if not isinstance(specs, (list, tuple, set)):
        return []
    return [spec for spec in specs if isinstance(spec, str)]


def _name(spec: str) -> str | None:
    match = _NAME.match(spec)
    return clean(match[1], 200).lower() if match is not None else None
