"""Tells what went wrong in two sentences, where programs that read standard output do not see it."""

from __future__ import annotations

import sys

from ..problems import Problem


def tell(problem: Problem) -> None:
    """Write what happened, and what to do."""
    print(f"{problem.message}\n{problem.hint}", file=sys.stderr)  # noqa: T201 - our output
