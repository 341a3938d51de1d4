"""The report as HTML, for notebooks: readable without scripts, and on pages that keep no styles.

All styles are inline, for pages that show notebooks drop style sheets, and no state is kept but the
browser's own of `<details>`: a kernel that is gone is not missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..engine import Report
from ..installers import shell_line
from ..recommendations import Action, Gui, Outcome, Repair, SetEnvironment, Severity
from .alternatives import commands_of, lines_of, own_words
from .families import family_name
from .sentences import headline, summary_line, untold, where_installs_go

#: Words beside the signs, for colour or shape alone must not carry the meaning. The theme's colours
#: where there is a theme; else light or dark as the page declares itself, which need not be as the
#: system is: pages that show notebooks are white.
_LABELS = {
    Severity.ERROR: (
        "✖ Problem",
        "var(--jp-error-color1,var(--vscode-errorForeground,light-dark(#b3261e,#f28b82)))",
    ),
    Severity.WARNING: (
        "▲ Warning",
        "var(--jp-warn-color1,var(--vscode-editorWarning-foreground,light-dark(#8a5300,#f5b14c)))",
    ),
    Severity.ADVICE: (
        "◆ Suggestion",
        "var(--jp-brand-color1,var(--vscode-textLink-foreground,light-dark(#1a5fb4,#8ab4f8)))",
    ),
    Severity.INFO: ("· Info", "inherit"),
}
_MUTED = "color:var(--jp-ui-font-color2,var(--vscode-descriptionForeground,light-dark(#555,#aaa)))"
_CODE = (
    "margin:.2em 0 .6em;padding:.4em .6em;overflow-x:auto;white-space:pre;"
    "background:var(--jp-layout-color2,var(--vscode-textCodeBlock-background,rgba(127,127,127,.15)));"
    "font-family:var(--jp-code-font-family,monospace)"
)
_TABLE = "border:0;margin:.4em 0;font-size:inherit;color:inherit"
_CELL = "padding:0 1em .1em 0;text-align:left;vertical-align:top"


def html(report: Report) -> str:
    """Return the report as one HTML fragment; every string from outside is escaped."""
    where = "".join(f"<div>{escape(text)}</div>" for text in where_installs_go(report.facts))
    findings = [outcome for outcome in report.outcomes if outcome.status == "finding"]
    families = dict.fromkeys(outcome.family for outcome in findings)  # that of the worst first
    return fragment(
        f"<div><strong>{escape(headline(report))}</strong></div>{where}"
        f'<div style="margin:.5em 0">{escape(summary_line(report))}</div>'
        + "".join(
            _family(family, [outcome for outcome in findings if outcome.family == family])
            for family in families
        )
        + _untold(untold(report))
    )


def fragment(inside: str) -> str:
    """Return HTML of ours as one fragment, which can be styled by those who have a style sheet."""
    return f'<div class="jp-Envcheck-html" style="line-height:1.5;max-width:60em">{inside}</div>'


def finding_html(outcome: Outcome) -> str:
    """Return one finding, which opens; a problem is open."""
    severity = outcome.severity or Severity.INFO
    label, colour = _LABELS[severity]
    opened = " open" if severity is Severity.ERROR else ""
    evidence = "".join(
        f'<tr><td style="{_CELL};white-space:nowrap">{escape(fact.label)}</td>'
        f'<td style="{_CELL};overflow-wrap:anywhere">{escape(fact.value)}</td>'
        f'<td style="{_CELL};{_MUTED}"><em>{escape(fact.source)}</em></td></tr>'
        for fact in outcome.evidence
    )
    sources = "".join(
        f'<div style="{_MUTED}">{escape(s.passage)} '
        f'<a href="{escape(s.url)}" target="_blank" rel="noopener">{escape(s.title)}</a></div>'
        for s in outcome.sources
        if s.url.startswith(("https://", "http://"))
    )
    return (
        f'<details{opened}><summary style="cursor:pointer">'
        f'<span style="color:{colour}">{label}</span> {escape(outcome.title)}</summary>'
        f'<div style="margin:.2em 0 .8em 1.2em"><div>{escape(outcome.why)}</div>'
        + (f'<table style="{_TABLE}">{evidence}</table>' if evidence else "")
        + f"{''.join(_action(action) for action in outcome.actions)}{sources}</div></details>"
    )


def code_html(text: str) -> str:
    """Return text as it stands, in the font of code."""
    return f'<pre style="{_CODE}">{escape(text)}</pre>'


def _family(family: str, findings: Sequence[Outcome]) -> str:
    name = family_name(family)
    title = f"{name[0].upper()}{name[1:]}" if name.islower() and family != "conda" else name
    return (
        f'<div style="margin:.6em 0"><div style="{_MUTED}">{escape(title)}</div>'
        f"{''.join(map(finding_html, findings))}</div>"
    )


def _untold(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        '<details><summary style="cursor:pointer">Checks that had nothing to go by</summary>'
        f"<ul>{items}</ul></details>"
    )


def _action(action: Action) -> str:
    title = f"<div>{escape(action.title.rstrip('…'))}:</div>"
    if isinstance(action, Gui):
        return f"{title}<ol>{''.join(f'<li>{escape(step)}</li>' for step in action.steps)}</ol>"
    if isinstance(action, SetEnvironment):
        return title + code_html("\n".join(lines_of(action, None)))
    ways = []
    if (own := own_words(action)) is not None:
        ways.append(("in a cell", f"%envcheck {shell_line(own)}"))
    if not isinstance(action, Repair):  # which nobody else can do
        ways += [(one.manager, shell_line(one.argv)) for one in commands_of(action)]
    if not ways:
        return ""
    several = len(ways) > 1
    return title + code_html("\n".join(f"# {by}\n{line}" if several else line for by, line in ways))
