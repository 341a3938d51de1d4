"""What a worker is handed."""

from __future__ import annotations

from dataclasses import dataclass

from ..facts import Interpreter, Package
from ..plan import NewKernelspec, Plan


@dataclass(frozen=True, kw_only=True)
class CondaCheck:
    """A dry run of conda's that is repeated before its command: it must say what the plan says."""

    argv: tuple[str, ...]
    tool: str  #: conda, mamba, micromamba or rattler, whose reply it is
    linked: tuple[str, ...]  #: "subdir/name-version-build", sorted
    unlinked: tuple[str, ...]
    command: int = 0  #: which of the plan's commands it is for


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that a worker needs to carry a plan out and to prove it, without the one who made it."""

    plan: Plan
    pins: str  #: the text of the plan's file
    interpreter: Interpreter
    packages: tuple[Package, ...]  #: of the environment itself, as they were when the plan was made
    modules: tuple[str, ...] | None  #: what the kernel had imported
    creates: bool = False  #: the environment is made by the plan: there must be nothing yet
    kernelspec: NewKernelspec | None = None  #: of the plan, with its text
    undoes: str | None = None  #: the job whose files of before are put back
    checks: tuple[CondaCheck, ...] = ()  #: of conda's commands, in their order
    #: The platform that conda is told, where it would take another one for the environment's.
    subdir: str | None = None

    @property
    def does_something(self) -> bool:
        """Whether anything would be run or written."""
        written = self.plan.pinned or self.kernelspec is not None or self.undoes is not None
        return bool(self.plan.argv or written)
