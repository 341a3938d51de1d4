"""What is kept of a job so that it can be undone: where it lies, what it takes, when it goes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from ...facts import Interpreter
from ...plan import Changes, NewKernelspec, Undo
from .. import folders, lock, records
from . import snapshot
from .differing import Difference
from .snapshot import OURS, NotLinked, Roots, Snapshot

T = TypeVar("T")

#: Jobs of one environment that can be undone one after the other, the last one first.
DEPTH = 5

_KEPT = "kept.json"
_DIFFERENCES = "differences.json"
_SPACE = "space"
_UNDONE = "undone"

#: Bytes that are copied without a word where a disk cannot link but by copying.
_COPIED = 300_000_000

#: Seconds after which a folder that no job speaks of is nobody's.
_ABANDONED = 3600.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of one job."""

    prefix: str  #: of the environment, as the plan names it
    site_packages: tuple[str, ...]
    snapshot: Snapshot | None  #: None where the job changes no file of an environment
    kernelspec: NewKernelspec | None  #: that the job writes
    #: Of the environment when the job had ended; None until then, and for a job that never ended.
    fingerprint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What a job changed."""

    files: tuple[Difference, ...]


def foreseen(
    job_id: str, interpreter: Interpreter, changes: Changes, *, pins: bool = False
) -> Undo:
    """Return whether a job with these changes, or with pins alone, will be one that can be undone."""
    if changes == Changes() and not pins:
        return Undo(possible=False, reason="nothing would change")
    place = _place(job_id, interpreter)
    why = place if isinstance(place, str) else _noted(interpreter.prefix)
    return Undo(possible=why is None, reason=why)


def take(
    job_id: str, interpreter: Interpreter, kernelspec: NewKernelspec | None, *, creates: bool
) -> Kept | str:
    """Keep the environment as it is, for the job that is about to begin; or return why not."""
    place = _place(job_id, interpreter)
    if isinstance(place, str):
        return place
    roots = snapshot.roots_of(interpreter)
    if creates:
        prefix = os.path.realpath(interpreter.prefix)
        roots = Roots(folders=(prefix,), libraries=1, named=False, made=True)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = snapshot.take(roots, str(place), now=time.time_ns())
    except (NotLinked, OSError) as error:
        _remove(place)
        if _is_lasting(error.__cause__):
            _note(interpreter.prefix, str(error))
        return str(error)
    _note(interpreter.prefix, None)
    kept = Kept(
        prefix=interpreter.prefix,
        site_packages=interpreter.site_packages,
        snapshot=taken,
        kernelspec=kernelspec,
    )
    write(job_id, kept)
    if read(job_id) is None:
        _remove(place)
        return "the disk is full"
    return kept


def write(job_id: str, kept: Kept) -> None:
    """Write down what is kept of a job, as far as the disk has room."""
    records.write(folders.job(job_id) / _KEPT, kept)


def write_differences(job_id: str, differences: Differences) -> bool:
    """Write down what a job changed, before it is told that it has ended; tell whether it is there."""
    records.write(folders.job(job_id) / _DIFFERENCES, differences)
    return read_differences(job_id) is not None


def read(job_id: str) -> Kept | None:
    """Return what is kept of a job, None where nothing is or it cannot be read."""
    return _read(Kept, folders.job(job_id) / _KEPT)


def read_differences(job_id: str) -> tuple[Difference, ...] | None:
    """Return what a job changed, None where it did not come to say so."""
    found = _read(Differences, folders.job(job_id) / _DIFFERENCES)
    return None if found is None else found.files


def space(job_id: str) -> int:
    """Return the bytes that what is kept of a job takes, as they were counted last."""
    try:
        return int((folders.job(job_id) / _SPACE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def mark_undone(job_id: str) -> None:
    """Remember that a job was undone; raises `OSError`."""
    (folders.job(job_id) / _UNDONE).touch()


def is_undone(job_id: str) -> bool:
    """Tell whether a job was undone."""
    return (folders.job(job_id) / _UNDONE).exists()


def free(job_id: str) -> None:
    """Let go of what is kept for undoing a job; whoever calls holds the lock of what is kept."""
    folder, kept = folders.job(job_id), read(job_id)
    for name in (_KEPT, _DIFFERENCES, _SPACE):
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    if kept is not None and kept.snapshot is not None:
        _remove(Path(kept.snapshot.folder))


def free_if_idle(job_id: str) -> bool:
    """Let go of what is kept of a job unless somebody works with it; tell whether."""
    kept = read(job_id)
    if kept is None:
        return True
    held = lock.take(lock.path_for_kept(folders.data(), kept.prefix))
    if held is None:
        return False
    try:
        free(job_id)
    finally:
        os.close(held)
    return True


def aside(job_id: str) -> str:
    """Return the folder for what an undo finds in its way and no package owns."""
    return str(folders.data() / "aside" / job_id)


def tidy(prefix: str, newest_first: Sequence[str], *, needed: Collection[str], most: int) -> None:
    """Count what is kept for an environment, and let go of the oldest that is too much.

    `most` is in bytes, for all environments together. What is kept of the newest job of all stays,
    and of those in `needed`.
    """
    room, depth = most, 0
    for number, job_id in enumerate(newest_first):
        kept = read(job_id)
        if kept is None or kept.snapshot is None:
            continue
        if kept.prefix == prefix:
            depth += 1
            with contextlib.suppress(OSError):
                counted = str(_count(kept.snapshot))
                (folders.job(job_id) / _SPACE).write_text(counted, encoding="ascii")
        room -= space(job_id)
        is_old = number > 0 and (room < 0 or (kept.prefix == prefix and depth > DEPTH))
        if is_old and job_id not in needed and free_if_idle(job_id):
            room += space(job_id)
    _sweep(folders.data() / "kept", newest_first)
    _sweep(_inside(Path(prefix)), newest_first)


def _sweep(base: Path, known: Collection[str]) -> None:
    """Remove what was being linked, or removed, by a process that was killed meanwhile."""
    with contextlib.suppress(OSError):
        for place in base.iterdir():
            kept = read(place.name) if place.name in known else None
            began = time.time() - place.stat().st_mtime
            if kept is None and began > _ABANDONED:
                _remove(place)


def _count(taken: Snapshot) -> int:
    """Return the bytes that would be free without the snapshot, as far as links tell.

    A file that the environment has too takes nothing; one that several snapshots hold is shared.
    """
    total = 0
    for folder, _, names in os.walk(taken.folder):
        with contextlib.suppress(OSError):
            total += os.stat(folder).st_blocks * 512
        number, _, below = os.path.relpath(folder, taken.folder).partition(os.sep)
        if not number.isdecimal():
            continue
        for name in names:
            then = os.path.join(folder, name)
            now = taken.now(int(number), os.path.join(below, name))
            with contextlib.suppress(OSError):
                told = os.lstat(then)
                if not snapshot.is_same(then, now):
                    total += told.st_blocks * 512 // told.st_nlink
    return total


def _place(job_id: str, interpreter: Interpreter) -> Path | str:
    """Return where the files of an environment can be kept, or why they cannot.

    Beside our other data, where they outlive the environment; else in the environment itself, which
    is on its own disk.
    """
    prefix = Path(interpreter.prefix)
    roots = snapshot.roots_of(interpreter)
    if _is_layered(str(prefix)) and (size := snapshot.size(roots)) > _COPIED:
        return (
            "it lies in the layers of a container's image, where keeping its files would copy all "
            f"of them ({size // 1_000_000} MB)"
        )
    why = ""
    for base in (folders.data() / "kept", _inside(prefix)):
        is_inside = base.is_relative_to(prefix)
        if is_inside and not prefix.is_dir():
            break
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in snapshot.some_files(roots):
                snapshot.try_link(file, str(base))
        except NotLinked as error:
            why = str(error)
        except OSError as error:
            why = f"there is no place to keep its files: {error.strerror}"
        else:
            return base / job_id
        finally:
            if is_inside:
                _leave(base)
    return why


def _inside(prefix: Path) -> Path:
    """Return the place in an environment of what is kept by this user's data; others have others."""
    data = os.path.realpath(folders.data()).encode("utf-8", "surrogateescape")
    return prefix / OURS / hashlib.sha256(data).hexdigest()[:16]


def _leave(base: Path) -> None:
    """Leave nothing of ours in an environment without need."""
    with contextlib.suppress(OSError):
        base.rmdir()
        base.parent.rmdir()


def _is_lasting(error: BaseException | None) -> bool:
    """Tell whether linking failed by what the files or their disk are."""
    lasting = {errno.EXDEV, errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS}
    return isinstance(error, OSError) and error.errno in lasting


def _noted(prefix: str) -> str | None:
    """Return why what is in an environment could not be kept when that was tried last."""
    try:
        return _note_of(prefix).read_text(encoding="utf-8")
    except OSError:
        return None


def _note(prefix: str, why: str | None) -> None:
    """Note for the next plan why what is there cannot be kept, which one trial of it did not show."""
    note = _note_of(prefix)
    with contextlib.suppress(OSError):
        if why is None:
            note.unlink(missing_ok=True)
        else:
            note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            note.write_text(why, encoding="utf-8")


def _note_of(prefix: str) -> Path:
    return folders.data() / "unkept" / lock.path_for(folders.data(), prefix).name


def _is_layered(prefix: str) -> bool:
    """Tell whether a link would copy a file: it does where a container's image is written over."""
    mounts = {
        mount.mountpoint: mount.fstype
        for mount in psutil.disk_partitions(all=True)
        if snapshot.within(os.path.realpath(prefix), mount.mountpoint)
    }
    return bool(mounts) and mounts[max(mounts, key=len)] == "overlay"


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if place.parent.parent.name == OURS:
        _leave(place.parent)


def _read(kind: type[T], file: Path) -> T | None:
    try:
        return records.read(kind, file)
    except (OSError, ValueError, KeyError, TypeError):
        return None
