"""What the server remembers for a while: the newest of each sort, by id."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from ..problems import Problem

K = TypeVar("K")
V = TypeVar("V")

_KEPT = 64  #: reports and plans remembered; older ones must be asked for again


def keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Remember `value`, and forget the oldest where there are too many."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def found(kept: OrderedDict[K, V], key: K, what: str, hint: str) -> V:
    """Return what is remembered under `key`; raises `Problem` unknown-`what` where nothing is."""
    if key not in kept:
        raise Problem(f"unknown-{what}", f"There is no such {what}.", hint)
    return kept[key]
