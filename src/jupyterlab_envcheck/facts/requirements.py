"""What installed packages require of each other, worked out from their own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
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
    for text in package.requires:
        try:
            requirement = _parsed(text)
            if requirement is None:
                continue
            if requirement.marker is None or requirement.marker.evaluate(here):
                yield requirement
        except _UNREADABLE:
            continue


def unmet(packages: Sequence[Package], markers: Mapping[str, str]) -> tuple[Unmet, ...]:
    """Return every requirement among `packages` that does not hold, in their order."""
    installed = versions(packages)
    return tuple(
        Unmet(
            package=package.name,
            requirement=f"{canonicalize_name(requirement.name)}{requirement.specifier}",
            found=installed.get(canonicalize_name(requirement.name)),
        )
        for package in packages
        for requirement in requirements(package, markers)
        if not _met(requirement, installed)
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


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Requirement | None:
    """Return what is written, None where that cannot be read. To parse 158 packages takes 5 ms."""
    try:
        return Requirement(text)
    except _UNREADABLE:
        return None


def _met(requirement: Requirement, installed: Mapping[str, str | None]) -> bool:
    name = canonicalize_name(requirement.name)
    if name not in installed:
        return False
    version = installed[name]
    if version is None or not requirement.specifier:
        return True
    try:
        return requirement.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True  # a version of the last century is not called wrong
