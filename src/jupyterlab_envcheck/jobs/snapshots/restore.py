"""Puts the files of a snapshot back: by links, in the place of what is there, never through a link.

It can be ended at any moment and done again: what is as it was already is left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...facts.text import clean
from .differing import Difference, compare
from .snapshot import META, Snapshot, is_copied, is_same, seen

_BYTECODE = "__pycache__"
_NAMED = 100  #: files of somebody's that a verdict names; the log has them all


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came of it, in paths of the environment."""

    moved: tuple[str, ...]  #: somebody's files that lay in the way
    aside: tuple[str, ...]  #: where these lie now
    left: tuple[str, ...]  #: that somebody changed since, and that stay as they are
    failed: tuple[str, ...]  #: that could not be put back or taken away, with why


def put_back(
    snapshot: Snapshot, differing: Sequence[Difference], *, aside: str, only_as_seen: bool
) -> Restored:
    """Make the `differing` files what they were when the snapshot was taken.

    `only_as_seen` takes away what was added only while nobody has changed it since it was seen, and
    moves what was edited since `aside`. There goes, too, what is new and no package's: it can be
    somebody's work.
    """
    work = _Work(snapshot=snapshot, aside=aside)
    # First what goes: that makes room on a full disk, and makes way for folders.
    for difference in differing:
        if difference.kind == "added":
            work.take_away(difference, only_as_seen=only_as_seen)
    work.prune()
    for difference in differing:
        if difference.kind != "added":
            work.bring(difference, only_as_seen=only_as_seen)
    work.renew_bytecode()
    work.date_folders()
    return Restored(
        moved=tuple(work.moved),
        aside=tuple(work.laid),
        left=tuple(work.left),
        failed=tuple(work.failed),
    )


def kept_of_somebody(restored: Restored) -> tuple[str, ...]:
    """Return where the files lie that are somebody's: aside, or where they were; the first ones."""
    return tuple(map(clean, (*restored.aside, *restored.left)[:_NAMED]))


def remarks(restored: Restored, aside: str) -> tuple[str, ...]:
    """Return in sentences what is not as it was, and stays so."""
    return (
        *(
            f"{clean(path)} is somebody's, as far as can be told: it was moved to {clean(aside)}."
            for path in restored.moved
        ),
        *(
            f"{clean(path)} was changed by somebody since, and stays as it is."
            for path in restored.left
        ),
        *(f"{said}." for said in restored.failed),
    )


