"""Reads conda's records: one JSON file a package, megabytes for a large one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import msgspec

from ...facts import CondaRecord
from ...facts.text import clean
from ..plain_files import content, why_not
from .channels import identity, without_credentials

_MOST_READ = 30_000_000  #: bytes; the largest known, of packages with 50,000 files, have 20 MB
_MOST_MISSING = 20

#: Files as deep as this lie in folders that are looked at again at every look: those of `bin`, of
#: `lib` and of every package in site-packages, not what packages have inside.
_DEEPEST_WATCHED = 4


class _Path(msgspec.Struct, gc=False):
    size_in_bytes: int | None = None


class _Paths(msgspec.Struct, gc=False):
    paths: list[_Path]


class _Record(msgspec.Struct, gc=False):
    """The parts of a record that are used; msgspec passes over the rest."""

    channel: str | None = None
    url: str | None = None
    subdir: str | None = None
    depends: list[str] | None = None
    files: list[str] | None = None
    paths_data: _Paths | None = None


_decoder = msgspec.json.Decoder(_Record)


@dataclass(frozen=True, kw_only=True)
class Records:
    """An environment's records."""

    records: tuple[CondaRecord, ...]
    unknown: Mapping[str, str]  #: name, or "NAME.field" -> why not all of the record is known
    watched: Mapping[str, int]  #: folder, relative to the prefix -> its time before it was listed


def named(file_name: str) -> CondaRecord | None:
    """Return what a record's file name tells: `name-version-build.json`."""
    match clean(file_name.removesuffix(".json"), 400).rsplit("-", 2):
        case [name, version, build] if name and version and build:
            return CondaRecord(
                name=name,
                version=version,
                build=build,
                channel=None,
                subdir=None,
                depends=None,
                distributions=None,
                size=None,
                missing=None,
            )
        case _:
            return None


def read(prefix: str, file_names: Iterable[str]) -> Records:
    """Return the records of these names in conda-meta, each at least as its file's name tells it."""
    folders = _Folders(prefix)
    records: list[CondaRecord] = []
    unknown: dict[str, str] = {}
    for file_name in file_names:
        record = named(file_name)
        if record is None:
            continue
        try:
            told = _decoder.decode(
                content(os.path.join(prefix, "conda-meta", file_name), _MOST_READ)
            )
        except OSError as error:
            unknown[record.name] = f"its record cannot be read: {why_not(error)}"
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            unknown[record.name] = clean(f"its record is damaged: {error}", 300)
        else:
            record = _filled(record, told, folders)
            unknown |= {
                f"{record.name}.{field}": why for field, why in _unknown(record, told, folders)
            }
        records.append(record)
    return Records(records=tuple(records), unknown=unknown, watched=folders.watched)


def changed(path: str) -> int:
    """Return when a folder or file changed, in nanoseconds; 0 where it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return 0


class _Folders:
    """What lies in an environment's folders, each listed once.

    Sets of whole paths, since there are tens of thousands, and one look at each would take long.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._listed: set[str] = set()
        self._there: set[str] = set()
        self.unreadable: dict[str, str] = {}  # folder -> why
        self.watched: dict[str, int] = {}

    def missing(self, files: Sequence[str]) -> tuple[str, ...] | None:
        """Return the files that are gone, at most 20; None where a folder cannot be looked into."""
        folders = {file.rpartition("/")[0] for file in files if file[-4:] != ".pyc"}
        for folder in folders - self._listed:
            self._list(folder)
        if not folders.isdisjoint(self.unreadable):
            return None
        gone = [file for file in files if file not in self._there and file[-4:] != ".pyc"]
        # Asked for by name, which a filesystem may spell or compose in another way.
        sure = (f for f in gone if _is_inside(f) and not os.path.lexists(f"{self._prefix}/{f}"))
        return tuple(clean(file) for file in islice(sure, _MOST_MISSING))

    def _list(self, folder: str) -> None:
        self._listed.add(folder)
        if not _is_inside(folder):
            return
        path = os.path.join(self._prefix, folder)
        if folder.count("/") < _DEEPEST_WATCHED:
            self.watched[folder] = changed(path)
        try:
            names = os.listdir(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return  # ValueError: a name that this filesystem cannot spell
        except OSError as error:
            self.unreadable[folder] = clean(f"{folder} cannot be looked into: {why_not(error)}")
            return
        begin = f"{folder}/" if folder else ""
        self._there.update([begin + name for name in names])


def _is_inside(path: str) -> bool:
    """Tell whether a record's path stays within the prefix and is one: records can be anybody's."""
    if path.startswith(("/", "\\")) or "\0" in path or path[1:2] == ":":
        return False
    return ".." not in path or ".." not in path.replace("\\", "/").split("/")


def _filled(record: CondaRecord, told: _Record, folders: _Folders) -> CondaRecord:
    channel = told.channel if told.channel and told.channel != "<unknown>" else None
    if channel is None and told.url:
        channel = told.url.rsplit("/", 1)[0]
    return replace(
        record,
        channel=identity(channel) or None if channel is not None else None,
        subdir=clean(told.subdir, 60) if told.subdir else None,
        depends=_depends(told.depends),
        distributions=None if told.files is None else _distributions(told.files),
        size=_size(told.paths_data),
        missing=None if told.files is None else folders.missing(told.files),
    )


def _depends(specs: list[str] | None) -> tuple[str, ...] | None:
    if specs is None:
        return None
    return tuple(without_credentials(s) if "/" in s else clean(s, 400) for s in specs)


def _distributions(files: Iterable[str]) -> tuple[str, ...]:
    """Return the metadata folders and files right in site-packages, each once."""
    within = [file.partition("site-packages/")[2] for file in files if "-info" in file]
    names = dict.fromkeys(path.partition("/")[0] for path in within)
    return tuple(clean(name) for name in names if name.endswith((".dist-info", ".egg-info")))


def _size(paths: _Paths | None) -> int | None:
    if paths is None:
        return None
    sizes = [path.size_in_bytes for path in paths.paths if path.size_in_bytes is not None]
    return sum(sizes) if sizes or not paths.paths else None


def _unknown(record: CondaRecord, told: _Record, folders: _Folders) -> Iterator[tuple[str, str]]:
    for field in ("channel", "subdir", "depends", "distributions", "size", "missing"):
        if getattr(record, field) is None:
            why = "its record does not say"
            if field == "missing" and told.files is not None:
                why = next(iter(folders.unreadable.values()), why)
            yield field, why
