"""The wish for an environment that a file describes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, get_args

from ..installers import venvs
from ..installers.environment_file import EnvironmentFile, RefusedLine
from ..installers.file_specs import without_build
from ..problems import Problem
from .model import Wish

#: What a person may go on without: lines that are refused, and builds, which other platforms lack.
Without = Literal["lines", "builds"]
WITHOUT: tuple[Without, ...] = get_args(Without)

_NAME = "proj"

#: Where the file names no channel: what asks for no terms, and is where most such files are from.
_CHANNELS = ("conda-forge",)

_MOST_SHOWN = 5  #: lines in one sentence; a plan tells all of them


def restoring(
    file: EnvironmentFile,
    *,
    name: str | None = None,
    folder: str | None = None,
    channels: Sequence[str] = (),
    without: Collection[Without] = (),
) -> Wish:
    """Return the wish for what is in the file, called as it says unless a name is given.

    `channels` stand in the place of the file's. Raises Problem where lines are refused, unless it is
    to be made `without` them: the plan then tells which. There is no going on without a line that
    says where packages are to be taken from: of the same names anybody can put others elsewhere.
    """
    place = next((refused for refused in file.refused if refused.place), None)
    if place is not None:
        raise _place_refused(place)
    if file.refused and "lines" not in without:
        raise _lines_refused(file.refused)
    specs = tuple(map(without_build, file.specs)) if "builds" in without else file.specs
    by_conda = tuple(channels) or file.channels or _CHANNELS
    return Wish(
        kind="create",
        name=venvs.parse_name(name or file.name or _NAME),
        specs=file.pypi if file.by_pip else tuple(dict.fromkeys(specs)),
        channels=tuple(channels) if file.by_pip else by_conda,
        pypi=() if file.by_pip else file.pypi,
        folder=folder,
        told=tuple(_told(file, dropped=specs != file.specs)),
    )


def _told(file: EnvironmentFile, *, dropped: bool) -> Iterator[str]:
    for refused in file.refused:
        yield f"Line {refused.line} of the file is left out: {refused.why}."
    yield from file.told
    if dropped:
        yield "The builds that the file names are left out: conda takes those that fit this machine."


def _place_refused(refused: RefusedLine) -> Problem:
    return Problem(
        "bad-file",
        f"Line {refused.line} says where packages are to be taken from, which is not read: {refused.why}.",
        "Elsewhere others can have the same names. Set that place in the configuration of pip or uv, "
        "or make sure that yours has what the file means; then take the line out.",
    )


def _lines_refused(refused: Sequence[RefusedLine]) -> Problem:
    first, *others = refused
    message = f"Line {first.line} is not read: {first.why}."
    if others:
        shown = "; ".join(f"line {one.line}: {one.why}" for one in refused[:_MOST_SHOWN])
        rest = len(refused) - _MOST_SHOWN
        more = f"; and {rest} more" if rest > 0 else ""
        message = f"{len(refused)} lines are not read. {shown[0].upper()}{shown[1:]}{more}."
    hint = "Take the line out or write it in another way, or go on without it: the plan says so."
    if others:
        hint = (
            "Take them out or write them in another way, or go on without them: the plan says so."
        )
    return Problem("lines-refused", message, hint)
