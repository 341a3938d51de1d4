"""Tells which top-level modules an installed package brings, from its RECORD."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..facts import CondaRecord, Package
from ..plan import Changes, Restart, Updated, of_conda, working
from ..plan.of_conda import Owners


def brought(
    packages: Sequence[Package], changes: Changes, conda: Iterable[CondaRecord] = ()
) -> dict[str, frozenset[str]]:
    """Return the modules of every package whose files the changes replace or remove.

    To be asked before they do: its RECORD goes with a package. `conda` are the records there, by
    whose names conda's packages are called: its pytorch brings the modules of torch.
    """
    touched = set(changes.replaced())
    found = {p.name: frozenset(_modules(p)) for p in packages if p.name in touched}
    for record in conda:
        if record.name in touched and record.distributions:
            own = [p for p in packages if p.metadata in record.distributions]
            found[record.name] = frozenset(name for p in own for name in _modules(p))
    return found


def restart_for(
    changes: Changes,
    packages: Sequence[Package],
    owners: Owners,
    imported: Sequence[str] | None,
) -> Restart:
    """Return whether a kernel in one of conda's environments must start anew for the changes.

    `imported` are its modules, None where these are unknown. What needs a library that changes, such
    as numpy its BLAS, goes on with the old one. To be asked before the changes, as `brought`.
    """
    if "python" in changes.replaced():
        return Restart(needed=True)
    told = of_conda.in_distributions(changes, owners)
    loaded = tuple(
        Updated(name=name, old="", new="", size=None)
        for name in of_conda.dependents(changes, owners)
    )
    told = Changes(update=(*told.update, *loaded), remove=told.remove)
    return working.restart_for(told, imported, brought(packages, told))


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
