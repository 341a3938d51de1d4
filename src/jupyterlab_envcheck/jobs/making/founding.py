"""What every new environment needs, whoever makes it: a free place, a free name, a kernel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...installers import create_commands
from ...plan import NewKernelspec, Refusal, Request, Wish, kernels, ways_out
from ...recommendations import CreateEnvironment, Gui
from ..refused import Refused
from . import kernelspecs, sites

KERNEL = "ipykernel"

#: Where ipykernel keeps the pictures of its kernelspec, below the folder of packages.
_RESOURCES = ("ipykernel", "resources")


def look(request: Request, *, kind: str = "venv") -> None:
    """Raise `Refused` where the environment cannot be made in the folder of the request's target."""
    folder = Path(request.target.prefix)
    if not sites.is_free(folder):
        text = f"There is something in {folder} already, and nothing is ever replaced."
        free = sites.free_in(folder.parent, request.target.name, taken(request))
        beside = None if request.wish.folder is None else str(folder.parent / free)
        wish = replace(request.wish, name=free, folder=beside)
        action = create(wish, f"Create it as {free}…", kind=kind)
        raise Refused(Refusal(reason="name-taken", text=text, alternatives=(action,)))
    if not sites.may_be_made(folder):
        text = f"You may not make a folder in {sites.around(folder)}."
        steps = (
            "Set WORKON_HOME to a folder of yours, where environments are to lie.",
            "Start Jupyter anew.",
            "Make the plan again.",
        )
        elsewhere = Gui(title="Make environments elsewhere", steps=steps)
        ways = (elsewhere,) if kind == "venv" else ()  # conda goes by no such variable
        raise Refused(Refusal(reason="not-writable", text=text, alternatives=ways))


def create(
    wish: Wish, title: str, which: str = "create-environment", *, kind: str = "venv"
) -> CreateEnvironment:
    """Return a wish for an environment as an action; `which` tells two of one refusal apart."""
    name = wish.name or "proj"
    by_conda = kind == "conda"
    return CreateEnvironment(
        id=which,
        title=title,
        commands=create_commands(kind, name, wish.specs) if by_conda else ways_out.making(wish),
        name=name,
        specs=wish.specs,
        python=wish.python,
        folder=wish.folder,
        build=wish.build,
        channels=wish.channels if by_conda else (),
    )


def taken(request: Request) -> dict[str, str]:
    """Return the names of all kernelspecs, each with what it is shown as."""
    return {**kernelspecs.taken(), **request.kernel_names}


def kernelspec(request: Request, site_packages: str) -> NewKernelspec:
    """Return the kernel of the environment, whose Python is the request's target's."""
    others = taken(request)
    shown = kernels.free_label(request.target.name, others.values())
    name = kernelspecs.free_name(request.target.name, others)
    return kernels.new_kernelspec(
        name,
        kernels.for_python(request.target.python, shown),
        folder=str(kernelspecs.folder_of(name)),
        resources=str(Path(site_packages, *_RESOURCES)),
    )
