"""Jobs as a terminal shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console_text import shown
from golden_scenes import CANCELLED, FAILED, INTERRUPTED, RUNNING, SUCCEEDED
from golden_undo import UNDOING
from jupyterlab_envcheck.jobs import Job, JobUndo, Line
from jupyterlab_envcheck.plan import Changes, Removed, Restart, Wish
from jupyterlab_envcheck.render.job import (
    is_done,
    phase_words,
    print_end,
    print_job,
    print_jobs,
    print_undo,
)

LONG = replace(SUCCEEDED, id="0123456789abcdef")


def end(job: Job, *, log: bool = True) -> list[str]:
    return shown(lambda console: print_end(job, console, log=log)).splitlines()


def wish(job: Job, asked: Wish) -> Job:
    return replace(job, plan=replace(job.plan, wish=asked))


def test_end_of_a_job_that_succeeded() -> None:
    assert end(LONG) == [
        "",
        "Done: all planned changes are there.",
        "  Added: joblib 1.6.0, scikit-learn 1.9.1, scipy 1.18.1",
        "  Changed: threadpoolctl 3.5.0 → 3.8.0",
        "The kernel still uses the old threadpoolctl until it is restarted.",
    ]


def test_end_of_a_job_that_can_be_undone_says_how() -> None:
    assert end(replace(LONG, undo=JobUndo(possible=True)))[-1] == (
        "To undo this: jupyter envcheck undo 01234567"
    )


def test_end_of_a_job_whose_restart_is_unknown() -> None:
    assert LONG.verdict is not None
    verdict = replace(LONG.verdict, restart=Restart(needed=True))
    assert "Restart a running kernel if it has imported what changed." in end(
        replace(LONG, verdict=verdict)
    )


def test_end_of_a_job_that_failed_shows_what_is_broken_and_the_end_of_the_log() -> None:
    lines = tuple(Line(n=n, text=f"line {n}") for n in range(1, 13))
    told = end(replace(FAILED, lines=lines))
    assert told[1:3] == [
        "pip ended, but scipy is not there.",
        "Read the log below, then make the plan again.",
    ]
    assert "  ✖ scikit-learn needs scipy>=1.10, which is not installed" in told
    assert "  line 3" in told
    assert "  line 2" not in told


def test_end_of_a_job_whose_log_was_shown_already() -> None:
    assert "The last that the installer said:" not in end(FAILED, log=False)


def test_end_of_a_job_that_is_interrupted_says_how_to_repair() -> None:
    told = end(replace(INTERRUPTED, id=LONG.id, undo=JobUndo(possible=True)))
    assert told[1] == "The install was cut off: its process is gone."
    assert told[-1] == "To put back the files of before: jupyter envcheck undo 01234567"


def test_end_of_a_job_that_was_cancelled() -> None:
    assert end(CANCELLED)[1] == "Cancelled."


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Wish(kind="create", name="climate"), "Done: the environment climate is there."),
        (Wish(kind="register", folder="/x"), "Done: the kernel “climate” is there."),
        (Wish(kind="undo", job="1"), "Done: all is as it was before."),
        (Wish(kind="back", job="1"), "Done: the versions are those of before."),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_end_of_other_jobs(asked: Wish, sentence: str) -> None:
    assert end(wish(LONG, asked))[1] == sentence


@pytest.mark.parametrize(
    "job",
    [replace(SUCCEEDED, verdict=FAILED.verdict), FAILED, CANCELLED, INTERRUPTED],
    ids=["not-proved", "failed", "cancelled", "interrupted"],
)
def test_job_is_not_done(job: Job) -> None:
    assert not is_done(job)


@pytest.mark.parametrize(
    "job", [SUCCEEDED, replace(SUCCEEDED, verdict=None)], ids=["proved", "unproved"]
)
def test_job_is_done(job: Job) -> None:
    assert is_done(job)


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (replace(RUNNING, state="queued", phase=None), "Waiting"),
        (replace(RUNNING, phase=None), "Starting"),
        (RUNNING, "Downloading"),
        (replace(RUNNING, phase="verifying"), "Looking at the result"),
        (SUCCEEDED, ""),
    ],
)
def test_phase(job: Job, words: str) -> None:
    assert phase_words(job) == words


def test_job_shows_everything_with_its_log() -> None:
    told = shown(lambda console: print_job(LONG, console)).splitlines()
    assert told[0] == "Install scikit-learn into climate"
    assert told[2] == "Job 0123456789abcdef"
    assert told[3].startswith("2026-11-21 ")
    assert told[3].endswith(" · done")
    assert "What ran:" in told
    assert told[-1] == f"  {LONG.lines[-1].text}"


def test_job_that_runs_shows_its_phase() -> None:
    told = shown(lambda console: print_job(RUNNING, console)).splitlines()
    assert told[4] == "Downloading"
    assert "What runs:" in told


def test_jobs_as_a_table() -> None:
    undoable = replace(LONG, undo=JobUndo(possible=True, space=1_200_000))
    told = shown(lambda console: print_jobs((undoable, INTERRUPTED), console), 100).splitlines()
    assert told[0].split() == ["Job", "When", "Where", "What", "State", "Undo"]
    assert told[1].startswith("01234567  2026-11-21 ")
    assert "climate  install scikit-learn  done         yes, 1.2 MB" in told[1]
    assert "interrupted" in told[2]


def test_job_that_was_undone_is_called_so() -> None:
    undoing = wish(replace(LONG, id="fedcba98"), Wish(kind="undo", job=LONG.id))
    told = shown(lambda console: print_jobs((undoing, LONG), console), 100).splitlines()
    assert told[1].split()[-2:] == ["done", "no"]
    assert told[2].split()[-2:] == ["undone", "no"]


def test_jobs_table_keeps_to_its_width_and_loses_nothing() -> None:
    wide = wish(LONG, Wish(kind="create", name="a-very-long-name-of-an-environment"))
    told = shown(lambda console: print_jobs((wide,), console))
    assert max(map(len, told.splitlines())) <= 80
    assert "…" not in told


def test_jobs_on_a_narrow_terminal() -> None:
    told = shown(lambda console: print_jobs((LONG,), console), 40).splitlines()
    assert [line.rstrip() for line in told] == [
        f"01234567 · {told[0][11:27]} · climate",
        "  install scikit-learn · done",
        "  Undo: no",
    ]


def test_jobs_on_a_narrow_terminal_tell_what_is_kept_for_undoing() -> None:
    undoable = replace(LONG, undo=JobUndo(possible=True, space=1_200_000))
    told = shown(lambda console: print_jobs((undoable, INTERRUPTED), console), 40).splitlines()
    assert told[2].rstrip() == "  Undo: yes, 1.2 MB"
    assert told[4].strip() == "install scikit-learn · interrupted"


def test_jobs_where_there_are_none() -> None:
    assert shown(lambda console: print_jobs((), console)) == "There are no jobs yet.\n"


def test_undo_shows_what_comes_back_and_what_goes() -> None:
    told = [line.rstrip() for line in shown(lambda c: print_undo(LONG, UNDOING, c)).splitlines()]
    assert told[0].startswith("Undo job 01234567 of 2026-11-21 ")
    assert "  changed  threadpoolctl  3.8.0 → 3.5.0" in told
    assert "  removed  scikit-learn   1.9.1" in told
    assert told[-2:] == [
        "The kernel needs a restart afterwards, because it has imported threadpoolctl.",
        "The files of before are put back; nothing is downloaded.",
    ]


def test_undo_of_a_job_that_did_not_end_tells_what_differs_now() -> None:
    """Also what somebody else has done since."""
    gone = Changes(remove=(Removed(name="joblib", version="1.6.0"),))
    stale = Restart(needed=True, modules=("joblib",), gone=("joblib",))
    since = "zeta 1.0 added since"
    back = replace(UNDOING, changes=gone, warnings=(since,), restart=stale)
    told = shown(lambda console: print_undo(INTERRUPTED, back, console))
    assert "Whatever it had changed by then is put back" in told
    assert "removed  joblib   1.6.0" in told
    assert "scipy" not in told
    assert "▲ zeta 1.0 added since" in told
    assert "The kernel needs a restart afterwards, because it has imported joblib." in told


def test_end_names_files_of_somebodys_and_modules_that_are_gone() -> None:
    assert LONG.verdict is not None
    stale = Restart(needed=True, modules=("alpha", "beta"), gone=("beta",))
    files = tuple(f"/home/ada/notes-{n}.txt" for n in range(12))
    told = end(replace(LONG, verdict=replace(LONG.verdict, restart=stale, aside=files)))
    assert told[4:6] == [
        "Somebody made or edited these, so they are kept:",
        "  /home/ada/notes-0.txt",
    ]
    assert told[-3:] == [
        "  and 2 more, which the log names",
        "The kernel still uses the old alpha until it is restarted.",
        "The kernel still has beta imported, which is gone, until it is restarted.",
    ]


def test_job_markup_in_its_log_is_shown_as_text() -> None:
    hostile = "[bold]x[/bold]"
    assert FAILED.verdict is not None
    assert FAILED.failure is not None
    job = replace(
        FAILED,
        lines=(Line(n=1, text=hostile),),
        failure=replace(FAILED.failure, message=hostile, hint=hostile),
        verdict=replace(FAILED.verdict, broken=(hostile,), changes=Changes()),
    )
    assert shown(lambda console: print_end(job, console, log=True)).count(hostile) == 4
    assert shown(lambda console: print_job(job, console)).count(hostile) == 4
