"""Where Jupyter itself runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Jupyter:
    """The server's side of the story."""

    prefix: str
    python: str
    name: str  #: what a person calls the server's environment
    same_environment: bool | None  #: whether the kernel lives in it too
