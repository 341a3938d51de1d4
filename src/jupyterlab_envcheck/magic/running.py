"""Runs a line: a report, or a command as the command line runs it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from ..cli.loading import loaded
from ..cli.status import NOT_DONE
from ..problems import Problem
from .faces import CellFaces, sentences
from .place import Place
from .words import COMMANDS, cell_parser, parse_command, parse_report, split

if TYPE_CHECKING:
    from .magics import EnvcheckMagics


_NOT_AS_PLANNED = "This did not end as planned: the lines above say why."


class Stopped(KeyboardInterrupt):
    """The kernel was interrupted, so that cells that wait do not run; shown as a sentence."""

    def _render_traceback_(self) -> list[str]:
        return ["Stopped. Nothing was changed."]


class NotDone(Exception):
    """What was asked for was not done, so that cells that wait do not run; shown as sentences."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def run_line(magics: EnvcheckMagics, shell: InteractiveShell, line: str) -> object:
    """Do what a line says, and return what it asks for as data."""
    place = Place(shell)
    try:
        words = split(line)
        if words and words[0] in COMMANDS:
            _command(parse_command(words), place)
            return None
        from .reporting import report  # noqa: PLC0415 - a command needs none of it

        return report(parse_report(words), place, magics)
    except Problem as problem:
        raise NotDone(sentences(problem)) from None
    except SystemExit:  # --help has been shown
        pass
    except KeyboardInterrupt:
        raise Stopped from None
    return None


def run_cell(shell: InteractiveShell, line: str, cell: str) -> object:
    """Run a cell that comes here, as by `run_cell_magic` and under `%%time`, and tell what it used.

    A cell that is typed comes here only if there is nothing to run, or nothing to understand.
    """
    try:
        cell_parser().parse_args(split(line))
    except Problem as problem:
        raise NotDone(sentences(problem)) from None
    except SystemExit:
        return None
    if not cell.strip():
        print("There is nothing under %%envcheck to run.")  # noqa: T201 - our output
        return None
    from .cell import watch  # noqa: PLC0415 - as in the magic

    alone = f"\n{cell}"  # in the line where it stands under ours
    watch(shell, f"%%envcheck {line}\n{cell}", alone)
    shell.run_cell(alone).raise_error()
    return None


def _command(options: argparse.Namespace, place: Place) -> None:
    if options.command in {"explain", "guide", "list"}:
        _page(options)
        return
    status = loaded(options.command)(options, CellFaces(options, place))
    # A dry run has shown what it was asked for, whatever that is; and who says no has another status.
    if status == NOT_DONE and not getattr(options, "dry_run", False):
        raise NotDone(_NOT_AS_PLANNED)


def _page(options: argparse.Namespace) -> None:
    from ..cli.pages import text_of  # noqa: PLC0415

    shown = text_of(options)
    is_markdown = options.command == "explain" or getattr(options, "entry", None) is not None
    data = {"text/markdown": shown} if is_markdown else {}
    display({**data, "text/plain": shown}, raw=True)
