"""Reads pyvenv.cfg, by which Python knows that it runs in a virtual environment."""

from __future__ import annotations

import os

from ..facts.text import clean
from .plain_files import text, why_not

_MOST_READ = 65_536  #: bytes; with long prompts they come to one thousand


def config(prefix: str) -> tuple[dict[str, str] | None, str | None]:
    """Return the keys of a prefix's pyvenv.cfg in lower case, None where there is none to be read.

    Beside it stands why it cannot be read, None where there is none or it was read.
    """
    try:
        written = text(os.path.join(prefix, "pyvenv.cfg"), _MOST_READ)
    except (FileNotFoundError, NotADirectoryError):
        return None, None
    except OSError as error:
        return None, f"pyvenv.cfg cannot be read: {why_not(error)}"
    return parse(written), None


def parse(written: str) -> dict[str, str]:
    """Return key and value of every line that has both; the last of a key stands, as for Python."""
    pairs = (line.partition("=") for line in written.splitlines())
    return {
        shown: clean(value.strip().strip("\"'"))
        for key, equals, value in pairs
        if equals and (shown := clean(key.strip().lower(), 100))
    }