@dataclass(kw_only=True)
class _Work:
    snapshot: Snapshot
    aside: str
    moved: list[str] = field(default_factory=list)
    laid: list[str] = field(default_factory=list)  #: where what was moved lies
    left: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _touched: dict[tuple[int, str], None] = field(default_factory=dict)  #: folders, by root

    def take_away(self, difference: Difference, *, only_as_seen: bool) -> None:
        """Remove what was added."""
        path = self.snapshot.now(difference.root, difference.path)
        if not self._is_inside(difference):
            return
        there = seen(path)
        if there is None:  # its folder may be left, and have another time
            self._touch(difference)
            return
        if only_as_seen and there != difference.seen:
            self.left.append(path)
            return
        with self._told(path):
            if stat.S_ISDIR(os.lstat(path).st_mode):
                os.rmdir(path)
            elif (difference.installed and not difference.edited) or path.endswith(".pyc"):
                os.unlink(path)
            else:
                self._move_aside(difference)
            self._touch(difference)

    def prune(self) -> None:
        """Remove the folders that are empty now and were not there then."""
        for root, folder in sorted(self._touched, key=lambda entry: -len(entry[1])):
            rest: str | None = folder
            while rest is not None and not os.path.isdir(self.snapshot.then(root, rest)):
                now = self.snapshot.now(root, rest)
                bytecode = os.path.join(now, _BYTECODE)
                with contextlib.suppress(OSError):
                    if set(os.listdir(now)) == {_BYTECODE}:
                        shutil.rmtree(bytecode)
                try:
                    os.rmdir(now)
                except FileNotFoundError:
                    pass
                except OSError:
                    break  # somebody's files are in it
                rest = os.path.dirname(rest) if rest else None
        for root, now in enumerate(self.snapshot.roots.folders):
            if root < self.snapshot.roots.libraries and not self._was_there(root):
                for folder, _, _ in os.walk(now, topdown=False):
                    with contextlib.suppress(OSError):
                        os.rmdir(folder)

    def bring(self, difference: Difference, *, only_as_seen: bool) -> None:
        """Put back what was changed or removed."""
        then = self.snapshot.then(difference.root, difference.path)
        now = self.snapshot.now(difference.root, difference.path)
        if is_same(then, now):
            self._touch(difference)
            return
        if not difference.installed and difference.kind == "changed":
            self.left.append(now)
            return
        with self._told(now):
            there = seen(now)
            is_edited = difference.edited or (only_as_seen and there != difference.seen)
            is_condas = os.path.dirname(difference.path) == META  # its history is written anew
            if there is not None and is_edited and not is_condas:
                self._move_aside(difference)
            if os.path.isdir(then) and not os.path.islink(then):
                self._make_folder(difference.root, difference.path)
                return
            self._make_folder(difference.root, os.path.dirname(difference.path))
            _replace(then, now)
            self._touch(difference)

    def renew_bytecode(self) -> None:
        """Make the bytecode beside what was touched what it was.

        Python tells whether bytecode is stale by a source's size and whole seconds, which the
        versions of a file can share.
        """
        for root, folder in list(self._touched):
            path = os.path.join(folder, _BYTECODE)
            if os.path.basename(folder) == _BYTECODE or not self._is_real(root, folder):
                continue
            now, then = self.snapshot.now(root, path), self.snapshot.then(root, path)
            for name in _names(now):
                if not is_same(os.path.join(then, name), os.path.join(now, name)):
                    with self._told(os.path.join(now, name)):
                        os.unlink(os.path.join(now, name))
            for name in _names(then):
                if not os.path.lexists(os.path.join(now, name)):
                    with self._told(os.path.join(now, name)):
                        self._make_folder(root, path)
                        _replace(os.path.join(then, name), os.path.join(now, name))
            if not os.path.isdir(then):
                with contextlib.suppress(OSError):
                    os.rmdir(now)

    def date_folders(self) -> None:
        """Give the folders that were touched the times they had, by which changes are told."""
        named = len(self.snapshot.roots.folders) - 1 if self.snapshot.roots.named else None
        for root, folder in dict.fromkeys((*self._touched, *self._undated())):
            if (root, folder) == (named, ""):  # of the prefix itself no time was kept
                continue
            with contextlib.suppress(OSError):
                told = os.stat(self.snapshot.then(root, folder))
                times = (told.st_atime_ns, told.st_mtime_ns)
                os.utime(self.snapshot.now(root, folder), ns=times)

    def _undated(self) -> Iterator[tuple[int, str]]:
        """Yield the folders of metadata that are what they were but for their time.

        One who put them back may have been ended before this, and a fingerprint tells by it.
        """
        for root in range(self.snapshot.roots.libraries):
            for name in _names(self.snapshot.then(root)):
                then, now = self.snapshot.then(root, name), self.snapshot.now(root, name)
                if (
                    name.endswith((".dist-info", ".egg-info"))
                    and self._is_real(root, name)
                    and os.stat(now).st_mtime_ns != os.stat(then).st_mtime_ns
                    and not any(compare(then, now, "", (), apart=False))
                ):
                    yield root, name

    def _move_aside(self, difference: Difference) -> None:
        path = self.snapshot.now(difference.root, difference.path)
        target = _free(os.path.join(self.aside, str(difference.root), difference.path))
        if self._is_inside(difference):
            os.makedirs(os.path.dirname(target), 0o700, exist_ok=True)
            shutil.move(path, target)
            self.moved.append(path)
            self.laid.append(target)

    def _was_there(self, root: int) -> bool:
        return os.path.isdir(self.snapshot.then(root))

    def _touch(self, difference: Difference) -> None:
        self._touched[difference.root, os.path.dirname(difference.path)] = None

    def _is_inside(self, difference: Difference) -> bool:
        return self._is_real(difference.root, os.path.dirname(difference.path))

    def _is_real(self, root: int, folder: str) -> bool:
        """Tell whether all folders down to this one are there, and none is a symbolic link."""
        path = self.snapshot.now(root)
        for part in ("", *folder.split(os.sep)):
            path = os.path.join(path, part) if part else path
            try:
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    return False
            except OSError:
                return False
        return True

    def _make_folder(self, root: int, folder: str) -> None:
        """Make the folders down to this one as they were; a link in the place of one is an error."""
        below = ""
        for part in ("", *folder.split(os.sep)):
            below = os.path.join(below, part) if part else below
            now, then = self.snapshot.now(root, below), self.snapshot.then(root, below)
            try:
                if not stat.S_ISDIR(os.lstat(now).st_mode):
                    raise NotADirectoryError(0, "a link or a file lies in the place of its folder")
            except FileNotFoundError:
                _make_above(os.path.dirname(now))
                os.mkdir(now)
                os.chmod(now, stat.S_IMODE(os.stat(then).st_mode))
                self._touched[root, below] = None

    @contextlib.contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failed.append(f"{clean(path)}: {error.strerror or type(error).__name__}")


def _make_above(folder: str) -> None:
    """Make the folders above a root, which are gone with the whole environment."""
    if not os.path.isdir(folder):
        _make_above(os.path.dirname(folder))
        os.mkdir(folder)
        os.chmod(folder, 0o755)  # noqa: S103 - as those of any environment


def _free(target: str) -> str:
    """Return a path like `target` that nothing has: what was moved aside earlier stays there."""
    free, number = target, 0
    while os.path.lexists(free):
        number += 1
        free = f"{target}.{number}"
    return free


def _replace(then: str, now: str) -> None:
    """Put a link to `then` in the place of `now`, whatever that is; never into it."""
    draft = f"{now}.envcheck"  # of one name, so that one that was left behind is found again
    with contextlib.suppress(FileNotFoundError):
        os.unlink(draft)
    if os.path.islink(then):
        os.symlink(os.readlink(then), draft)
    elif is_copied(now):
        shutil.copy2(then, draft)
    else:
        os.link(then, draft, follow_symlinks=False)
    try:
        os.replace(draft, now)
    except OSError:
        os.unlink(draft)
        raise


def _names(folder: str) -> list[str]:
    if os.path.islink(folder):
        return []
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
