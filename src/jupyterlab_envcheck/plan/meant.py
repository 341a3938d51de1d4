"""Tells who asks for a package by the name of a module which package brings that module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from packaging.utils import canonicalize_name

from ..facts.knowledge import ImportName
from ..installers import CONDA_KINDS, name_of
from . import ways_out
from .model import Plan
from .request import Request


def with_what_was_meant(plan: Plan, request: Request, names: Mapping[str, ImportName]) -> Plan:
    """Return the plan with a sentence for each module that another package brings.

    `names` is the table of import names; where it has none for a word, nothing is said. The
    sentence is the hint of a plan that failed, stands before the words of a refusal to build, which
    offers that package first, and among the warnings of a plan that is ready.
    """
    if plan.wish.kind != "install":
        return plan
    meant = _meant(request, names)
    said = " ".join(
        f"The module {module} comes with {package}, which is another package than {spec}."
        for spec, (module, package) in meant.items()
    )
    if not said:
        return plan
    if plan.failure is not None and plan.failure.reason == "not-found":
        return replace(plan, failure=replace(plan.failure, hint=f"{said} Ask for that instead."))
    if plan.refusal is not None and plan.refusal.reason == "only-source":
        specs = tuple(meant.get(name_of(spec), ("", spec))[1] for spec in plan.wish.specs)
        other = ways_out.install(replace(request, wish=replace(request.wish, specs=specs)))
        told = replace(
            plan.refusal,
            text=f"{said} {plan.refusal.text}",
            alternatives=(other, *plan.refusal.alternatives),
        )
        return replace(plan, refusal=told)
    return replace(plan, warnings=(said, *plan.warnings)) if plan.state == "ready" else plan


def _meant(request: Request, names: Mapping[str, ImportName]) -> dict[str, tuple[str, str]]:
    """Return module and package by the names among the specs that are a module's, not that package's."""
    modules = {canonicalize_name(module): module for module in names}
    kind = request.environment.kind if request.environment is not None else None
    by_conda = kind in CONDA_KINDS and request.installer not in ("pip", "uv")
    found = {}
    for name in map(name_of, request.wish.specs):
        module = modules.get(canonicalize_name(name))
        if module is None:
            continue
        known = names[module]
        package = known.conda if by_conda and known.conda is not None else known.pypi
        # Of psycopg2 the index has a build under another name, and conda has not: both bring it.
        theirs = {canonicalize_name(each) for each in (known.pypi, known.conda) if each is not None}
        if package is not None and canonicalize_name(name) not in theirs:
            found[name] = module, package
    return found
