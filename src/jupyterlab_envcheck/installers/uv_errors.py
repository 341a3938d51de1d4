"""Why uv failed, read from its words in one line."""

from __future__ import annotations

import re

from ..facts.text import clean
from ..problems import Problem
from . import failures


def of_the_index(said: str) -> Problem | None:
    """Return what is wrong with the index or the way to it; None where that is not it."""
    if re.search(
        r"unexpected (?:JSON|HTML)|Unsupported `Content-Type`|before message length", said
    ):
        return failures.bad_index()
    if re.search(
        r"Failed to fetch|error sending request|Request failed after|timed out"
        r"|the network was disabled",
        said,
    ):
        return failures.unreachable()
    return None


def of_a_file(said: str) -> Problem | None:
    """Return what is wrong with one file, fetched or installed; None where that is not it."""
    if found := failures.first(r"Hash mismatch for `NAME==", said):
        return failures.hash_mismatch(found[1])
    if found := failures.first(r"structure of `NAME` \(\S+\) was invalid", said):
        return failures.bad_file(found[1])
    if found := failures.first(
        r"Failed to download `NAME==\S+ .*(?:extract archive|zip file)", said
    ):
        return failures.bad_file(found[1])
    if found := failures.first(r"Wheels are required for `NAME`", said):
        return failures.OnlySource(found[1])
    return None


def no_solution(said: str) -> Problem:
    """Return why no set of versions satisfies everybody."""
    if found := failures.first(r"does not satisfy Python(\S+) and NAME==", said):
        return failures.wrong_python(found[2], found[1])
    found = failures.first(
        r"NAME was not found in the (?:package registry|provided package locations)", said
    )
    if found and "are incompatible" not in said:
        return failures.not_found(found[1])
    if found := failures.first(r"NAME(==\S+)? has no wheels with a matching", said):
        return failures.no_wheel(found[1])
    if found := failures.first(r"[Tt]here (?:is|are) no versions? of NAME(\S*?)(?=[\s,])", said):
        return failures.no_version(f"{found[1]}{found[2]}")
    if found := failures.first(r"only NAME([<>=!~]\S+) is available", said):
        return failures.no_version(found[1], found[2].strip("=<>"))
    cause = said.partition("cause: ")[2].partition(" hint:")[0]
    return failures.conflict(f"uv says: {clean(cause, 600)}")
