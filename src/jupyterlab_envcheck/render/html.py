"""The report as HTML, for notebooks: readable without scripts, and on pages that keep no styles."""

from __future__ import annotations

from html import escape

from ..engine import Report
from ..installers import shell_line
from ..recommendations import Action, Outcome, Severity
from .sentences import headline, summary_line, untold, where_installs_go

#: Words beside the signs, for colour or shape alone must not carry the meaning. The theme's colours
#: where there is a theme, else ones that are readable on white and on black.
_LABELS = {
    Severity.ERROR: ("✖ Problem", "var(--jp-error-color1, #d32f2f)"),
    Severity.WARNING: ("▲ Warning", "var(--jp-warn-color1, #d97706)"),
    Severity.ADVICE: ("◆ Suggestion", "var(--jp-brand-color1, #3b82f6)"),
    Severity.INFO: ("· Info", "inherit"),
}


def html(report: Report) -> str:
    """Return the report as one HTML fragment; every string from outside is escaped."""
    findings = [outcome for outcome in report.outcomes if outcome.status == "finding"]
    where = "".join(f"<div>{escape(text)}</div>" for text in where_installs_go(report.facts))
    rest = "".join(f"<li>{escape(line)}</li>" for line in untold(report))
    return (
        '<div class="jp-Envcheck-html" style="line-height:1.5;max-width:60em">'
        f"<div><strong>{escape(headline(report))}</strong></div>{where}"
        f'<div style="margin:.5em 0">{escape(summary_line(report.summary))}</div>'
        f"{''.join(_finding(outcome) for outcome in findings)}"
        + (
            f"<details><summary>Checks that had nothing to go by</summary><ul>{rest}</ul></details>"
            if rest
            else ""
        )
        + "</div>"
    )


def _finding(outcome: Outcome) -> str:
    severity = outcome.severity or Severity.INFO
    label, colour = _LABELS[severity]
    opened = " open" if severity is Severity.ERROR else ""
    evidence = "".join(
        f"<tr><td>{escape(fact.label)}</td><td>{escape(fact.value)}</td>"
        f"<td><em>{escape(fact.source)}</em></td></tr>"
        for fact in outcome.evidence
    )
    sources = "".join(
        f'<div>{escape(s.passage)} <a href="{escape(s.url)}" target="_blank" rel="noopener">'
        f"{escape(s.title)}</a></div>"
        for s in outcome.sources
        if s.url.startswith(("https://", "http://"))
    )
    return (
        f'<details{opened}><summary><span style="color:{colour}">{label}</span> '
        f"{escape(outcome.title)}</summary>"
        f'<div style="margin:0 0 .8em 1.2em"><div>{escape(outcome.why)}</div>'
        f"<table>{evidence}</table>{sources}"
        f"{''.join(_action(action) for action in outcome.actions)}</div></details>"
    )


def _action(action: Action) -> str:
    if action.kind not in {"install", "run", "create-environment"}:
        return ""
    lines = "\n".join(
        f"# {command.manager}\n{shell_line(command.argv)}" for command in action.commands
    )
    return f"<div>{escape(action.title.rstrip('…'))}:</div><pre>{escape(lines)}</pre>"
