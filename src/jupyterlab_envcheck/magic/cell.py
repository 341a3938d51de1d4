"""`%%envcheck`: watches a cell from its start to its end, and tells what it used."""

from __future__ import annotations

from typing import Any

from IPython.display import display

from ..flow import redaction_of, report_on
from ..probe.cell import Watch
from ..problems import Problem
from ..render.cell import words
from ..render.cell_faces import cell_html, print_cell
from ..render.text import plain
from .faces import as_magic, console, sentences
from .first_line import words_of
from .place import Place
from .words import cell_parser, split


def watch(shell: Any, cell: str, raw_cell: str) -> None:
    """Watch a cell, our line and its code, until IPython says that what it runs as has ended."""
    options = cell_parser().parse_args(split(words_of(cell)))

    def ended(result: Any) -> None:
        # A cell can run others by itself, which end before it.
        if result is not None and result.info.raw_cell != raw_cell:
            return
        shell.events.unregister("post_run_cell", ended)
        run = watched.stop()
        place = Place(shell)
        try:
            subject, target = place.find()
            code = cell.partition("\n")[2]
            report = report_on(subject, target, cells=[{"id": "0", "source": code}])
        except (Problem, KeyboardInterrupt) as problem:
            print(sentences(problem) if isinstance(problem, Problem) else "Stopped.")  # noqa: T201
            return
        told = words(run, report.facts, report.outcomes)
        if options.redact:
            told = redaction_of([report], subject.env).of(told)
        if not place.in_kernel or options.text:
            print_cell(told, console(place))
            return
        text = plain(lambda page: print_cell(told, page))
        display({"text/html": as_magic(cell_html(told)), "text/plain": as_magic(text)}, raw=True)

    watched = Watch()
    shell.events.register("post_run_cell", ended)
