"""Plans new kernels for environments that exist: of one that has none, and with variables set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ...facts import Interpreter, Package
from ...installers import CONDA_KINDS, venvs
from ...plan import (
    NewKernelspec,
    Refusal,
    Request,
    Undo,
    Wish,
    kernels,
    refusals,
    resolving,
    ways_out,
    working,
)
from ...problems import Problem
from ...recommendations import Action, Gui, Install, Run
from .. import place
from ..child import Stop
from ..order import Order
from ..resolve import Resolved, resolve
from . import kernelspecs

_KERNEL = "ipykernel"


def register(request: Request, *, stop: Stop, limit: float, environ: Mapping[str, str]) -> Resolved:
    """Return the plan that makes the environment of the request a kernel. Raises `Problem`."""
    interpreter = request.interpreter
    if interpreter is None or request.remote is not None or request.packages is None:
        return _unknown(request)
    name = venvs.parse_name(request.wish.name) if request.wish.name else request.target.name
    kernel = _kernel(request.packages, interpreter)
    spec = _of_environment(request, interpreter, name, kernel)
    if kernel is not None:
        return _only(request, interpreter, spec, _of_conda(request))
    wish = Wish(kind="install", specs=(_KERNEL,), build=request.wish.build)
    resolved = resolve(replace(request, wish=wish), stop=stop, limit=limit, environ=environ)
    plan = replace(resolved.plan, wish=request.wish)
    if resolved.order is None:
        return replace(resolved, plan=replace(plan, refusal=_as_told(request, plan.refusal)))
    plan = replace(plan, kernelspec=spec, warnings=(*plan.warnings, *_of_conda(request)))
    return replace(resolved, plan=plan, order=replace(resolved.order, plan=plan))


def set_environment(request: Request) -> Resolved:
    """Return the plan for a kernelspec beside the kernel's own. Raises `Problem`."""
    interpreter, own = request.interpreter, request.kernelspec
    variables = kernels.parse_variables(request.wish.variables)
    if interpreter is None or request.remote is not None:
        return _unknown(request)
    if own is None:
        text = "No kernelspec started this kernel, so that none can be made from it."
        steps = ("Set the variables where the kernel is started.", "Start the kernel anew.")
        by_hand = Gui(title="Set them by hand", steps=steps)
        refusal = Refusal(reason="no-kernelspec", text=text, alternatives=(by_hand,))
        return Resolved(plan=working.refused(request, refusal))
    taken = {**kernelspecs.taken(), **request.kernel_names}
    wanted, shown = kernels.labels_for(own, variables)
    name = kernelspecs.free_name(wanted, taken)
    spec = kernels.with_variables(
        own,
        variables,
        python=request.target.python,
        display_name=kernels.free_label(shown, taken.values()),
    )
    folder = str(kernelspecs.folder_of(name))
    new = kernels.new_kernelspec(name, spec, folder=folder, resources=own.folder, own=own)
    return _only(request, interpreter, new, ())


def _as_told(request: Request, refusal: Refusal | None) -> Refusal | None:
    """Return the refusal of an install, with what would work for the kernel that was asked for."""
    if refusal is None:
        return None
    actions = (_instead(request, action) for action in refusal.alternatives)
    return replace(refusal, alternatives=tuple(actions))


def _instead(request: Request, action: Action) -> Action:
    """Return our own command for an install: as an action it is for the kernel in front."""
    match action:
        case Install(build=names) if names:
            where = request.wish.folder or request.target.python
            name = _typable(request.wish.name or request.target.name)
            line = ("create", name, "--register", where, *ways_out.allowing(names))
            title = f"{action.title.rstrip('…')}, in a terminal"
            return Run(title=title, commands=ways_out.by_our_own(line))
        case _:
            return action


def _typable(name: str) -> str:
    """Return a name as our own command takes it."""
    try:
        return venvs.parse_name(name)
    except Problem:
        return kernelspecs.free_name(name, ())[: venvs.LONGEST_NAME].rstrip("-.")


def _kernel(packages: tuple[Package, ...], interpreter: Interpreter) -> Package | None:
    """Return the environment's ipykernel; one that only today's PYTHONPATH leads to is none."""
    today = interpreter.variables.get("PYTHONPATH", "").split(os.pathsep)
    found = (p for p in packages if p.name == _KERNEL and p.location not in today)
    return next(found, None)


def _of_environment(
    request: Request, interpreter: Interpreter, name: str, kernel: Package | None
) -> NewKernelspec:
    taken = {**kernelspecs.taken(), **request.kernel_names}
    free = kernelspecs.free_name(name, taken)
    spec = kernels.for_python(request.target.python, kernels.free_label(name, taken.values()))
    return kernels.new_kernelspec(
        free,
        spec,
        folder=str(kernelspecs.folder_of(free)),
        resources=_resources(interpreter, kernel),
    )


def _resources(interpreter: Interpreter, kernel: Package | None) -> str | None:
    """Return where ipykernel has, or will have, the pictures of its kernelspec."""
    folders = (kernel.location,) if kernel is not None else interpreter.site_packages
    return str(Path(folders[0], _KERNEL, "resources")) if folders else None


def _only(
    request: Request,
    interpreter: Interpreter,
    spec: NewKernelspec,
    warnings: tuple[str, ...],
) -> Resolved:
    """Return the plan that changes nothing in the environment, and writes a kernelspec."""
    plan = replace(
        resolving(request),
        state="ready",
        warnings=warnings,
        undo=Undo(possible=True),
        kernelspec=spec,
    )
    order = Order(
        plan=plan,
        pins="",
        interpreter=interpreter,
        packages=place.own(interpreter.site_packages),
        modules=request.modules,
    )
    return Resolved(plan=plan, order=order, index_url=request.policy.index_url)


def _unknown(request: Request) -> Resolved:
    refusal = refusals.before(request)
    if refusal is None or refusal.reason not in ("remote", "unknown-environment"):
        text = "It is not known which Python the kernel runs, so that no kernel can be made of it."
        instead = (ways_out.create_environment(request),)
        refusal = Refusal(reason="unknown-environment", text=text, alternatives=instead)
    return Resolved(plan=working.refused(request, refusal))


def _of_conda(request: Request) -> tuple[str, ...]:
    found = request.environment
    if found is None or found.kind not in CONDA_KINDS:
        return ()
    return (without_activation(found.name),)


def without_activation(name: str) -> str:
    """Return what a kernel of one of conda's environments does not do."""
    said = f"A kernel made like this starts the Python of {name} without activating it. "
    return said + "For packages that need that, install nb_conda_kernels where Jupyter runs."
