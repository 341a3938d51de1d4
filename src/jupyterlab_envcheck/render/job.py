"""A job for a terminal: how far it is, what came of it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..installers import shell_line
from ..jobs import ENDED, Job
from ..plan import Changes, Plan
from .plan import changes_table, marked, restart_words
from .wishes import change_lines, sentence_of, short, size, wished

_PHASES = {
    None: "Starting",
    "resolving": "Resolving",
    "downloading": "Downloading",
    "installing": "Installing",
    "verifying": "Looking at the result",
}
_STATES = {
    "queued": "waiting",
    "running": "running",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
    "changed": "not started",
}
_TITLES = ("Job", "When", "Where", "What", "State", "Undo")
_NARROW = 72  #: columns, below which they are no table
_FILES = 10  #: of somebody's, that are named
_LAST_LINES = 10  #: of the log, where a job failed
_TOLD = {"broken", "cancelled", "changed", "locked"}  #: of which the log tells nothing more


def phase_words(job: Job) -> str:
    """Return what a running job does; empty where it has ended."""
    if job.state in ENDED:
        return ""
    return "Waiting" if job.state == "queued" else _PHASES[job.phase]


def state_words(job: Job) -> str:
    """Return what became of a job, in a word or two."""
    if job.state == "succeeded" and not is_done(job):
        return "not as planned"
    return _STATES[job.state]


def is_done(job: Job) -> bool:
    """Tell whether a job did what was planned, and that was proved."""
    verdict = job.verdict
    return job.state == "succeeded" and (
        verdict is None or (verdict.planned and not verdict.broken)
    )


def print_end(job: Job, console: Console, *, log: bool) -> None:
    """Write what came of a job that has ended, and what to do now.

    `log` is whether to show the end of its log, too, where that may tell why it failed.
    """
    console.print()
    for sentence, style in _ending(job):
        console.print(Text(sentence, style=style))
    verdict = job.verdict
    for line in change_lines(verdict.changes) if verdict is not None else ():
        console.print(Text(f"  {line}"))
    for broken in verdict.broken if verdict is not None else ():
        console.print(Text(f"  ✖ {broken}", style="red"))
    for line in _kept_of_somebody(verdict.aside) if verdict is not None else ():
        console.print(Text(line), soft_wrap=True)
    if log and job.lines and job.failure is not None and job.failure.reason not in _TOLD:
        console.print(Text("The last that the installer said:"))
        for said in job.lines[-_LAST_LINES:]:
            console.print(Text(f"  {said.text}", style="dim"), soft_wrap=True)
    for sentence in _advice(job):
        console.print(Text(sentence))


def print_job(job: Job, console: Console) -> None:
    """Write the whole job: what was asked for, what came of it, what ran, and all that was said."""
    plan = job.plan
    console.print(Text(sentence_of(plan.wish, plan.target.name), style="bold"), soft_wrap=True)
    console.print(Text(f"{plan.target.name} · {plan.target.prefix}"), soft_wrap=True)
    console.print(Text(f"Job {job.id}", style="dim"))
    console.print(Text(f"{_when(job.started)} · {state_words(job)}"))
    if job.state in ENDED:
        print_end(job, console, log=False)
    else:
        console.print(Text(phase_words(job)))
    if not job.undo.possible and job.undo.reason and job.state in ENDED:
        console.print(Text(f"This cannot be undone: {job.undo.reason.rstrip('.')}."))
    if job.undo.space:
        console.print(Text(f"{size(job.undo.space)} are kept for undoing."))
    if plan.argv:
        console.print()
        console.print(Text("What ran:" if job.state in ENDED else "What runs:"))
    for argv in plan.argv:
        console.print(Text(f"  {shell_line(argv)}"), soft_wrap=True)
    if job.lines:
        console.print()
        console.print(Text("What it said:"))
    for line in job.lines:
        console.print(Text(f"  {line.text}"), soft_wrap=True)


def print_jobs(jobs: Sequence[Job], console: Console) -> None:
    """Write the list of jobs as a table, or one below the other where that is too narrow."""
    if not jobs:
        console.print(Text("There are no jobs yet."))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title in _TITLES:
        table.add_column(title, no_wrap=title in {"Job", "When"}, overflow="fold")
    undone = {job.plan.wish.job for job in jobs if job.plan.wish.kind == "undo" and is_done(job)}
    for job in jobs:
        row = _row(job, is_undone=job.id in undone)
        if console.width < _NARROW:
            console.print(Text(" · ").join(row[:3]))
            console.print(Padding(Text(" · ").join(row[3:5]), (0, 0, 0, 2)))
            console.print(Padding(Text(f"{_TITLES[5]}: {row[5]}"), (0, 0, 0, 2)))
        else:
            table.add_row(*row)
    if console.width >= _NARROW:
        console.print(table)


def _row(job: Job, *, is_undone: bool) -> tuple[Text, ...]:
    """Return what the list says of a job, as `_TITLES`."""
    state = "undone" if is_undone else state_words(job)
    return (
        Text(short(job.id)),
        Text(_when(job.started)),
        Text(job.plan.target.name),
        Text(wished(job.plan.wish)),
        Text(state, style="" if is_done(job) else "yellow"),
        Text(_undo(job)),
    )


def print_undo(job: Job, back: Plan, console: Console) -> None:
    """Write what undoing a job puts back; `back` is the plan of that."""
    plan = job.plan
    what = sentence_of(plan.wish, plan.target.name)
    console.print(Text(f"Undo job {short(job.id)} of {_when(job.started)}: {what}", style="bold"))
    console.print(Text(f"{plan.target.name} · {plan.target.prefix}"), soft_wrap=True)
    console.print()
    if job.verdict is None:
        console.print(
            Text(
                "It was ended before it was done. Whatever it had changed by then is put back as it "
                "was before."
            )
        )
        console.print()
    if back.changes != Changes():
        console.print(Padding(changes_table(back.changes), (0, 0, 0, 2), expand=False))
        console.print()
    for warning in back.warnings:
        console.print(marked(Text("▲", style="yellow"), warning))
    if plan.kernelspec is not None:
        gone = f"The kernel “{plan.kernelspec.display_name}” goes: {plan.kernelspec.folder}"
        console.print(Text(gone), soft_wrap=True)
    if back.changes.replaced() and plan.wish.kind != "create":
        console.print(Text(restart_words(back.restart)))
    console.print(Text("The files of before are put back; nothing is downloaded."))


def _ending(job: Job) -> Iterator[tuple[str, str]]:
    if job.failure is not None:
        yield job.failure.message, "bold red"
        yield job.failure.hint, ""
    elif job.state == "cancelled":
        yield "Cancelled.", "bold red"
    elif is_done(job):
        yield _done(job.plan), "bold green"
    else:
        yield "The installer ended, but not all planned changes are there.", "bold red"


def _done(plan: Plan) -> str:
    match plan.wish.kind:
        case "create":
            return f"Done: the environment {plan.target.name} is there."
        case "register" | "set-environment":
            name = plan.kernelspec.display_name if plan.kernelspec is not None else plan.target.name
            return f"Done: the kernel “{name}” is there."
        case "undo":
            return "Done: all is as it was before."
        case "back":
            return "Done: the versions are those of before."
        case _:
            return "Done: all planned changes are there."


def _kept_of_somebody(files: Sequence[str]) -> Iterator[str]:
    if files:
        yield "Somebody made or edited these, so they are kept:"
        yield from (f"  {file}" for file in files[:_FILES])
        if (more := len(files) - _FILES) > 0:
            yield f"  and {more} more, which the log names"


def _advice(job: Job) -> Iterator[str]:
    restart = job.verdict.restart if job.verdict is not None else None
    if job.plan.kernelspec is not None and is_done(job):
        name = job.plan.kernelspec.display_name
        yield f"To use it, choose the kernel “{name}” in a notebook."
    if restart is not None and restart.needed:
        if old := ", ".join(name for name in restart.modules if name not in restart.gone):
            yield f"The kernel still uses the old {old} until it is restarted."
        if gone := ", ".join(restart.gone):
            yield f"The kernel still has {gone} imported, which is gone, until it is restarted."
        if not restart.modules:
            yield "Restart a running kernel if it has imported what changed."
    undo = f"jupyter envcheck undo {short(job.id)}"
    if job.undo.possible and job.state == "interrupted":
        yield f"To put back the files of before: {undo}"
    elif job.undo.possible:
        yield f"To undo this: {undo}"


def _undo(job: Job) -> str:
    if not job.undo.possible:
        return "no"
    return "yes" if job.undo.space is None else f"yes, {size(job.undo.space)}"


def _when(moment: str | None) -> str:
    if moment is None:
        return "-"
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
