"""A job as every face sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..installers import Phase
from ..plan import Changes, Failure, Plan, Restart

JobState = Literal[
    "queued", "running", "succeeded", "failed", "cancelled", "interrupted", "changed"
]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a phase is; bytes or packages, as the tool counts."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line the installer said."""

    n: int  #: 1-based
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a fresh look at the environment proved after the job."""

    planned: bool  #: the planned changes are there, all of them
    changes: Changes  #: what really differs from before
    broken: tuple[str, ...]  #: requirements that held before and do not now; imports that fail
    restart: Restart


@dataclass(frozen=True, kw_only=True)
class JobUndo:
    """Whether, and until when, the job can be taken back."""

    possible: bool
    until: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One run of one plan."""

    id: str
    plan: Plan
    state: JobState
    phase: Phase | None = None
    progress: Progress | None = None
    lines: tuple[Line, ...] = ()
    started: str | None = None  #: ISO 8601
    ended: str | None = None
    pid: int | None = None  #: of the worker, and of its process group
    failure: Failure | None = None
    verdict: Verdict | None = None
    undo: JobUndo


#: States that nothing follows.
ENDED: frozenset[JobState] = frozenset(
    {"succeeded", "failed", "cancelled", "interrupted", "changed"}
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A job as it is kept in its folder, without its lines."""

    job: Job
    limit: float  #: seconds that each of its commands may take
