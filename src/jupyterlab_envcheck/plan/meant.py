"""Tells who asks for a package by the name of a module which package brings that module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name

from ..facts.knowledge import ImportName
from .model import Plan

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def with_what_was_meant(plan: Plan, names: Mapping[str, ImportName], *, conda: bool) -> Plan:
    """Return the plan with a sentence for each module that another package brings.

    `names` is the table of import names; where it has none for a word, nothing is said. The
    sentence is the hint of a plan that failed, stands before the words of a refusal to build, and
    among the warnings of a plan that is ready.
    """
    if plan.wish.kind != "install":
        return plan
    said = tuple(
        f"The module {module} comes with {package}, which is another package than {module}."
        for module, package in _meant(plan.wish.specs, names, conda=conda)
    )
    if not said:
        return plan
    if plan.failure is not None and plan.failure.reason == "not-found":
        hint = f"{' '.join(said)} Ask for that one."
        return replace(plan, failure=replace(plan.failure, hint=hint))
    if plan.refusal is not None and plan.refusal.reason == "only-source":
        text = f"{' '.join(said)} {plan.refusal.text}"
        return replace(plan, refusal=replace(plan.refusal, text=text))
    if plan.state == "ready":
        return replace(plan, warnings=(*said, *plan.warnings))
    return plan


def _meant(
    specs: tuple[str, ...], names: Mapping[str, ImportName], *, conda: bool
) -> Iterator[tuple[str, str]]:
    """Yield the modules among the specs that have a package of another name."""
    for spec in specs:
        match = _NAME.match(spec)
        known = names.get(match[0]) if match is not None else None
        if match is None or known is None:
            continue
        package = known.conda if conda and known.conda is not None else known.pypi
        if package is not None and canonicalize_name(package) != canonicalize_name(match[0]):
            yield match[0], package
