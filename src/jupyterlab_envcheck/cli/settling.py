"""From a plan to its end: shown, asked about, carried out, and told what came of it."""

from __future__ import annotations

import argparse
import os
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..flow import carry_out, find_target
from ..jobs import ENDED, Job, Resolved
from ..probe.subject import Subject
from ..problems import Problem
from ..recommendations import Target
from ..render.job import is_done, print_end
from ..render.json import dumps
from ..render.plan import changes_anything, print_plan
from ..render.wishes import short
from .asking import answer
from .console import for_people
from .following import follow
from .interrupts import Interrupts
from .policy import Administered
from .progress import busy, can_be_drawn_over
from .status import COULD_NOT, DONE, NOT_DONE
from .telling import tell


class Faces:
    """What the options say of showing and asking, here of a terminal."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.as_json: bool = getattr(options, "json", False)
        self.target: str | None = getattr(options, "target", None)
        self.dry_run: bool = getattr(options, "dry_run", False)
        self.yes: bool = getattr(options, "yes", False)
        self.console = self._console()

    def _console(self) -> Console:
        """Return what is written on for people: beside the JSON, which has standard output."""
        return for_people(stderr=self.as_json)

    def find(self, word: str | None) -> tuple[Subject, Target]:
        """Return whom a word means; None is who is meant where none is named."""
        return find_target(word)

    def agreed(self, question: str) -> bool:
        """Return whether a person says yes, or said so before; Problem where nobody can be asked."""
        if self.yes or self._answer(question).strip().lower() in {"y", "yes"}:
            return True
        self.console.print("Nothing was done.")
        return False

    def _answer(self, question: str) -> str:
        return answer(question, self.console)

    def follow(self, job_id: str, interrupts: Interrupts) -> Job:
        """Return the job once it has ended, or as it is when nobody waits for it any more."""
        return follow(job_id, self.console, interrupts)

    def tell(self, problem: Problem) -> None:
        """Tell what went wrong."""
        tell(problem)

    @property
    def on_terminal(self) -> bool:
        """Whether what is shown can be drawn over."""
        return can_be_drawn_over(self.console)

    def busy(self, sentence: str) -> AbstractContextManager[None]:
        """Show on a terminal that something takes its time."""
        return busy(sentence, self.console)

    def write(self, data: object) -> None:
        """Write `data` where programs read it, if they do."""
        if self.as_json:
            print(dumps(data, indent=2))  # noqa: T201 - our output


def settle(
    resolved: Resolved, faces: Faces, rules: Administered, *, where: str | None = None
) -> int:
    """Show a plan; unless it is only to be seen, ask, and carry it out. Return the exit status.

    `where` tells of the environment more than the plan does.
    """
    plan = resolved.plan
    print_plan(plan, faces.console, where=where, target=faces.target)
    if resolved.unforeseen is not None:  # a mistake of ours, to be reported with where it happened
        told = f"There is no server's log here: it happened at {_trail(resolved.unforeseen)}."
        faces.console.print(Text(told), soft_wrap=True)
    if rules.told is not None:
        faces.console.print(Text(rules.told, style="dim"), soft_wrap=True)
    possible = plan.state == "ready" and plan.refusal is None
    if faces.dry_run or not possible or not changes_anything(plan):
        faces.write(plan)
        return DONE if possible else NOT_DONE
    rules.must_be_allowed()

    def begin() -> Job:
        return carry_out(resolved, rules.job_timeout, undo_space=rules.undo_space)

    return perform(begin, "Carry it out?", faces)


def _trail(error: Exception) -> str:
    """Return the lines that an error came through, the one where it was raised last."""
    frames = traceback.extract_tb(error.__traceback__)
    return ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def perform(begin: Callable[[], Job], question: str, faces: Faces) -> int:
    """Ask, begin a job, follow it to its end and tell what came of it; return the exit status."""
    if not faces.agreed(question):
        return COULD_NOT
    with Interrupts() as interrupts:  # from here on Ctrl-C cancels the job
        try:
            job = begin()
        except Problem as problem:
            faces.tell(problem)
            return NOT_DONE
        try:
            job = faces.follow(job.id, interrupts)
            _tell_end(job, faces)
        except BrokenPipeError:  # nobody reads any more; the status still says how it ended
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                job = follow(job.id, Console(file=nowhere), interrupts)
    return DONE if is_done(job) else NOT_DONE


def _tell_end(job: Job, faces: Faces) -> None:
    if job.state in ENDED:
        print_end(job, faces.console, log=faces.on_terminal)
    else:
        told = f"`jupyter envcheck jobs {short(job.id)}` tells how it ended."
        faces.console.print(Text(told))
    faces.write(job)
