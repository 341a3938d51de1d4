"""The lines an installer says, kept in a file by append, bounded, and fit to show."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from ..facts.text import clean
from .job import Line

#: Lines; an installer that says more than this says nothing that anybody reads.
MOST_LINES = 10_000
_LONGEST = 1_000


class Log:
    """Writes the lines of one job."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._count = 0

    def add(self, text: str) -> None:
        """Append a line; a full disk loses the line and not the job."""
        if self._count > MOST_LINES:
            return
        self._count += 1
        if self._count > MOST_LINES:
            text = "There is more, which is not kept."
        line = json.dumps({"n": self._count, "text": clean(text, _LONGEST)}, ensure_ascii=False)
        with contextlib.suppress(OSError), self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def lines(file: Path, after: int = 0) -> tuple[Line, ...]:
    """Return the lines whose number is greater than `after`; a half-written last one waits."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    found = []
    for written in text.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            told = json.loads(written)
            if told["n"] > after:
                found.append(Line(n=told["n"], text=told["text"]))
    return tuple(found)
