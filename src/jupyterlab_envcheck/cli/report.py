"""`report`: what is the case in one environment or in all, and what to make of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..engine import Report
from ..flow import find_target, read_notebook, redaction_of, report_on
from ..problems import Problem
from ..recommendations import Severity
from ..render.json import dumps
from ..render.markdown import for_issue, markdown, overview_markdown
from ..render.narrow import narrowed, narrowed_all
from ..render.overview import Overview, print_overview
from ..render.sentences import is_seen
from ..render.text import print_report
from .console import for_people
from .progress import busy
from .status import COULD_NOT, DONE, NOT_DONE


def report(options: argparse.Namespace) -> int:
    """Look at the target, or at every kernelspec, and print what was found."""
    cells, cwd = None, None
    if options.notebook is not None:  # its kernel would run in its folder
        cells = read_notebook(options.notebook)
        cwd = str(Path(options.notebook).resolve().parent)
    if options.all:
        from .kernelspecs import overview  # noqa: PLC0415 - loads jupyter_client

        with busy("Looking at every kernelspec…", for_people(stderr=True)):
            found = _narrowed(overview(cells=cells, cwd=cwd), options.only)
        _write_all(found, options)
        return _status(found.reports, options.strict)
    subject, target = find_target(options.target)
    if cwd is not None:
        subject = replace(subject, cwd=cwd)
    one = narrowed(report_on(subject, target, cells=cells), options.only)
    _write_one(one, options)
    return _status([one], options.strict)


def _write_one(found: Report, options: argparse.Namespace) -> None:
    redaction = redaction_of([found]) if options.redact else None
    if options.markdown:
        page = for_issue(found, redaction) if redaction else markdown(found)
        print(page, end="")  # noqa: T201 - our output
        return
    found = redaction.of(found) if redaction else found
    if options.json:
        print(dumps(found, indent=2))  # noqa: T201 - our output
    else:
        print_report(found, for_people())


def _write_all(found: Overview, options: argparse.Namespace) -> None:
    redaction = redaction_of(found.reports) if options.redact else None
    if options.markdown:
        page = for_issue(found, redaction) if redaction else overview_markdown(found)
        print(page, end="")  # noqa: T201 - our output
        return
    found = redaction.of(found) if redaction else found
    if options.json:
        print(dumps(found, indent=2))  # noqa: T201 - our output
    else:
        print_overview(found, for_people())


def _narrowed(found: Overview, only: Sequence[str] | None) -> Overview:
    if only and not found.reports:
        raise Problem(
            "nothing-to-look-at",
            "There is no kernelspec that could be looked at.",
            "`jupyter envcheck --all` says why.",
        )
    reports = iter(narrowed_all(found.reports, only))
    return replace(
        found,
        kernelspecs=tuple(
            one if one.report is None else replace(one, report=next(reports))
            for one in found.kernelspecs
        ),
    )


def _status(reports: Sequence[Report], strict: str | None) -> int:
    """Return the exit status: of several, it is enough that one could be looked at."""
    if not any(is_seen(report.facts) or report.summary.error for report in reports):
        return COULD_NOT
    if any(_is_so_bad(report, strict) for report in reports):
        return NOT_DONE
    # What no Python answered for is known by files alone: nobody is told that it passed.
    unasked = strict is not None and all(r.facts.interpreter.value is None for r in reports)
    return COULD_NOT if unasked else DONE


def _is_so_bad(found: Report, strict: str | None) -> bool:
    if strict is None:
        return False
    ranked = list(Severity)
    bar = ranked.index(Severity(strict))
    return any(o.severity is not None and ranked.index(o.severity) <= bar for o in found.outcomes)
