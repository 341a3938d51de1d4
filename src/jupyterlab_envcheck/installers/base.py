"""What an installer is: how one tool is spelled, and how its replies are read. It runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ..problems import Problem

Phase = Literal["resolving", "downloading", "installing", "verifying"]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a finished process said."""

    returncode: int
    output: str  #: standard output
    errors: str  #: standard error
    report: str = ""  #: the file it was asked to write


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One release that a dry run chose to install."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()  #: "sha256:…", of every file that may be taken for it
    size: int | None = None  #: bytes
    yanked: str | None = None  #: why its makers withdrew it; None where they did not


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one line of a running install tells."""

    phase: Phase | None = None
    done: int | None = None
    total: int | None = None
    shown: bool = True  #: whether a person wants to read it


class Installer(Protocol):
    """A tool that changes an environment, addressed by the path of its Python.

    No argv names an index: its URL can hold a password, and an argv is shown, kept, and seen by all
    who list processes. It travels in the environment.
    """

    @property
    def name(self) -> str:
        """What the tool is called."""

    @property
    def program(self) -> tuple[str, ...]:
        """How the tool is started."""

    def dry_run(
        self, specs: Sequence[str], *, report: str, names: str | None, constraints: str | None
    ) -> tuple[str, ...]:
        """Return the argv that finds out what an install would do, and builds nothing.

        `report` is the file a report may be written to; `names` and `constraints` are files.
        """

    def read_dry_run(self, reply: Reply) -> tuple[Choice, ...]:
        """Return what would be installed, or raise what went wrong as a `Problem`."""

    def look_up(self, pins: str) -> tuple[str, ...] | None:
        """Return the argv that tells hashes and sizes of the pins in a file, if one is needed."""

    def read_look_up(self, choices: Sequence[Choice], reply: Reply) -> tuple[Choice, ...]:
        """Return `choices` with the hashes and sizes that the look-up told."""

    def look_again(self, text: str) -> tuple[str, ...] | None:
        """Return the argv that tells more, where the failed reply `text` tells too little."""

    def explain(self, text: str) -> Problem:
        """Return what went wrong, in a sentence, and what to do."""

    def install(self, plan_file: str) -> tuple[str, ...]:
        """Return the argv that installs exactly what a file of pins names."""

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the argv that removes packages."""

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands the lines of one install, in their order."""
