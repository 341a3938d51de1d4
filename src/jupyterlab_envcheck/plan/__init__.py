"""Exactly what would be run, and what it would change: data, and how it is worked out."""

from __future__ import annotations

from . import refusals, working
from .model import (
    Added,
    Changes,
    Failure,
    Plan,
    PlanState,
    PlanTarget,
    Refusal,
    Removed,
    Restart,
    Undo,
    Updated,
    Wish,
)
from .request import AUTO, NO_UNDO, Policy, Request, resolving

__all__ = [
    "AUTO",
    "NO_UNDO",
    "Added",
    "Changes",
    "Failure",
    "Plan",
    "PlanState",
    "PlanTarget",
    "Policy",
    "Refusal",
    "Removed",
    "Request",
    "Restart",
    "Undo",
    "Updated",
    "Wish",
    "refusals",
    "resolving",
    "working",
]
