"""Marks an environment with the last job that began to change it: one that never ended is found so.

The mark is not taken away when a job ends, for between that and the word of it the job can be killed.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from . import folders, lock


def begin(prefix: str, job_id: str) -> None:
    """Mark the environment, before the first of its files changes; raises `OSError`."""
    file = _file(prefix)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as opened:
        opened.write(f"{job_id} {_inode(prefix)}")
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)


def of(prefix: str) -> str | None:
    """Return the job that began to change the environment last; None where none did.

    None, too, where another environment was made in its place since: another folder, by its inode. A
    file system may give that number again; then too much is said, rather than too little.
    """
    try:
        job_id, inode = _file(prefix).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return None
    now = _inode(prefix)
    return job_id if now == 0 or int(inode) in (0, now) else None


def forget(prefix: str) -> None:
    """Take the mark away: somebody said that the environment is to stay as it is."""
    with contextlib.suppress(OSError):
        _file(prefix).unlink(missing_ok=True)


def _inode(prefix: str) -> int:
    try:
        return Path(prefix).stat().st_ino
    except OSError:
        return 0


def _file(prefix: str) -> Path:
    return folders.data() / "changing" / lock.path_for(folders.data(), prefix).name
