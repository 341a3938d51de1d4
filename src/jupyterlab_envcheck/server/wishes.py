"""Turns what was asked for into a wish: its words are parsed here, and nothing else gets through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from ..facts import Jupyter
from ..installers import parse_conda_spec, parse_names, parse_wish, venvs
from ..installers.environment_file import parse_channel_name, read_environment_file
from ..plan import AUTO, Wish, kernels
from ..plan.restoring import restoring
from ..problems import Problem
from ..recommendations import (
    Action,
    CreateEnvironment,
    Install,
    Outcome,
    RegisterKernel,
    Remove,
    SetEnvironment,
)
from .requests import ActionRequest, PlanRequest, Whom


def of_action(asked: ActionRequest, whom: Whom, outcomes: Sequence[Outcome]) -> PlanRequest:
    """Return what an action of a finding asks for; Problem where the report has none such."""
    for outcome in outcomes:
        for action in outcome.actions if outcome.id == asked.outcome else ():
            request = _request(action, whom) if action.id == asked.action else None
            if request is not None:
                return request
    raise Problem("unknown-outcome", "The report has no such action.", "Refresh, and try again.")


def _request(action: Action, whom: Whom) -> PlanRequest | None:
    match action:
        case Install():
            return PlanRequest(
                whom=whom,
                kind=action.wish,
                specs=action.specs,
                build=action.build,
                pins=action.pins,
                installer=AUTO,
            )
        case Remove():
            return PlanRequest(whom=whom, kind="remove", specs=action.specs, installer=AUTO)
        case SetEnvironment():
            return PlanRequest(whom=whom, kind="set-environment", variables=action.variables)
        case RegisterKernel():
            return PlanRequest(whom=whom, kind="register", prefix=action.prefix)
        case CreateEnvironment(folder=None):
            return PlanRequest(
                whom=whom,
                kind="create",
                name=action.name,
                specs=action.specs,
                build=action.build,
                python=action.python,
                channels=action.channels,
            )
        case _:
            return None


def wish_of(asked: PlanRequest) -> Wish:
    """Return the wish; Problem where a name, a version or a variable is none."""
    match asked.kind:
        case "install" | "remove" | "update" | "reinstall":
            return Wish(
                kind=asked.kind,
                specs=parse_wish(asked.kind, asked.specs),
                build=_names(asked.build),
                pins=tuple(map(parse_conda_spec, asked.pins)),
            )
        case "create":
            return Wish(
                kind="create",
                name=venvs.parse_name(asked.name or ""),
                specs=parse_wish("install", asked.specs) if asked.specs else (),
                build=_names(asked.build),
                python=None if asked.python is None else venvs.parse_version(asked.python),
                channels=tuple(map(parse_channel_name, asked.channels)),
            )
        case "restore":
            return restoring(
                read_environment_file(asked.text),
                name=asked.name,
                channels=tuple(map(parse_channel_name, asked.channels)),
                without=asked.without,
            )
        case "register":
            name = None if asked.name is None else venvs.parse_name(asked.name)
            return Wish(kind="register", folder=asked.prefix, name=name)
        case "set-environment":
            variables = kernels.parse_variables(asked.variables)
            return Wish(kind="set-environment", variables=variables)
        case _:
            assert_never(asked.kind)


def known_environment(prefix: str | None, jupyter: Jupyter | None) -> str:
    """Return the prefix of an environment, which must be one that the report itself has named."""
    found = jupyter.environments if jupyter is not None else ()
    if prefix is None or prefix not in {environment.prefix for environment in found}:
        raise Problem(
            "unknown-environment",
            "The report names no such environment.",
            "Refresh, and choose one that it names.",
        )
    return prefix


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return parse_names(names) if names else ()
