"""Which of conda's failures are refusals: something else than another wish would help."""

from __future__ import annotations

from ...installers import TermsNotAccepted
from ...installers.failures import OnlySource
from ...plan import Refusal, Request, refusals
from ...problems import Problem


def refusal_of(request: Request, problem: Problem, tool: str) -> Refusal | None:
    """Return what a problem of `tool` means to a person; None where the plan just failed."""
    if isinstance(problem, OnlySource):
        return refusals.only_source(request, problem.wanted)
    if isinstance(problem, TermsNotAccepted):
        return refusals.terms(request, problem)
    match problem.reason:
        case "unreachable":
            return refusals.no_answer(request, problem.message, tool)
        case "disk-full":
            return refusals.disk_full(request, problem.message)
        case _:
            return None
