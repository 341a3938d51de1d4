"""Proves what conda did, by its records: a package is there when its record and its files are."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence

from ...facts import CondaRecord, Package
from ...facts.text import clean
from ...installers import name_of_match
from ...plan import Added, Changes, Removed, Updated
from ...probe.conda import records
from .. import claims
from ..snapshots.differing import Difference
from ..snapshots.snapshot import Snapshot, is_same

_META = "conda-meta"


def there(prefix: str) -> tuple[CondaRecord, ...]:
    """Return conda's records, none where it is no environment of conda's."""
    try:
        names = sorted(os.listdir(os.path.join(prefix, _META)))
    except OSError:
        return ()
    found = records.read(prefix, [name for name in names if name.endswith(".json")]).records
    return tuple(record for record in found if record.channel != "pypi")  # of pip's, as mamba lists


def of_pip(packages: Sequence[Package], conda: Collection[CondaRecord]) -> tuple[Package, ...]:
    """Return the distributions that no package of conda's brought."""
    owned = {name for record in conda for name in record.distributions or ()}
    return tuple(package for package in packages if package.metadata not in owned)


def difference(before: Sequence[CondaRecord], after: Sequence[CondaRecord]) -> Changes:
    """Return what came, changed and went between two looks."""
    old, new = _by_name(before), _by_name(after)
    return Changes(
        install=tuple(
            Added(
                name=name,
                version=new[name].version,
                size=None,
                by="conda",
                build=new[name].build,
                channel=new[name].channel,
            )
            for name in sorted(new.keys() - old.keys())
        ),
        update=tuple(
            Updated(
                name=name,
                old=old[name].version,
                new=new[name].version,
                size=None,
                by="conda",
                old_build=old[name].build,
                build=new[name].build,
                old_channel=old[name].channel,
                channel=new[name].channel,
            )
            for name in sorted(new.keys() & old.keys())
            if _is_another(old[name], new[name])
        ),
        remove=tuple(
            Removed(
                name=name,
                version=old[name].version,
                by="conda",
                build=old[name].build,
                channel=old[name].channel,
            )
            for name in sorted(old.keys() - new.keys())
        ),
    )


def lacking(planned: Changes, conda: Sequence[CondaRecord]) -> frozenset[str]:
    """Return the names of what conda was to change and by its records has not; of no others."""
    found = _by_name(conda)
    install = [c for c in planned.install if c.by == "conda"]
    update = [c for c in planned.update if c.by == "conda"]
    remove = [c for c in planned.remove if c.by == "conda"]
    return frozenset(
        (
            *(c.name for c in install if not _is(found.get(c.name), c.version, c.build)),
            *(c.name for c in update if not _is(found.get(c.name), c.new, c.build)),
            *(c.name for c in remove if c.name in found),
        )
    )


def beyond(
    before: Sequence[CondaRecord], after: Sequence[CondaRecord], planned: Changes
) -> tuple[str, ...]:
    """Return the names of what conda changed although the plan does not say so, sorted.

    conda is given no list of files: between its dry run and its change it solves anew.
    """
    done = difference(before, after)
    return tuple(sorted(_condas(done) - _condas(planned)))


def _condas(changes: Changes) -> frozenset[str]:
    every: list[Added | Updated | Removed] = [*changes.install, *changes.update, *changes.remove]
    return frozenset(change.name for change in every if change.by == "conda")


def renewed(planned: Changes, conda: Sequence[CondaRecord]) -> tuple[Updated, ...]:
    """Return what was put there anew just as it had been, as planned."""
    found = _by_name(conda)
    return tuple(
        change
        for change in planned.update
        if change.by == "conda"
        and (change.old, change.old_build) == (change.new, change.build)
        and _is(found.get(change.name), change.new, change.build)
    )


def incomplete(conda: Sequence[CondaRecord], names: Collection[str]) -> list[str]:
    """Return, in words, which of the packages lack files that their records name."""
    return [
        f"{record.name} is not whole: {clean(record.missing[0])} is missing"
        for record in conda
        if record.name in names and record.missing
    ]


def unmet(conda: Sequence[CondaRecord]) -> list[str]:
    """Return, in words, which packages need one of conda's that is not there.

    Names alone are looked at: those with two underscores are what the machine has.
    """
    names = {record.name for record in conda}
    return [
        f"{record.name} needs {name}, which conda has not installed"
        for record in conda
        for name in _needs(record)
        if name not in names and not name.startswith("__")
    ]


def needed(conda: Sequence[CondaRecord]) -> frozenset[str] | None:
    """Return the names of what packages need; None where a record does not tell."""
    if any(record.depends is None for record in conda):
        return None
    return frozenset(name for record in conda for name in _needs(record))


def names_of(changes: Changes) -> frozenset[str]:
    """Return the names of conda's packages that are there after the changes."""
    return frozenset(
        (
            *(change.name for change in changes.install if change.by == "conda"),
            *(change.name for change in changes.update if change.by == "conda"),
        )
    )


def overwritten(
    taken: Snapshot, differing: Sequence[Difference], planned: Changes
) -> tuple[Mapping[str, Sequence[str]], frozenset[str]]:
    """Return whose files changed although the plan does not name them, and what was meant to.

    A package that is linked anew, as Python's modules are for another Python, has a new record.
    """
    last = len(taken.roots.folders) - 1
    prefix = taken.now(last)
    before = claims.of_conda(taken.then(last, _META), prefix)
    after = claims.of_conda(taken.now(last, _META), prefix)
    moved = {d.path for d in differing if d.root == last and os.path.dirname(d.path) == _META}
    anew = {records.named(os.path.basename(path)) for path in moved if path.endswith(".json")}
    names = {*names_of(planned), *(record.name for record in anew if record is not None)}
    names |= {gone.name for gone in planned.remove if gone.by == "conda"}
    meant = frozenset[str]().union(
        *(files for owned in (before, after) for name, files in owned.items() if name in names)
    )
    changed = {taken.now(d.root, d.path) for d in differing if d.kind != "added"} - meant
    lost = {
        name: sorted(path for path in changed & files if not path.endswith(".pyc"))
        for name, files in before.items()
        if name not in names
    }
    return {name: paths for name, paths in lost.items() if paths}, meant


def is_back(taken: Snapshot) -> bool:
    """Tell whether all records are those that were kept, once an undo has put them back."""
    last = len(taken.roots.folders) - 1
    then, now = taken.then(last, _META), taken.now(last, _META)
    try:
        names = set(os.listdir(then)) | set(os.listdir(now))
    except OSError:
        return False
    return all(
        is_same(os.path.join(then, name), os.path.join(now, name))
        for name in names
        if name.endswith(".json") or name == "history"
    )


def _is(record: CondaRecord | None, version: str, build: str | None) -> bool:
    return record is not None and record.version == version and build in (None, record.build)


def _needs(record: CondaRecord) -> list[str]:
    return [name for spec in record.depends or () if (name := name_of_match(spec))]


def _is_another(one: CondaRecord, other: CondaRecord) -> bool:
    """Tell whether two records of one name are of two packages; what is not known counts as alike."""
    moved = None not in (one.channel, other.channel) and one.channel != other.channel
    return moved or (one.version, one.build) != (other.version, other.build)


def _by_name(conda: Sequence[CondaRecord]) -> dict[str, CondaRecord]:
    return {record.name: record for record in conda}
