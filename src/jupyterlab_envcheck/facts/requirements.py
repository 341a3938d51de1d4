"""What installed packages require of each other, worked out from their own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from .packages import Package

#: The last is what a thousand brackets in a marker come to.
_UNREADABLE = (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """A requirement of an installed package that does not hold."""

    package: str
    requirement: str
    found: str | None  #: the version that is there instead; None where nothing is

    def __str__(self) -> str:
        there = f"{self.found} is installed" if self.found else "which is not installed"
        return f"{self.package} needs {self.requirement}, {'but ' if self.found else ''}{there}"


def requirements(package: Package, markers: Mapping[str, str]) -> Iterator[Requirement]:
    """Yield what `package` requires here; what cannot be read is passed over, as pip does."""
    here = {**markers, "extra": ""}
    yield from (requirement for _, requirement in _applying(package, here, {}))


def unmet(packages: Sequence[Package], markers: Mapping[str, str]) -> tuple[Unmet, ...]:
    """Return every requirement among `packages` that does not hold, in their order."""
    installed = versions(packages)
    here, judged = {**markers, "extra": ""}, dict[str, bool]()
    return tuple(
        Unmet(
            package=package.name,
            requirement=f"{canonicalize_name(requirement.name)}{requirement.specifier}",
            found=installed.get(canonicalize_name(requirement.name)),
        )
        for package in packages
        for text, requirement in _applying(package, here, judged)
        if not _met(text, requirement, installed)
    )


def closure(
    roots: Sequence[str], packages: Sequence[Package], markers: Mapping[str, str]
) -> frozenset[str]:
    """Return the installed names that `roots` are or need, however far down."""
    by_name = {package.name: package for package in reversed(packages)}
    found: set[str] = set()
    waiting = [canonicalize_name(root) for root in roots]
    while waiting:
        name = waiting.pop()
        if name in found or name not in by_name:
            continue
        found.add(name)
        waiting += [canonicalize_name(r.name) for r in requirements(by_name[name], markers)]
    return frozenset(found)


def versions(packages: Sequence[Package]) -> dict[str, str | None]:
    """Return the version of each name; the first on the path counts, as for an import."""
    found: dict[str, str | None] = {}
    for package in packages:
        found.setdefault(package.name, package.version)
    return found


def same_version(one: str | None, other: str | None) -> bool:
    """Tell whether two versions are the same: 2024.01.05 is 2024.1.5, 1.0-rc.1 is 1.0rc1.

    A wheel's METADATA may spell them as its makers like; installers tell them in one form.
    """
    if one is None or other is None:
        return one is other
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _applying(
    package: Package, here: Mapping[str, str], judged: dict[str, bool]
) -> Iterator[tuple[str, Requirement]]:
    """Yield the requirements that count `here`, as written and as read.

    `judged` remembers the markers: a thousand packages have some twenty different ones.
    """
    for text in package.requires:
        requirement = _parsed(text)
        if requirement is None:
            continue
        if requirement.marker is not None:
            marker = text.partition(";")[2]
            if marker not in judged:
                judged[marker] = _holds(requirement.marker, here)
            if not judged[marker]:
                continue
        yield text, requirement


def _holds(marker: Marker, here: Mapping[str, str]) -> bool:
    try:
        return marker.evaluate(dict(here))
    except _UNREADABLE:
        return False


@lru_cache(maxsize=8_192)
def _parsed(text: str) -> Requirement | None:
    """Return what is written, None where that cannot be read. To parse 158 packages takes 5 ms."""
    try:
        return Requirement(text)
    except _UNREADABLE:
        return None


def _met(text: str, requirement: Requirement, installed: Mapping[str, str | None]) -> bool:
    name = canonicalize_name(requirement.name)
    if name not in installed:
        return False
    version = installed[name]
    return version is None or not requirement.specifier or _fits(text, version)


@lru_cache(maxsize=8_192)
def _fits(text: str, version: str) -> bool:
    """Tell whether a version is one that a requirement allows."""
    requirement = _parsed(text)
    try:
        allowed = requirement is None or requirement.specifier.contains(
            Version(version), prereleases=True
        )
    except InvalidVersion:
        return True  # a version of the last century is not called wrong
    return allowed
