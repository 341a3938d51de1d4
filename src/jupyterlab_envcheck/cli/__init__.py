"""`jupyter envcheck`: reports, and plans that are shown, asked about and carried out."""

from __future__ import annotations

from .command import main

__all__ = ["main"]
