"""Reads what setuptools left before there were wheels: eggs, and links to a folder of sources."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterable
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from packaging.utils import canonicalize_name

from ..small_files import Unfit, beginning, whole
from . import metadata
from .metadata import Entry, Read
from .metadata_files import MOST_READ, Files, Folder

_FOLDER = "EGG-INFO"
_NAMES = ("PKG-INFO", "requires.txt", "top_level.txt")

#: Bytes. Eggs of our days are smaller than the wheels they were before.
_MOST_ARCHIVE = 50_000_000
_MOST_LINK = 16_384
_MOST_LISTED = 10_000


class _Archive(Files):
    """An egg that is a zip file."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._texts: dict[str, bytes] = {}
        try:
            self._texts = dict(_members(path))
        except (OSError, Unfit) as error:
            self.note("the egg", error)
        # What zipfile raises for archives that are broken, encrypted, or packed in other ways.
        except (BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
            self.trouble.append(f"the egg cannot be read: {type(error).__name__}")

    def read(self, name: str) -> bytes | None:
        return self._texts.get(name)


def read(folder: str, entry: Entry) -> Read:
    """Return the package of an .egg, or of the folder that an .egg-link names."""
    if entry.name.endswith(".egg-link"):
        return _linked(folder, entry)
    inside = os.path.join(entry.path, _FOLDER)
    found = metadata.read_files(
        folder, entry, Folder(inside) if entry.is_folder else _Archive(entry.path)
    )
    # Without metadata it is perhaps no egg, and not a leftover to be removed.
    return found if found.package or found.why else Read(package=None, why="no egg lies there")


def _linked(folder: str, entry: Entry) -> Read:
    try:
        text = beginning(entry.path, _MOST_LINK)
    except OSError as error:
        return Read(package=None, why=f"cannot be read: {error.strerror}", may_pass=True)
    except Unfit as error:
        return Read(package=None, why=str(error))
    lines = os.fsdecode(text or b"").splitlines()
    sources = os.path.join(folder, lines[0].strip()) if lines else folder
    wanted = canonicalize_name(entry.name.removesuffix(".egg-link"))
    try:
        with os.scandir(sources) as lying:
            names = [found.name for _, found in zip(range(_MOST_LISTED), lying, strict=False)]
    except (OSError, ValueError):
        return Read(package=None, why="the folder it leads to cannot be listed", may_pass=True)
    for name in names:
        if name.endswith(".egg-info") and _project(name) == wanted:
            files = Folder(os.path.join(sources, name))
            found = metadata.read_files(folder, entry, files, linked=True)
            if found.package is not None:
                return found
    return Read(package=None, why="the folder it leads to holds no metadata of its name")


def _project(name: str) -> str:
    return canonicalize_name(name.removesuffix(".egg-info").partition("-")[0])


def _members(path: str) -> Iterable[tuple[str, bytes]]:
    """Yield name and text of the metadata in an archive."""
    text = whole(path, _MOST_ARCHIVE)
    if text is None:
        raise Unfit("is gone")
    with ZipFile(io.BytesIO(text)) as archive:
        for name in _NAMES:
            try:
                info = archive.getinfo(f"{_FOLDER}/{name}")
            except KeyError:
                continue
            if info.compress_type in {ZIP_STORED, ZIP_DEFLATED}:
                with archive.open(info) as member:
                    yield name, member.read(MOST_READ)
