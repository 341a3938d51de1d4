"""Proves what a job did, by a fresh look at the environment: an exit code proves nothing."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..facts import CondaRecord, Interpreter, Package
from ..facts.requirements import same_version, unmet, versions
from ..facts.text import clean
from ..plan import Added, Changes, Removed, Restart, Updated, working
from ..probe import files
from ..probe.packages import read_folder, same_folders, together
from ..problems import Problem
from . import claims, place
from .child import Stop, run
from .conda import proof as conda_proof
from .job import Verdict
from .order import Order
from .snapshots.differing import Difference
from .snapshots.snapshot import Snapshot

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
    conda: tuple[CondaRecord, ...] = ()  #: conda's records, in an environment of conda's


def look(
    interpreter: Interpreter, environ: Mapping[str, str], *, limit: float = NUMPY_LIMIT
) -> Look:
    """Look at the environment: its files, and whether numpy imports."""
    found = together(read_folder(folder) for folder in same_folders(interpreter.path)).packages
    numpy = Numpy(state="absent")
    if any(package.name == "numpy" for package in found):
        numpy = _numpy(interpreter.executable, environ, limit)
    return Look(
        packages=found,
        own=place.own(interpreter.site_packages),
        numpy=numpy,
        conda=conda_proof.there(interpreter.prefix),
    )


def is_as_planned(order: Order) -> bool:
    """Tell whether nothing came, changed or went since the plan was made."""
    prefix = Path(order.plan.target.prefix)
    if order.creates:
        return not os.path.lexists(prefix) or (prefix.is_dir() and not any(prefix.iterdir()))
    if order.undoes is None and not prefix.is_dir():  # an undo brings it back
        return False
    now = files.fingerprint(order.plan.target.prefix, order.interpreter.site_packages)
    return now == order.plan.fingerprint


def verdict(
    order: Order, before: Look, after: Look, brought: Mapping[str, Collection[str]]
) -> Verdict:
    """Return what differs, whether it is what was planned, and what is broken that was not.

    `brought` tells which modules each package had brought before.
    """
    changes = _with_renewed(changed(before, after), order.plan.changes, after)
    markers = order.interpreter.markers
    was_unmet = {str(entry) for entry in unmet(before.packages, markers)}
    broken = [str(e) for e in unmet(after.packages, markers) if str(e) not in was_unmet]
    if (before.numpy.state, after.numpy.state) == ("imports", "fails"):
        broken.append(f"numpy does not import any more: {after.numpy.why}")
    broken += _incomplete(after, changes, order.plan.changes)
    needed_before = conda_proof.unmet(before.conda)
    broken += [said for said in conda_proof.unmet(after.conda) if said not in needed_before]
    restart = working.restart_for(changes, order.modules, brought)
    if after.conda and changes != Changes():  # of a library, which is no module, but some have it
        restart = _together(restart, order.plan.restart)
    return Verdict(
        planned=is_planned(order.plan.changes, after),
        changes=changes,
        broken=tuple(broken),
        restart=restart,
    )


def _together(one: Restart, other: Restart) -> Restart:
    return Restart(
        needed=one.needed or other.needed,
        modules=tuple(sorted({*one.modules, *other.modules})),
        gone=tuple(sorted({*one.gone, *other.gone})),
    )


def names_of(changes: Changes) -> frozenset[str]:
    """Return the names of what is there after the changes."""
    return frozenset(
        (*(new.name for new in changes.install), *(change.name for change in changes.update))
    )


def overwritten(
    taken: Snapshot, differing: Sequence[Difference], planned: Changes
) -> tuple[str, ...]:
    """Return, in words, the packages whose files changed although the plan does not name them.

    Two packages that bring a file of one name overwrite each other, and no installer minds.
    """
    paths = {taken.now(d.root, d.path) for d in differing if d.kind != "added"}
    if not paths:
        return ()
    libraries = taken.roots.folders[: taken.roots.libraries]
    pairs = [(taken.then(number), library) for number, library in enumerate(libraries)]
    meant = {*names_of(planned), *planned.replaced()}
    lost: dict[str, list[str]] = {}
    if taken.roots.conda:
        of_conda, by_conda = conda_proof.overwritten(taken, differing, planned)
        lost |= {name: list(owned) for name, owned in of_conda.items()}
        paths -= by_conda.union(*of_conda.values())
    for path, metadata in claims.owners(pairs, paths, but=meant).items():
        lost.setdefault(metadata.partition("-")[0], []).append(path)
    return tuple(
        f"{len(files)} file{'s' * (len(files) != 1)} of {owner}, which is not "
        f"in the plan, changed with it, such as {clean(min(files))}"
        for owner, files in sorted(lost.items())
    )


def _with_renewed(changes: Changes, planned: Changes, after: Look) -> Changes:
    """Return the changes with what was put there anew at the version that it had."""
    there = versions(after.own)
    renewed = tuple(
        change
        for change in planned.update
        if change.by != "conda"
        and change.old == change.new
        and same_version(there.get(change.name), change.new)
    )
    told = {change.name for change in changes.update}  # such as what only changed its channel
    by_conda = tuple(c for c in conda_proof.renewed(planned, after.conda) if c.name not in told)
    return replace(changes, update=(*changes.update, *renewed, *by_conda))


def _incomplete(after: Look, changes: Changes, planned: Changes) -> list[str]:
    """Return, in words, which of the packages lack files that they name as their own."""
    names = names_of(changes) | names_of(planned)
    by_conda = conda_proof.names_of(changes) | conda_proof.names_of(planned)
    said = conda_proof.incomplete(after.conda, by_conda)
    for package in conda_proof.of_pip(after.own, after.conda):
        if package.name in names and package.form == "dist-info":
            lost = claims.missing(str(Path(package.location, package.metadata)))
            if lost:
                said.append(f"{package.name} is not whole: {clean(lost[0])} is missing")
    return said


def remarks(before: Look, after: Look) -> tuple[str, ...]:
    """Return what the fresh look showed that decides nothing, in sentences."""
    if after.numpy.state == "unknown":
        return (f"Whether numpy imports is unknown: {after.numpy.why}",)
    if after.numpy.state == "fails" and before.numpy.state != "imports":
        return (f"numpy does not import: {after.numpy.why}",)
    return ()


def changed(before: Look, after: Look) -> Changes:
    """Return what came, changed and went between two looks, and whose it is where two sorts are."""
    if not before.conda and not after.conda:
        return difference(before.own, after.own)
    by_pip = difference(
        conda_proof.of_pip(before.own, before.conda), conda_proof.of_pip(after.own, after.conda)
    )
    by_conda = conda_proof.difference(before.conda, after.conda)
    return Changes(
        install=(*by_conda.install, *(replace(change, by="pip") for change in by_pip.install)),
        update=(*by_conda.update, *(replace(change, by="pip") for change in by_pip.update)),
        remove=(*by_conda.remove, *(replace(change, by="pip") for change in by_pip.remove)),
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
            if not same_version(old[name], new[name])
        ),
        remove=tuple(
            Removed(name=name, version=old[name] or "unknown")
            for name in sorted(old.keys() - new.keys())
        ),
    )


def is_planned(planned: Changes, after: Look) -> bool:
    """Tell whether the planned changes are there, all of them; conda's, by its records."""
    installed = versions(conda_proof.of_pip(after.own, after.conda))
    install = [change for change in planned.install if change.by != "conda"]
    update = [change for change in planned.update if change.by != "conda"]
    remove = [change for change in planned.remove if change.by != "conda"]
    return (
        all(same_version(installed.get(new.name), new.version) for new in install)
        and all(same_version(installed.get(change.name), change.new) for change in update)
        and not any(change.name in installed for change in remove)
        and not conda_proof.lacking(planned, after.conda)
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
