"""What a report's findings offer, as buttons: each does what the same words after `%envcheck` do.

They are an output of their own under the report. Where the state of widgets is gone, as after a
restart of the kernel, JupyterLab shows only that it is gone; the report stays.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import ipywidgets  # type: ignore[import-untyped]
from IPython.display import display

from ..cli.loading import loaded
from ..engine import Report
from ..installers import shell_line
from ..problems import Problem
from ..recommendations import Read
from ..render.alternatives import own_words
from ..render.html import code_html, fragment
from ..render.wishes import short
from .place import Place
from .widget_faces import WidgetFaces
from .words import parse_command

_VIEW = "application/vnd.jupyter.widget-view+json"


def show_actions(report: Report, place: Place) -> None:
    """Show a button for each thing that a finding offers and that we can do; else nothing."""
    offered = offers(report)
    if not offered:
        return
    box = ipywidgets.VBox([Offer(words, title, place).box for words, title in offered.items()])
    lines = "\n".join(_line(words) for words in offered)
    instead = fragment(f"<div>To do this in a live notebook:</div>{code_html(lines)}")
    display({_VIEW: box.get_view_spec(), "text/html": instead, "text/plain": lines}, raw=True)


def offers(report: Report) -> Mapping[tuple[str, ...], str]:
    """Return what the findings offer: the words that do it, and what is written on the button."""
    return {
        words: action.title
        for outcome in report.outcomes
        if outcome.status == "finding"
        for action in outcome.actions
        if not isinstance(action, Read) and (words := own_words(action)) is not None
    }


class Offer:
    """A button, and under it what happens once it is pressed."""

    def __init__(self, words: tuple[str, ...], title: str, place: Place) -> None:
        self._words = words
        self._place = place
        self._button = _button(title, tooltip=_line(words))
        self._button.on_click(lambda _: self._begin(self._words))
        self._below = ipywidgets.VBox()
        self.box = ipywidgets.VBox([self._button, self._below])

    def _begin(self, words: tuple[str, ...]) -> None:
        """Do what the words say, in a thread: meanwhile the kernel runs what else it is asked to."""
        self._button.disabled = True
        faces = WidgetFaces(parse_command(words), self._place)
        self._below.children = (*self._below.children, faces.box)
        threading.Thread(
            target=self._run, args=(words, faces), name="envcheck", daemon=True
        ).start()

    def _run(self, words: tuple[str, ...], faces: WidgetFaces) -> None:
        try:
            loaded(words[0])(parse_command(words), faces)
        except Problem as problem:
            faces.tell(problem)
        except Exception as error:  # noqa: BLE001 - nobody else would see what ended a thread
            faces.console.print(f"This failed in a way nobody foresaw: {type(error).__name__}.")
        finally:
            faces.end()
            self._button.disabled = False
        job = faces.job
        if job is not None and job.undo.possible:
            back = _button("Undo", tooltip=_line(("undo", short(job.id))))
            back.on_click(lambda _: self._undo(back, job.id))
            self._below.children = (*self._below.children, back)

    def _undo(self, button: ipywidgets.Button, job_id: str) -> None:
        self._below.children = tuple(one for one in self._below.children if one is not button)
        button.close()
        self._begin(("undo", short(job_id)))


def _button(title: str, *, tooltip: str) -> ipywidgets.Button:
    layout = ipywidgets.Layout(width="max-content", max_width="100%")
    return ipywidgets.Button(description=title, tooltip=tooltip, layout=layout)


def _line(words: tuple[str, ...]) -> str:
    return f"%envcheck {shell_line(words)}"
