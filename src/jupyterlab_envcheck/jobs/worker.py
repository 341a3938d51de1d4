"""Carries out one job, in a process of its own: `python -P -m jupyterlab_envcheck.jobs.worker DIR`.

All it says, it writes into the job's folder. An error nobody foresaw is the job's failure, with a
traceback in `worker.txt`. Shown as interrupted is a job whose lock is free and that has not ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

from ..installers.failures import changed, in_words, locked, unforeseen, unproved
from ..plan import Failure, working
from ..problems import Problem
from . import history, lock, proof
from .carrying import carry_out
from .folders import CANCEL
from .job import JobState
from .snapshots import kept
from .undoing import put_back
from .workplace import Workplace

#: Seconds that a job waits for another one in the same environment.
PATIENCE = 600.0

#: Seconds between two looks for a cancellation.
_LOOK = 0.1


def work(place: Workplace) -> None:
    """Do the job, whole, and say how it ended, whatever happens."""
    try:
        place.ended(*_work(place))
    except Problem as problem:  # what has begun is not known to be taken back
        state: JobState = "failed" if place.job.started is None else "interrupted"
        place.ended(state, working.failure(problem))
    except Exception as error:  # noqa: BLE001 - a traceback would show as an interrupted job
        traceback.print_exc()
        if place.job.started is None:
            place.ended("failed", working.failure(unforeseen(error)))
        else:
            place.ended("interrupted", working.failure(unproved(in_words(error))))
    _clear(place)


def _clear(place: Workplace) -> None:
    """Let go of what nothing can be undone with; only now, for until then it could mend."""
    keeping, job = kept.read(place.job.id), place.job
    if keeping is not None and keeping.fingerprint is None and job.state != "interrupted":
        kept.free_if_idle(job.id)
    if place.order.undoes is not None and kept.is_undone(place.order.undoes):
        kept.free_if_idle(place.order.undoes)
    kept.tidy(place.prefix, history.ids(), needed=history.needed(), most=place.record.undo_space)


def _work(place: Workplace) -> tuple[JobState, Failure | None]:
    data = place.folder.parent.parent
    with contextlib.ExitStack() as held:
        # Let go before the end is told: whoever hears of it may begin the next job at once.
        paths = (lock.path_for(data, place.prefix), lock.path_for_kept(data, place.prefix))
        locks = [lock.take(path, wait=PATIENCE, stop=place.cancelled) for path in paths]
        for descriptor in locks:
            if descriptor is not None:
                held.callback(lock.let_go, descriptor)
        if locks[0] is None or locks[1] is None or not _is_ours_alone(place, held):
            if place.cancelled.is_set():
                return "cancelled", _NOT_BEGUN
            return "failed", working.failure(locked())
        history.must_be_mended(place.order)
        if not proof.is_as_planned(place.order):
            return "changed", working.failure(changed())
        return put_back(place) if place.order.undoes else carry_out(place, locks[0])


def _is_ours_alone(place: Workplace, held: contextlib.ExitStack) -> bool:
    """Lock the environment itself, where it can be: others may have other data of ours, and locks."""
    with contextlib.suppress(OSError, Problem):
        folder = lock.take_folder(Path(place.prefix), wait=PATIENCE, stop=place.cancelled)
        if folder is None:
            return False
        held.callback(lock.let_go, folder)
    return True


_NOT_BEGUN = Failure(
    reason="cancelled",
    message="The job was cancelled. Nothing was changed.",
    hint="Make a new plan whenever you like.",
)


def _await_cancel(file: Path, cancelled: threading.Event) -> None:
    """Look for the file that cancels: it works before the first signal could, and everywhere."""
    while not cancelled.wait(_LOOK):
        if file.exists():
            cancelled.set()


def main(folder: Path, own_lock: int | None) -> None:
    """Do the job in `folder`."""
    umask = os.umask(0o077)  # our own files are nobody else's; what is installed may be
    cancelled = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: cancelled.set())
    looking = (folder / CANCEL, cancelled)
    threading.Thread(target=_await_cancel, args=looking, daemon=True).start()
    place = Workplace(folder, dict(os.environ), own_lock, cancelled, umask)
    place.began()
    work(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)  # noqa: PLR2004
