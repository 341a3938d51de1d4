"""Reads one distribution's metadata, tolerantly: it may be missing, unreadable or garbage.

Missing and unreadable are two things: what is missing is a leftover, which a person is told to
remove; what only cannot be read now, for want of rights or of free file descriptors, is a package.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from ..facts import Package
from ..facts.text import clean

#: Bytes. Headers come first; the longest seen, of a package with 300 extras, were 90 kB.
_FIRST_READ = 16_384
_MOST_READ = 1_048_576

#: A pipe in the place of a file must not hold us.
_NOT_WAITING = getattr(os, "O_NONBLOCK", 0)

#: None of these headers is ever folded, so a folded line is none of them.
_HEADER = re.compile(
    rb"^(Name|Version|Requires-Dist)[ \t]*:([^\r\n]*)", re.MULTILINE | re.IGNORECASE
)
_BLANK_LINE = re.compile(rb"^\r?$", re.MULTILINE)

_EXTRA = re.compile(r"\bextra\s*==|==\s*extra\b")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A distribution's folder or file, before it is read."""

    name: str
    path: str
    changed: float
    is_folder: bool


@dataclass(frozen=True, kw_only=True)
class Read:
    """What could be read of a distribution."""

    package: Package | None  #: None where it has no metadata
    why: str | None = None  #: why not all of it could be read


def read(folder: str, entry: Entry) -> Read:
    """Return the package; where its metadata cannot be read, as its folder's name tells it."""
    file = "METADATA" if entry.name.endswith(".dist-info") else "PKG-INFO"
    why = None
    try:
        text = _headers_of(os.path.join(entry.path, file) if entry.is_folder else entry.path)
    except OSError as error:
        text, why = b"", _unreadable(file if entry.is_folder else "the file", error)
    if text is None:
        return Read(package=None)
    told = headers(text)
    stem = entry.name.rsplit(".", 1)[0].split("-")
    name = next(iter(told.get("name", ())), "") or stem[0]
    version = next(iter(told.get("version", ())), "") or (stem[1] if len(stem) > 1 else "")
    if why is not None and not name:
        return Read(package=None, why=why)
    package = Package(
        name=clean(canonicalize_name(name), 200),
        version=clean(version, 200) or None,
        installer=None,
        location=clean(folder),
        metadata=clean(entry.name),
        editable=False,
        requires=tuple(clean(r) for r in told.get("requires-dist", ()) if not _EXTRA.search(r)),
    )
    if why is None and package.metadata != entry.name:
        why = "its name cannot be shown as it is"
    if not entry.is_folder:
        return Read(package=package, why=why)
    try:
        return Read(package=_with_its_files(package, entry), why=why)
    except OSError as error:
        return Read(package=package, why=why or _unreadable("a file beside it", error))


def headers(metadata: bytes) -> dict[str, list[str]]:
    """Return name, version and requires-dist of a METADATA or PKG-INFO file; never fails."""
    read: dict[str, list[str]] = {}
    description = _BLANK_LINE.search(metadata)
    for match in _HEADER.finditer(metadata, 0, description.start() if description else _MOST_READ):
        value = match[2].decode("utf-8", "replace").strip()
        read.setdefault(match[1].decode("ascii").lower(), []).append(value)
    return read


def _with_its_files(package: Package, entry: Entry) -> Package:
    """Add what lies beside the metadata in its folder."""
    if entry.name.endswith(".egg-info"):
        requires = _requires_txt(_text(os.path.join(entry.path, "requires.txt")) or "")
        return replace(package, requires=package.requires or requires)
    installer = clean((_text(os.path.join(entry.path, "INSTALLER")) or "").strip(), 60)
    editable = _is_editable(_text(os.path.join(entry.path, "direct_url.json")))
    return replace(package, installer=installer or None, editable=editable)


def _requires_txt(text: str) -> tuple[str, ...]:
    """Return the requirements of an egg-info: those before its first `[extra]`."""
    lines = (line.strip() for line in text.splitlines())
    requires = []
    for line in lines:
        if line.startswith("["):
            break
        if line:
            requires.append(clean(line))
    return tuple(requires)


def _is_editable(direct_url: str | None) -> bool:
    if direct_url is None:
        return False
    try:
        told = json.loads(direct_url)
    except (ValueError, RecursionError):
        return False
    folder = told.get("dir_info") if isinstance(told, Mapping) else None
    return isinstance(folder, Mapping) and folder.get("editable") is True


def _unreadable(file: str, error: OSError) -> str:
    return f"{file} cannot be read: {error.strerror or type(error).__name__}"


def _headers_of(path: str) -> bytes | None:
    """Return as much of a file as holds its headers, None where there is no file."""
    text = _bytes(path, _FIRST_READ)
    if text is not None and len(text) == _FIRST_READ and not _BLANK_LINE.search(text):
        return _bytes(path, _MOST_READ)
    return text


def _text(path: str) -> str | None:
    text = _bytes(path, _MOST_READ)
    return text.decode("utf-8", "replace") if text is not None else None


def _bytes(path: str, most: int) -> bytes | None:
    """Return the beginning of a file, None where there is none; OSError where it is unreadable."""
    # Not open(), which takes three times as long for files as small as these.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _NOT_WAITING)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return os.read(descriptor, most)
    finally:
        os.close(descriptor)
