"""Proves what a job did, by a fresh look at the environment: an exit code proves nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..facts import Interpreter, Package
from ..facts.requirements import same_version, unmet, versions
from ..facts.text import clean
from ..plan import Added, Changes, Removed, Updated, working
from ..probe import files
from ..probe.packages import read_folder, same_folders, together
from ..problems import Problem
from . import place
from .child import Stop, run
from .job import Verdict
from .order import Order

#: Seconds that importing numpy may take. From a cold network disk it was seen to take 8.
NUMPY_LIMIT = 60.0

#: Without the end of the process, at which what numpy leaves behind can hang.
_IMPORT_NUMPY = """
import os
try:
    import numpy
except Exception as error:
    print("%s: %s" % (type(error).__name__, error), flush=True)
    os._exit(1)
os._exit(0)
"""


@dataclass(frozen=True, kw_only=True)
class Numpy:
    """Whether numpy imports. What took too long is unknown, and says nothing against it."""

    state: Literal["absent", "imports", "fails", "unknown"]
    why: str = ""  #: it fails, or is unknown


@dataclass(frozen=True, kw_only=True)
class Look:
    """An environment at one moment."""

    packages: tuple[Package, ...]  #: all that its Python sees
    own: tuple[Package, ...]  #: what lies in the environment itself
    numpy: Numpy


def look(
    interpreter: Interpreter, environ: Mapping[str, str], *, limit: float = NUMPY_LIMIT
) -> Look:
    """Look at the environment: its files, and whether numpy imports."""
    found = together(read_folder(folder) for folder in same_folders(interpreter.path)).packages
    numpy = Numpy(state="absent")
    if any(package.name == "numpy" for package in found):
        numpy = _numpy(interpreter.executable, environ, limit)
    return Look(packages=found, own=place.own(interpreter.site_packages), numpy=numpy)


def is_as_planned(order: Order) -> bool:
    """Tell whether nothing came, changed or went since the plan was made."""
    now = files.fingerprint(order.plan.target.prefix, order.interpreter.site_packages)
    return now == order.plan.fingerprint


def verdict(
    order: Order, before: Look, after: Look, brought: Mapping[str, Collection[str]]
) -> Verdict:
    """Return what differs, whether it is what was planned, and what is broken that was not.

    `brought` tells which modules each package had brought before.
    """
    changes = difference(before.own, after.own)
    markers = order.interpreter.markers
    was_unmet = {str(entry) for entry in unmet(before.packages, markers)}
    broken = [str(e) for e in unmet(after.packages, markers) if str(e) not in was_unmet]
    if (before.numpy.state, after.numpy.state) == ("imports", "fails"):
        broken.append(f"numpy does not import any more: {after.numpy.why}")
    return Verdict(
        planned=_is_planned(order.plan.changes, after.own),
        changes=changes,
        broken=tuple(broken),
        restart=working.restart_for(changes, order.modules, brought),
    )


def remarks(before: Look, after: Look) -> tuple[str, ...]:
    """Return what the fresh look showed that decides nothing, in sentences."""
    if after.numpy.state == "unknown":
        return (f"Whether numpy imports is unknown: {after.numpy.why}",)
    if after.numpy.state == "fails" and before.numpy.state != "imports":
        return (f"numpy does not import: {after.numpy.why}",)
    return ()


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
            if not same_version(old[name], new[name])
        ),
        remove=tuple(
            Removed(name=name, version=old[name] or "unknown")
            for name in sorted(old.keys() - new.keys())
        ),
    )


def _is_planned(planned: Changes, packages: Sequence[Package]) -> bool:
    installed = versions(packages)
    return (
        all(same_version(installed.get(new.name), new.version) for new in planned.install)
        and all(same_version(installed.get(change.name), change.new) for change in planned.update)
        and not any(change.name in installed for change in planned.remove)
    )


def _numpy(python: str, environ: Mapping[str, str], limit: float) -> Numpy:
    try:
        reply = run((python, "-B", "-c", _IMPORT_NUMPY), env=environ, limit=limit, stop=Stop())
    except Problem as problem:
        late = f"Python did not finish importing it within {limit:g} seconds."
        return Numpy(
            state="unknown", why=late if problem.reason == "timed-out" else problem.message
        )
    if reply.returncode == 0:
        return Numpy(state="imports")
    said = clean(reply.output.strip(), 600)
    return Numpy(state="fails", why=said or f"Python ended with status {reply.returncode}")
