"""Wishes that are understood and not carried out: why, and what would work instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..facts import Package
from ..facts.requirements import closure, versions
from ..installers import CONDA_KINDS, commands_for, create_commands, failures, remove_commands
from ..recommendations import Action, CreateEnvironment, Gui, Run
from .model import Changes, Refusal
from .request import Request

#: Names that Jupyter, the kernel or conda are known by, beside all that these need.
_PROTECTED = re.compile(
    r"python|conda|mamba|jupyter|jupyter-.*|jupyterlab.*|notebook|ipykernel|ipython"
    r"|pyzmq|tornado|traitlets"
)
_KERNEL = ("ipykernel", "ipython", "pyzmq", "tornado", "traitlets", "jupyter-client", "python")

#: Tools this version can install with; what others own is changed by them.
_OURS = frozenset({"pip", "uv", None})


def before(request: Request) -> Refusal | None:
    """Return why nothing is even tried, from the facts alone."""
    if request.remote is not None:
        return Refusal(
            reason="remote",
            text="The kernel runs on another machine, whose environment cannot be changed from "
            f"here: {request.remote}",
            alternatives=_in_a_terminal(request, "In a terminal on that machine"),
        )
    environment = request.environment
    if environment is None or request.interpreter is None or request.packages is None:
        why = (request.why_unknown or "it is unknown why").rstrip(".")
        return Refusal(
            reason="unknown-environment",
            text="It is not known what is installed in the kernel's environment, so that no plan "
            f"can tell what would change: {why}.",
            alternatives=(),
        )
    if environment.externally_managed:
        return Refusal(
            reason="externally-managed",
            text=f"{environment.name} belongs to the operating system, which changes it with its "
            "own packages and asks other tools to keep out (PEP 668).",
            alternatives=(create_environment(request),),
        )
    if environment.owner not in _OURS or environment.kind == "uv-tool":
        return _not_owned(request, environment.kind, environment.owner or "its own tool")
    if environment.writable is False:
        return Refusal(
            reason="not-writable",
            text=f"You may not write to {environment.prefix}.",
            alternatives=(create_environment(request),),
        )
    return None


def no_installer(request: Request, why: str) -> Refusal:
    """Refuse what no tool is there for, or none that may be used."""
    return Refusal(
        reason="no-installer",
        text=why,
        alternatives=(*_in_a_terminal(request, "In a terminal"), create_environment(request)),
    )


def redirected(request: Request, tool: str, setting: str, where: str) -> Refusal:
    """Refuse what the user's configuration would make untrue by sending installs elsewhere."""
    return Refusal(
        reason="redirected",
        text=f"The configuration of {tool} sets “{setting}”, so that packages would not be "
        f"installed as planned into {request.target.prefix}.",
        alternatives=(
            Gui(
                title=f"Change the configuration of {tool}",
                steps=(f"Open {where}.", f"Take out “{setting}”.", "Make the plan again."),
            ),
        ),
    )


def other_prefix(request: Request, reached: str) -> Refusal:
    """Refuse where the environment's Python, started as installers are, lands in another one."""
    problem = failures.redirected(request.target.prefix, reached)
    return Refusal(
        reason=problem.reason,
        text=f"{problem.message} {problem.hint}",
        alternatives=(create_environment(request),),
    )


def elsewhere(request: Request, packages: Sequence[Package]) -> Refusal:
    """Refuse to change or remove what is not the environment's own."""
    lying = "; ".join(
        f"{package.name} is linked to from {package.location}"
        if package.form == "egg-link"
        else f"{package.name} lies in {package.location}"
        for package in packages
    )
    return Refusal(
        reason="elsewhere",
        text=f"{lying}: outside {request.target.name}, where other environments use it, too.",
        alternatives=(create_environment(request),),
    )


def protected(request: Request, changes: Changes) -> Refusal | None:
    """Return a refusal where the plan would change what Jupyter or the kernel runs on."""
    packages = _on_the_path(request)
    guarded = protected_names(request)
    touched = [
        *(f"{c.name} (from {c.old} to {c.new})" for c in changes.update if c.name in guarded),
        *(f"{c.name} (removed)" for c in changes.remove if c.name in guarded),
    ]
    if not touched:
        return None
    runs = "Jupyter and the kernel run" if _has_server(request, packages) else "the kernel runs"
    return Refusal(
        reason="protected",
        text=f"This would change what {runs} on: {', '.join(touched)}.",
        alternatives=(create_environment(request),),
    )


def protected_names(request: Request) -> frozenset[str]:
    """Return the installed names that must stay at their versions.

    Where Jupyter is not installed only the kernel runs here, and only what it needs is protected.
    """
    packages = _on_the_path(request)
    markers = request.interpreter.markers if request.interpreter else {}
    return closure(tuple(_roots(request, packages)), packages, markers)


def create_environment(request: Request) -> CreateEnvironment:
    """Return the way out that always works."""
    conda = request.environment is not None and request.environment.kind in CONDA_KINDS
    specs = request.wish.specs if request.wish.kind == "install" else ()
    return CreateEnvironment(
        title="Create an environment…",
        commands=create_commands("conda" if conda else "venv", "proj" if conda else ".venv", specs),
    )


def _on_the_path(request: Request) -> tuple[Package, ...]:
    return (*(request.packages or ()), *request.elsewhere)


def _roots(request: Request, packages: tuple[Package, ...]) -> Iterator[str]:
    yield from _KERNEL
    if _has_server(request, packages):
        yield from (package.name for package in packages if _PROTECTED.fullmatch(package.name))


def _has_server(request: Request, packages: tuple[Package, ...]) -> bool:
    return bool(request.shares_server) or "jupyter-server" in versions(packages)


def _not_owned(request: Request, kind: str, owner: str) -> Refusal:
    what = "conda" if kind in CONDA_KINDS else owner
    return Refusal(
        reason="not-owned",
        text=f"{request.target.name} is looked after by {what}, which would not know of, or would "
        "undo, what another tool changes. This version cannot work through it yet.",
        alternatives=_in_a_terminal(request, f"With {what}, in a terminal")
        or (create_environment(request),),
    )


def _in_a_terminal(request: Request, title: str) -> tuple[Action, ...]:
    """Return the wish in the words of the tools that may carry it out; nothing where none may."""
    environment = request.environment
    spelled = commands_for if request.wish.kind == "install" else remove_commands
    commands = spelled(
        environment.kind if environment else "venv",
        request.target.python,
        request.target.prefix,
        request.wish.specs,
        externally_managed=environment.externally_managed if environment else None,
    )
    return (Run(title=title, commands=commands),) if commands else ()
