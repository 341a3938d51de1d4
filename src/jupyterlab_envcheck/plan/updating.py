"""Updates and reinstalls: which versions are asked for, out of what is there and what there is."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from ..facts import Package
from ..facts.requirements import same_version, versions
from ..installers import Choice, name_of
from .request import Request
from .working import not_installed


def to_update(request: Request) -> tuple[str, ...]:
    """Return the requirements that are to be at their newest; raise where one is not installed."""
    installed = versions(request.packages or ())
    for spec in request.wish.specs:
        if name_of(spec) not in installed:
            raise not_installed(request, name_of(spec))
    return request.wish.specs


def newer(choices: Sequence[Choice], packages: Sequence[Package]) -> tuple[Choice, ...]:
    """Return those of the choices that are newer than what is installed."""
    installed = versions(packages)
    return tuple(
        choice
        for choice in choices
        if (now := _readable(installed.get(choice.name))) is None or Version(choice.version) > now
    )


def at_versions(specs: Sequence[str], choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return those of the requirements that something was chosen for, at exactly its version."""
    chosen = {choice.name: choice.version for choice in choices}
    return tuple(
        f"{_without_version(spec)}=={chosen[name_of(spec)]}"
        for spec in specs
        if name_of(spec) in chosen
    )


def held_back(
    packages: Sequence[Package], newest: Sequence[Choice], choices: Sequence[Choice]
) -> tuple[str, ...]:
    """Name what is not brought to its newest release, since something else would not fit then."""
    taken = versions(packages) | {choice.name: choice.version for choice in choices}
    return tuple(
        f"{choice.name} {choice.version} is there, and does not fit together with what is "
        f"installed: {choice.name} is at {taken[choice.name]} then."
        for choice in newest
        if not same_version(taken.get(choice.name), choice.version)
    )


def to_renew(
    specs: Sequence[str], packages: Sequence[Package]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what is installed anew at the version that is there, and what at another one.

    The first are requirements of exactly that version, each with the one that was wished.
    """
    installed = versions(packages)
    same, other = dict[str, str](), list[str]()
    for spec in specs:
        version = _readable(installed.get(name_of(spec)))
        if version is not None and Requirement(spec).specifier.contains(version, prereleases=True):
            same[f"{name_of(spec)}=={version}"] = spec
        else:
            other.append(spec)
    return same, tuple(other)


def _without_version(spec: str) -> str:
    requirement = Requirement(spec)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{name_of(spec)}{extras}"


def _readable(version: str | None) -> Version | None:
    try:
        return None if version is None else Version(version)
    except InvalidVersion:
        return None
