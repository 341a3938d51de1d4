"""A job as every face sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..installers import Phase
from ..plan import Changes, Failure, Plan, Restart

#: Bytes that may be kept for undoing, of all jobs together, where nobody says otherwise.
SPACE = 5_000_000_000

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
    #: Files of somebody's that were in the way of putting back, where they lie: moved aside, or left.
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobUndo:
    """Whether, and until when, the job can be taken back."""

    possible: bool
    until: str | None = None
    reason: str | None = None
    space: int | None = None  #: bytes that what is kept for it takes; None where nothing is kept


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

    @property
    def puts_back(self) -> str:
        """The id of the job whose files of before an undo puts back: of an undo, once more those."""
        return self.plan.wish.job or self.id if self.plan.wish.kind == "undo" else self.id


#: States that nothing follows.
ENDED: frozenset[JobState] = frozenset(
    {"succeeded", "failed", "cancelled", "interrupted", "changed"}
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A job as it is kept in its folder, without its lines."""

    job: Job
    limit: float  #: seconds that each of its commands may take
    undo_space: int = SPACE  #: bytes that may be kept for undoing, of all jobs together
