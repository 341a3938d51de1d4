"""How a plan is worked out from what dry runs said. Everything here is data in, data out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from ..facts import Package
from ..facts.requirements import same_version, unmet, versions
from ..installers import Choice, name_of
from ..installers.pip import is_recent_enough
from ..problems import Problem
from . import refusals
from .model import Added, Changes, Failure, Plan, Refusal, Removed, Restart, Updated
from .request import AUTO, Request, resolving

#: What installs from the Python Package Index.
_OURS = ("pip", "uv")


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
    permitted = " and ".join(n for n in _OURS if n in request.policy.allowed_installers) or "none"
    return refusals.no_installer(
        request,
        f"{wished}This environment could be changed with {there}, and {permitted} may be used.",
    )


def pins(packages: Sequence[Package]) -> str:
    """Return constraints that keep all that is installed as it is."""
    return pins_of(versions(packages).items())


def pins_of(versions_: Iterable[tuple[str, str | None]]) -> str:
    """Return constraints that keep names at versions, as far as these are versions to Python."""
    return _lines(
        f"{name}=={version}"
        for name, version in versions_
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


def fits_as_is(specs: Sequence[str], packages: Sequence[Package]) -> bool:
    """Tell whether what is installed under the wished names may stay, as far as that is seen."""
    versioned = {name_of(spec) for spec in specs if name_of(spec) != spec}
    return not versioned & set(versions(packages))


def changes_of(
    choices: Sequence[Choice], packages: Sequence[Package], anew: Collection[str] = ()
) -> Changes:
    """Return what installing `choices` changes in an environment that holds `packages`.

    The files of the names in `anew` are replaced by those of the same version.
    """
    installed = versions(packages)
    new, changed = [], []
    for choice in sorted(choices, key=lambda choice: choice.name):
        if choice.name not in installed:
            new.append(Added(name=choice.name, version=choice.version, size=choice.size))
        elif choice.name in anew or not same_version(installed[choice.name], choice.version):
            old = installed[choice.name] or "unknown"
            changed.append(Updated(name=choice.name, old=old, new=choice.version, size=choice.size))
    return Changes(install=tuple(new), update=tuple(changed))


def needed(choices: Sequence[Choice], changes: Changes) -> tuple[Choice, ...]:
    """Return the choices that the changes name.

    An installer may choose what is there already: a configuration can tell it to install all anew.
    """
    named = {new.name for new in changes.install} | {change.name for change in changes.update}
    return tuple(choice for choice in choices if choice.name in named)


def renewed(changes: Changes) -> tuple[str, ...]:
    """Return the names whose files are replaced by those of the same version."""
    return tuple(c.name for c in changes.update if same_version(c.old, c.new))


def removal(request: Request) -> Changes:
    """Return what removing the wished names changes, or raise if one is not installed."""
    installed = versions(request.packages or ())
    for spec in request.wish.specs:
        if spec not in installed:
            raise not_installed(request, spec)
    return removed(request, request.wish.specs)


def removed(request: Request, names_: Sequence[str]) -> Changes:
    """Return what removing those of the names changes that are installed."""
    installed = versions(request.packages or ())
    return Changes(
        remove=tuple(
            Removed(name=name, version=installed[name] or "unknown")
            for name in dict.fromkeys(names_)
            if name in installed
        )
    )


def not_installed(request: Request, name: str) -> Problem:
    """Say that what is to be changed is not there."""
    return Problem(
        "not-installed",
        f"{name} is not installed in {request.target.name}.",
        "Look at the spelling, and at the kernel.",
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
    removed = {gone.name for gone in changes.remove}
    stale = {m for name in touched for m in brought.get(name, ()) if m in modules}
    there = {m for name in touched if name not in removed for m in brought.get(name, ())}
    lost = {m for name in removed for m in brought.get(name, ()) if m in modules} - there
    return Restart(needed=bool(stale), modules=tuple(sorted(stale)), gone=tuple(sorted(lost)))


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


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
