"""The guide's entries, read from their Markdown files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class GuideEntry:
    """One page of advice, in our own words, with its links."""

    id: str
    title: str
    text: str  #: Markdown


@cache
def guide() -> tuple[GuideEntry, ...]:
    """Return all entries by name; the first line of each file is its title."""
    pages = sorted(
        (page for page in files("jupyterlab_envcheck").joinpath("guide").iterdir()),
        key=lambda page: page.name,
    )
    return tuple(
        GuideEntry(
            id=page.name.removesuffix(".md"),
            title=(text := page.read_text(encoding="utf-8")).partition("\n")[0].lstrip("# "),
            text=text.partition("\n")[2].strip(),
        )
        for page in pages
        if page.name.endswith(".md")
    )
