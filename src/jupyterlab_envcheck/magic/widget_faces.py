"""Shows and asks in widgets, as the command does in a terminal; from a thread of its own."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from queue import SimpleQueue

import ipywidgets  # type: ignore[import-untyped]
from rich.console import Console

from ..cli.following import follow_on
from ..jobs import Job
from ..problems import Problem
from ..render.html import code_html
from ..render.job import phase_words
from ..render.text import WIDTH
from .faces import CellFaces, as_magic, sentences
from .place import Place

_WIDE = ipywidgets.Layout(width="100%")


class WidgetFaces(CellFaces):
    """A page of text that grows, under it what goes on, and buttons where there is a question."""

    def __init__(self, options: argparse.Namespace, place: Place) -> None:
        self._page = ipywidgets.HTML(layout=_WIDE)
        self._now = ipywidgets.VBox()
        self.box = ipywidgets.VBox([self._page, self._now])
        self.job: Job | None = None  #: the last that was followed
        super().__init__(options, place)

    def _console(self) -> Console:
        page = _Page(self._page)
        return Console(
            file=page, width=WIDTH, highlight=False, force_terminal=False, force_jupyter=False
        )

    @contextmanager
    def busy(self, sentence: str) -> Iterator[None]:
        """Show that something takes its time."""
        self._now.children = (ipywidgets.HTML(escape(sentence)),)
        yield
        self.end()

    def _answer(self, question: str) -> str:
        """Wait until a button is pressed, and return what it says."""
        answers: SimpleQueue[str] = SimpleQueue()
        yes = ipywidgets.Button(description="Yes", button_style="primary")
        no = ipywidgets.Button(description="No")
        yes.on_click(lambda _: answers.put("yes"))
        no.on_click(lambda _: answers.put("no"))
        self._now.children = (ipywidgets.HTML(escape(question)), ipywidgets.HBox([yes, no]))
        answer = answers.get()
        self.end()
        return answer

    def follow(self, job_id: str, interrupts: object) -> Job:
        """Return the job once it has ended; the kernel's interruption does not reach this thread."""
        del interrupts
        presses = _Presses()
        progress = _Progress(presses)
        self._now.children = progress.parts
        self.job = follow_on(progress, job_id, presses)
        self.end()
        return self.job

    def tell(self, problem: Problem) -> None:
        """Tell what went wrong."""
        self.console.print(sentences(problem), markup=False)

    def end(self) -> None:
        """Take away what is not true any more."""
        gone, self._now.children = self._now.children, ()
        for part in gone:
            for inner in getattr(part, "children", ()):
                inner.close()
            part.close()


class _Page(io.StringIO):
    """A stream that is shown as it grows."""

    def __init__(self, widget: ipywidgets.HTML) -> None:
        super().__init__()
        self._widget = widget

    def flush(self) -> None:
        self._widget.value = code_html(as_magic(self.getvalue().strip("\n")))


class _Presses:
    """Counts how often Cancel was pressed."""

    def __init__(self) -> None:
        self.count = 0

    def press(self, button: object) -> None:
        del button
        self.count += 1


class _Progress:
    """Phase, bar and last line of a job, and a button that cancels it."""

    def __init__(self, presses: _Presses) -> None:
        self._bar = ipywidgets.IntProgress(
            min=0, max=1, layout=ipywidgets.Layout(width="20em", visibility="hidden")
        )
        self._phase = ipywidgets.Label()
        self._line = ipywidgets.Label(layout=_WIDE)
        cancel = ipywidgets.Button(description="Cancel")
        cancel.on_click(presses.press)
        self.parts = (ipywidgets.HBox([self._phase, self._bar, cancel]), self._line)

    def show(self, job: Job) -> None:
        self._phase.value = phase_words(job)
        if job.progress is not None and job.progress.total > 0:
            self._bar.layout.visibility = "visible"
            self._bar.max = job.progress.total
            self._bar.value = min(job.progress.done, job.progress.total)
        if job.lines:
            self._line.value = job.lines[-1].text.replace("\n", " ")

    def say(self, sentence: str) -> None:
        self._line.value = sentence
