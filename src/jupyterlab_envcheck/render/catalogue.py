"""The catalogue of checks, from their docstrings: for `GET checks`, `explain` and CHECKS.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..checks import CHECKS, Check
from ..facts.text import clean
from ..problems import Problem
from ..recommendations import Source


@dataclass(frozen=True, kw_only=True)
class CheckEntry:
    """One check, documented."""

    id: str
    family: str
    title: str
    documentation: str  #: Markdown, sections from "## What it does" on
    sources: tuple[Source, ...]


def catalogue(checks: Sequence[type[Check]] = CHECKS) -> tuple[CheckEntry, ...]:
    """Return every check in the order shown."""
    return tuple(
        CheckEntry(
            id=check.id(),
            family=check.family,
            title=check.title(),
            documentation="\n".join(inspect.cleandoc(check.__doc__ or "").splitlines()[1:]).strip(),
            sources=check.sources,
        )
        for check in checks
    )


def explain(entry: CheckEntry, level: int = 1) -> str:
    """Return one check's page as Markdown, its headings from `level` on."""
    hashes = "#" * level
    body = entry.documentation.replace("## ", f"{hashes}# ")
    sources = "\n".join(f"- [{s.title}]({s.url}): {s.passage}" for s in entry.sources)
    return (
        f"{hashes} {entry.id}\n\n{entry.title} (family {entry.family})\n\n{body}\n\n"
        f"{hashes}# Sources\n\n{sources}\n"
    )


def explanation(check_id: str) -> str:
    """Return the page of the check of that name, or of a finding's id; Problem where there is none."""
    check = check_id.partition(":")[0]
    for entry in catalogue():
        if entry.id == check:
            return explain(entry)
    raise Problem(
        "unknown-check",
        f"There is no check named {clean(check_id, 200)}.",
        "`jupyter envcheck list` shows them all.",
    )


def checks_md() -> str:
    """Return CHECKS.md."""
    return "\n".join(_pages())


def _pages() -> Iterator[str]:
    entries = catalogue()
    yield (
        "# Checks\n\n"
        "Written from the docstrings of the checks (`make generate`); do not edit.\n\n"
        "| Check | Family | What it finds |\n| --- | --- | --- |"
    )
    for entry in entries:
        yield f"| [{entry.id}](#{entry.id}) | {entry.family} | {entry.title} |"
    for entry in entries:
        yield "\n" + explain(entry, level=2).rstrip()
