"""The line `%%envcheck` over a cell.

The cell under it is not handed to a magic, which would run it as another's: IPython runs it itself,
with that line blank. So its result, its errors and their lines, `;` at its end, `await`, and whether
"Run All" goes on are as without it.
"""

from __future__ import annotations

import re
from typing import Any

_OURS = re.compile(r"%%envcheck(?![^\s])")


class FirstLine:
    """Takes our line away from cells that are about to run, and from no others.

    IPython changes a cell's lines before it tells that the cell runs, and magics such as `%%time`
    have theirs changed in the midst of a cell, of which nothing is told: those are left to the magic.
    """

    def __init__(self) -> None:
        self._running = 0
        self._taken: str | None = None

    def began(self) -> str | None:
        """Return the cell that begins to run, if its line was taken away; with that line."""
        self._running += 1
        taken, self._taken = self._taken, None
        return taken

    def ended(self, result: Any) -> None:
        """Keep that a cell has ended; of an empty one it is not told that it began."""
        if self._running and (result is None or result.info.raw_cell.strip()):
            self._running -= 1

    def blanked(self, lines: list[str]) -> list[str]:
        """Return the lines of a cell that is about to run without ours; others as they are."""
        self._taken = None
        if self._running:
            return lines
        left = without_ours(lines)
        if left is not lines:
            self._taken = "".join(lines)
        return left

    #: IPython then does not ask it whether a cell in a terminal is complete: for that it is a cell
    #: magic.
    blanked.has_side_effects = True  # type: ignore[attr-defined]


def words_of(cell: str) -> str:
    """Return what stands behind `%%envcheck`."""
    return cell.partition("\n")[0].removeprefix("%%envcheck").strip()


def without_ours(lines: list[str]) -> list[str]:
    """Return a cell's lines without ours; as they are where it is not there.

    It is left to the magic, which then says so, where nothing follows it or its words are none. With
    another magic below it that one has the first line.
    """
    if not lines or _OURS.match(lines[0]) is None:
        return lines
    from .words import are_of_cell  # noqa: PLC0415 - only where a cell asks for it

    below = lines[1:]
    first = next((line for line in below if not line.isspace()), None)
    if first is None or not are_of_cell(words_of(lines[0])):
        return lines
    return below[below.index(first) :] if first.startswith("%%") else ["\n", *below]
