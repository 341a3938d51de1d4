"""Runs what the command line says, and turns what went wrong into two sentences and a status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ..problems import Problem
from .interrupts import ending_children
from .loading import loaded
from .parser import Parser
from .status import DONE, NOT_DONE, status_of
from .telling import tell


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = Parser()
    if words and words[0] in {"-h", "--help"}:
        parser.print_help()
        return DONE
    if not words or not parser.knows(words[0]):
        words.insert(0, "report")  # a bare word that is no command is a target
    options = parser.parse(words[0], words[1:])
    try:
        with ending_children():
            return _run(options)
    except Problem as problem:
        tell(problem)
        return status_of(problem)
    except KeyboardInterrupt:  # while a job runs Ctrl-C cancels the job, and does not come here
        print("\nStopped. Nothing was changed.", file=sys.stderr)  # noqa: T201 - our output
        return NOT_DONE
    except BrokenPipeError:  # `jupyter envcheck | head`
        sys.stderr.close()
        return DONE


def _run(options: argparse.Namespace) -> int:
    """Run a command; its own module alone is loaded, so that `--help` loads no probe."""
    match options.command:
        case "report":
            from .report import report as run  # noqa: PLC0415
        case "list" | "explain" | "guide":
            from .pages import page as run  # noqa: PLC0415
        case "bundle":
            from .bundle import bundle as run  # noqa: PLC0415
        case _:
            return loaded(options.command)(options, None)
    return run(options)
