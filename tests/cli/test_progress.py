"""How a running job is shown."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from golden_scenes import RUNNING, SUCCEEDED
from jupyterlab_envcheck.cli.progress import busy, shown_on
from jupyterlab_envcheck.jobs import Job, Line


class Screen(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def on_screen(*jobs: Job, term: str = "xterm") -> str:
    screen = Screen()
    with shown_on(Console(file=screen, width=80, _environ={"TERM": term})) as progress:
        for job in jobs:
            progress.show(job)
        progress.say("It goes on.")
    return screen.getvalue()


def in_a_file(*jobs: Job) -> str:
    page = io.StringIO()
    # A file is no terminal, whatever rich is told to take it for.
    with shown_on(Console(file=page, width=80, _environ={"FORCE_COLOR": "1"})) as progress:
        for job in jobs:
            progress.show(job)
    return page.getvalue()


def test_progress_on_a_terminal_shows_phase_bar_and_last_line() -> None:
    told = on_screen(RUNNING)
    assert "Downloading" in told
    assert "━" in told
    assert "64 %" in told
    assert RUNNING.lines[-1].text[:40] in told
    assert RUNNING.lines[0].text not in told


def test_progress_on_a_terminal_without_totals_has_no_bar() -> None:
    told = on_screen(replace(RUNNING, progress=None))
    assert "━" not in told
    assert "%" not in told


def test_progress_on_a_terminal_keeps_what_we_say() -> None:
    assert "It goes on.\n" in on_screen(RUNNING)


def test_progress_in_a_file_is_every_phase_and_line_once() -> None:
    first = replace(RUNNING, lines=RUNNING.lines[:1])
    again = replace(RUNNING, lines=())
    last = replace(RUNNING, phase="installing", lines=(Line(n=3, text="x" * 100),))
    assert in_a_file(first, again, last, replace(SUCCEEDED, lines=())).splitlines() == [
        "Downloading",
        "  Collecting scikit-learn",
        "Installing",
        f"  {'x' * 100}",
    ]


def test_progress_on_a_terminal_that_cannot_draw_over_is_that_of_a_file() -> None:
    assert on_screen(replace(RUNNING, lines=()), term="dumb") == "Downloading\nIt goes on.\n"


def test_busy_says_nothing_in_a_file() -> None:
    page = io.StringIO()
    with busy("Looking…", Console(file=page)):
        pass
    assert page.getvalue() == ""
