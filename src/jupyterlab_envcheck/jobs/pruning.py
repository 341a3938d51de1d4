"""Takes away what is kept of jobs that nobody asks for any more."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from .snapshots import kept

#: Jobs whose folders stay.
KEPT = 50

#: Seconds after which a draft that nobody finished is nobody's.
_ABANDONED = 3600.0


def prune(newest_first: Sequence[Path], needed: Collection[str]) -> None:
    """Remove the folders of old jobs but those that are `needed`, and drafts left behind.

    What an undo moved aside is somebody's, and stays.
    """
    jobs = [folder for folder in newest_first if not folder.name.startswith(".")]
    for folder in jobs[KEPT:]:
        if folder.name not in needed and kept.free_if_idle(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    for draft in set(newest_first) - set(jobs):
        with contextlib.suppress(OSError):
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                shutil.rmtree(draft, ignore_errors=True)
