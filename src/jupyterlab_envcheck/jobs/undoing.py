"""Puts back, under the lock, the files of before a job: its undo, and the repair of an interrupted one."""

from __future__ import annotations

import os
from dataclasses import replace

from ..facts import Package
from ..facts.requirements import unmet
from ..facts.text import clean
from ..plan import Changes, Failure
from ..problems import Problem
from . import claims, marks, modules, proof, records
from .conda import proof as conda_proof
from .folders import job as folder_of
from .job import JobState
from .making import kernelspecs
from .order import Order
from .snapshots import kept, restore, snapshot
from .snapshots.differing import Difference, differences_since
from .snapshots.kept import Kept
from .snapshots.snapshot import Snapshot
from .workplace import Workplace

#: Nanoseconds that an installer may have gone on after the job's last sign.
_PATIENCE = 60 * 10**9


def put_back(place: Workplace) -> tuple[JobState, Failure | None]:
    """Make the environment what it was and return how that ended. Raises `Problem` before it."""
    undone = place.order.undoes
    assert undone is not None  # noqa: S101 - else this is no undo
    keeping = kept.read(undone)
    if keeping is None or not _is_whole(keeping):
        kept.free(undone)  # with a part of it, all else would look as if it had not been there
        message = "What was kept for undoing this job is gone, or not whole any more."
        raise Problem("no-undo", message, "Make a plan back to the versions before it.")
    then = records.read(Order, folder_of(undone) / "order.json").packages
    before = proof.look(place.order.interpreter, place.env)
    brought = modules.brought(before.own, place.job.plan.changes, before.conda)
    if keeping.snapshot is not None:
        marks.begin(place.prefix, place.job.id)
    place.started()
    failed, damaged, aside = _put_back(place, undone, keeping)
    place.tell(replace(place.job, phase="verifying"))
    after = proof.look(place.order.interpreter, place.env)
    verdict = proof.verdict(place.order, before, after, brought)
    planned = proof.difference(then, after.own) == Changes() and _are_records_back(keeping)
    broken = (*failed, *damaged, *_broken(place, then, after.own))
    verdict = replace(verdict, planned=planned, broken=broken, aside=aside)
    place.tell(replace(place.job, verdict=verdict))
    if failed:
        message = f"Not everything could be put back: {failed[0]}."
        hint = (
            "See whether the disk is full and whether you may write there, then put it back again."
        )
        return "interrupted", Failure(reason="interrupted", message=message, hint=hint)
    kept.mark_undone(undone)
    if broken or not planned:
        why = broken[0] if broken else "other packages are there than before"
        message = f"What was kept was put back, but {why}."
        hint = "Install what that belongs to anew: that puts its files there once more."
        return "failed", Failure(reason="broken", message=message, hint=hint)
    return "succeeded", None


def _is_whole(keeping: Kept) -> bool:
    return keeping.snapshot is None or snapshot.is_whole(keeping.snapshot)


def _put_back(
    place: Workplace, undone: str, keeping: Kept
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Put the files back and take the kernelspec away.

    Return, in words, what could not be done, and which files are not what they were when kept; and
    where the files of somebody's lie that were in the way.
    """
    troubles: list[str] = []
    if keeping.kernelspec is not None:
        try:
            if not kernelspecs.remove(keeping.kernelspec):
                place.log.add(
                    f"The kernelspec {keeping.kernelspec.name} was changed by somebody since, and "
                    "stays as it is."
                )
        except Problem as problem:
            troubles.append(problem.message.rstrip("."))
    taken = keeping.snapshot
    if taken is None:
        return tuple(troubles), (), ()
    recorded = kept.read_differences(undone)
    if recorded is None:
        differing = differences_since(taken, until=_last_sign(undone) + _PATIENCE)
    else:
        differing = recorded
    aside = kept.aside(undone)
    restored = restore.put_back(taken, differing, aside=aside, only_as_seen=recorded is not None)
    for line in restore.remarks(restored, aside):
        place.log.add(line)
    back = len(differing) - len(restored.left) - len(restored.failed)
    place.log.add(f"{back} files are as they were.")
    failed = (*troubles, *restored.failed)
    return failed, _damaged(taken, differing), restore.kept_of_somebody(restored)


def _last_sign(job_id: str) -> int:
    """Return when a job said something last, in nanoseconds since 1970."""
    folder = folder_of(job_id)
    told = (folder / name for name in ("job.json", "log.jsonl"))
    return max(file.stat().st_mtime_ns for file in told if file.exists())


def _are_records_back(keeping: Kept) -> bool:
    taken = keeping.snapshot
    return taken is None or not taken.roots.conda or conda_proof.is_back(taken)


def _damaged(taken: Snapshot, differing: tuple[Difference, ...]) -> tuple[str, ...]:
    """Return, in words, which files of what was put back somebody wrote into since they were kept.

    Only those: what a person had changed in a package before is as it was, too.
    """
    found = []
    back = [d for d in differing if d.kind != "added"]
    suspects = [
        path
        for d in back
        if taken.roots.conda and d.path.endswith(".json")
        if os.path.dirname(d.path) == "conda-meta"
        for path in claims.damaged_of_conda(taken.now(d.root, d.path), taken.roots.folders[d.root])
    ]
    touched = {(d.root, d.path.split(os.sep)[0]) for d in back}
    for root, name in sorted(touched):
        if root < taken.roots.libraries and name.endswith(".dist-info"):
            suspects += claims.damaged(taken.now(root, name))
    for path in dict.fromkeys(suspects):
        told = snapshot.seen(path)
        # Of what pip had put over conda's, files that a record names were gone before.
        if _was_there(taken, path) if told is None else told[2] > taken.taken:
            found.append(f"{clean(path)} is not as it was when it was kept")
    return tuple(found)


def _was_there(taken: Snapshot, path: str) -> bool:
    return any(
        os.path.lexists(taken.then(root, os.path.relpath(path, folder)))
        for root, folder in enumerate(taken.roots.folders)
        if path.startswith(folder + os.sep)
    )


def _broken(
    place: Workplace, then: tuple[Package, ...], now: tuple[Package, ...]
) -> tuple[str, ...]:
    markers = place.order.interpreter.markers
    was_unmet = {str(entry) for entry in unmet(then, markers)}
    return tuple(str(entry) for entry in unmet(now, markers) if str(entry) not in was_unmet)
