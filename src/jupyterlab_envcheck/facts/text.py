"""Makes text from outside fit to show: one function, passed by every foreign string when read."""

from __future__ import annotations

import re

#: Control characters but for tab and newline, terminal escapes, and bidirectional overrides, which
#: can make a shown command differ from the one that is copied (CVE-2021-42574).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")

LIMIT = 2_000  #: characters; longer text from outside is cut


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` without control characters or credentials in URLs, at most `limit` long."""
    if len(text) <= limit and text.isascii() and text.isprintable() and "://" not in text:
        return text  # nearly all there is: 155 distributions bring 1,200 strings
    shown = _CREDENTIALS.sub("****", _CONTROLS.sub("", _ESCAPES.sub("", text[: 4 * limit])))
    shown = shown.encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
