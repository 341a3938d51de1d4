"""The command line's reference as Markdown, from the parser itself (`make generate`)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from .parser import Parser

_STATUS = (
    ("0", "Done; of a dry run: the plan can be carried out; of a report: it was made."),
    ("1", "Refused, failed, cancelled or not proved; of a report: `--strict` found something."),
    ("2", "Could not look, was called wrongly, or was not asked to do it."),
)


def command_md() -> str:
    """Return docs/reference/command.md."""
    return "\n".join(_page(Parser())).rstrip() + "\n"


def _page(parser: Parser) -> Iterator[str]:
    yield "# The command"
    yield ""
    yield "Written from the command's own help (`make generate`); do not edit."
    yield ""
    yield f"{parser.description}"
    yield ""
    yield "    jupyter envcheck [TARGET]"
    yield "    jupyter envcheck COMMAND …"
    yield ""
    yield (
        "TARGET is a kernelspec's name, a path to a Python, or the folder of an environment. A word "
        "that is no command is a TARGET of `report`; none is the python3 kernelspec. A word without "
        "a separator is a kernelspec first, then a folder, and never a file."
    )
    yield ""
    yield "| Command | What it does |"
    yield "| --- | --- |"
    for name, one in parser.commands.items():
        yield f"| [{name}](#{name}) | {_text(one.description)} |"
    for name, one in parser.commands.items():
        yield from _command(name, one)
    yield ""
    yield "## Exit status"
    yield ""
    yield "| Status | Meaning |"
    yield "| --- | --- |"
    yield from (f"| {status} | {meaning} |" for status, meaning in _STATUS)


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    actions = [one for one in parser._actions if one.dest != "help"]  # noqa: SLF001 - no other way
    words = [_word(action) for action in actions if not action.option_strings]
    options = [action for action in actions if action.option_strings]
    yield ""
    yield f"## {name}"
    yield ""
    yield _text(parser.description)
    yield ""
    yield "    " + " ".join(["jupyter envcheck", name, *(["[OPTION…]"] if options else []), *words])
    if actions:
        yield ""
        yield "| Word | Meaning |"
        yield "| --- | --- |"
    for action in actions:
        shown = " ".join(_spelling(action)) if action.option_strings else str(action.metavar)
        yield f"| `{shown}` | {_meaning(action)} |"


def _word(action: argparse.Action) -> str:
    """Return how a word that is no option stands in the line."""
    match action.nargs:
        case "?":
            return f"[{action.metavar}]"
        case "*":
            return f"[{action.metavar}…]"
        case "+":
            return f"{action.metavar}…"
        case _:
            return str(action.metavar)


def _spelling(action: argparse.Action) -> Iterator[str]:
    yield ", ".join(action.option_strings)
    if action.nargs == 0:
        return
    name = action.metavar or ("NAME" if action.choices else action.dest.upper())
    yield f"[{name}]" if action.nargs == "?" else str(name)


def _meaning(action: argparse.Action) -> str:
    told = _text(action.help)
    if action.choices:
        told += ": " + ", ".join(f"`{choice}`" for choice in action.choices)
    return told


def _text(text: str | None) -> str:
    """Return a text of ours in which nothing ends a cell of a table."""
    return (text or "").replace("|", "\\|")
