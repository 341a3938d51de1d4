"""What a plan is made from: the wish, and the facts about the environment it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..facts import Conda, Environment, Interpreter, Package
from .model import Plan, PlanTarget, Undo, Wish

#: Until it is known what a plan changes, and where the files of before could be kept.
NO_UNDO = "there is no plan yet"

AUTO = "auto"

#: All that plans can be carried out with.
INSTALLERS = ("pip", "uv", "conda", "mamba", "micromamba", "rattler")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the administrator set."""

    index_url: str | None = field(default=None, repr=False)  #: it can hold a password
    allowed_installers: tuple[str, ...] = INSTALLERS
    allowed_channels: tuple[str, ...] = ()  #: conda's, by name or URL; empty for any
    environments_folder: str | None = None  #: where new ones are made; None for the usual place


@dataclass(frozen=True, kw_only=True)
class OwnKernelspec:
    """The kernelspec that the kernel is started by."""

    name: str
    display_name: str
    folder: str
    #: As its kernel.json has it. In its variables there may be keys and tokens.
    spec: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wish with all that has to be known to plan it. `None` is unknown."""

    id: str  #: of the plan, and of the job it may become
    target: PlanTarget
    wish: Wish
    installer: str = AUTO  #: auto, or one of INSTALLERS
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
    kernelspec: OwnKernelspec | None = None  #: None where none started it
    kernel_names: Mapping[str, str] = field(default_factory=dict)  #: taken: name -> display name
    #: Names that go beside what the wish asks for, where a return to the versions of before needs it.
    removals: tuple[str, ...] = ()
    conda: Conda | None = None  #: what conda knows of the environment
    #: What conda calls the packages that it calls otherwise than the Python Package Index does.
    conda_names: Mapping[str, str] = field(default_factory=dict)
    frozen: bool = False  #: conda-meta/frozen asks that nothing in the environment be changed
    locked: bool = False  #: another job is changing the environment right now
    other_kernels: int | None = None  #: that run in the same environment, beside this one
    #: What is known of the top-level names that distributions bring, by the distribution's name.
    brings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    free: int | None = None  #: bytes free on the environment's disk, now
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
