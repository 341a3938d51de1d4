"""Wishes that are understood and not carried out: why, and what would work instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..facts import Environment, Package
from ..facts.requirements import closure, same_version, versions
from ..installers import CONDA_KINDS, TermsNotAccepted, failures, name_of
from ..recommendations import Action, Command, Gui, Repair, Run
from .bases import is_base
from .model import Changes, Refusal
from .request import Request
from .ways_out import (
    bring_pip,
    build,
    create_environment,
    free_space,
    in_a_cell,
    in_a_terminal,
    look_at_the_network,
    there,
)

#: Names that Jupyter, the kernel or conda are known by, beside all that these need.
_PROTECTED = re.compile(
    r"python|conda|mamba|jupyter|jupyter-.*|jupyterlab.*|notebook|ipykernel|ipython"
    r"|pyzmq|tornado|traitlets"
)
_KERNEL = ("ipykernel", "ipython", "pyzmq", "tornado", "traitlets", "jupyter-client", "python")

#: Tools this version can install with; what others own is changed by them.
OWNERS = frozenset({"pip", "uv", "conda", None})


def before(request: Request) -> Refusal | None:
    """Return why nothing is even tried, from the facts alone."""
    if request.remote is not None:
        # Of a kernelspec that only may lead elsewhere, the facts' own reason is all that is known.
        why = f". {request.why_unknown}" if request.why_unknown else f": {request.remote}"
        return Refusal(
            reason="remote",
            text=f"The environment of this kernel cannot be changed from here{why.rstrip('.')}.",
            alternatives=_on_that_machine(request),
        )
    environment = request.environment
    if environment is None or request.interpreter is None or request.packages is None:
        why = (request.why_unknown or "it is unknown why").rstrip(".")
        return Refusal(
            reason="unknown-environment",
            text="It is not known what is installed in the kernel's environment, so that no plan "
            f"can tell what would change: {why}.",
            alternatives=(create_environment(request),),
        )
    return _closed(request, environment) or _unsettled(request, environment)


def _closed(request: Request, environment: Environment) -> Refusal | None:
    """Return why the environment is not to be changed from here."""
    if request.frozen:
        return Refusal(
            reason="frozen",
            text=f"{environment.name} is frozen: the file conda-meta/frozen in it asks that nothing "
            "be changed (CEP 22).",
            alternatives=(create_environment(request),),
        )
    # In a conda's own environment the marker means pip; conda is what the environment is managed with.
    if environment.externally_managed and environment.kind not in CONDA_KINDS:
        return Refusal(
            reason="externally-managed",
            text=f"{environment.name} belongs to the operating system, which changes it with its "
            "own packages and asks other tools to keep out (PEP 668).",
            alternatives=(create_environment(request),),
        )
    if environment.owner not in OWNERS or environment.kind == "uv-tool":
        return _not_owned(request, environment.owner or "its own tool")
    if environment.writable is False:
        return Refusal(
            reason="not-writable",
            text=f"You may not write to {environment.prefix}.",
            alternatives=(create_environment(request),),
        )
    return None


def _unsettled(request: Request, environment: Environment) -> Refusal | None:
    """Return what must end, or be mended, before the environment is changed."""
    if request.locked:
        return Refusal(
            reason="locked",
            text=f"Another job is changing {environment.name} right now, so that no plan can tell "
            "what it will hold.",
            alternatives=(
                Gui(
                    title="Wait for the other job",
                    steps=(
                        "Look at the job that is running, and let it end or cancel it.",
                        "Make the plan again.",
                    ),
                ),
                create_environment(request),
            ),
        )
    interrupted = environment.interrupted
    if interrupted is not None and interrupted.undoable:
        return Refusal(
            reason="interrupted",
            text=f"An earlier change of {environment.name} ({interrupted.what}) was ended before it "
            "was done, so that the environment may be half changed. Put its files of before back "
            "first.",
            alternatives=(
                Repair(title="Put back the files of before…", job=interrupted.job),
                create_environment(request),
            ),
        )
    return None


def no_installer(request: Request, why: str) -> Refusal:
    """Refuse what no tool is there for, or none that may be used."""
    bring = (bring_pip(request),) if "pip" not in versions(request.packages or ()) else ()
    return Refusal(
        reason="no-installer",
        text=why,
        alternatives=(
            *in_a_terminal(request, "In a terminal"),
            *(bring if request.target.python else ()),
            create_environment(request),
        ),
    )


def redirected(request: Request, tool: str, setting: str, where: str) -> Refusal:
    """Refuse what the user's configuration would make untrue by sending installs elsewhere."""
    return Refusal(
        reason="redirected",
        text=f"The configuration of {tool} sets “{setting}”, so that packages would not be "
        f"installed as planned into {request.target.prefix}.",
        alternatives=(_change_configuration(tool, setting, where),),
    )


