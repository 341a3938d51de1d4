"""The guide's entries, read from their Markdown files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..facts.text import clean
from ..problems import Problem


@dataclass(frozen=True, kw_only=True)
class GuideEntry:
    """One page of advice, in our own words, with its links."""

    id: str
    title: str
    text: str  #: Markdown


def page(entry_id: str | None) -> str:
    """Return an entry as Markdown, or for None the list of all; Problem where there is none."""
    if entry_id is None:
        return "\n".join(f"{entry.id:<20} {entry.title}" for entry in guide())
    for entry in guide():
        if entry.id == entry_id:
            return f"# {entry.title}\n\n{entry.text}"
    raise Problem(
        "unknown-entry",
        f"The guide has no entry named {clean(entry_id, 200)}.",
        "`jupyter envcheck guide` lists them.",
    )


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
