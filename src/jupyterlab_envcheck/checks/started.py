"""The environment that the kernel's process starts with, as far as checks read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..facts import Facts


@dataclass(frozen=True, kw_only=True)
class Started:
    """The variables, and how they are known."""

    variables: Mapping[str, str]
    source: str


def started(facts: Facts) -> Started | None:
    """Return the running kernel's start environment, else the one it would get; None if unknown.

    Never the live one: code changes that, and importing threadpoolctl alone adds to it.
    """
    process, interpreter = facts.process, facts.interpreter
    if process.value is not None and "variables" not in process.unknown:
        return Started(variables=process.value.variables, source=process.source)
    if interpreter.value is not None:
        return Started(variables=interpreter.value.variables, source=interpreter.source)
    return None
