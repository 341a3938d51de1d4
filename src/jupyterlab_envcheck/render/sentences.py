"""Sentences that every face says in the same words."""

from __future__ import annotations

from ..engine import Report
from ..facts import Environment, Sections
from ..installers import CONDA_KINDS
from ..plan import refusals

_KINDS = {
    "venv": "venv",
    "uv-venv": "uv venv",
    "virtualenv": "virtualenv",
    "conda": "conda",
    "conda-base": "conda base",
    "system": "system Python",
    "homebrew": "Homebrew",
    "pyenv": "pyenv",
    "pixi": "pixi",
}


def kind_name(kind: str) -> str:
    """Return what people call a kind of environment."""
    return _KINDS.get(kind, kind)


def headline(report: Report) -> str:
    """Return name, kind and Python version of the environment in one line."""
    environment, interpreter = report.facts.environment.value, report.facts.interpreter.value
    if environment is None:
        return f"{report.target.name}: the environment could not be located"
    version = f" · Python {interpreter.version}" if interpreter else ""
    return f"{environment.name} ({kind_name(environment.kind)}){version} · {environment.prefix}"


def where_installs_go(facts: Sections) -> tuple[str, ...]:
    """Return where installs go, and where Jupyter is, if that is elsewhere; or why it is unknown."""
    environment, jupyter = facts.environment.value, facts.jupyter.value
    sentences = []
    if environment is not None and environment.externally_managed and not _is_condas(environment):
        sentences.append(
            f"{environment.name} belongs to the operating system; nothing is installed into it."
        )
    elif environment is not None and environment.owner not in refusals.OWNERS:
        sentences.append(
            f"{environment.name} is looked after by {environment.owner}: nothing is installed into "
            "it from here."
        )
    elif environment is not None and is_seen(facts):
        sentences.append(f"Installs go to {environment.name} ({kind_name(environment.kind)}).")
    if facts.interpreter.value is None:
        sentences.append(facts.interpreter.why_unknown())
    # Of a kernel on another machine this would be untrue: there !pip acts where the kernel runs.
    if environment is not None and jupyter is not None and jupyter.same_environment is False:
        sentences.append(f"Jupyter itself runs in {jupyter.name}; !pip and terminals act there.")
    return tuple(sentences)


def _is_condas(environment: Environment) -> bool:
    """Tell whether conda changes it: there the mark of PEP 668 speaks to pip alone."""
    return environment.kind in CONDA_KINDS


def is_seen(facts: Sections) -> bool:
    """Tell whether there was an environment to look at, be it by its files alone."""
    known = facts.interpreter.value is not None or facts.packages.value
    return facts.environment.value is not None and bool(known)


def summary_line(report: Report) -> str:
    """Return "1 problem · 2 warnings · 3 suggestions", that all is well, or that it is unknown."""
    summary = report.summary
    counts = (
        (summary.error, "problem"),
        (summary.warning, "warning"),
        (summary.advice, "suggestion"),
    )
    words = [f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count]
    if words:
        return " · ".join(words)
    count = summary.skip + summary.crash
    if count:
        found = "Nothing wrong was found" if is_seen(report.facts) else "It could not be looked at"
        return f"{found}; {count} check{'s' * (count != 1)} had nothing to go by."
    return "Nothing is wrong here."


def untold(report: Report) -> list[str]:
    """Return a line for each reason why checks could not tell, with their names; commonest first."""
    names: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        if outcome.status in {"skip", "crash"}:
            names.setdefault(outcome.reason or "it is unknown why", []).append(outcome.check)
    ordered = sorted(names.items(), key=lambda entry: -len(entry[1]))
    return [f"{reason}: {', '.join(checks)}" for reason, checks in ordered]
