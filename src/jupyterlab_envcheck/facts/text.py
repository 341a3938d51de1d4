"""Makes text from outside fit to show: one function, passed by every foreign string when read."""

from __future__ import annotations

import re

from .names import OF_A_SECRET

#: Control characters but for tab and newline, terminal escapes, and all that turns the direction of
#: writing, which can make a shown command differ from the one that is copied (CVE-2021-42574). Not
#: U+200C and U+200D: Persian and Indic words and emoji are spelled with them, in paths, too.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
#: conda's place for a token, which is a password: `https://host/t/TOKEN/channel`.
_TOKEN = re.compile(r"(?<=/t/)[^/\s\"'`<>|]+")
_WORD = re.compile(r"\S+")
#: The value goes up to the next key: a token that is not encoded may hold a `#`.
_QUERY = re.compile(rf"([?&#]{OF_A_SECRET}=)[^&\s]+")

LIMIT = 2_000  #: characters; longer text from outside is cut
_HIDDEN = "****"


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` without control characters or credentials in URLs, at most `limit` long."""
    if (
        len(text) <= limit
        and text.isascii()
        and text.isprintable()
        and "://" not in text
        and "?" not in text
        and "&" not in text
    ):
        return text  # nearly all there is: 155 distributions bring 1,200 strings
    shown = without_controls(_beginning(text, 4 * limit))
    if "://" in shown and "@" in shown:
        shown = _WORD.sub(lambda word: _without_user(word[0]), shown)
    if "://" in shown and "/t/" in shown:
        shown = _TOKEN.sub(_HIDDEN, shown)
    if "=" in shown:
        shown = _QUERY.sub(rf"\1{_HIDDEN}", shown)
    shown = shown.encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def clean_end(text: str, limit: int = LIMIT) -> str:
    """Return the end of `text`, cleaned; a URL that is cut may have lost what tells its password."""
    end = text[-limit:]
    if len(text) > limit:
        first = _WORD.match(end)
        end = end[first.end() if first is not None else 0 :].lstrip()
    return clean(end, limit)


def without_controls(text: str) -> str:
    """Return `text` without terminal escapes, control characters and what turns its direction."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def is_shown_as_it_is(path: str) -> bool:
    """Tell whether a path is shown in full, so that what a person agrees to is what is used."""
    return clean(path) == path and "\n" not in path and "\t" not in path


def _beginning(text: str, most: int) -> str:
    """Return what is looked at; a URL that is cut may have lost the `@` that tells its password."""
    if len(text) <= most:
        return text
    begun = text[:most]
    word = max(begun.rfind(" "), begun.rfind("\n"), begun.rfind("\t")) + 1
    url = begun.find("://", word)
    return (begun if url < 0 else begun[: url + 3]) + "…"


def _without_user(word: str) -> str:
    """Hide user and password of the URLs in a word, rather too much than too little.

    People write passwords with `@`, `/`, `?` and `#` in them: after a `user:` all is hidden up to
    the word's last `@`. A `@` in the path alone, as in `git+https://host/repository@v1`, stays.
    """
    pieces = word.split("://")
    last = max((n for n, piece in enumerate(pieces) if "@" in piece), default=0)
    for number in range(1, last + 1):
        piece = pieces[number]
        authority = re.split(r"[/?#]", piece, maxsplit=1)[0]
        if ":" in authority:
            after = pieces[last][pieces[last].rfind("@") :]
            return "://".join([*pieces[:number], _HIDDEN + after, *pieces[last + 1 :]])
        if "@" in authority:
            pieces[number] = _HIDDEN + piece[authority.rfind("@") :]
    return "://".join(pieces)
