"""Family installing: a change of the environment that did not come to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..facts import Facts, Interrupted
from ..recommendations import Action, Evidence, Finding, Gui, Read, Repair, Severity, Skip, Source
from .base import Check

_READ = Read(title="How changes are taken back", entry="undo")

_SHOWN = 20  #: changes in one line of evidence; the rest is counted


class InterruptedChange(Check):
    """A change of the environment was interrupted, and its files may be half changed.

    ## What it does
    Looks whether a job of envcheck began to change the kernel's environment and did not come to its
    end: by a crash, a power cut, somebody who killed it, or a disk on which nothing could be taken back.

    ## Why this matters
    Installers replace one package after the other, and the files of one package one by one. What is
    there now may be neither what was before nor what was planned.

    ## How to fix it
    Put back the files of before, which were kept for it and need no network. Then make the plan again.

    ## Example
    A batch system ends a notebook's job while scipy is being replaced; half of its files are of the
    new version.

    ## Tried on
    Real: workers and installers killed at random moments of installs, updates and removals with pip
    and with uv, and undos killed likewise; and environments in which jobs ended.
    """

    family = "installing"
    sources = (
        Source(
            title="pip documentation, pip install, Installation order",
            url="https://pip.pypa.io/en/stable/cli/pip_install/#installation-order",
            passage="Packages are installed one after the other, those first that others need; "
            "taking back an install that failed is not something pip does.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one error for the job that was interrupted."""
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        known = environment.interrupted
        if known is None:
            return ()
        return (
            Finding(
                severity=Severity.ERROR,
                title=f"A change of {environment.name} was interrupted: {known.what}",
                why="It did not come to its end, so that files may be half changed. "
                + (
                    "What was there before was kept."
                    if known.undoable
                    else f"What was there before cannot be put back: {known.reason}."
                ),
                evidence=tuple(_evidence(known)),
                actions=(_mend(known), _READ),
            ),
        )


def _evidence(known: Interrupted) -> Iterator[Evidence]:
    source = "from envcheck's record of its jobs"
    yield Evidence(label="Job", value=known.job[:8], source=source)
    if known.at is not None:
        yield Evidence(label="Begun", value=known.at[:16].replace("T", " "), source=source)
    looked = "the plan, beside what is installed now"
    if known.done:
        yield Evidence(label="There already", value=_some(known.done), source=looked)
    if known.missing:
        yield Evidence(label="Not there", value=_some(known.missing), source=looked)
    if known.since:  # what puts back the files of before takes these back, too
        yield Evidence(
            label="By somebody else since",
            value=_some(known.since),
            source="what was there before, beside what is installed now",
        )


def _mend(known: Interrupted) -> Action:
    if known.undoable:
        return Repair(title="Put it back as it was", job=known.job)
    return Gui(
        title="Finish what was begun",
        steps=(
            "Make the same plan again, with “reinstall” for what is there already.",
            "Look at the environment again.",
        ),
    )


def _some(words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
