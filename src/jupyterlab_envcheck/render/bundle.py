"""What is attached to an issue: files, as text, without what tells whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from ..engine import Report
from ..facts.redaction import Redaction
from ..jobs import Job
from .job import state_words
from .json import dumps
from .markdown import for_issue
from .overview import Overview
from .sentences import untold
from .wishes import sentence_of, short

#: Lines of one job's log: its end tells how it failed.
_MOST_LINES = 1_000


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """One file of a bundle."""

    name: str
    about: str  #: what is in it, in a few words
    text: str


def bundle(
    found: Report | Overview,
    jobs: Sequence[Job],
    versions: Mapping[str, str],
    redaction: Redaction,
) -> tuple[Bundled, ...]:
    """Return the files of a bundle, redacted; the first says what the others are.

    `jobs` are whole, newest first; `versions` are of what runs Jupyter, by the names of distributions.
    """
    page = for_issue(found, redaction)
    found, jobs = redaction.without_secrets(found), redaction.without_secrets(list(jobs))
    files = (
        Bundled(name="report.md", about="the report, to read", text=page),
        Bundled(
            name="report.json",
            about="the report with all facts, for programs",
            text=dumps(redaction.of(found), indent=1),
        ),
        Bundled(
            name="unknown.md",
            about="what was asked and could not be known, and why",
            text=redaction.text("\n".join(_unknown(found))),
        ),
        Bundled(
            name="versions.json",
            about="versions of the parts of Jupyter that envcheck runs beside",
            text=dumps(redaction.of(dict(versions)), indent=1),
        ),
        Bundled(
            name="jobs.json",
            about=f"the last changes with their plans and logs ({len(jobs)})",
            text=dumps(redaction.of([_without_kernelspec(job) for job in jobs]), indent=1),
        ),
        Bundled(
            name="jobs.md",
            about="the last changes, to read",
            text=redaction.text("\n".join(_told(jobs))),
        ),
    )
    readme = Bundled(name="README.md", about="this list", text=_readme(files))
    return (readme, *files)


def _readme(files: Sequence[Bundled]) -> str:
    listed = "\n".join(f"- `{file.name}`: {file.about}" for file in files)
    return (
        "# For an issue\n\n"
        "Made by `jupyter envcheck bundle`. It holds:\n\n"
        f"{listed}\n\n"
        "Taken out: home folders (`~`), names of users (`USER`) and hosts (`HOST`), credentials in\n"
        "addresses, tokens and passwords (`****`). Not in it: notebooks, settings, and environment\n"
        "variables but for those that Python and libraries for threads obey.\n\n"
        "Names of environments, folders and packages are in it. Look through it before you send it.\n"
    )


def _unknown(found: Report | Overview) -> Iterator[str]:
    yield "# What could not be known"
    for one in found.kernelspecs if isinstance(found, Overview) else ():
        if one.failure is not None:
            yield f"\n## {one.name}\n\n{one.failure.message} {one.failure.hint}"
    for report in found.reports if isinstance(found, Overview) else (found,):
        yield ""
        yield f"## {report.target.name}"
        yield ""
        for field in fields(report.facts):
            section = getattr(report.facts, field.name)
            for name, reason in section.unknown.items():
                whole = field.name if name == "value" else f"{field.name}.{name}"
                yield f"- {whole}: {reason}"
        if lines := untold(report):
            yield ""
            yield "Checks that had nothing to go by:"
            yield ""
            yield from (f"- {line}" for line in lines)
    yield ""


def _told(jobs: Sequence[Job]) -> Iterator[str]:
    yield "# The last changes"
    if not jobs:
        yield "\nThere were none."
    for job in jobs:
        yield ""
        yield f"## {short(job.id)}: {sentence_of(job.plan.wish, job.plan.target.name)}"
        yield ""
        yield f"{state_words(job)}, {job.started or 'never'} to {job.ended or 'now'}"
        if job.failure is not None:
            yield ""
            yield f"{job.failure.message} {job.failure.hint}"
        if job.lines:
            yield ""
            yield from (f"    {line.text}" for line in job.lines[-_MOST_LINES:])
    yield ""


def _without_kernelspec(job: Job) -> Job:
    """Return a job without the lines of a kernelspec, in whose variables there may be anything."""
    job = replace(job, lines=job.lines[-_MOST_LINES:])
    if job.plan.kernelspec is None:
        return job
    kernelspec = replace(job.plan.kernelspec, text="", diff=())
    return replace(job, plan=replace(job.plan, kernelspec=kernelspec))
