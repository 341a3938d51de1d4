"""How a plan is worked out from what dry runs said. Everything here is data in, data out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from ..facts import Package
from ..facts.requirements import requirements, same_version, unmet, versions
from ..installers import Choice, name_of
from ..installers.pip import is_recent_enough
from ..problems import Problem
from . import refusals
from .model import Added, Changes, Failure, Plan, Refusal, Removed, Restart, Updated
from .request import AUTO, Request, resolving

_SHOWN = 5  #: names in one sentence; the rest is counted


def choose(request: Request, *, uv: bool) -> str | Refusal:
    """Return which installer carries the wish out; `uv` tells whether uv is there at all."""
    installed = versions(request.packages or ())
    pip = is_recent_enough(installed.get("pip"))
    kind = request.environment.kind if request.environment else None
    fit = [name for name, works in (("pip", pip), ("uv", uv)) if works]
    if kind == "uv-venv":
        fit.reverse()
    allowed = [name for name in fit if name in request.policy.allowed_installers]
    if request.installer != AUTO:
        allowed = [name for name in allowed if name == request.installer]
    if allowed:
        return allowed[0]
    wished = "" if request.installer == AUTO else f"You asked for {request.installer}. "
    there = ", ".join(fit) or "no tool that can tell what it would do before it does it"
    permitted = " and ".join(request.policy.allowed_installers) or "nothing"
    return refusals.no_installer(
        request,
        f"{wished}This environment could be changed with {there}, and {permitted} may be used.",
    )


def pins(packages: Sequence[Package]) -> str:
    """Return constraints that keep all that is installed as it is."""
    return _lines(
        f"{name}=={version}"
        for name, version in versions(packages).items()
        if version is not None and _is_version(version)
    )


def names(packages: Sequence[Package], *, without: Collection[str]) -> str:
    """Return every installed name as a requirement, so that nothing is broken unseen."""
    return _lines(
        name
        for name, version in versions(packages).items()
        if name not in without and version is not None and _is_version(version)
    )


def broken_before(request: Request) -> dict[str, str]:
    """Return the packages whose requirements do not hold now, each with the sentence that says so."""
    markers = request.interpreter.markers if request.interpreter else {}
    own = versions(request.packages or ())
    on_the_path = (*(request.packages or ()), *request.elsewhere)
    return {e.package: str(e) for e in unmet(on_the_path, markers) if e.package in own}


def fits_as_is(request: Request) -> bool:
    """Tell whether what is installed under the wished names may stay, as far as that is seen."""
    return not {name_of(spec) for spec in request.wish.specs if name_of(spec) != spec} & set(
        versions(request.packages or ())
    )


def changes_of(choices: Sequence[Choice], packages: Sequence[Package]) -> Changes:
    """Return what installing `choices` changes in an environment that holds `packages`."""
    installed = versions(packages)
    new, changed = [], []
    for choice in sorted(choices, key=lambda choice: choice.name):
        if choice.name not in installed:
            new.append(Added(name=choice.name, version=choice.version, size=choice.size))
        elif not same_version(old := installed[choice.name], choice.version):
            changed.append(
                Updated(
                    name=choice.name, old=old or "unknown", new=choice.version, size=choice.size
                )
            )
    return Changes(install=tuple(new), update=tuple(changed))


def removal(request: Request) -> Changes:
    """Return what removing the wished names changes, or raise if one is not installed."""
    installed = versions(request.packages or ())
    for spec in request.wish.specs:
        if spec not in installed:
            message = f"{spec} is not installed in {request.target.name}."
            raise Problem("not-installed", message, "Look at the spelling, and at the kernel.")
    return Changes(
        remove=tuple(
            Removed(name=name, version=installed[name] or "unknown") for name in request.wish.specs
        )
    )


def plan_file(choices: Sequence[Choice]) -> str:
    """Return the pins of a plan, each with the hashes of the files that may be taken for it."""
    return _lines(
        " ".join((f"{choice.name}=={choice.version}", *(f"--hash={h}" for h in choice.hashes)))
        for choice in sorted(choices, key=lambda choice: choice.name)
    )


def restart_for(
    changes: Changes, modules: Collection[str] | None, brought: Mapping[str, Collection[str]]
) -> Restart:
    """Return whether the kernel must start anew: only if a module it imported goes stale.

    `brought` tells which top-level modules each package brings. What comes new needs no restart.
    Where it is unknown what the kernel imported, whatever changes may be among it.
    """
    touched = changes.replaced()
    if modules is None:
        return Restart(needed=bool(touched))
    stale = {m for name in touched for m in brought.get(name, ()) if m in modules}
    return Restart(needed=bool(stale), modules=tuple(sorted(stale)))


def warnings(request: Request, changes: Changes, choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return what a person should know before saying yes."""
    said = []
    if request.shares_server:
        said.append(
            f"Jupyter itself runs in {request.target.name}, too. What changes here changes for "
            "Jupyter as well; an environment for the project keeps the two apart."
        )
    said += [
        f"This was broken before and stays as it is: {sentence}."
        for sentence in broken_before(request).values()
    ]
    wished = {name_of(spec) for spec in request.wish.specs}
    said += [
        f"{change.name} changes although you did not ask for it."
        for change in changes.update
        if change.name not in wished
    ]
    said += [f"{c.name} {c.version} is withdrawn: {c.yanked}." for c in choices if c.yanked]
    outside = {package.name: package for package in request.elsewhere}
    said += [
        f"{new.name} lies in {found.location}, too, and stays there. Python uses the one that is "
        "first on its path."
        for new in changes.install
        if (found := outside.get(new.name))
    ]
    said += _left_without(request, changes)
    if request.modules is None and (changes.update or changes.remove):
        touched = changes.replaced()
        said.append(
            f"The kernel could not be asked what it has imported. If it uses {_some(touched)}, "
            "restart it afterwards."
        )
    if changes == Changes():
        said.append("All of this is installed already; nothing would change.")
    return tuple(said)


def failed(request: Request, problem: Problem, installer: str | None = None) -> Plan:
    """Return the plan that could not be made."""
    return replace(
        resolving(request), state="failed", installer=installer, failure=failure(problem)
    )


def refused(request: Request, refusal: Refusal, installer: str | None = None) -> Plan:
    """Return the plan that will not be carried out."""
    return replace(resolving(request), state="ready", installer=installer, refusal=refusal)


def failure(problem: Problem) -> Failure:
    """Return a problem as data."""
    return Failure(message=problem.message, reason=problem.reason, hint=problem.hint)


def _left_without(request: Request, changes: Changes) -> list[str]:
    """Name what would miss something after a removal."""
    gone = {change.name for change in changes.remove}
    if not gone:
        return []
    markers = request.interpreter.markers if request.interpreter else {}
    packages = [package for package in request.packages or () if package.name not in gone]
    return [
        f"{package.name} needs {requirement.name}, and would miss it."
        for package in packages
        for requirement in requirements(package, markers)
        if requirement.name in gone
    ]


def _some(names_: Sequence[str]) -> str:
    shown = ", ".join(names_[:_SHOWN])
    more = len(names_) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
