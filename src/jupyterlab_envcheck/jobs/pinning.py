"""Writes what conda is to hold to, as specs in conda-meta/pinned."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..facts.text import clean
from ..installers import name_of_conda, parse_conda_spec
from ..probe.plain_files import content
from ..problems import Problem

_MOST_READ = 1_000_000  #: bytes; a pin is a line


def pin(prefix: str, specs: Sequence[str]) -> None:
    """Have an environment hold to `specs`, in the place of what it held of these packages.

    The file is put in place whole, and never written into: what is kept for an undo may be linked
    with it. Raises Problem: not-kept.
    """
    file = Path(prefix, "conda-meta", "pinned")
    try:
        written = _read(file)
        # conda ends lines as it reads them; what else stands there, comments too, stays.
        kept = [line for line in written.splitlines() if not _speaks_of(line, specs)]
        _put(file, "".join(f"{line}\n" for line in (*kept, *map(parse_conda_spec, specs))))
    except OSError as error:
        message = f"{clean(str(file), 300)} could not be written: "
        message += f"{error.strerror or type(error).__name__}."
        hint = "See whether you may write there, and whether the disk is full."
        raise Problem("not-kept", message, hint) from error


def _read(file: Path) -> str:
    try:
        return content(str(file), _MOST_READ).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def _speaks_of(line: str, specs: Sequence[str]) -> bool:
    """Tell whether a line pins one of the packages that `specs` are of."""
    try:
        return name_of_conda(line.split("#", 1)[0].strip().split(" ", 1)[0]) in {
            name_of_conda(spec) for spec in specs
        }
    except Problem:  # a comment, or a spec of conda's that is never written from here
        return False


def _put(file: Path, text: str) -> None:
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".pinned-")
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(text.encode("utf-8", "surrogateescape"))
        Path(draft).chmod(mode)
        Path(draft).replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
