"""The report as Markdown, for an issue: every string from outside is shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version

from ..engine import Report
from ..facts import Sections
from ..facts.redaction import Redaction
from ..installers import shell_line
from ..recommendations import Outcome, Severity
from .alternatives import commands_of
from .overview import Overview, count_line, row, sections
from .sentences import kind_name, summary_line, untold

_LABELS = {
    Severity.ERROR: "✖ Problem",
    Severity.WARNING: "▲ Warning",
    Severity.ADVICE: "◆ Suggestion",
    Severity.INFO: "· Info",
}
_OURS = "jupyterlab-envcheck"
_MARKS = re.compile(r"[\\`*_\[\]<>|&#~$]")


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n".join(_page(report)).rstrip() + "\n"


def overview_markdown(overview: Overview) -> str:
    """Return the reports on all kernelspecs as Markdown: a table, then each."""
    return "\n".join(_overview(overview)).rstrip() + "\n"


def for_issue(found: Report | Overview, redaction: Redaction) -> str:
    """Return a report, or the reports on all kernelspecs, as redacted Markdown."""
    # Before it is a page: there, quotation marks can stand within a secret.
    found = redaction.without_secrets(found)
    page = overview_markdown(found) if isinstance(found, Overview) else markdown(found)
    # Of the whole page: a path that began with `~` before would be put in quotation marks.
    return redaction.text(page)


def _overview(overview: Overview) -> Iterator[str]:
    yield "### What envcheck found"
    yield ""
    yield f"{count_line(overview)}, looked at {_code(overview.at)} by envcheck {version(_OURS)}"
    yield ""
    yield "| Kernelspec | Environment | Python | Found |"
    yield "| --- | --- | --- | --- |"
    for one in overview.kernelspecs:
        cells = map(_prose, row(one))
        yield f"| {_prose(one.name)} | {' | '.join(cells)} |"
    for one, same in sections(overview):
        yield ""
        if one.report is None:
            assert one.failure is not None  # noqa: S101 - one of the two is there
            yield f"### {_prose(one.name)}"
            yield ""
            yield _prose(f"{one.failure.message} {one.failure.hint}")
        elif same is not None:
            yield f"### {_prose(one.name)}"
            yield ""
            yield f"The same as for {_prose(same)}."
        else:
            yield from _page(one.report, _prose(one.name))


def _page(report: Report, title: str = "What envcheck found") -> Iterator[str]:
    yield f"### {title}"
    yield ""
    for name, value in _where(report.facts):
        yield f"- {name}: {value}"
    yield f"- Looked at: {_code(report.at)}, by envcheck {version(_OURS)}"
    yield ""
    yield f"**{summary_line(report)}**"
    for outcome in report.outcomes:
        if outcome.status == "finding":
            yield from _finding(outcome)
    if lines := untold(report):
        yield ""
        yield "<details><summary>Checks that had nothing to go by</summary>"
        yield ""
        yield from (f"- {_prose(line)}" for line in lines)
        yield ""
        yield "</details>"


def _where(facts: Sections) -> Iterator[tuple[str, str]]:
    environment, interpreter = facts.environment.value, facts.interpreter.value
    jupyter, machine = facts.jupyter.value, facts.machine.value
    if environment is None:
        yield "Environment", "unknown: " + _prose(facts.environment.why_unknown())
    else:
        kind = _prose(kind_name(environment.kind))
        yield "Environment", f"{_code(environment.name)} ({kind}), {_code(environment.prefix)}"
    if interpreter is None:
        yield "Python", "unknown: " + _prose(facts.interpreter.why_unknown())
    else:
        yield "Python", _prose(f"{interpreter.version} ({interpreter.implementation})")
    if jupyter is not None:
        runs = f"{_code(jupyter.name)} ({_prose(kind_name(jupyter.kind))}), {_code(jupyter.prefix)}"
        yield "Jupyter", "the same environment" if jupyter.same_environment else runs
    if machine is not None:
        words = [machine.system, machine.architecture]
        if machine.cpus.usable is not None:
            words.append(f"{machine.cpus.usable} usable CPUs")
        yield "Machine", _prose(", ".join(words))


def _finding(outcome: Outcome) -> Iterator[str]:
    yield ""
    yield f"#### {_LABELS[outcome.severity or Severity.INFO]}: {_prose(outcome.title)}"
    yield ""
    yield f"{_code(outcome.id)} · {_prose(outcome.why)}"
    if outcome.evidence:
        yield ""
        for fact in outcome.evidence:
            yield f"- {_prose(fact.label)}: {_code(fact.value)} ({_prose(fact.source)})"
    for action in outcome.actions:
        if commands := commands_of(action):
            yield ""
            yield f"{_prose(action.title.rstrip('…'))}:"
            yield ""
            for command in commands:
                yield f"- {_prose(command.manager)}: {_code(shell_line(command.argv))}"
    web = [source for source in outcome.sources if source.url.startswith(("https://", "http://"))]
    if web:
        yield ""
        yield " ".join(f"{_prose(source.passage)} <{source.url}>" for source in web)


def _prose(text: str) -> str:
    """Return a text in which nothing is markup."""
    return _MARKS.sub(r"\\\g<0>", _line(text))


def _code(text: str) -> str:
    """Return a text as code: between more backticks than it has in a row."""
    shown = _line(text)
    if not shown.strip():
        return "(empty)"
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _line(text: str) -> str:
    return " ".join(text.split())
