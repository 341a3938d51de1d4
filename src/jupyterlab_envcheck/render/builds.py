"""What conda's changes are, in words: from which version, build or channel to which."""

from __future__ import annotations

import re

from ..plan import Added, Removed, Updated

#: What tells two builds apart for conda and nobody else: numbers, and hashes of what was needed.
_OF_CONDA = re.compile(r"\d+|(?:[a-z]+\d+)*h[0-9a-f]{7}")


def step(change: Updated) -> str:
    """Return what changes: "2.0 → 2.1", "3.9.0 openblas → mkl", "1.0 defaults → conda-forge"."""
    if change.old != change.new:
        return f"{change.old} → {change.new}"
    if change.old_build != change.build:
        return f"{change.new} {_between(change.old_build or '', change.build or '')}"
    return f"{change.new} {change.old_channel} → {change.channel}" if change.moves else change.new


def is_anew(change: Updated) -> bool:
    """Tell whether the same is put there once more."""
    same = (change.old, change.old_build) == (change.new, change.build)
    return same and not change.moves


def origin(change: Added | Updated | Removed) -> str:
    """Return whose it is, from which channel, and which build: "conda · conda-forge · 5_mkl"."""
    if isinstance(change, Updated) and change.moves:
        channel: str | None = f"{change.old_channel} → {change.channel}"
    else:
        channel = change.channel
    return " · ".join(word for word in (change.by, channel, change.build) if word)


def _between(old: str, new: str) -> str:
    """Return what differs between two builds in words, both in full where that is no word."""
    before, after = _words(old), _words(new)
    lost = [word for word in before if word not in after]
    won = [word for word in after if word not in before]
    return f"{' '.join(lost)} → {' '.join(won)}" if lost and won else f"{old} → {new}"


def _words(build: str) -> list[str]:
    return [word for word in build.split("_") if word and not _OF_CONDA.fullmatch(word)]
