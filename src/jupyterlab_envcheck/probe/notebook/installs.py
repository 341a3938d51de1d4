"""Finds the lines of cells that install or remove packages."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ...facts import InstallLine
from ...facts.text import clean
from .installers import Wish, activated, wish_of
from .shell import Spoken, commands
from .wanted import Names

_MAGIC = re.compile(r"%?(pip|conda|mamba|micromamba|uv)[ \t]+(.*)", re.DOTALL)
_SHELL_MAGIC = re.compile(r"(?:!!?|%(?:sx|system)[ \t])(.*)", re.DOTALL)
_TOOLS = re.compile(r"pip|conda|mamba|uv")
_CONTINUED = re.compile(r"\\\n[ \t]*")
#: Variables that a line sets for its command alone: their values may be keys and tokens.
_VARIABLES = re.compile(r"(?:(?<=[\s;&|!])|^)([A-Z_][A-Z0-9_]*=)[^\s;&|]+")
_HIDDEN = r"\1****"

_MOST_SPECS = 200
_LONGEST_LINE = 500
_LONGEST_SPEC = 200

#: What starts a program from Python, with a list of words or, by a shell, with a text.
_STARTS = frozenset(
    {
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.getoutput",
        "subprocess.run",
        "os.popen",
        "os.system",
    }
)
_Way = Literal["magic", "shell"]


def in_escape(text: str, cell: str, line: int) -> Iterator[InstallLine]:
    """Yield what a line for IPython installs, as it is written."""
    if magic := _MAGIC.fullmatch(text):
        yield from _in_magic(magic[1], magic[2], cell, line, text)
    elif shell := _SHELL_MAGIC.fullmatch(text):
        yield from _in_line(shell[1], "shell", cell, line, text)


def in_script(text: str, cell: str, line: int) -> Iterator[InstallLine]:
    """Yield what a cell's text for a shell installs, whose first line is `line`."""
    for spoken, wish in _wishes(text, windows=False):
        number = line + spoken.line - 1
        yield _line(wish, spoken.redirects, "shell", cell, number, spoken.text)


def _in_magic(tool: str, rest: str, cell: str, line: int, shown: str) -> Iterator[InstallLine]:
    """Yield what `%tool rest` installs: IPython gives it to a shell.

    `%conda` and its kin take the quotation marks away before that (IPython 9.18, PackagingMagics).
    """
    rest = _CONTINUED.sub(" ", rest)
    if tool not in ("pip", "uv"):
        try:
            rest = " ".join(shlex.split(rest))
        except ValueError:
            return
    yield from _in_line(f"{tool} {rest}", "magic", cell, line, shown)


def in_call(call: ast.Call, names: Names, cell: str, line: int) -> Iterator[InstallLine]:
    """Yield what a call of Python installs, where its words are written down in it."""
    function = names.dotted(call.func)
    if function not in _STARTS or not call.args:
        return
    match call.args[0]:
        case ast.Constant(value=str(text)):
            yield from _in_line(text, "shell", cell, line, f"{function}({text!r})")
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            words = [_word(part, names) for part in parts]
            wish = wish_of([word for word in words if word is not None])
            if wish is not None and words[0] is not None:
                shown = f"{function}([{', '.join(map(_quoted, words))}])"
                yield _line(wish, (), "shell", cell, line, shown)


def _quoted(word: str | None) -> str:
    return "…" if word is None else repr(word)


def _word(part: ast.expr, names: Names) -> str | None:
    match part:
        case ast.Constant(value=str(text)):
            return text
        case ast.Attribute() | ast.Name() if names.dotted(part) == "sys.executable":
            return "{sys.executable}"
        case _:
            return None


def _in_line(text: str, way: _Way, cell: str, line: int, shown: str) -> Iterator[InstallLine]:
    """Yield what the system's own shell installs."""
    for spoken, wish in _wishes(text, windows=os.name == "nt"):
        yield _line(wish, spoken.redirects, way, cell, line, shown)


def _wishes(text: str, *, windows: bool) -> Iterator[tuple[Spoken, Wish]]:
    if _TOOLS.search(text) is None:
        return
    place: str | None = None
    for spoken in commands(text, windows=windows):
        place = activated(spoken.words) or place
        wish = wish_of(spoken.words)
        if wish is not None:
            yield spoken, replace(wish, target=wish.target or place)


def _line(
    wish: Wish, redirects: Sequence[str], way: _Way, cell: str, line: int, shown: str
) -> InstallLine:
    text = _VARIABLES.sub(_HIDDEN, _CONTINUED.sub(" ", shown.strip())[: 4 * _LONGEST_LINE])
    return InstallLine(
        cell=clean(cell, 100),
        line=line,
        text=clean(text, _LONGEST_LINE),
        tool=wish.tool,
        way=way,
        specs=_cleaned(wish.specs),
        redirects=_cleaned(redirects),
        target=clean(wish.target, _LONGEST_SPEC) if wish.target is not None else None,
    )


def _cleaned(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean(word, _LONGEST_SPEC) for word in words[:_MOST_SPECS])
