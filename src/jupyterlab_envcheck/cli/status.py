"""What the command's exit status says."""

from __future__ import annotations

from ..problems import Problem

DONE = 0  #: as planned; of a dry run: the plan can be carried out; of a report: it was made
NOT_DONE = 1  #: refused, failed, cancelled, not proved; of a report: --strict found something
COULD_NOT = 2  #: could not look, was called wrongly, or was not asked to do it

#: What was understood and not done, as a job's state, what is kept of it, or the administrator forbids it.
_REFUSED = frozenset({"no-undo", "not-ended", "ended", "not-allowed"})


def status_of(problem: Problem) -> int:
    """Return the status that a problem ends the command with."""
    return NOT_DONE if problem.reason in _REFUSED else COULD_NOT
