"""`jupyter envcheck`: the report in a terminal, and for programs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .engine import Report
from .problems import Problem
from .recommendations import Severity

_COMMANDS = ("report", "list", "explain", "guide")
_COULD_NOT_LOOK = 2
_STRICT_FOUND = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 2 where it could not look, 1 where --strict found something, else 0."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in {"-h", "--help"}:
        _parser().print_help()
        return 0
    if not words or words[0] not in _COMMANDS:
        words.insert(0, "report")  # a bare word that is no command is a target
    options = _parser().parse_args(words)
    try:
        status: int = options.run(options)
    except Problem as problem:
        print(f"{problem.message}\n{problem.hint}", file=sys.stderr)  # noqa: T201 - our output
        return _COULD_NOT_LOOK
    except BrokenPipeError:  # `jupyter envcheck | head`
        sys.stderr.close()
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter envcheck",
        description="Tell which environment a kernel runs in, and what is wrong with it.",
        epilog="`jupyter envcheck TARGET` is short for `jupyter envcheck report TARGET`.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="report on an environment (the default)")
    report.add_argument(
        "target",
        nargs="?",
        metavar="TARGET",
        help="a kernelspec's name, a path to a Python, or a prefix (default: the python3 kernelspec)",
    )
    report.add_argument("--json", action="store_true", help="write the report as JSON")
    report.add_argument(
        "--only",
        action="append",
        metavar="FAMILY_OR_ID",
        help="only these checks; may be given more than once",
    )
    report.add_argument(
        "--notebook",
        metavar="FILE",
        help="look at the cells of this notebook, too",
    )
    report.add_argument(
        "--strict",
        choices=[str(severity) for severity in Severity],
        metavar="SEVERITY",
        help="end with status 1 if something of this severity or worse is found",
    )
    report.set_defaults(run=_report)

    listing = commands.add_parser("list", help="list all checks")
    listing.set_defaults(run=_list)

    explain = commands.add_parser("explain", help="explain a check")
    explain.add_argument("id", metavar="ID", help="a check's name, as `list` shows it")
    explain.set_defaults(run=_explain)

    guide = commands.add_parser("guide", help="show the guide, or one entry of it")
    guide.add_argument("entry", nargs="?", metavar="ENTRY", help="an entry's name")
    guide.set_defaults(run=_guide)
    return parser


def _report(options: argparse.Namespace) -> int:
    from rich.console import Console  # noqa: PLC0415 - `--json` and `--help` need no rich

    # `--help` need not load the probe.
    from .flow import find_target, read_notebook, report_on  # noqa: PLC0415
    from .render.json import dumps  # noqa: PLC0415
    from .render.narrow import narrowed  # noqa: PLC0415
    from .render.text import print_report  # noqa: PLC0415

    subject, target = find_target(options.target)
    cells = None
    if options.notebook is not None:  # its kernel would run in its folder
        cells = read_notebook(options.notebook)
        subject = replace(subject, cwd=str(Path(options.notebook).resolve().parent))
    report = narrowed(report_on(subject, target, cells=cells), options.only)
    if options.json:
        print(dumps(report, indent=2))  # noqa: T201 - our output
    else:
        print_report(report, Console(highlight=False))
    if report.facts.environment.value is None:
        return _COULD_NOT_LOOK
    return _STRICT_FOUND if _found(report, options.strict) else 0


def _found(report: Report, strict: str | None) -> bool:
    if strict is None:
        return False
    ranked = list(Severity)
    bar = ranked.index(Severity(strict))
    return any(o.severity is not None and ranked.index(o.severity) <= bar for o in report.outcomes)


def _list(_: argparse.Namespace) -> int:
    from .render.catalogue import catalogue  # noqa: PLC0415

    for entry in catalogue():
        print(f"{entry.id:<28} {entry.title}")  # noqa: T201 - our output
    return 0


def _explain(options: argparse.Namespace) -> int:
    from .render.catalogue import explanation  # noqa: PLC0415

    print(explanation(options.id))  # noqa: T201 - our output
    return 0


def _guide(options: argparse.Namespace) -> int:
    from .render.guide import page  # noqa: PLC0415

    print(page(options.entry))  # noqa: T201 - our output
    return 0
