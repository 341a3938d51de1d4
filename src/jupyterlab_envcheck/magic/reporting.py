"""The report in a cell: HTML and text, data, or text alone; with buttons where there are some."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.display import display

from ..flow import redaction_of, report_on
from ..render.html import html
from ..render.json import wire
from ..render.narrow import narrowed
from ..render.text import print_report, text
from .faces import as_magic, console
from .place import Place

if TYPE_CHECKING:
    from .magics import EnvcheckMagics


def report(options: argparse.Namespace, place: Place, magics: EnvcheckMagics) -> object:
    """Make and show a report on this process; return it if it is wanted as data."""
    subject, target = place.find()
    magics.report = report_on(subject, target, cells=place.cells())
    found = narrowed(magics.report, options.only)
    if options.redact:
        found = redaction_of([found], subject.env).of(found)
    if options.json:
        return wire(found)
    if not place.in_kernel or options.text:
        print_report(found, console(place))
        return None
    shown = {"text/html": as_magic(html(found)), "text/plain": as_magic(text(found))}
    display(shown, raw=True)
    if place.shows_widgets and not (options.html or options.redact):
        from .widgets import show_actions  # noqa: PLC0415 - loads ipywidgets

        show_actions(found, place)
    return None
