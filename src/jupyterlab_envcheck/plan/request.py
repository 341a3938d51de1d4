"""What a plan is made from: the wish, and the facts about the environment it is for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..facts import Environment, Interpreter, Package
from .model import Plan, PlanTarget, Undo, Wish

#: The same words in plan and job, until there is an undo.
NO_UNDO = "this version cannot undo installs"

AUTO = "auto"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the administrator set."""

    index_url: str | None = field(default=None, repr=False)  #: it can hold a password
    allowed_installers: tuple[str, ...] = ("pip", "uv")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wish with all that has to be known to plan it. `None` is unknown."""

    id: str  #: of the plan, and of the job it may become
    target: PlanTarget
    wish: Wish
    installer: str = AUTO  #: auto, pip or uv
    environment: Environment | None = None
    interpreter: Interpreter | None = None
    packages: tuple[Package, ...] | None = None
    why_unknown: str | None = None  #: why one of the three is not known; None where all are
    #: Found on the path beside `packages`, but outside the environment: in the user's own folder, or
    #: in the Python that a venv was made from with --system-site-packages.
    elsewhere: tuple[Package, ...] = ()
    fingerprint: str | None = None
    shares_server: bool | None = None  #: whether Jupyter itself runs in this environment
    modules: tuple[str, ...] | None = None  #: top-level modules that the kernel has imported
    remote: str | None = None  #: why the environment cannot be reached; None where it can
    policy: Policy = field(default_factory=Policy)


def resolving(request: Request) -> Plan:
    """Return the plan as it stands before anything is known."""
    return Plan(
        id=request.id,
        state="resolving",
        target=request.target,
        wish=request.wish,
        installer=None,
        undo=Undo(possible=False, reason=NO_UNDO),
        fingerprint=request.fingerprint,
    )
