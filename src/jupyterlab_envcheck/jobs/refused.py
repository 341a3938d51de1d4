"""What ends the making of a plan where a wish was understood and is not carried out."""

from __future__ import annotations

from ..plan import Refusal


class Refused(Exception):
    """The wish is not carried out; the plan says why, and what would work."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal
