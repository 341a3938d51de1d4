"""Reads files that others wrote, and that may be anything: huge, a pipe, a folder, a loop of links."""

from __future__ import annotations

import os
import stat

#: A pipe in the place of a file must not hold us.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class Unfit(Exception):
    """What lies there is not to be read, and will not be at the next look, either."""


def beginning(path: str, most: int) -> bytes | None:
    """Return at most `most` bytes of a file, None where there is none.

    Raises `Unfit`, and OSError where it is unreadable.
    """
    # Not open(), which takes three times as long for files as small as these.
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        text = os.read(descriptor, most)
        if not text and not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unfit("is no regular file")
        return text
    finally:
        os.close(descriptor)


def whole(path: str, most: int) -> bytes | None:
    """Return a file of at most `most` bytes, None where there is none.

    Raises `Unfit`, for what is larger, too, and OSError where it is unreadable.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unfit("is no regular file")
        if status.st_size > most:
            size, limit = status.st_size / 1_000_000, most / 1_000_000
            raise Unfit(f"is {size:.3g} MB long, and is not read above {limit:.3g} MB")
        return os.read(descriptor, status.st_size)
    finally:
        os.close(descriptor)
