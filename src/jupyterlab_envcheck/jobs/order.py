"""What a worker is handed."""

from __future__ import annotations

from dataclasses import dataclass

from ..facts import Interpreter, Package
from ..plan import Plan


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that a worker needs to carry a plan out and to prove it, without the one who made it."""

    plan: Plan
    pins: str  #: the text of the plan's file
    interpreter: Interpreter
    packages: tuple[Package, ...]  #: of the environment itself, as they were when the plan was made
    modules: tuple[str, ...] | None  #: what the kernel had imported
