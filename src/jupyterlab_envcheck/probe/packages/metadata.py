"""Reads one distribution's metadata, tolerantly: it may be missing, unreadable or garbage.

Missing and unreadable are two things: what is missing is a leftover, which a person is told to
remove; what only cannot be read now, for want of rights or of free file descriptors, is a package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ...facts import DirectUrl, Package
from ...facts.text import clean
from .metadata_files import BLANK_LINE, MOST_READ, Files, Folder, SingleFile

#: None of these headers is ever folded, so a folded line is none of them. Found by the end of the
#: line before, which takes a third of the time that `^` does.
_HEADER = re.compile(rb"\n(Name|Version|Requires-Dist|Import-Name)[ \t]*:([^\r\n]*)", re.IGNORECASE)
_EXTRA = re.compile(r"\bextra\s*==|==\s*extra\b")

#: They write REQUESTED for what a person asked for, so that its absence tells something.
_NOTE_REQUESTS = frozenset({"pip", "uv"})

_MOST_NAMES = 1_000


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
    may_pass: bool = False  #: whether all of it may be read at the next look
    tops: frozenset[bytes] = frozenset()  #: what it has of its own in its folder, by its RECORD


def read(folder: str, entry: Entry) -> Read:
    """Return the package; where its metadata cannot be read, as its folder's name tells it."""
    files = Folder(entry.path) if entry.is_folder else SingleFile(entry.path)
    return read_files(folder, entry, files)


def read_files(folder: str, entry: Entry, files: Files, *, linked: bool = False) -> Read:
    """Return the package that `files` tell of; `linked` for the one an .egg-link leads to."""
    stem, _, form = entry.name.rpartition(".")
    text = files.read("METADATA" if form == "dist-info" else "PKG-INFO")
    if text is None and not files.trouble:
        return Read(package=None)
    told = headers(text or b"")
    parts = stem.split("-")
    name = next(iter(told.get("name", ())), "") or parts[0]
    version = next(iter(told.get("version", ())), "") or (parts[1] if len(parts) > 1 else "")
    if files.trouble and not name:
        return Read(package=None, why=files.trouble[0], may_pass=files.may_pass)
    shown = clean(entry.name)
    if shown != entry.name:
        files.trouble.append("its name cannot be shown as it is")
    installer = clean(_text(files, "INSTALLER").strip(), 60) or None
    direct_url, editable = _direct_url(files)
    editable = editable or linked
    record = files.record()
    requires = told.get("requires-dist") or _requires_txt(_text(files, "requires.txt"))
    if "import-name" in told:  # an empty one says that it brings none (PEP 794)
        imports = _names(value.partition(";")[0] for value in told["import-name"])
    elif record is not None and not editable:
        imports = record.imports
    else:  # the RECORD of an editable one lists only what leads to its folder
        imports = _names(_text(files, "top_level.txt").splitlines())
    package = Package(
        name=clean(canonicalize_name(name), 200),
        version=clean(version, 200) or None,
        installer=installer,
        location=clean(folder),
        metadata=shown,
        form=form,
        editable=editable,
        requested=_requested(files, installer),
        direct_url=direct_url,
        requires=tuple([clean(r) for r in requires if "extra" not in r or not _EXTRA.search(r)]),
        imports=imports,
        compiled=record.compiled if record is not None and not editable else None,
        bundles=record.bundles if record is not None else (),
        build=None,
    )
    return Read(
        package=package,
        why="; ".join(files.trouble) or None,
        may_pass=files.may_pass,
        tops=record.tops if record is not None else frozenset(),
    )


def headers(metadata: bytes) -> dict[str, list[str]]:
    """Return the headers of a METADATA or PKG-INFO file that are of use; never fails."""
    read: dict[str, list[str]] = {}
    text = b"\n" + metadata
    description = BLANK_LINE.search(text)
    for name, value in _HEADER.findall(text, 0, description.end() if description else MOST_READ):
        told = value.decode("utf-8", "replace").strip()
        read.setdefault(name.decode("ascii").lower(), []).append(told)
    return read


def _requested(files: Files, installer: str | None) -> bool | None:
    """Tell whether a person asked for it; in conda's packages lies what packing them wrote."""
    if installer is None or installer == "conda":
        return None
    return files.has("REQUESTED") or (False if installer in _NOTE_REQUESTS else None)


def _names(written: Iterable[str]) -> tuple[str, ...]:
    """Return what can be imported of names that somebody wrote, each once."""
    names = dict.fromkeys(map(str.strip, written))
    valid = [clean(name, 200) for name in names if all(map(str.isidentifier, name.split(".")))]
    return tuple(valid[:_MOST_NAMES])


def _requires_txt(text: str) -> list[str]:
    """Return the requirements of an egg-info: those before its first `[extra]`."""
    lines = [line.strip() for line in f"\n{text}".partition("\n[")[0].splitlines()]
    return [line for line in lines if line]


def _direct_url(files: Files) -> tuple[DirectUrl | None, bool]:
    """Return where it came from, and whether its files stayed there (PEP 610)."""
    text = files.read("direct_url.json")
    if text is None:
        return None, False
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    url = told.get("url") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(url, str):
        files.trouble.append("direct_url.json tells no URL")
        return None, False
    control, folder = told.get("vcs_info"), told.get("dir_info")
    commit = control.get("commit_id") if isinstance(control, dict) else None
    source = DirectUrl(
        url=clean(url),
        commit=clean(commit, 100) if isinstance(commit, str) else None,
        local=url[:5].lower() == "file:",
    )
    return source, isinstance(folder, dict) and folder.get("editable") is True


def _text(files: Files, name: str) -> str:
    return (files.read(name) or b"").decode("utf-8", "replace")
