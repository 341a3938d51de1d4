"""Tells what went wrong in two sentences, where programs that read standard output do not see it."""

from __future__ import annotations

import json
import sys

from ..problems import Problem


def tell_as_json(problem: Problem) -> None:
    """Write the same for programs, where they read what they asked for."""
    failure = {"message": problem.message, "reason": problem.reason, "hint": problem.hint}
    print(json.dumps({"failure": failure}, indent=2))  # noqa: T201 - our output


def tell(problem: Problem) -> None:
    """Write what happened, and what to do."""
    print(f"{problem.message}\n{problem.hint}", file=sys.stderr)  # noqa: T201 - our output
