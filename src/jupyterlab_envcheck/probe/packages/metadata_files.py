"""The files of a distribution's metadata, in a folder or alone, and what hinders reading them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from ..small_files import Unfit, beginning
from . import records

#: Bytes. Headers come first; the longest seen, of a package with 300 extras, were 90 kB.
_FIRST_READ = 16_384
MOST_READ = 1_048_576

#: The files that begin with headers, and go on with a description of any length.
HEADERS = frozenset({"METADATA", "PKG-INFO"})
BLANK_LINE = re.compile(rb"\n\r?\n")


class Files:
    """No files but what a subclass finds."""

    def __init__(self) -> None:
        self.trouble: list[str] = []  #: what was in the way of reading them
        self.may_pass = False  #: whether that may be gone at the next look

    def read(self, name: str) -> bytes | None:  # noqa: ARG002 - for those that have some
        """Return a file's beginning, None where there is none or it cannot be read."""
        return None

    def has(self, name: str) -> bool:  # noqa: ARG002
        """Tell whether there is a file of that name."""
        return False

    def record(self) -> records.Record | None:
        """Return what RECORD tells, None where there is none or it cannot be read."""
        return None

    def note(self, name: str, error: OSError | Unfit) -> None:
        """Keep in mind that a file could not be read."""
        if isinstance(error, Unfit):
            self.trouble.append(f"{name} {error}")
        else:
            self.may_pass = True
            why = error.strerror or type(error).__name__
            self.trouble.append(f"{name} cannot be read: {why}")


class Folder(Files):
    """A folder of metadata. Its names are listed once: looking for what is not there costs more."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._names: Sequence[str] | None
        try:
            self._names = os.listdir(path)
        except OSError:  # reading the metadata will tell
            self._names = None

    def read(self, name: str) -> bytes | None:
        """Return a file's beginning; of those with headers, as much as holds them."""
        if not self.has(name):
            return None
        path = f"{self._path}{os.sep}{name}"
        try:
            text = beginning(path, _FIRST_READ)
            if text is None or len(text) < _FIRST_READ:
                return text
            if name in HEADERS and BLANK_LINE.search(text):
                return text
            return beginning(path, MOST_READ)
        except (OSError, Unfit) as error:
            self.note(name, error)
            return None

    def has(self, name: str) -> bool:
        """Tell whether a file lies there; where the folder cannot be listed, it may."""
        return self._names is None or name in self._names

    def record(self) -> records.Record | None:
        """Return what RECORD tells."""
        if not self.has("RECORD"):
            return None
        try:
            return records.read(f"{self._path}{os.sep}RECORD")
        except (OSError, Unfit) as error:
            self.note("RECORD", error)
            return None


class SingleFile(Files):
    """An .egg-info that is no folder but the headers themselves."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def read(self, name: str) -> bytes | None:
        """Return the file where headers are asked for."""
        if name not in HEADERS:
            return None
        try:
            return beginning(self._path, MOST_READ)
        except (OSError, Unfit) as error:
            self.note("the file", error)
            return None
