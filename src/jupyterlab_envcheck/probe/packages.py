"""Reads what is installed in a folder, tolerantly: one broken package never hides the others.

Not importlib.metadata, which parses whole METADATA files, descriptions and all, as e-mail: 155
distributions take it 60 ms, this reader 5; and a METADATA that is missing makes it give a name None.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from ..facts import Package
from ..facts.text import clean

#: Bytes. Headers come first; the longest seen, of a package with 300 extras, were 90 kB.
_FIRST_READ = 16_384
_MOST_READ = 1_048_576

#: A pipe in the place of a file must not hold us.
_NOT_WAITING = getattr(os, "O_NONBLOCK", 0)

#: A distribution's folder or file; `name-version` may hold dashes of its own in old ones.
_SUFFIXES = (".dist-info", ".egg-info")

#: None of these headers is ever folded, so a folded line is none of them.
_HEADER = re.compile(
    rb"^(Name|Version|Requires-Dist)[ \t]*:([^\r\n]*)", re.MULTILINE | re.IGNORECASE
)
_BLANK_LINE = re.compile(rb"^\r?$", re.MULTILINE)

_EXTRA = re.compile(r"\bextra\s*==|==\s*extra\b")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What one folder of sys.path holds."""

    packages: tuple[Package, ...] = ()
    leftovers: tuple[str, ...] = ()  #: paths of what interrupted installs left behind


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A distribution's folder or file, before it is read."""

    name: str
    path: str
    changed: float
    is_folder: bool


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The names in a folder; equal scans hold the same packages."""

    folder: str
    entries: tuple[Entry, ...]
    leftovers: tuple[str, ...]


def scan(folder: str) -> Scan:
    """Return what lies in `folder` by name; an unreadable folder holds nothing."""
    entries, leftovers = [], []
    for found in _entries(folder):
        if found.name.startswith("~"):  # pip renames what it replaces, and removes it afterwards
            leftovers.append(found.path)
        elif found.name.endswith(_SUFFIXES):
            entries.append(
                Entry(
                    name=found.name,
                    path=found.path,
                    changed=_changed(found),
                    is_folder=_is_folder(found),
                )
            )
    entries.sort(key=lambda entry: (entry.changed, entry.name))
    return Scan(folder=folder, entries=tuple(entries), leftovers=tuple(sorted(leftovers)))


def read(scanned: Scan) -> Folder:
    """Return the distributions of a folder; of two of one name, the newest."""
    newest: dict[str, tuple[Entry, Package]] = {}
    leftovers = list(scanned.leftovers)
    for entry in scanned.entries:
        package = _read(scanned.folder, entry)
        if package is None:
            leftovers.append(entry.path)
            continue
        before = newest.get(package.name)
        if before is not None:
            leftovers.append(before[0].path)
        newest[package.name] = entry, package
    packages = sorted((package for _, package in newest.values()), key=lambda p: p.name)
    return Folder(
        packages=tuple(packages), leftovers=tuple(clean(path) for path in sorted(leftovers))
    )


def read_folder(folder: str) -> Folder:
    """Return the distributions lying in `folder`; an unreadable folder holds none."""
    return read(scan(folder))


def same_folders(path: Sequence[str]) -> dict[str, str]:
    """Return the folders of a sys.path in its order, each once, by their real paths.

    One folder may stand there twice, spelled through a link: lib64 -> lib.
    """
    folders: dict[str, str] = {}
    for folder in path:
        folders.setdefault(os.path.realpath(folder), folder)
    return folders


def together(folders: Iterable[Folder]) -> Folder:
    """Return what Python sees of `folders` in the order of sys.path: the first of a name wins."""
    packages: dict[str, Package] = {}
    leftovers: list[str] = []
    for folder in folders:
        leftovers += folder.leftovers
        for package in folder.packages:
            packages.setdefault(package.name, package)
    ordered = tuple(packages[name] for name in sorted(packages))
    return Folder(packages=ordered, leftovers=tuple(dict.fromkeys(leftovers)))


def metadata_names(folder: str, *, conda: bool = False) -> Iterator[tuple[str, float]]:
    """Yield name and time of change of all that an installer changes in a folder.

    Not the folder's own time, which a `__pycache__` moves.
    """
    endings = (".json",) if conda else (*_SUFFIXES, ".pth", ".egg-link")
    for entry in _entries(folder):
        if entry.name.endswith(endings):
            yield entry.name, _changed(entry)


def headers(metadata: bytes) -> dict[str, list[str]]:
    """Return name, version and requires-dist of a METADATA or PKG-INFO file; never fails."""
    read: dict[str, list[str]] = {}
    description = _BLANK_LINE.search(metadata)
    for match in _HEADER.finditer(metadata, 0, description.start() if description else _MOST_READ):
        value = match[2].decode("utf-8", "replace").strip()
        read.setdefault(match[1].decode("ascii").lower(), []).append(value)
    return read


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (OSError, ValueError):  # not there, a zip file, not ours to read, no path at all
        return []


def _changed(entry: os.DirEntry[str]) -> float:
    try:
        return entry.stat().st_mtime
    except OSError:
        return 0.0


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _read(folder: str, entry: Entry) -> Package | None:
    """Return the package, or None where its metadata is not there."""
    if not entry.is_folder:
        text = _headers_of(entry.path)
    elif entry.name.endswith(".dist-info"):
        text = _headers_of(os.path.join(entry.path, "METADATA"))
    else:
        text = _headers_of(os.path.join(entry.path, "PKG-INFO"))
    if text is None:
        return None
    told = headers(text)
    stem = entry.name.rsplit(".", 1)[0].split("-")
    name = next(iter(told.get("name", ())), "") or stem[0]
    version = next(iter(told.get("version", ())), "") or (stem[1] if len(stem) > 1 else "")
    package = Package(
        name=clean(canonicalize_name(name), 200),
        version=clean(version, 200) or None,
        installer=None,
        location=clean(folder),
        metadata=clean(entry.name),
        editable=False,
        requires=tuple(clean(r) for r in told.get("requires-dist", ()) if not _EXTRA.search(r)),
    )
    return _with_its_files(package, entry) if entry.is_folder else package


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
    # Not open(), which takes three times as long for files as small as these.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _NOT_WAITING)
    except (OSError, ValueError):
        return None
    try:
        return os.read(descriptor, most)
    except OSError:  # a folder of that name
        return None
    finally:
        os.close(descriptor)
