"""Tells which top-level modules an installed package brings, from its RECORD."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..facts import Package
from ..plan import Changes


def brought(packages: Sequence[Package], changes: Changes) -> dict[str, frozenset[str]]:
    """Return the modules of every package whose files the changes replace or remove.

    To be asked before they do: its RECORD goes with a package.
    """
    touched = set(changes.replaced())
    return {p.name: frozenset(_modules(p)) for p in packages if p.name in touched}


def _modules(package: Package) -> Iterator[str]:
    folder = Path(package.location, package.metadata)
    try:
        with (folder / "RECORD").open(encoding="utf-8", errors="replace", newline="") as record:
            yield from _top_levels(row[0] for row in csv.reader(record) if row)
    except (OSError, csv.Error):
        # An egg-info has a list of its own; without either, the name is the best guess.
        try:
            text = (folder / "top_level.txt").read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = package.name.replace("-", "_")
        yield from text.split()


def _top_levels(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        top, slash, _ = path.partition("/")
        # A module's file may be called name.cpython-313-x86_64-linux-gnu.so
        name = top if slash else top.split(".", 1)[0]
        if name.isidentifier() and name != "__pycache__":
            yield name
