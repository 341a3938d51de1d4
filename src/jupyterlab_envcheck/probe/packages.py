"""Reads what is installed in a folder, tolerantly: one broken package never hides the others.

Not importlib.metadata, which parses whole METADATA files, descriptions and all, as e-mail: 155
distributions take it 60 ms, this reader 5; and a METADATA that is missing makes it give a name None.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..facts import Package
from ..facts.text import clean, is_shown_as_it_is
from . import metadata
from .metadata import Entry

#: A distribution's folder or file; `name-version` may hold dashes of its own in old ones.
_SUFFIXES = (".dist-info", ".egg-info")


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What one folder of sys.path holds."""

    packages: tuple[Package, ...] = ()
    leftovers: tuple[str, ...] = ()  #: paths of what interrupted installs left behind
    unknown: Mapping[str, str] = field(
        default_factory=dict
    )  #: metadata or folder -> what is not known of it


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
    newest: dict[str, tuple[Entry, Package]] = {}
    leftovers = list(scanned.leftovers)
    unknown = {clean(scanned.folder): scanned.trouble} if scanned.trouble is not None else {}
    for entry in scanned.entries:
        found = metadata.read(scanned.folder, entry)
        if found.why is not None:
            unknown[clean(entry.name)] = found.why
        if found.package is None:
            leftovers += [entry.path] if found.why is None else []
            continue
        before = newest.get(found.package.name)
        # Two of one name, one of which could not be read: not said to be a leftover on a guess.
        if before is not None and not {entry.name, before[0].name} & unknown.keys():
            leftovers.append(before[0].path)
        newest[found.package.name] = entry, found.package
    for path in leftovers:
        if not is_shown_as_it_is(path):  # the command that removes it would name another
            unknown[clean(os.path.basename(path))] = "its name cannot be shown as it is"
    packages = sorted((package for _, package in newest.values()), key=lambda p: p.name)
    return Folder(
        packages=tuple(packages),
        leftovers=tuple(filter(is_shown_as_it_is, sorted(leftovers))),
        unknown=unknown,
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
    unknown: dict[str, str] = {}
    for folder in folders:
        leftovers += folder.leftovers
        unknown |= folder.unknown
        for package in folder.packages:
            packages.setdefault(package.name, package)
    ordered = tuple(packages[name] for name in sorted(packages))
    return Folder(packages=ordered, leftovers=tuple(dict.fromkeys(leftovers)), unknown=unknown)


def metadata_names(folder: str, *, conda: bool = False) -> Iterator[tuple[str, float]]:
    """Yield name and time of change of all that an installer changes in a folder.

    Not the folder's own time, which a `__pycache__` moves.
    """
    endings = (".json",) if conda else (*_SUFFIXES, ".pth", ".egg-link")
    try:
        entries = _entries(folder)
    except OSError as error:
        yield f"not listed: {error.errno}", 0.0  # not the same as empty
        return
    for entry in entries:
        if entry.name.endswith(endings):
            yield entry.name, _changed(entry)


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
