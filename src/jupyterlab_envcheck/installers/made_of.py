"""What an environment is to be made of, as a file says it, and what of the file is not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..facts.text import clean
from ..problems import Problem
from .file_specs import names_a_place

#: Packages of one file. Anaconda's own distribution, the largest that is exported, has some 600; a
#: thousand with their builds are 60,000 characters in conda's argv, of which Linux takes 2,000,000.
MOST_SPECS_OF_A_FILE = 1_000


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """A line that is not read."""

    line: int
    why: str  #: with what stands there
    place: bool = False  #: it says where the packages of the file are to be taken from


@dataclass(frozen=True, kw_only=True)
class EnvironmentFile:
    """What an environment is to be made of."""

    name: str | None = None
    channels: tuple[
        str, ...
    ] = ()  #: names and URLs, the first one first; empty where none is named
    specs: tuple[str, ...] = ()  #: for conda
    pypi: tuple[str, ...] = ()  #: for pip
    by_pip: bool = False  #: the file is pip's: what conda has of it may come by conda, too
    remarks: tuple[str, ...] = ()  #: written only: what the file cannot say
    told: tuple[str, ...] = ()  #: read only: what the file says and is not done, in sentences
    refused: tuple[RefusedLine, ...] = ()  #: read only: by their numbers


@dataclass(kw_only=True)
class Reading:
    """What was found so far, in the order of the lines."""

    name: str | None = None
    channels: list[str] = field(default_factory=list)
    specs: list[str] = field(default_factory=list)
    pypis: list[str] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)

    def conda(self, line: int, text: str, parse: Callable[[str], str]) -> None:
        """Keep what a line asks conda for, or that it is refused."""
        self._keep(self.specs, line, text, parse)

    def pypi(self, line: int, text: str, parse: Callable[[str], str]) -> None:
        """Keep what a line asks pip for, or that it is refused."""
        self._keep(self.pypis, line, text, parse, place=names_a_place(text))

    def channel(self, line: int, text: str, parse: Callable[[str], str]) -> None:
        """Keep the channel of a line, or that it is refused."""
        self._keep(self.channels, line, text, parse)

    def refuse(self, line: int, why: str, *, place: bool = False) -> None:
        """Keep that a line is not read."""
        told = clean(why, 300).replace("\n", " ")
        self.refused.append(RefusedLine(line=line, why=told, place=place))

    def made(self, *, told: tuple[str, ...] = (), by_pip: bool = False) -> EnvironmentFile:
        """Return all of it, each thing once. Raises `Problem` where it is too much."""
        if len(self.specs) + len(self.pypis) > MOST_SPECS_OF_A_FILE:
            raise too_many()
        return EnvironmentFile(
            name=self.name,
            channels=tuple(dict.fromkeys(self.channels)),
            specs=tuple(dict.fromkeys(self.specs)),
            pypi=tuple(dict.fromkeys(self.pypis)),
            by_pip=by_pip,
            told=told,
            refused=tuple(sorted(self.refused, key=lambda refused: refused.line)),
        )

    def _keep(
        self,
        kept: list[str],
        line: int,
        text: str,
        parse: Callable[[str], str],
        *,
        place: bool = False,
    ) -> None:
        try:
            kept.append(parse(text))
        except Problem as problem:
            self.refuse(line, problem.message.rstrip("."), place=place)


def too_many() -> Problem:
    """Return that a file names more than is read."""
    message = f"The file names more than {MOST_SPECS_OF_A_FILE:,} packages."
    return Problem("bad-file", message, "Leave out what others bring along.")
