"""Reads the text that a shell gets: its simple commands, and what their words become.

A word that cannot be told without a shell is UNTOLD; a text that is more than one command after the
other is a `Problem`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...problems import Problem
from .command import UNTOLD, Command, quoted, unclear

_LONGEST = 10_000  #: characters; nobody writes more into a kernelspec

_PIECES = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n)
      | (?P<redirect>&>>?|\d*(?:<<<|<<|>>|>&|<&|<>|>\||[<>]))
      | (?P<then>&&|;|\n)
      | (?P<other>\|\||[|&()])
      | '(?P<single>[^']*)'
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | (?P<bare>(?:[^\s'"\\;&|()<>]|\\[^\n])+)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word as it is written, in pieces that differ in how they are quoted."""

    raw: str
    pieces: tuple[tuple[str, str], ...]


def commands_of(text: str) -> list[list[Word]]:
    """Return the simple commands of a text; Problem where there is more to it than one by one."""
    if len(text) > _LONGEST:
        raise too_much(text)
    commands: list[list[Word]] = [[]]
    position, open_word, skip = 0, False, False
    while position < len(text):
        match = _PIECES.match(text, position)
        kind = match.lastgroup if match is not None else None
        if match is None or kind is None or kind == "other" or match[0].endswith("<<"):
            raise too_much(text)
        position = match.end()
        if kind in ("space", "then", "redirect"):
            skip = kind == "redirect" or (skip and not open_word)  # the file of a redirection
            open_word = False
            if kind == "then" and commands[-1]:
                commands.append([])
            continue
        if kind == "bare" and not open_word and match[0].startswith("#"):
            raise too_much(text)
        piece = (kind, match[kind])
        if open_word:
            last = commands[-1][-1] if not skip else None
            if last is not None:
                commands[-1][-1] = Word(raw=last.raw + match[0], pieces=(*last.pieces, piece))
        elif not skip:
            commands[-1].append(Word(raw=match[0], pieces=(piece,)))
        open_word = True
    return [words for words in commands if words]


def value_of(shell: Command, word: Word) -> str:
    """Return what a word becomes, UNTOLD where only the shell can tell."""
    value = ""
    for number, (kind, text) in enumerate(word.pieces):
        if kind == "single":
            value += text
            continue
        if kind == "bare" and ("=~" in text or ":~" in text):
            return UNTOLD
        special = "\\`" if kind == "double" else "\\`*?["
        if kind == "bare" and text[:1] == "~" and number == 0:
            home = shell.env.get("HOME")
            text = (home or UNTOLD) + text[1:] if text[1:2] in ("", "/") else UNTOLD  # noqa: PLW2901
        if any(sign in text for sign in special) or ("{" in text and ("," in text or ".." in text)):
            return UNTOLD
        filled = _VARIABLE.sub(lambda found: _variable(shell, found[1] or found[2]), text)
        if "$" in filled or (kind == "bare" and _divided(text, filled)):
            return UNTOLD
        value += filled
    return UNTOLD if UNTOLD in value else value


def _variable(shell: Command, name: str) -> str:
    unknown = name == "PATH" and shell.path_from is not None
    return UNTOLD if unknown else shell.env.get(name, UNTOLD)


def _divided(text: str, filled: str) -> bool:
    """Tell whether a variable's value without quotation marks becomes more than one word."""
    return filled != text and re.search(r"[\s*?\[]|^$", filled) is not None


def too_much(text: str) -> Problem:
    """Say that a text is more than can be told without running it."""
    return unclear(f"What the kernelspec gives its shell cannot be told: {quoted(text)}.")
