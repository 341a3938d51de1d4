"""Finds the conda that carries a plan out: the environment's own, else ours on py-rattler."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from ...facts.text import clean
from ...installers import Conda, CondaTool
from ...plan import AUTO, Refusal, Request, ways_out
from ...probe.conda.root import is_root, root_around
from ...probe.tools import not_trusted
from ...probe.trust import distrusted
from ...problems import Problem
from ...recommendations import Command, Run
from .channels import asked_for, channels_of

TOOLS: tuple[CondaTool, ...] = get_args(CondaTool)

RATTLER = (sys.executable, "-P", "-m", "jupyterlab_envcheck.jobs.conda.rattler")


def conda_of(
    request: Request, environ: Mapping[str, str], channels: tuple[str, ...] | None = None
) -> Conda | Refusal:
    """Return the tool, with the channels it is to take packages from; or why there is none.

    `channels` are those that were asked for, None for those the environment is made of.
    """
    there = _there(request)
    fit = [tool for tool in there if request.installer in (AUTO, tool)]
    allowed = [tool for tool in fit if tool in request.policy.allowed_installers]
    if not allowed:
        return _refused(request, there, environ)
    tool = allowed[0]
    named = channels_of(request, tool) if channels is None else asked_for(request, channels)
    if isinstance(named, Refusal):
        return named
    return Conda(tool=tool, program=there[tool], prefix=request.target.prefix, channels=named)


def mamba_root(tool: str, program: str) -> str | None:
    """Return the root that a mamba lies in; None of other tools, and of one that lies elsewhere."""
    root = root_around(program)
    return root if tool in {"mamba", "micromamba"} and is_root(root) else None


def must_be_trusted(tool: str, argv: Sequence[str]) -> None:
    """Raise `Problem` where a command's program can be changed by others by now."""
    why = distrusted(argv[0]) if tool != "rattler" else None  # ours is run by our own Python
    if why is not None:
        raise Problem(
            "not-trusted",
            f"{clean(argv[0], 300)} is not run, for {why}.",
            "Only you and the system should own it and the folders above it, and write there.",
        )


def passed_over(request: Request, tool: Conda | Refusal, environ: Mapping[str, str]) -> str | None:
    """Return, in a sentence, which conda is there and not used because others can change it."""
    if not isinstance(tool, Conda) or tool.tool != "rattler" or request.installer != AUTO:
        return None
    why = _unused(request, environ)
    return None if why is None else f"{why}. py-rattler does in its place what it would do."


def has_rattler() -> bool:
    """Tell whether py-rattler is installed beside us."""
    return importlib.util.find_spec("rattler") is not None


def _there(request: Request) -> Mapping[CondaTool, tuple[str, ...]]:
    """Return how each tool that is there is started, the one to be preferred first."""
    program = request.environment.tool if request.environment is not None else None
    found: dict[CondaTool, tuple[str, ...]] = {}
    if program is not None and distrusted(program) is None:
        # Windows runs a .bat by its shell, which takes apart what is said to it.
        called = Path(program).name.lower().removesuffix(".exe")
        found = {tool: (program,) for tool in TOOLS if tool == called}
    if has_rattler():
        found["rattler"] = RATTLER
    return found


def _unused(request: Request, environ: Mapping[str, str]) -> str | None:
    """Return, in words, which conda is there and that others can change it; None where none is."""
    program = request.environment.tool if request.environment is not None else None
    if program is None:
        program = not_trusted("conda", prefix=request.target.prefix, env=environ)
    why = distrusted(program) if program is not None else None
    return f"{clean(program, 300)} is not used, for {why}" if program and why else None


def _refused(
    request: Request, there: Mapping[CondaTool, tuple[str, ...]], environ: Mapping[str, str]
) -> Refusal:
    bring = Run(
        title="Bring py-rattler to where Jupyter runs, in a terminal",
        commands=(
            Command(manager="pip", argv=(sys.executable, "-m", "pip", "install", "py-rattler")),
        ),
    )
    if there:
        asked = "" if request.installer == AUTO else f"You asked for {request.installer}. "
        may = [tool for tool in TOOLS if tool in request.policy.allowed_installers]
        permitted = " and ".join(may) or "none of conda's tools"
        text = (
            f"{asked}conda's packages here could be changed with {', '.join(there)}, and "
            f"{permitted} may be used."
        )
    else:
        none = f"No conda, mamba or micromamba was found for {request.target.name}"
        text = (
            f"{_unused(request, environ) or none}, and py-rattler, which can do its work, is not "
            "installed where Jupyter runs."
        )
    return Refusal(
        reason="no-installer",
        text=text,
        alternatives=(
            *(() if there else (bring,)),
            *ways_out.in_a_terminal(request, "With conda, in a terminal"),
            ways_out.create_environment(request),
        ),
    )
