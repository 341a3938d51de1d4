"""What went wrong, in one sentence, and what to do about it, in another."""

from __future__ import annotations


class Problem(Exception):
    """A failure a person is told about: the same words in panel, magic, command and HTTP.

    `reason` is a stable word for programs ("timed-out", "busy", …); `message` says what happened;
    `hint` says what to do.
    """

    def __init__(self, reason: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint
