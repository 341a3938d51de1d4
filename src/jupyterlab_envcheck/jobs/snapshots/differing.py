"""Tells what differs from a snapshot, and whether it is an installer's or somebody's own."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .. import claims
from .snapshot import META, OWN, SHARED, Snapshot, is_environment, is_same, libraries, named, seen

#: What a virtual environment consists of when it is made.
_OF_VENVS = frozenset({*SHARED, *OWN, "lib64", ".gitignore", "CACHEDIR.TAG", ".lock"})
#: What a conda environment consists of, beside what its records name.
_OF_CONDAS = frozenset(
    {META, "compiler_compat", "condabin", "libexec", "man", "sbin", "ssl", "var"}
)
_TAG = "CACHEDIR.TAG"  #: in a prefix, what rattler leaves there until it has done its work

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A file, symbolic link or empty folder that is not what it was."""

    root: int  #: index of the root it lies under
    path: str  #: relative to that root
    kind: Kind
    #: Whether it is an installer's: it lies among packages, or a package names it as its own.
    installed: bool
    #: Whether somebody wrote into it: it is unlike its RECORD, or no package's among packages.
    edited: bool
    seen: tuple[int, int, int] | None  #: inode, size and time of what is there now


def differences_since(snapshot: Snapshot, *, until: int | None = None) -> tuple[Difference, ...]:
    """Return all that differs now, in a fixed order.

    Of a job that did not come to its end nobody saw what it changed. `until` says when it did
    something last, in nanoseconds since 1970: then what people did meanwhile and since is told
    from it, as far as times and RECORDs tell, for which the changed files are read.
    """
    found = list(_differing(snapshot))
    claimed = _claimed(snapshot, then=True) | _claimed(snapshot, then=False)
    edited: frozenset[str] = frozenset()
    if until is not None:
        now = frozenset(snapshot.now(root, path) for root, path, kind in found if kind != "removed")
        if snapshot.roots.conda:  # its packages' files are not what a RECORD in them says
            now -= _condas(snapshot, then=False)
        edited = claims.edited(libraries(snapshot, then=False), now)
    last = time.time_ns() if until is None else until
    return tuple(_difference(snapshot, *one, claimed, edited, last) for one in found)


def _differing(snapshot: Snapshot) -> Iterator[tuple[int, str, Kind]]:
    roots = snapshot.roots
    for number, root in enumerate(roots.folders[:-1] if roots.named else roots.folders):
        apart = roots.may_hold_environments(number)
        below = compare(snapshot.then(number), root, "", roots.passed_over(), apart=apart)
        for path, kind in below:
            yield number, path, kind
    last = len(roots.folders) - 1
    for path in named(snapshot, in_snapshot=True) if roots.named else ():
        then, now = snapshot.then(last, path), snapshot.now(last, path)
        if is_same(then, now):
            continue
        if os.path.lexists(now):
            yield last, path, "changed" if os.path.lexists(then) else "added"
        elif os.path.lexists(then):
            yield last, path, "removed"


def _difference(
    snapshot: Snapshot,
    root: int,
    path: str,
    kind: Kind,
    claimed: Collection[str],
    edited: Collection[str],
    last: int,
) -> Difference:
    there, roots = snapshot.now(root, path), snapshot.roots
    is_own = _is_own(snapshot, root, path, last)
    is_among = root < roots.libraries and not roots.made
    is_nobodys = not (is_own or there in claimed or _is_metadata(path) or path.endswith(".pyc"))
    return Difference(
        root=root,
        path=path,
        kind=kind,
        installed=is_own
        or there in claimed
        or (is_among and (kind != "added" or _is_metadata(path))),
        edited=there in edited or (is_among and kind == "changed" and is_nobodys),
        seen=seen(there),
    )


def _is_metadata(path: str) -> bool:
    """Tell whether a file of a library is an installer's by its folder: half-done ones have no RECORD."""
    top = path.split(os.sep, maxsplit=1)[0]
    return top.startswith("~") or top.endswith((".dist-info", ".pth", ".egg-info", ".data"))


def _is_own(snapshot: Snapshot, root: int, path: str, last: int) -> bool:
    """Tell whether no package names a file of the prefix, and yet nobody but installers writes it.

    What is in an environment that was being made, or what a killed conda had linked from its cache
    and not recorded yet, is a job's if it was not put there later than what the job did `last`.
    """
    roots = snapshot.roots
    if roots.made:
        top = path.split(os.sep, maxsplit=1)[0]
        is_part = (
            top in _OF_VENVS or top in _OF_CONDAS or _has_other_names(snapshot.now(root, path))
        )
        return is_part and _since(snapshot.now(root, path)) <= last
    is_prefix = root == len(roots.folders) - 1
    if not roots.conda:
        return roots.named and is_prefix and path in OWN
    folder = os.path.dirname(path)
    if is_prefix and (folder == META or path == _TAG):
        return True
    if os.path.basename(folder) == "__pycache__":
        return True
    is_new = not os.path.lexists(snapshot.then(root, path))
    there = snapshot.now(root, path)
    return is_new and _has_other_names(there) and _since(there) <= last


def _has_other_names(file: str) -> bool:
    try:
        told = os.lstat(file)
    except OSError:
        return False
    return stat.S_ISREG(told.st_mode) and told.st_nlink > 1


def _since(file: str) -> int:
    """Return when a file was put where it is, or changed, in nanoseconds since 1970."""
    try:
        return os.lstat(file).st_ctime_ns
    except OSError:
        return 0


def _claimed(snapshot: Snapshot, *, then: bool) -> frozenset[str]:
    """Return the files outside of libraries that packages name as their own, then or now."""
    found = claims.everything(libraries(snapshot, then=then))
    if not snapshot.roots.conda:
        return found
    return found | _condas(snapshot, then=then)


def _condas(snapshot: Snapshot, *, then: bool) -> frozenset[str]:
    """Return the files that conda's packages name as their own, then or now."""
    last = len(snapshot.roots.folders) - 1
    meta = snapshot.then(last, META) if then else snapshot.now(last, META)
    return frozenset().union(*claims.of_conda(meta, snapshot.now(last)).values())


def compare(
    then: str, now: str, path: str, passed_over: Collection[str], *, apart: bool
) -> Iterator[tuple[str, Kind]]:
    """Yield the paths of files and empty folders that differ, and how."""
    before, after = _entries(then), _entries(now)
    for name in sorted(before.keys() | after.keys()):
        if name in passed_over or os.path.join(now, name) in passed_over:
            continue
        old, new, below = before.get(name), after.get(name), os.path.join(path, name)
        if apart and _is_folder(new) and is_environment(os.path.join(now, name)):
            continue
        kind = _kind(old, new)
        if kind == "changed" and _is_folder(old) != _is_folder(new):
            yield below, "added" if _is_folder(old) else "removed"  # of the two, the file
        elif kind is not None:
            yield below, kind
        if _is_folder(old) or _is_folder(new):
            folders = os.path.join(then, name), os.path.join(now, name)
            yield from compare(*folders, below, passed_over, apart=apart)


def _kind(old: os.DirEntry[str] | None, new: os.DirEntry[str] | None) -> Kind | None:
    """Tell how two differ; None where they do not, and for a folder whose files tell it."""
    if old is None or new is None:
        one = old or new
        if one is not None and _is_folder(one) and _entries(one.path):
            return None
        return "added" if old is None else "removed"
    if _is_folder(old) and _is_folder(new):
        return None
    is_one = old.inode() == new.inode() or is_same(old.path, new.path)
    return None if is_one else "changed"


def _entries(folder: str) -> Mapping[str, os.DirEntry[str]]:
    if os.path.islink(folder):  # in the place of a folder; never followed
        return {}
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # deeper than any path can name
            return {}
        raise


def _is_folder(entry: os.DirEntry[str] | None) -> bool:
    return entry is not None and entry.is_dir(follow_symlinks=False)
