"""Proves what a job did, by a fresh look at the environment: an exit code proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..facts import Interpreter, Package
from ..facts.requirements import unmet, versions
from ..facts.text import clean
from ..plan import Added, Changes, Removed, Updated, working
from ..probe import files, interpreter as asking
from ..probe.packages import read_folder, same_folders, together
from ..problems import Problem
from .job import Verdict
from .modules import brought
from .resolve import Order


@dataclass(frozen=True, kw_only=True)
class Look:
    """An environment at one moment."""

    packages: tuple[Package, ...]
    numpy: str | None  #: why numpy does not import; None where it does, or is not there


def look(interpreter: Interpreter, environ: Mapping[str, str]) -> Look:
    """Look at the environment: its files, and whether numpy imports."""
    found = together(read_folder(folder) for folder in same_folders(interpreter.path))
    installed = any(package.name == "numpy" for package in found.packages)
    trouble = _numpy(interpreter.executable, environ) if installed else None
    return Look(packages=found.packages, numpy=trouble)


def is_as_planned(order: Order) -> bool:
    """Tell whether nothing came, changed or went since the plan was made."""
    now = files.fingerprint(order.plan.target.prefix, order.interpreter.site_packages)
    return now == order.plan.fingerprint


def verdict(order: Order, before: Look, after: Look) -> Verdict:
    """Return what differs, whether it is what was planned, and what is broken that was not."""
    changes = difference(before.packages, after.packages)
    markers = order.interpreter.markers
    was_unmet = {str(entry) for entry in unmet(before.packages, markers)}
    broken = [str(e) for e in unmet(after.packages, markers) if str(e) not in was_unmet]
    if after.numpy is not None and before.numpy is None:
        broken.append(f"numpy does not import: {after.numpy}")
    return Verdict(
        planned=_is_planned(order.plan.changes, after.packages),
        changes=changes,
        broken=tuple(broken),
        restart=working.restart_for(changes, order.modules, brought(order.packages, changes)),
    )


def difference(before: Sequence[Package], after: Sequence[Package]) -> Changes:
    """Return what came, changed and went between two looks."""
    old, new = versions(before), versions(after)
    both = sorted(old.keys() & new.keys())
    return Changes(
        install=tuple(
            Added(name=name, version=new[name] or "unknown", size=None)
            for name in sorted(new.keys() - old.keys())
        ),
        update=tuple(
            Updated(name=name, old=old[name] or "unknown", new=new[name] or "unknown", size=None)
            for name in both
            if old[name] != new[name]
        ),
        remove=tuple(
            Removed(name=name, version=old[name] or "unknown")
            for name in sorted(old.keys() - new.keys())
        ),
    )


def _is_planned(planned: Changes, packages: Sequence[Package]) -> bool:
    installed = versions(packages)
    return (
        all(installed.get(change.name) == change.version for change in planned.install)
        and all(installed.get(change.name) == change.new for change in planned.update)
        and not any(change.name in installed for change in planned.remove)
    )


def _numpy(python: str, environ: Mapping[str, str]) -> str | None:
    try:
        reply = asking.ask(python, env=environ)
    except Problem as problem:
        return problem.message
    told = reply["facts"].get("numpy")
    if not isinstance(told, Mapping):
        return clean(str(reply["unknown"].get("numpy") or "it is unknown why"), 600)
    return clean(str(told.get("error") or "it failed"), 600) if told.get("error") else None
