"""What people ask for, parsed before it is known whose environment it is for: pip's or conda's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..problems import Problem
from .conda_specs import name_of_conda, parse_conda_spec
from .specs import MOST_SPECS, parse_spec


def parse_either(text: str) -> str:
    """Return the requirement or, where it is none, conda's spec; rebuilt, and nothing else."""
    try:
        return parse_spec(text)
    except Problem as problem:
        try:
            return parse_conda_spec(text)
        except Problem:
            raise problem from None


def parse_wish(
    kind: Literal["install", "remove", "update", "reinstall"], specs: Sequence[str]
) -> tuple[str, ...]:
    """Return the specs of a whole wish, each once; a removal takes names alone."""
    if not specs:
        message = "No package is named."
        hint = "Write a name, or a name and versions, such as numpy or numpy>=2,<3."
        raise Problem("bad-spec", message, hint)
    if len(specs) > MOST_SPECS:
        message = f"{len(specs)} packages are more than one plan takes."
        raise Problem("bad-spec", message, f"Ask for at most {MOST_SPECS} at a time.")
    parsed = tuple(dict.fromkeys(map(parse_either, specs)))
    if kind == "remove":
        for spec in parsed:
            if canonicalize_name(spec) != name_of(spec):
                message = f"“{spec}” has versions, and a removal takes a name alone."
                raise Problem("bad-spec", message, f"Ask to remove {name_of(spec)}.")
    return parsed


def name_of(spec: str) -> str:
    """Return the normalised name in what `parse_either` returned."""
    try:
        return canonicalize_name(Requirement(spec).name)
    except InvalidRequirement:
        return canonicalize_name(name_of_conda(spec))


def for_pip(spec: str) -> str | None:
    """Return the spec where pip understands it, else None."""
    return _or_none(parse_spec, spec)


def for_conda(spec: str) -> str | None:
    """Return the spec where conda understands it, else None: extras are Python's alone."""
    return _or_none(parse_conda_spec, spec)


def must_be_for_pip(specs: Sequence[str]) -> None:
    """Raise a `Problem` where a spec is spelled as conda alone understands it."""
    for spec in specs:
        if for_pip(spec) is None:
            name = name_of(spec)
            raise Problem(
                "bad-spec",
                f"“{spec}” is spelled for conda, which does not change this environment.",
                f"Write a name, or a name and versions, such as {name} or {name}>=2,<3.",
            )


def _or_none(parse: Callable[[str], str], spec: str) -> str | None:
    try:
        return parse(spec)
    except Problem:
        return None
