"""Writes a file that was not there: none is ever replaced."""

from __future__ import annotations

import os
from pathlib import Path

from ..facts.text import clean
from ..probe.plain_files import expanded
from ..problems import Problem


def write_new(path: str, content: bytes, mode: int = 0o666) -> None:
    """Write a new file with the permissions `mode`, but for those that the umask takes.

    Problem where there is one of that name, or it cannot be written; then none is left.
    """
    shown = clean(path, 300)
    path = expanded(path)
    try:
        opened = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode
        )
    except FileExistsError as error:
        message = f"There is a file {shown} already, and none is replaced."
        raise Problem("name-taken", message, "Name another file, or take that one away.") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise _not_written(shown, error) from error
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
    except OSError as error:
        Path(path).unlink(missing_ok=True)
        raise _not_written(shown, error) from error


def _not_written(shown: str, error: OSError | ValueError) -> Problem:
    why = getattr(error, "strerror", None) or type(error).__name__
    message = f"{shown} cannot be written: {why}."
    return Problem("not-kept", message, "Name a file in a folder of yours.")
