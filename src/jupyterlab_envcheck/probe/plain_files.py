"""Reads a whole file that others wrote, or says in words why not."""

from __future__ import annotations

import errno
import os

from .small_files import Unfit, whole


def expanded(path: str) -> str:
    """Return a path with a home in the place of `~`, which in a cell no shell puts there.

    As it is where there is no such user.
    """
    return os.path.expanduser(path)


def content(path: str, most: int) -> bytes:
    """Return what is in a file.

    OSError where it is not there, cannot be read, is no regular file, or has more than `most` bytes.
    """
    try:
        found = whole(path, most)
    except Unfit as why:
        raise OSError(errno.EINVAL, f"it {why}") from why
    except ValueError as error:  # a null character in the path
        raise OSError(errno.EINVAL, "its path is no path") from error
    if found is None:
        raise FileNotFoundError(errno.ENOENT, "it is not there")
    return found


def text(path: str, most: int) -> str:
    """Return a file's text, with replacement characters where it is not UTF-8; OSError as above."""
    return content(path, most).decode("utf-8", "replace")


def why_not(error: OSError) -> str:
    """Return in words why a file could not be read."""
    return error.strerror or type(error).__name__
