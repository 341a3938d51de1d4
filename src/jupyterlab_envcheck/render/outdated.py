"""Outdated packages for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..installers import shell_line
from ..jobs.outdated import Releases


def print_outdated(releases: Releases, console: Console, *, target: str | None) -> None:
    """Write what is outdated, and how it is updated; `target` is the word that was typed."""
    found = releases.outdated
    if releases.unasked is not None:
        console.print(Text(releases.unasked), soft_wrap=True)
    if not found:
        where = "" if releases.unasked is None else " of pip's"
        console.print(Text(f"No package{where} here has a newer release."))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    mixed = any(package.by is not None for package in found)
    for title in ("Package", "Installed", "Newest", *(("By",) if mixed else ())):
        table.add_column(title, overflow="fold")
    for package in found:
        cells = [package.name, package.version, package.latest]
        cells += [package.by or ""] if mixed else []
        table.add_row(*map(Text, cells))
    console.print()
    console.print(table)
    console.print()
    console.print(
        Text("The newest need not fit together. What an update would change is shown by:")
    )
    named = () if target is None else ("--target", target)
    update = shell_line(("jupyter", "envcheck", "update", found[0].name, *named))
    console.print(Text(f"  {update}"), soft_wrap=True)
