"""A plan as every face sees it: exactly what would be run, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..recommendations import Action


@dataclass(frozen=True, kw_only=True)
class PlanTarget:
    """The environment a plan changes."""

    prefix: str
    python: str
    name: str


#: install, remove, update and reinstall change packages; create makes an environment with a kernel
#: and register a kernel of one that exists; set-environment makes a kernelspec beside the kernel's;
#: back returns to the versions before a job; undo puts back the files of before a job.
WishKind = Literal[
    "install",
    "remove",
    "update",
    "reinstall",
    "create",
    "register",
    "set-environment",
    "back",
    "undo",
]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for, rebuilt from parsed parts."""

    kind: WishKind
    specs: tuple[str, ...] = ()
    #: Names that may be built from their source: the person was told that this runs their code.
    build: tuple[str, ...] = ()
    name: str | None = None  #: create, register: what the environment or the kernel is to be called
    python: str | None = None  #: create: a version such as 3.13; None for the kernel's own
    #: create: the folder the environment is to be made in, None for the usual one; register: the
    #: prefix of the environment that is to be a kernel.
    folder: str | None = None
    #: create: conda's, by name, which then makes it; empty for those of the kernel's environment.
    channels: tuple[str, ...] = ()
    pypi: tuple[str, ...] = ()  #: create by conda: what pip brings when conda is done
    pins: tuple[str, ...] = ()  #: install by conda: specs that are to hold from then on
    #: create: what the file it was read from says and the plan does not do, in sentences.
    told: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)  #: set-environment
    job: str | None = None  #: back, undo: the job that is taken back


@dataclass(frozen=True, kw_only=True)
class Added:
    """A distribution that comes new."""

    name: str
    version: str
    size: int | None  #: bytes to download, where the tool says so
    by: str | None = None  #: whose package it is where an environment has two sorts: conda, pip
    build: str | None = None  #: conda's: what it was built for or with
    channel: str | None = None  #: conda's, by its name


@dataclass(frozen=True, kw_only=True)
class Updated:
    """A distribution whose version changes."""

    name: str
    old: str
    new: str
    size: int | None
    by: str | None = None  #: as of what comes new
    old_build: str | None = None
    build: str | None = None
    old_channel: str | None = None
    channel: str | None = None

    @property
    def moves(self) -> bool:
        """Whether it comes from another channel than what is there, as far as both are known."""
        return None not in (self.old_channel, self.channel) and self.old_channel != self.channel


@dataclass(frozen=True, kw_only=True)
class Removed:
    """A distribution that goes."""

    name: str
    version: str
    by: str | None = None  #: as of what comes new
    build: str | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What differs afterwards."""

    install: tuple[Added, ...] = ()
    update: tuple[Updated, ...] = ()
    remove: tuple[Removed, ...] = ()

    def replaced(self) -> tuple[str, ...]:
        """Return the names whose files go, be it for others."""
        return (*(change.name for change in self.update), *(gone.name for gone in self.remove))

    def reversed(self) -> Changes:
        """Return what takes these changes back."""
        return Changes(
            install=tuple(
                Added(
                    name=gone.name,
                    version=gone.version,
                    size=None,
                    by=gone.by,
                    build=gone.build,
                    channel=gone.channel,
                )
                for gone in self.remove
            ),
            update=tuple(
                Updated(
                    name=change.name,
                    old=change.new,
                    new=change.old,
                    size=None,
                    by=change.by,
                    old_build=change.build,
                    build=change.old_build,
                    old_channel=change.channel,
                    channel=change.old_channel,
                )
                for change in self.update
            ),
            remove=tuple(
                Removed(
                    name=new.name,
                    version=new.version,
                    by=new.by,
                    build=new.build,
                    channel=new.channel,
                )
                for new in self.install
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Restart:
    """Whether the kernel must start anew, and because of which imported modules."""

    needed: bool = False
    modules: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()  #: those of them that are not there any more


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Whether this can be taken back."""

    possible: bool
    reason: str | None = None  #: why not


@dataclass(frozen=True, kw_only=True)
class Disk:
    """Room that the plan takes on the environment's disk, in bytes; None is unknown."""

    needed: int | None  #: at least: what is downloaded takes more when it is unpacked
    free: int | None


@dataclass(frozen=True, kw_only=True)
class NewKernelspec:
    """A kernelspec that is written beside those that are there; none is ever replaced."""

    name: str
    display_name: str
    folder: str
    text: str  #: of its kernel.json; empty where it is shown, for variables can be keys
    #: Lines against the kernelspec it is made from; all new where there is none.
    diff: tuple[str, ...]
    resources: str | None = None  #: folder whose other files (logos) go with it


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A wish that was understood and is not carried out."""

    reason: str  #: a stable word: remote, externally-managed, redirected, elsewhere, protected, …
    text: str
    alternatives: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why something ended badly: what happened, and what to do."""

    message: str
    reason: str
    hint: str


PlanState = Literal["resolving", "ready", "failed"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would be done to one environment, shown before anything runs."""

    id: str
    state: PlanState
    target: PlanTarget
    wish: Wish
    installer: str | None  #: pip, uv; None until it is chosen
    argv: tuple[tuple[str, ...], ...] = ()  #: the commands the job will run, in order
    changes: Changes = field(default_factory=Changes)
    warnings: tuple[str, ...] = ()
    restart: Restart = field(default_factory=Restart)
    undo: Undo
    disk: Disk | None = None  #: None where nothing is downloaded, or no size is known
    kernelspec: NewKernelspec | None = None  #: written after the commands have run
    pinned: tuple[str, ...] = ()  #: written after them into conda-meta/pinned: conda stays with it
    refusal: Refusal | None = None
    #: Of a plan that can be carried out: what may be the better way, such as an environment of its own.
    alternatives: tuple[Action, ...] = ()
    failure: Failure | None = None  #: only where the state is failed
    fingerprint: str | None = None  #: of the environment the plan was made for
