"""What a person should know of a plan for one of conda's environments, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from packaging.version import InvalidVersion, Version

from ..facts.requirements import same_version
from ..installers import Choice
from . import remarks
from .model import Changes, Disk, Updated
from .of_conda import Owners, in_distributions
from .request import Request


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How the wish is divided: what conda brings, what pip, and why."""

    conda: tuple[str, ...] = ()  #: names, as conda calls them
    pip: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  #: what conda's channels do not have
    stays: tuple[str, ...] = ()  #: what pip brought before, and is pip's
    beside: tuple[str, ...] = ()  #: what conda would put over a package of pip's
    needed: tuple[str, ...] = ()  #: what pip's packages need, and conda's channels have


def warnings(
    request: Request,
    changes: Changes,
    choices: Sequence[Choice],
    *,
    owners: Owners,
    ways: Ways,
    channels: str,
    disk: Disk | None,
) -> tuple[str, ...]:
    """Return what a person should know before saying yes; `channels` names where conda looked."""
    asked = {*ways.conda, *ways.pip}
    told = in_distributions(changes, owners)
    asked |= {name for record in ways.conda for name in owners.distributions(record)}
    # conda's packages were built somewhere, and some say so: they come from a channel all the same.
    packages = tuple(
        replace(package, direct_url=None) if package.name in owners.owner else package
        for package in request.packages or ()
    )
    request = replace(request, packages=packages, wish=replace(request.wish, specs=tuple(asked)))
    return (
        *_ways(ways, channels),
        *_removals(changes, asked),
        *_versions(changes),
        *_moves(changes),
        *remarks.warnings(request, told, choices, disk=disk),
    )


def _ways(ways: Ways, channels: str) -> list[str]:
    """Tell what comes from where, and why, where that is not all from one place."""
    said = []
    if ways.missing:
        named, has = _listed(ways.missing)
        said.append(
            f"{named} {has} not in conda's channels ({channels}) and would come from the Python "
            "Package Index, by pip. conda does not look after what pip brings."
        )
    if ways.stays:
        named, has = _listed(ways.stays)
        said.append(f"{named} {has} of pip's already, and would be changed by pip.")
    if ways.beside:
        named, _ = _listed(ways.beside)
        said.append(
            f"conda would put files of its own over {named}, which pip brought: so all that was "
            "asked for would come by pip."
        )
    if ways.needed:
        named, has = _listed(ways.needed)
        said.append(
            f"{named} {has} needed by what comes by pip, and in conda's channels: conda brings it."
            if has == "is"
            else f"{named} are needed by what comes by pip, and in conda's channels: conda brings "
            "them."
        )
    return said


def _removals(changes: Changes, asked: Collection[str]) -> list[str]:
    return [
        f"{gone.name} would be removed although you did not ask for it."
        for gone in changes.remove
        if gone.by == "conda" and gone.name not in asked
    ]


def _versions(changes: Changes) -> list[str]:
    said = []
    for change in changes.update:
        if change.name == "python":
            said.append(f"Python itself changes, from {change.old} to {change.new}.")
        elif goes_back(change):
            said.append(f"{change.name} goes back to an older version.")
        elif same_version(change.old, change.new) and change.old_build != change.build:
            said.append(f"{change.name} stays at {change.new}, as another build of it.")
    return said


def _moves(changes: Changes) -> list[str]:
    """Tell what comes from another channel than what is there: what two built need not fit."""
    moved: dict[tuple[str | None, str | None], list[str]] = {}
    for change in changes.update:
        if change.moves:
            moved.setdefault((change.old_channel, change.channel), []).append(change.name)
    return [
        f"{names[0]} changes its channel, from {old} to {new}."
        if len(names) == 1
        else f"{len(names)} packages change their channel, from {old} to {new}: {remarks.some(names)}."
        for (old, new), names in moved.items()
    ]


def goes_back(change: Updated) -> bool:
    """Tell whether an older version comes, as far as these are versions to Python."""
    try:
        return Version(change.new) < Version(change.old)
    except InvalidVersion:
        return False


def _listed(names: Sequence[str]) -> tuple[str, str]:
    *others, last = names
    return (f"{', '.join(others)} and {last}", "are") if others else (last, "is")
