"""Reads what is installed in a folder, tolerantly: one broken package never hides the others.

Not importlib.metadata, which parses whole METADATA files, descriptions and all, as e-mail, and each
RECORD line by line; and a METADATA that is missing makes it give a name None.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...facts import Overlap, Package, Shadow
from ...facts.text import clean, is_shown_as_it_is
from . import builds, metadata, records
from .metadata import Entry, Read

#: A distribution's folder or file; `name-version` may hold dashes of its own in old ones.
_EGGS = (".egg", ".egg-link")
_SUFFIXES = (".dist-info", ".egg-info", *_EGGS)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What one folder of sys.path holds."""

    packages: tuple[Package, ...] = ()
    leftovers: tuple[str, ...] = ()  #: paths of what interrupted installs left behind
    overlaps: tuple[Overlap, ...] = ()
    shadows: tuple[Shadow, ...] = ()  #: of several folders, what the first hide of the others
    unknown: Mapping[str, str] = field(
        default_factory=dict
    )  #: metadata, folder, "NAME.build" or "overlaps" -> what is not known of it
    may_pass: bool = False  #: whether some of that may be known at the next look


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The names in a folder; equal scans hold the same packages."""

    folder: str
    entries: tuple[Entry, ...]
    leftovers: tuple[str, ...]
    trouble: str | None = None  #: why it could not be listed


def scan(folder: str) -> Scan:
    """Return what lies in `folder` by name, and whether it could be listed; never fails."""
    entries, leftovers = [], []
    try:
        lying = _entries(folder)
    except OSError as error:
        trouble = f"the folder cannot be listed: {error.strerror or type(error).__name__}"
        return Scan(folder=folder, entries=(), leftovers=(), trouble=trouble)
    for found in lying:
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
    newest: dict[str, tuple[Entry, Package, Read]] = {}
    leftovers = list(scanned.leftovers)
    unknown = {clean(scanned.folder): scanned.trouble} if scanned.trouble is not None else {}
    may_pass = scanned.trouble is not None
    for entry in scanned.entries:
        found = _read(scanned.folder, entry)
        may_pass = may_pass or found.may_pass
        if found.why is not None:
            unknown[clean(entry.name)] = found.why
        if found.package is None:
            leftovers += [entry.path] if found.why is None else []
            continue
        name = found.package.name
        before = newest.get(name)
        # Two of one name, one of which could not be read: not said to be a leftover on a guess.
        if before is not None and not {entry.name, before[0].name} & unknown.keys():
            leftovers.append(before[0].path)
        newest[name] = entry, found.package, found
    for path in leftovers:
        if not is_shown_as_it_is(path):  # the command that removes it would name another
            unknown[clean(os.path.basename(path))] = "its name cannot be shown as it is"
    overlaps, why = records.overlaps(
        [
            records.Claim(name=name, path=os.path.join(entry.path, "RECORD"), tops=found.tops)
            for name, (entry, _, found) in sorted(newest.items())
            if found.tops
        ]
    )
    if why is not None:
        unknown["overlaps"] = why
    packages, unread = builds.of_files([newest[name][1] for name in sorted(newest)], scanned.folder)
    return Folder(
        packages=tuple(packages),
        leftovers=tuple(filter(is_shown_as_it_is, sorted(leftovers))),
        overlaps=overlaps,
        unknown=unknown | unread,
        may_pass=may_pass,
    )


def read_folder(folder: str) -> Folder:
    """Return the distributions lying in `folder`."""
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
    overlaps: list[Overlap] = []
    shadows: list[Shadow] = []
    unknown: dict[str, str] = {}
    may_pass = False
    for folder in folders:
        leftovers += folder.leftovers
        overlaps += folder.overlaps
        unknown |= folder.unknown
        may_pass = may_pass or folder.may_pass
        for package in folder.packages:
            seen = packages.setdefault(package.name, package)
            if seen is not package and not _is_one(seen, package):
                shadows.append(_shadow(package, seen))
    ordered, untold = builds.of_names([packages[name] for name in sorted(packages)])
    return Folder(
        packages=tuple(ordered),
        leftovers=tuple(dict.fromkeys(leftovers)),
        overlaps=records.worst(overlaps),
        shadows=tuple(sorted(shadows, key=lambda shadow: shadow.name)),
        unknown=unknown | untold,
        may_pass=may_pass,
    )


def metadata_names(folder: str, *, conda: bool = False) -> Iterator[tuple[str, float]]:
    """Yield name and time of change of all that an installer changes in a folder.

    Not the folder's own time, which a `__pycache__` moves.
    """
    endings = (".json",) if conda else (*_SUFFIXES, ".pth")
    try:
        entries = _entries(folder)
    except OSError as error:
        yield f"not listed: {error.errno}", 0.0  # not the same as empty
        return
    for entry in entries:
        if entry.name.endswith(endings):
            yield entry.name, _changed(entry)


def _read(folder: str, entry: Entry) -> Read:
    if entry.name.endswith(_EGGS):
        from . import eggs  # noqa: PLC0415 - eggs are rare, and zipfile is slow to import

        return eggs.read(folder, entry)
    return metadata.read(folder, entry)


def _is_one(one: Package, other: Package) -> bool:
    """Tell whether two are the same project: an editable one's sources lie on sys.path, too."""
    return one.editable or other.editable


def _shadow(hidden: Package, seen: Package) -> Shadow:
    return Shadow(
        name=hidden.name,
        version=hidden.version,
        location=hidden.location,
        seen_version=seen.version,
        seen_location=seen.location,
    )


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """Return what lies in a folder, nothing where there is none; OSError where it is unreadable."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no path at all
        return []
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # nothing can lie there
            return []
        raise


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
