"""Runs what the command line says, and turns what went wrong into two sentences and a status."""

from __future__ import annotations

import argparse
import difflib
import errno
import io
import shlex
import sys
from collections.abc import Sequence

from ..facts.text import clean
from ..problems import Problem
from .interrupts import ending_children
from .loading import loaded
from .parser import Parser
from .status import COULD_NOT, DONE, NOT_DONE, status_of
from .telling import tell, tell_as_json


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _write_whatever_the_encoding()
    words = list(sys.argv[1:] if argv is None else argv)
    parser = Parser()
    if words and words[0] in {"-h", "--help"}:
        parser.print_help()
        return DONE
    meant = ""
    if not words or not parser.knows(words[0]):
        if (slip := _slip(words, parser)) is not None:
            tell(slip)
            return COULD_NOT
        meant = _meant(words[0], parser, 0.75) if words else ""
        words.insert(0, "report")  # a bare word that is no command is a target
    return _status(parser.parse(words[0], words[1:]), meant)


def _status(options: argparse.Namespace, meant: str) -> int:
    """Run a command and return how it ended, in words where that is not as it was to.

    `meant` asks for what the target may be misspelt; "" where it is none.
    """
    try:
        with ending_children():
            status = _run(options)
        sys.stdout.flush()
    except Problem as told:
        problem = told
        if told.reason == "unknown-kernelspec":
            problem = Problem(told.reason, told.message, meant + told.hint)
        if getattr(options, "json", False):
            tell_as_json(problem)
        tell(problem)
        return status_of(problem)
    except KeyboardInterrupt:  # while a job runs Ctrl-C cancels the job, and does not come here
        print("\nStopped. Nothing was changed.", file=sys.stderr)  # noqa: T201 - our output
        return NOT_DONE
    except BrokenPipeError:  # `jupyter envcheck | head`
        sys.stderr.close()
        return DONE
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
            raise
        tell(_not_written(error))
        sys.stderr.close()  # what is left to be written would be told once more
        return COULD_NOT
    return status


def _write_whatever_the_encoding() -> None:
    """Let what a terminal's or a pipe's encoding lacks be written as "?"; it would end the program."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")


def _slip(words: list[str], parser: Parser) -> Problem | None:
    """Return what is wrong with words that look like a misspelt command, or a notebook."""
    first, *rest = words or [""]
    if first.endswith(".ipynb") and not first.startswith("-"):
        message = (
            f"{clean(first, 200)} is a notebook; TARGET is a kernelspec, a Python or a folder."
        )
        word = shlex.quote(clean(first, 200))
        hint = f"To look at a notebook's cells: jupyter envcheck --notebook {word}"
        return Problem("not-a-target", message, hint)
    # A report has one word that is no option.
    if rest and not first.startswith("-") and not rest[0].startswith("-"):
        message = f"There is no command {clean(first, 200)}."
        hint = f"{_meant(first, parser, 0.6)}`jupyter envcheck --help` lists them."
        return Problem("unknown-command", message, hint)
    return None


def _meant(word: str, parser: Parser, likeness: float) -> str:
    """Return the question whether a command was meant, with a space; "" where none is so like it."""
    near = difflib.get_close_matches(word, parser.commands, 1, likeness)
    return f"Did you mean the command {near[0]}? " if near else ""


def _not_written(error: OSError) -> Problem:
    return Problem(
        "not-written",
        f"What was found could not be written: {error.strerror}.",
        "Make room there, or write to another place.",
    )


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
