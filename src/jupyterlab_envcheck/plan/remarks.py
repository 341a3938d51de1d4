"""What a person should know of a plan before saying yes, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts.requirements import requirements
from ..installers import Choice, name_of
from . import bases, room
from .model import Changes, Disk
from .overwriting import overwritten
from .request import Request
from .working import broken_before

_SHOWN = 5  #: names in one sentence; the rest is counted


def warnings(
    request: Request,
    changes: Changes,
    choices: Sequence[Choice],
    *,
    disk: Disk | None = None,
) -> tuple[str, ...]:
    """Return what a person should know before saying yes."""
    said = [
        *_interrupted(request),
        *_shared(request),
        *_built(request, choices),
        *(
            f"This was broken before and stays as it is: {sentence}."
            for sentence in broken_before(request).values()
        ),
        *_unasked(request, changes),
        *(f"{c.name} {c.version} is withdrawn: {c.yanked}." for c in choices if c.yanked),
        *_found_elsewhere(request, changes),
        *_from_elsewhere(request, changes),
        *overwritten(request, changes),
        *_left_without(request, changes),
        *_running(request, changes),
    ]
    if tight := room.tight(disk):
        said.append(tight)
    if changes == Changes() and not request.wish.pins:
        said.append(_nothing(request))
    return tuple(said)


def _nothing(request: Request) -> str:
    match request.wish.kind:
        case "update":
            return "All of this is the newest that fits already; nothing would change."
        case "back":
            return "All of this is as it was before already; nothing would change."
        case _:
            return "All of this is installed already; nothing would change."


def _interrupted(request: Request) -> list[str]:
    """Tell of an earlier change that cannot be taken back; one that can is put back first."""
    environment = request.environment
    if environment is None or environment.interrupted is None:
        return []
    earlier = environment.interrupted
    why = f": {earlier.reason}" if earlier.reason else ""
    return [
        (
            f"An earlier change of this environment ({earlier.what}) was ended before it was done, and "
            f"its files of before cannot be put back{why}. What was half changed may stay so."
        )
    ]


def _shared(request: Request) -> list[str]:
    """Tell of others who live in the environment."""
    name, environment = request.target.name, request.environment
    if request.shares_server:
        return [
            (
                f"Jupyter itself runs in {name}, too. What changes here changes for Jupyter as well; "
                "an environment for the project keeps the two apart."
            )
        ]
    if environment is not None and bases.is_base(environment):
        return [
            (
                f"{name} is no environment of one project. What changes here changes for all that use "
                "it; an environment for the project keeps them apart."
            )
        ]
    return []


def _built(request: Request, choices: Sequence[Choice]) -> list[str]:
    return [
        f"{choice.name} is built from its source: code of the package can have run on this machine "
        "while this plan was made, and runs when it is installed. What it needs to be built is "
        "fetched, too."
        for choice in choices
        if choice.name in request.wish.build
    ]


def _unasked(request: Request, changes: Changes) -> list[str]:
    wished = {name_of(spec) for spec in request.wish.specs}
    return [
        f"{change.name} changes although you did not ask for it."
        for change in changes.update
        if change.name not in wished
    ]


def _found_elsewhere(request: Request, changes: Changes) -> list[str]:
    outside = {package.name: package for package in request.elsewhere}
    return [
        f"{new.name} lies in {found.location}, too, and stays there. Python uses the one that is "
        "first on its path."
        for new in changes.install
        if (found := outside.get(new.name))
    ]


def _from_elsewhere(request: Request, changes: Changes) -> list[str]:
    """Tell of what did not come from an index, and would not come from there again."""
    installed = {package.name: package for package in request.packages or ()}
    return [
        f"{change.name} is installed from {package.direct_url.url}. The release of the package "
        "index would take its place."
        for change in changes.update
        if (package := installed.get(change.name)) and package.direct_url is not None
    ]


def _left_without(request: Request, changes: Changes) -> list[str]:
    """Name what would miss something after a removal."""
    gone = {change.name for change in changes.remove}
    if not gone:
        return []
    markers = request.interpreter.markers if request.interpreter else {}
    changed = set(changes.replaced())  # at other versions they may need other things
    packages = [package for package in request.packages or () if package.name not in changed]
    return [
        f"{package.name} needs {requirement.name}, and would miss it."
        for package in packages
        for requirement in requirements(package, markers)
        if requirement.name in gone
    ]


def _running(request: Request, changes: Changes) -> list[str]:
    """Tell which kernels would go on with files that are gone."""
    touched = changes.replaced()
    if not touched:
        return []
    said = []
    if request.modules is None:
        said.append(
            f"The kernel could not be asked what it has imported. If it uses {some(touched)}, "
            "restart it afterwards."
        )
    if request.other_kernels == 1:
        said.append("Another notebook runs in this environment: restart it afterwards, too.")
    elif request.other_kernels:
        said.append(
            f"{request.other_kernels} other notebooks run in this environment: restart them "
            "afterwards, too."
        )
    return said


def some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    shown = ", ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
