"""The words behind `%envcheck`: those of the command line, and those of a report in a cell."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from typing import Any, NoReturn

from ..cli.parser import DEFAULT, Parser
from ..problems import Problem

#: The command's words that mean the same here.
COMMANDS = (
    *("install", "update", "reinstall", "remove", "create", "restore"),
    *("undo", "jobs", "outdated", "export", "guide", "explain", "list"),
)

#: A line with a comment: shlex takes a `#` within a word, as of a path, for the begin of one, too.
_COMMENTED = re.compile(r"""(?P<words>(?:'[^']*'|"[^"]*"|[^'"])*?)(?<!\S)#""")


class _Words(argparse.ArgumentParser):
    """A parser that says what is wrong instead of ending the kernel."""

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        # Here it is this very environment that is meant.
        if isinstance(told := options.get("help"), str):
            options["help"] = told.replace(DEFAULT, "this kernel's own environment")
        return super().add_argument(*names, **options)

    def format_usage(self) -> str:
        # Of what is parsed out of order the usage is kept as a format, and ours has a % in it.
        return super().format_usage().replace("%", "%%")

    def error(self, message: str) -> NoReturn:
        raise Problem(
            "bad-words",
            f"{message[:1].upper()}{message[1:]}.",
            f"`{self.prog} --help` shows what can be said.",
        )


class _Silent(_Words):
    """The same where nothing may be printed, and with --help there is no cell to run."""

    def print_help(self, file: object = None) -> NoReturn:
        del file
        self.error("--help has no cell")


def split(line: str) -> list[str]:
    """Return the words of a line, up to a comment.

    Quotation marks keep words together; a backslash is a path's.
    """
    commented = _COMMENTED.match(line)
    lexer = shlex.shlex(commented["words"] if commented else line, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    try:
        return list(lexer)
    except ValueError as error:
        raise Problem("bad-words", f"{error}.", "Close what is open.") from error


def commands() -> Parser:
    """Return the parser of all that is not a report."""
    return Parser(prog="%envcheck", kind=_Words)


def parse_command(words: Sequence[str]) -> argparse.Namespace:
    """Return what a line that begins with a command says; Problem where it says nothing."""
    return commands().parse(words[0], words[1:])


def parse_report(words: Sequence[str]) -> argparse.Namespace:
    """Return what a line about a report says; Problem where it says nothing."""
    return report_parser().parse_args(list(words))


def report_parser() -> argparse.ArgumentParser:
    """Return the parser of a report's words."""
    parser = _Words(
        prog="%envcheck",
        description="Tell which environment this notebook runs in, and what is wrong with it.",
        epilog=f"Commands, each with --help of its own: {', '.join(COMMANDS)}. `%%envcheck` over a "
        "cell tells what the cell used. `%envcheck?` shows all this at more length.",
    )
    parser.add_argument(
        "only", nargs="*", metavar="FAMILY_OR_ID", help="only these checks or findings"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="return the report as data")
    _add_forms(parser, form)
    return parser


def cell_parser(kind: type[_Words] = _Words) -> argparse.ArgumentParser:
    """Return the parser of the words behind `%%envcheck`."""
    parser = kind(prog="%%envcheck", description="Tell what a cell used while it ran.")
    _add_forms(parser, parser.add_mutually_exclusive_group())
    return parser


def are_of_cell(line: str) -> bool:
    """Tell whether these words may stand behind `%%envcheck`, with a cell to run; --help has none."""
    try:
        cell_parser(_Silent).parse_args(split(line))
    except Problem:
        return False
    return True


def _add_forms(parser: argparse.ArgumentParser, form: Any) -> None:
    form.add_argument("--html", action="store_true", help="show HTML alone, without buttons")
    form.add_argument("--text", action="store_true", help="show text")
    parser.add_argument(
        "--redact",
        action="store_true",
        help="without names of users and hosts, home folders, and credentials",
    )
