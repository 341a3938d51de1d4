"""Watches this process while a cell runs in it, from a thread of its own."""

from __future__ import annotations

from .watch import Watch

__all__ = ["Watch"]