def more_than_asked(tool: str, setting: str, where: str) -> Refusal:
    """Refuse where the user's configuration adds to what is asked for."""
    return Refusal(
        reason="redirected",
        text=f"The configuration of {tool} sets “{setting}”, so that {tool} would take on more than "
        "you asked for, and could run the code of a project to build it.",
        alternatives=(_change_configuration(tool, setting, where),),
    )


def _change_configuration(tool: str, setting: str, where: str) -> Gui:
    return Gui(
        title=f"Change the configuration of {tool}",
        steps=(f"Open {where}.", f"Take out “{setting}”.", "Make the plan again."),
    )


def other_prefix(request: Request, reached: str) -> Refusal:
    """Refuse where the environment's Python, started as installers are, lands in another one."""
    problem = failures.redirected(request.target.prefix, reached)
    return Refusal(
        reason=problem.reason,
        text=f"{problem.message} {problem.hint}",
        alternatives=(create_environment(request),),
    )


def only_source(request: Request, wanted: str) -> Refusal:
    """Refuse to build what nobody agreed to build, and ask."""
    name = name_of(wanted)
    return Refusal(
        reason="only-source",
        text=f"{wanted} is there as source code only. Building it runs code of the package on this "
        "machine, with all you may do here: first to find out what it needs, and again when it is "
        "installed.",
        alternatives=(build(request, name), create_environment(request)),
    )


def offline(request: Request, tool: str) -> Refusal:
    """Refuse what needs a package index that does not answer."""
    return Refusal(
        reason="offline",
        text="The package index could not be reached, so that nobody knows what would be "
        f"installed. Nothing was changed in {request.target.name}.",
        alternatives=(
            look_at_the_network(tool),
            *in_a_terminal(request, "Later, in a terminal"),
        ),
    )


def no_answer(request: Request, why: str, tool: str) -> Refusal:
    """Refuse what needs a channel, or an index, that does not answer."""
    return Refusal(
        reason="offline",
        text=f"{why} So nobody knows what would be installed. Nothing was changed in "
        f"{request.target.name}.",
        alternatives=(
            look_at_the_network(tool),
            *in_a_terminal(request, "Later, in a terminal"),
        ),
    )


def terms(request: Request, problem: TermsNotAccepted) -> Refusal:
    """Refuse what somebody has to agree to first: the commands for that are never run from here."""
    commands = tuple(Command(manager="conda", argv=argv) for argv in problem.commands)
    accept = Run(title="Accept the terms, if you have read them and may", commands=commands)
    return Refusal(
        reason="terms",
        text=problem.message,
        alternatives=(*((accept,) if commands else ()), create_environment(request)),
    )


def other_platform(request: Request, packages: Mapping[str, str], own: str) -> Refusal:
    """Refuse packages that are made for other machines than the environment, by their names."""
    named = ", ".join(f"{name} ({platform})" for name, platform in sorted(packages.items()))
    return Refusal(
        reason="other-platform",
        text=f"conda would take packages of another platform, {named}, and {request.target.name} is "
        f"made of {own}. Together they do not run.",
        alternatives=(create_environment(request),),
    )


def without_records(request: Request) -> Refusal:
    """Refuse to change an environment of conda's of which conda's records are not known."""
    return Refusal(
        reason="unknown-environment",
        text=f"What conda has on record in {request.target.name} could not be read, so that no plan "
        "can tell what is conda's and what pip's.",
        alternatives=(create_environment(request),),
    )


def only_conda(request: Request) -> Refusal:
    """Refuse to have pip change what asks that conda alone does."""
    return Refusal(
        reason="externally-managed",
        text=f"{request.target.name} asks that pip and its like keep out (PEP 668), and conda's "
        "channels do not have all of this.",
        alternatives=(create_environment(request),),
    )


def condas(request: Request, names: Sequence[str]) -> Refusal:
    """Refuse to have pip change what conda looks after."""
    return Refusal(
        reason="not-owned",
        text=f"pip would put files of its own over {', '.join(names)}, which conda looks after "
        f"in {request.target.name}.",
        alternatives=(create_environment(request),),
    )


def pips(request: Request, names: Sequence[str]) -> Refusal:
    """Refuse to have conda write over what pip brought."""
    return Refusal(
        reason="not-owned",
        text=f"conda would put files of its own over {', '.join(names)}, which pip brought into "
        f"{request.target.name}. Remove what pip brought first, or work in an environment of its "
        "own.",
        alternatives=(create_environment(request),),
    )


def disk_full(request: Request, why: str) -> Refusal:
    """Refuse what there is no room for."""
    return Refusal(reason="disk-full", text=why, alternatives=free_space(request))


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


def protected(
    request: Request, changes: Changes, guarded: frozenset[str] | None = None
) -> Refusal | None:
    """Return a refusal where the plan would change what Jupyter or the kernel runs on.

    `guarded` are the names that must stay, where they are others than those of `protected_names`.
    """
    packages = _on_the_path(request)
    guarded = protected_names(request) if guarded is None else guarded
    touched = [
        *(
            f"{c.name} (from {c.old} to {c.new})"
            for c in changes.update
            if c.name in guarded and not same_version(c.old, c.new)
        ),
        *(f"{c.name} (removed)" for c in changes.remove if c.name in guarded),
    ]
    if not touched:
        return None
    runs = "Jupyter and the kernel run" if _has_server(request, packages) else "the kernel runs"
    if request.environment is not None and request.environment.kind == "conda-base":
        runs = f"conda and {runs.replace(' runs', ' run')}"
    return Refusal(
        reason="protected",
        text=f"This would change what {runs} on: {', '.join(touched)}.",
        alternatives=(create_environment(request),),
    )


def beside(request: Request) -> tuple[Action, ...]:
    """Return what may be better than a plan that can be carried out where others live, too."""
    environment = request.environment
    shared = request.shares_server or (environment is not None and is_base(environment))
    adds = request.wish.kind in ("install", "update")
    return (create_environment(request),) if shared and adds else ()


def protected_names(request: Request) -> frozenset[str]:
    """Return the installed names that must stay at their versions.

    Where Jupyter is not installed only the kernel runs here, and only what it needs is protected.
    """
    packages = _on_the_path(request)
    markers = request.interpreter.markers if request.interpreter else {}
    return closure(tuple(_roots(request, packages)), packages, markers)


def _on_the_path(request: Request) -> tuple[Package, ...]:
    return (*(request.packages or ()), *request.elsewhere)


def _roots(request: Request, packages: tuple[Package, ...]) -> Iterator[str]:
    yield from _KERNEL
    if _has_server(request, packages):
        yield from (package.name for package in packages if _PROTECTED.fullmatch(package.name))


def _has_server(request: Request, packages: tuple[Package, ...]) -> bool:
    return bool(request.shares_server) or "jupyter-server" in versions(packages)


def _not_owned(request: Request, owner: str) -> Refusal:
    return Refusal(
        reason="not-owned",
        text=f"{request.target.name} is looked after by {owner}, which would not know of, or would "
        "undo, what another tool changes. This version cannot work through it yet.",
        alternatives=in_a_terminal(request, f"With {owner}, in a terminal")
        or (create_environment(request),),
    )


def _on_that_machine(request: Request) -> tuple[Action, ...]:
    title = "In a terminal on that machine"
    lines = in_a_terminal(request, title) if request.target.python else ()
    return lines or in_a_cell(request) or (there(request),)
