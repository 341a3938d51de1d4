"""The report for a terminal, and for `text/plain` in a notebook."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..engine import Report
from ..installers import shell_line
from ..recommendations import Command, Evidence, Outcome, SetEnvironment, Severity
from .alternatives import commands_of, lines_of
from .sentences import headline, summary_line, untold, where_installs_go

_MARKS = {
    Severity.ERROR: ("✖", "bold red"),
    Severity.WARNING: ("▲", "yellow"),
    Severity.ADVICE: ("◆", "blue"),
    Severity.INFO: ("·", "dim"),
}
_NARROW = 60  #: columns, below which labels leave no room beside them
_GAP = 2  #: columns between labels and values
WIDTH = 88  #: columns, where there is no terminal to ask


def print_report(report: Report, console: Console) -> None:
    """Write the report to a rich console."""
    console.print(_report(report))


def text(report: Report, width: int = WIDTH) -> str:
    """Return the report as plain text, `width` columns wide."""
    return plain(lambda console: print_report(report, console), width)


def plain(write: Callable[[Console], None], width: int = WIDTH) -> str:
    """Return what is written to a console as plain text, `width` columns wide."""
    page = io.StringIO()
    # In a kernel rich would show the page itself, beside returning it.
    # It also calls for colours, as variables can.
    write(
        Console(file=page, width=width, highlight=False, force_terminal=False, force_jupyter=False)
    )
    return page.getvalue()


def _report(report: Report) -> RenderableType:
    findings = [outcome for outcome in report.outcomes if outcome.status == "finding"]
    parts: list[RenderableType] = [Text(headline(report), style="bold")]
    parts += [Text(sentence) for sentence in where_installs_go(report.facts)]
    parts += [Text(""), Text(summary_line(report))]
    parts += [part for finding in findings for part in finding_parts(finding)]
    if lines := untold(report):
        parts += [Text(""), Text("Checks that had nothing to go by:", style="dim")]
        parts += [_indented(Text(line, style="dim")) for line in lines]
    return Group(*parts)


def finding_parts(outcome: Outcome) -> Sequence[RenderableType]:
    """Return one finding, line by line."""
    mark, style = _MARKS[outcome.severity or Severity.INFO]
    title = Text.assemble((f"{mark} ", style), (outcome.title, "bold"), (f"  {outcome.id}", "dim"))
    parts: list[RenderableType] = [Text(""), title, _indented(Text(outcome.why))]
    if outcome.evidence:
        parts.append(_indented(_Evidence(outcome.evidence)))
    for action in outcome.actions:
        told = [_command(command) for command in commands_of(action)]
        if isinstance(action, SetEnvironment):
            told = [Text(line) for line in lines_of(action, None)]
        if told:
            parts.append(_indented(Text(f"{action.title.rstrip('…')}:")))
            parts += [_indented(line, 4) for line in told]
    return parts


@dataclass(frozen=True)
class _Evidence:
    """What a finding goes by: labels and values side by side, or in lines where that is too narrow."""

    facts: Sequence[Evidence]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._in_lines(options.max_width):
            for fact in self.facts:
                yield Text.assemble((f"{fact.label}: ", "dim"), fact.value, overflow="fold")
            return
        grid = Table.grid(padding=(0, _GAP))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")  # a path that is cut is of no use
        for fact in self.facts:
            grid.add_row(Text(fact.label, style="dim"), Text(fact.value))
        yield grid

    def _in_lines(self, width: int) -> bool:
        """Tell whether a label takes more than a third and a value does not fit, or all is narrow."""
        label = max(cell_len(fact.label) for fact in self.facts)
        value = max(cell_len(fact.value) for fact in self.facts)
        return width < _NARROW or (3 * label > width and label + _GAP + value > width)


def _command(command: Command) -> Text:
    return Text.assemble((f"{command.manager:<7} ", "dim"), shell_line(command.argv))


def _indented(part: RenderableType, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by))
