"""How what takes its time is shown: alive on a terminal, line by line where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ..jobs import Job
from ..render.job import phase_words

_BAR = 30  #: columns


class Shown(Protocol):
    """What a job is shown on."""

    def show(self, job: Job) -> None:
        """Show a job as it is now; its lines are those that are new."""

    def say(self, sentence: str) -> None:
        """Show a sentence of our own."""


def can_be_drawn_over(console: Console) -> bool:
    """Tell whether a console is a terminal that can take back what it shows.

    rich itself would take a file for a terminal where FORCE_COLOR is set.
    """
    return console.file.isatty() and not console.is_dumb_terminal


@contextmanager
def busy(sentence: str, console: Console) -> Iterator[None]:
    """Show on a terminal that something takes its time."""
    if not can_be_drawn_over(console):
        yield
        return
    with console.status(Text(sentence)):
        yield


@contextmanager
def shown_on(console: Console) -> Iterator[Shown]:
    """Show a job on a console for as long as it is followed."""
    if can_be_drawn_over(console):
        with Live(console=console, transient=True, refresh_per_second=8) as live:
            yield _Alive(live)
    else:
        yield _Lines(console)


class _Alive:
    """Phase, bar and last line, which are gone when the job has ended."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._spinner = Spinner("dots")
        self._line = ""

    def show(self, job: Job) -> None:
        if job.lines:
            self._line = job.lines[-1].text.replace("\n", " ")
        self._live.update(self._drawn(job))

    def say(self, sentence: str) -> None:
        self._live.console.print(Text(sentence))  # above what is drawn over, where it stays

    def _drawn(self, job: Job) -> RenderableType:
        head = Table.grid(padding=(0, 1))
        cells: list[RenderableType] = [self._spinner, Text(phase_words(job))]
        if job.progress is not None and job.progress.total > 0:
            done, total = job.progress.done, job.progress.total
            cells += [ProgressBar(total=total, completed=done, width=_BAR)]
            cells += [Text(f"{100 * min(done, total) // total} %")]
        head.add_row(*cells)
        last = Text(self._line, style="dim", no_wrap=True, overflow="ellipsis")
        return Group(head, last)


class _Lines:
    """Every phase and every line, once."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""

    def show(self, job: Job) -> None:
        if (phase := phase_words(job)) and phase != self._phase:
            self._phase = phase
            self.say(phase)
        for line in job.lines:
            self._console.print(Text(f"  {line.text}"), soft_wrap=True)

    def say(self, sentence: str) -> None:
        self._console.print(Text(sentence), soft_wrap=True)
