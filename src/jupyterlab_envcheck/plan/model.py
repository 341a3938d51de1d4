"""A plan as every face sees it: exactly what would be run, and what it would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..recommendations import Action


@dataclass(frozen=True, kw_only=True)
class PlanTarget:
    """The environment a plan changes."""

    prefix: str
    python: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for, rebuilt from parsed parts."""

    kind: Literal["install", "remove"]
    specs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Added:
    """A distribution that comes new."""

    name: str
    version: str
    size: int | None  #: bytes to download, where the tool says so


@dataclass(frozen=True, kw_only=True)
class Updated:
    """A distribution whose version changes."""

    name: str
    old: str
    new: str
    size: int | None


@dataclass(frozen=True, kw_only=True)
class Removed:
    """A distribution that goes."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What differs afterwards."""

    install: tuple[Added, ...] = ()
    update: tuple[Updated, ...] = ()
    remove: tuple[Removed, ...] = ()

    def replaced(self) -> tuple[str, ...]:
        """Return the names whose files go, be it for others."""
        return (*(change.name for change in self.update), *(gone.name for gone in self.remove))


@dataclass(frozen=True, kw_only=True)
class Restart:
    """Whether the kernel must start anew, and because of which imported modules."""

    needed: bool = False
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Undo:
    """Whether this can be taken back."""

    possible: bool
    reason: str | None = None  #: why not


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
    refusal: Refusal | None = None
    failure: Failure | None = None  #: only where the state is failed
    fingerprint: str | None = None  #: of the environment the plan was made for
