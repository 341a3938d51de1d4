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
class Outdated:
    """An installed package of which there is a newer release where it came from."""

    name: str  #: normalised
    version: str
    latest: str  #: of conda's packages, the newest that fits together with the others
    by: str | None = None  #: whose package it is where an environment has two sorts: conda, pip


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one line of a running install tells."""

    phase: Phase | None = None
    done: int | None = None
    total: int | None = None
    shown: bool = True  #: whether a person wants to read it
    kept: bool = False  #: whether it tells why it failed, although nobody wants to read it
    said: str | None = None  #: what a person reads in its place


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

    @property
    def build(self) -> tuple[str, ...]:
        """The names whose source may be built; of all else only ready-made files are taken."""

    def dry_run(
        self,
        specs: Sequence[str],
        *,
        report: str,
        names: str | None = None,
        constraints: str | None = None,
        newest: Sequence[str] = (),
        anew: Sequence[str] = (),
        alone: bool = False,
    ) -> tuple[str, ...]:
        """Return the argv that finds out what an install would do.

        It builds nothing but what may be built. `report` is the file a report may be written to;
        `names` and `constraints` are files. The names in `newest` do not stay as they are where the
        index has newer ones, those in `anew` not in any case; `alone` leaves out what they require.
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

    def install(self, plan_file: str, *, anew: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the argv that installs exactly what a file of pins names.

        The names in `anew` are installed although they are there at these versions.
        """

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the argv that removes packages."""

    def outdated(self, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the argv that asks the index for newer releases of what is installed.

        It is not asked for the names in `without`.
        """

    def read_outdated(self, reply: Reply) -> tuple[Outdated, ...]:
        """Return of what there are newer releases, or raise what went wrong as a `Problem`."""

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands the lines of one install, in their order."""
