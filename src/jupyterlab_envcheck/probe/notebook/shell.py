"""Takes apart the text that a shell gets, as far as that can be told without running it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

#: What somebody wrote who meant a version: the "=1.0" of `six>=1.0`, the "2" of `numpy<2`.
_A_VERSION = re.compile(r"=.*|\d+(?:\.\d+)*(?:\.\*|(?:a|b|rc)\d+)?(?:\.(?:dev|post)\d+)?,?")
_SIGNS = frozenset("();<>|&")
_TEXT_FOLLOWS = "<<"
_LONGEST = 10_000  #: characters of a line
_MOST_LINES = 5_000


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A simple command."""

    words: tuple[str, ...]
    redirects: tuple[str, ...]  #: names of files that look like versions
    line: int  #: 1-based, where its line begins
    text: str  #: that line, as written


def commands(text: str, *, windows: bool = False) -> Iterator[Spoken]:
    """Yield the simple commands of a text, one after the other, whatever joins them.

    `windows` is for cmd.exe, in which single quotes are plain letters.
    """
    ends = None  #: what ends the text that a command reads ("here document")
    for number, line in _lines(text):
        if ends is not None:
            ends = None if line.strip() == ends else ends
            continue
        tokens = _tokens(line, windows=windows)
        words: list[str] = []
        redirects: list[str] = []
        position = 0
        while position < len(tokens):
            token = tokens[position]
            position += 1
            following = tokens[position] if position < len(tokens) else ""
            if token.startswith("#"):
                break
            if not token or not _SIGNS.issuperset(token):
                words.append(token)
            elif "<" in token or ">" in token:
                position += 1
                if token == _TEXT_FOLLOWS:
                    ends = following.removeprefix("-")
                described = bool(words) and words[-1].isdecimal()  # the 2 of `2>file`
                if described:
                    words.pop()
                elif token in (">", "<") and _A_VERSION.fullmatch(following):
                    redirects.append(following)
            else:
                yield from _spoken(words, redirects, number, line)
                words, redirects = [], []
        yield from _spoken(words, redirects, number, line)


def _spoken(words: list[str], redirects: list[str], line: int, text: str) -> Iterator[Spoken]:
    if words:
        yield Spoken(words=tuple(words), redirects=tuple(redirects), line=line, text=text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; one that ends with a backslash goes on."""
    begun, first = "", 1
    for number, line in enumerate(text.split("\n")[:_MOST_LINES], 1):
        begun += line
        if line.endswith("\\") and len(begun) < _LONGEST:
            begun = f"{begun[:-1]} "
            continue
        if begun.strip():
            yield first, begun
        begun, first = "", number + 1
    if begun.strip():
        yield first, begun


def _tokens(line: str, *, windows: bool) -> list[str]:
    if len(line) > _LONGEST:
        return []
    reader = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
    reader.whitespace_split = True
    reader.commenters = ""  # only at the beginning of a word, which `shlex` does not ask for
    if windows:
        reader.quotes, reader.escape = '"', ""
    try:
        return list(reader)
    except ValueError:  # a quotation mark that is not closed
        return []
