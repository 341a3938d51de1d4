"""What is conda's in an environment and what is pip's, and what conda's answers would change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from packaging.utils import canonicalize_name

from ..facts import Conda, CondaRecord, Package
from ..facts.requirements import versions
from ..installers import Actions, CondaPackage, name_of_match
from .model import Added, Changes, Removed, Updated

#: What `pip list` of a conda says of what pip brought, which conda does not look after.
_PYPI = "pypi"

#: What a record, and conda by it, says of what was installed from a file or a URL.
_NO_CHANNEL = (None, "<unknown>")

_INFO = re.compile(r"\.(?:dist|egg)-info$")


@dataclass(frozen=True, kw_only=True)
class Owners:
    """Whose the installed packages are, by conda's records."""

    records: Mapping[str, CondaRecord]  #: by conda's own name
    owner: Mapping[str, str]  #: normalised name of a distribution -> name of its record
    #: What packages bring that are called otherwise by conda, whether they are installed or not.
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def record_of(self, name: str) -> CondaRecord | None:
        """Return the record that a name means: of conda's, or of a distribution it brought."""
        if name in self.records:
            return self.records[name]
        if name in self.owner:
            return self.records[self.owner[name]]
        same = (r for r in self.records.values() if canonicalize_name(r.name) == name)
        return next(same, None)

    def distributions(self, record: str) -> tuple[str, ...]:
        """Return the distributions that a package of conda's brought."""
        return tuple(name for name, owner in self.owner.items() if owner == record)

    def conda(self, packages: Iterable[Package]) -> tuple[Package, ...]:
        """Return those of the distributions that conda looks after."""
        return tuple(package for package in packages if package.name in self.owner)

    def pip(self, packages: Iterable[Package]) -> tuple[Package, ...]:
        """Return those that pip or its like brought."""
        return tuple(package for package in packages if package.name not in self.owner)


def owners_of(conda: Conda, conda_names: Mapping[str, str]) -> Owners:
    """Return whose the packages are; `conda_names` has conda's names by those of Python's index."""
    called: dict[str, tuple[str, ...]] = {}
    for pypi, name in conda_names.items():
        called[name] = (*called.get(name, ()), canonicalize_name(pypi))
    return replace(owners_of_records(conda.records), called=called)


def owners_of_records(found: Iterable[CondaRecord]) -> Owners:
    """Return whose the packages are, by conda's records."""
    records = {record.name: record for record in found if record.channel != _PYPI}
    owner: dict[str, str] = {
        canonicalize_name(_INFO.sub("", folder).partition("-")[0]): record.name
        for record in records.values()
        for folder in record.distributions or ()
    }
    return Owners(records=records, owner=owner)


def changes_of(actions: Actions, owners: Owners, channel: Callable[[str], str]) -> Changes:
    """Return what comes, changes and goes; `channel` names a channel by its URL."""
    gone = {package.name: package for package in actions.unlink}
    new, changed = list[Added](), list[Updated]()
    for package in sorted(actions.link):
        before = gone.pop(package.name, None)
        if before is None and package.name not in owners.records:
            new.append(_added(package, channel))
        else:
            changed.append(_updated(package, before or owners.records[package.name], channel))
    removed = tuple(_removed(package, channel) for package in sorted(gone.values()))
    return Changes(install=tuple(new), update=tuple(changed), remove=removed)


def by_pip(changes: Changes) -> Changes:
    """Return the same, marked as pip's."""
    return Changes(
        install=tuple(replace(change, by="pip") for change in changes.install),
        update=tuple(replace(change, by="pip") for change in changes.update),
        remove=tuple(replace(change, by="pip") for change in changes.remove),
    )


def together(one: Changes, other: Changes) -> Changes:
    """Return both in one list, by their names."""
    return Changes(
        install=tuple(sorted((*one.install, *other.install), key=lambda change: change.name)),
        update=tuple(sorted((*one.update, *other.update), key=lambda change: change.name)),
        remove=tuple(sorted((*one.remove, *other.remove), key=lambda change: change.name)),
    )


def in_distributions(changes: Changes, owners: Owners) -> Changes:
    """Return the same by the names that Python knows packages by, where these are known.

    conda's pytorch is Python's torch, and one package of conda's can bring several distributions.
    """

    def names(change: Added | Updated | Removed) -> tuple[str, ...]:
        if change.by != "conda":
            return (change.name,)
        if change.name.startswith(
            "_"
        ):  # `_openmp_mutex`: conda's own business, and no distribution
            return (change.name,)
        return owners.distributions(change.name) or (canonicalize_name(change.name),)

    return Changes(
        install=tuple(replace(c, name=name) for c in changes.install for name in names(c)),
        update=tuple(replace(c, name=name) for c in changes.update for name in names(c)),
        remove=tuple(replace(c, name=name) for c in changes.remove for name in names(c)),
    )


def afterwards(
    packages: Sequence[Package], changes: Changes, owners: Owners
) -> tuple[Package, ...]:
    """Return the installed distributions as they will be once conda has made its changes.

    Of what comes new only what is installed already is told: pip looks at the rest itself.
    """
    told = in_distributions(changes, owners)
    gone = {change.name for change in told.remove}
    moved = {change.name: change.new for change in told.update if change.old != change.new}
    return tuple(
        replace(package, version=moved.get(package.name, package.version))
        for package in packages
        if package.name not in gone
    )


def coming(changes: Changes, owners: Owners) -> dict[str, str]:
    """Return the versions of what conda brings new or anew, by the names that pip would call them."""
    brought: tuple[tuple[str, str], ...] = (
        *((c.name, c.version) for c in changes.install),
        *((c.name, c.new) for c in changes.update),
    )
    return {
        called: version
        for name, version in brought
        for called in owners.distributions(name)
        or owners.called.get(name, (canonicalize_name(name),))
    }


def taken_over(changes: Changes, packages: Sequence[Package], owners: Owners) -> tuple[str, ...]:
    """Return the names of what pip brought and conda would write its own files over."""
    pips = versions(owners.pip(packages))
    return tuple(name for name in coming(changes, owners) if name in pips)


def dependents(changes: Changes, owners: Owners) -> tuple[str, ...]:
    """Return the distributions of what needs a library that changes: they have it loaded.

    A library such as libblas is no module of its own. One level is looked at, for what stands above
    has the module itself imported, too.
    """
    touched = {
        change.name
        for change in _replaced(changes)
        if change.by == "conda" and not owners.distributions(change.name)
    }
    above = (
        record.name
        for record in owners.records.values()
        if touched.intersection(map(name_of_match, record.depends or ()))
    )
    return tuple(dict.fromkeys(name for record in above for name in owners.distributions(record)))


def _replaced(changes: Changes) -> tuple[Updated | Removed, ...]:
    return (*changes.update, *changes.remove)


def _added(package: CondaPackage, channel: Callable[[str], str]) -> Added:
    return Added(
        name=package.name,
        version=package.version,
        size=package.size,
        by="conda",
        build=package.build,
        channel=channel(package.channel),
    )


def _updated(
    package: CondaPackage, before: CondaPackage | CondaRecord, channel: Callable[[str], str]
) -> Updated:
    return Updated(
        name=package.name,
        old=before.version,
        new=package.version,
        size=package.size,
        by="conda",
        old_build=before.build,
        build=package.build,
        old_channel=None if before.channel in _NO_CHANNEL else channel(before.channel),
        channel=channel(package.channel),
    )


def _removed(package: CondaPackage, channel: Callable[[str], str]) -> Removed:
    return Removed(
        name=package.name,
        version=package.version,
        by="conda",
        build=package.build,
        channel=channel(package.channel),
    )
