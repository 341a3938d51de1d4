"""Locks that live as long as anybody who works under them, installer included.

A lock is a file that is locked through its descriptor (flock). Children inherit the descriptor, so
that the lock of a worker that was killed is free only when its installer has ended, too. On Windows
locks are of a process and not inherited; nothing was tried there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
import time
from pathlib import Path

from ..problems import Problem
from . import folders

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def path_for(data: Path, prefix: str) -> Path:
    """Return the lock file of an environment.

    Beside our own data, never in the environment: a lock of ours called `.lock` there made uv,
    which uses that name, wait for ever (tried).
    """
    real = os.path.normcase(os.path.realpath(prefix))
    digest = hashlib.sha256(real.encode("utf-8", "surrogateescape")).hexdigest()
    return data / "locks" / digest


def path_for_kept(data: Path, prefix: str) -> Path:
    """Return the lock file of what is kept of an environment for undoing.

    Another one, since that is cleared when a job has ended already, and the next may begin.
    """
    return path_for(data, prefix).with_suffix(".kept")


def take(path: Path, *, wait: float = 0.0, stop: threading.Event | None = None) -> int | None:
    """Return a descriptor that holds the lock, or None if it was not free for `wait` seconds."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _take(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), wait=wait, stop=stop)


def take_folder(path: Path, *, wait: float, stop: threading.Event) -> int | None:
    """Return a descriptor that holds a folder itself, or None if it was not free for `wait` seconds.

    It keeps those apart who have other data of ours, and so other lock files. Raises `OSError` and
    `Problem` where it cannot be locked: not everywhere can a folder be.
    """
    return _take(os.open(path, os.O_RDONLY), wait=wait, stop=stop)


def _take(descriptor: int, *, wait: float, stop: threading.Event | None) -> int | None:
    until = time.monotonic() + wait
    pause = stop or threading.Event()
    while not _lock(descriptor, shared=False):
        if time.monotonic() >= until or pause.wait(0.05):
            os.close(descriptor)
            return None
    return descriptor


def let_go(descriptor: int) -> None:
    """Free a lock whoever else has its descriptor: a daemon that an installer left behind has."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def is_held(path: Path) -> bool:
    """Tell whether somebody holds the lock. Nobody who asks stands in another asker's way."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, shared: bool) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        message = f"Files cannot be locked in {folders.data()}: {error.strerror}."
        hint = "Set JUPYTER_DATA_DIR to a folder on a disk that knows locks (flock)."
        raise Problem("no-locks", message, hint) from error
    return True
