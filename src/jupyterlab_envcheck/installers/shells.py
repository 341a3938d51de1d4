"""Lines for a terminal: each shell takes them apart into the very words that were meant."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Literal

Shell = Literal["posix", "cmd", "powershell"]

#: Words that neither cmd.exe nor PowerShell reads anything into. In PowerShell a comma makes a list.
_BARE_IN_CMD = re.compile(r"[\w:\\/.\-+=]+", re.ASCII)
_BARE_IN_POWERSHELL = re.compile(r"[\w:\\/.+=][\w:\\/.\-+=]*|-{1,2}[A-Za-z][\w-]*|-", re.ASCII)


def shell_line(argv: Sequence[str], *, dialect: Shell = "posix") -> str:
    """Return `argv` as a line to type or paste into a shell.

    cmd.exe puts in what `%NAME%` stands for even between quotes, and has no way to forbid it: a
    path with two percent signs cannot be written for it.
    """
    match dialect:
        case "posix":
            return shlex.join(argv)
        case "cmd":
            return " ".join(map(_for_cmd, argv))
        case "powershell":
            words = " ".join(map(_for_powershell, argv))
            # A line that begins with a quote is an expression; the call operator makes it a command.
            return f"& {words}" if words.startswith("'") else words


def _for_cmd(word: str) -> str:
    """Return a word as programs on Windows take it apart: a backslash counts before a quote."""
    if _BARE_IN_CMD.fullmatch(word):
        return word
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return '"' + re.sub(r"(\\+)\Z", r"\1\1", escaped) + '"'


def _for_powershell(word: str) -> str:
    if _BARE_IN_POWERSHELL.fullmatch(word):
        return word
    # Curly quotes end a string, too.
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", word) + "'"
