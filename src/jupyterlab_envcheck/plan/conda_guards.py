"""What must stay in one of conda's environments: what Jupyter, the kernel or conda runs on."""

from __future__ import annotations

from ..facts.requirements import closure
from . import refusals
from .model import Changes, Refusal
from .of_conda import Owners, in_distributions
from .request import Request

#: conda brings these to their newest whenever it changes anything, and they are made for that.
_RENEWED = frozenset({"ca-certificates", "certifi", "openssl"})

_CONDAS = ("conda", "mamba", "libmambapy", "conda-libmamba-solver")


def protected(request: Request, changes: Changes, owners: Owners) -> Refusal | None:
    """Return a refusal where the plan would change what Jupyter, the kernel or conda runs on."""
    guarded = refusals.protected_names(request)
    in_base = request.environment is not None and request.environment.kind == "conda-base"
    if in_base:
        markers = request.interpreter.markers if request.interpreter else {}
        needed = closure(_CONDAS, request.packages or (), markers)
        guarded |= needed | frozenset(_CONDAS)
    told = in_distributions(changes, owners)
    told = Changes(
        install=told.install,
        # Of one minor version to the next the folder of packages is another one.
        update=tuple(
            change
            for change in told.update
            if change.name != "python" or not is_same_python(change.old, change.new)
        ),
        remove=told.remove,
    )
    return refusals.protected(request, told, (guarded | {"python"}) - _RENEWED)


def is_same_python(one: str, other: str) -> bool:
    """Tell whether two versions of Python find their packages in one folder."""
    return one.split(".")[:2] == other.split(".")[:2]
