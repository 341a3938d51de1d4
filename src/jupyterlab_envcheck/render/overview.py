"""Reports on all kernelspecs side by side: what they are as data, and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ..engine import Report
from ..plan import Failure
from .sentences import kind_name, summary_line
from .text import print_report

#: Columns below which a table of four columns is harder to read than a list.
_NARROW = 72


@dataclass(frozen=True, kw_only=True)
class KernelspecReport:
    """What was found of one kernelspec; either the report or the failure is there."""

    name: str  #: as `jupyter kernelspec list` has it
    display_name: str
    report: Report | None
    failure: Failure | None  #: why nothing could be looked at


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Reports on every kernelspec that Jupyter finds, in the order of their names."""

    schema_version: int = 1
    at: str  #: ISO 8601
    kernelspecs: tuple[KernelspecReport, ...]

    @property
    def reports(self) -> tuple[Report, ...]:
        """The reports that could be made."""
        return tuple(one.report for one in self.kernelspecs if one.report is not None)


def count_line(overview: Overview) -> str:
    """Return "5 kernelspecs of 3 environments"."""
    count = len(overview.kernelspecs)
    environments = (report.facts.environment.value for report in overview.reports)
    prefixes = {one.prefix for one in environments if one is not None}
    kernelspecs = f"{count} kernelspec{'s' * (count != 1)}"
    if not prefixes:
        return kernelspecs
    return f"{kernelspecs} of {len(prefixes)} environment{'s' * (len(prefixes) != 1)}"


def row(one: KernelspecReport) -> tuple[str, str, str]:
    """Return environment, Python's version, and what was found, each in a few words."""
    if one.report is None:
        return "", "", one.failure.message if one.failure is not None else ""
    facts = one.report.facts
    environment, interpreter = facts.environment.value, facts.interpreter.value
    return (
        f"{environment.name} ({kind_name(environment.kind)})" if environment else "unknown",
        interpreter.version if interpreter is not None else "unknown",
        summary_line(one.report),
    )


def sections(overview: Overview) -> Iterator[tuple[KernelspecReport, str | None]]:
    """Yield each kernelspec, and the name of an earlier one of which all is the same, if any."""
    told: list[KernelspecReport] = []
    for one in overview.kernelspecs:
        same = next((other.name for other in told if _is_same(one.report, other.report)), None)
        yield one, same
        if same is None:
            told.append(one)


def print_overview(overview: Overview, console: Console) -> None:
    """Write a summary, then one section for each kernelspec."""
    console.print(Text(count_line(overview), style="bold"))
    console.print()
    console.print(_list(overview) if console.width < _NARROW else _table(overview))
    for one, same in sections(overview):
        console.print()
        console.print(Rule(Text(one.name, style="bold"), align="left", style="dim"))
        if one.report is None:
            assert one.failure is not None  # noqa: S101 - one of the two is there
            console.print(Text(f"{one.failure.message}\n{one.failure.hint}"))
        elif same is not None:
            console.print(Text(f"The same as for {same}."))
        else:
            print_report(one.report, console)


def _table(overview: Overview) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("Kernelspec", "Environment", "Python", "Found"):
        table.add_column(name, overflow="fold")
    for one in overview.kernelspecs:
        style = "" if one.report is not None else "yellow"
        table.add_row(*(Text(cell, style=style) for cell in (one.name, *row(one))))
    return table


def _list(overview: Overview) -> RenderableType:
    grid = Table.grid()
    for one in overview.kernelspecs:
        environment, version, found = row(one)
        grid.add_row(Text(one.name, style="bold"))
        if environment:
            grid.add_row(Padding(Text(f"{environment} · Python {version}"), (0, 0, 0, 2)))
        grid.add_row(Padding(Text(found), (0, 0, 0, 2)))
    return grid


def _is_same(one: Report | None, other: Report | None) -> bool:
    """Tell whether two reports say the same of the same environment."""
    if one is None or other is None or one.outcomes != other.outcomes:
        return False
    ours, theirs = one.facts.environment.value, other.facts.environment.value
    if ours is None or theirs is None:
        return False
    return replace(ours, free=None) == replace(theirs, free=None)
