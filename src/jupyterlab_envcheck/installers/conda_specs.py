"""What people ask conda for: parsed by a strict pattern of our own, and rebuilt from its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from ..facts.text import clean
from ..problems import Problem
from .specs import LONGEST

#: conda's names. One that begins with an underscore (`_openmp_mutex`) is asked for by files alone;
#: two underscores are conda's names for what the machine has, which no channel brings.
_NAME = r"_?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9_.+!]{0,59}"
_BUILD = r"[*_]{0,2}[A-Za-z0-9][A-Za-z0-9_.+*]{0,59}"
_RANGE = rf"(?:(?:>=|<=|~=|>|<){_VERSION}|(?:==|!=){_VERSION}\*?)"
_SPEC = re.compile(
    rf"(?P<name>{_NAME})"
    rf"(?:==?(?P<exact>{_VERSION})=(?P<build_of_exact>{_BUILD})"
    rf"|=(?P<begun>{_VERSION}\*|\*)=(?P<build_of_begun>{_BUILD})"
    rf"|=(?P<start>{_VERSION}\*?)"
    rf"|(?P<ranges>{_RANGE}(?:,{_RANGE})*)"
    r")?"
)

_END_OF_NAME = re.compile(r"[\s=<>!~\[]")

LONGEST_CHANNEL = 400  #: characters
#: A name with its labels, or a URL. No user, password, token, query or space.
_CHANNEL = re.compile(
    r"(?!t/)[A-Za-z0-9_][A-Za-z0-9._/-]*|(?:https?://(?!(?:\S*/)?t/)|file://(?!\S*/\.\./))[A-Za-z0-9._~%+/:-]+"
)

_HINT = "Write a name, or a name and versions, such as numpy, numpy=2.3 or libblas=*=*mkl."


@dataclass(frozen=True, kw_only=True)
class _Parts:
    name: str
    start: str | None = None  #: what the version begins with; all of it where there is a build
    build: str | None = None
    ranges: tuple[str, ...] = ()


def parse_conda_spec(text: str) -> str:
    """Return the spec `text` asks for, rebuilt from its parts; nothing else gets through.

    conda has no `--` to end its options, and a spec of its own can name a channel, a URL or a file.
    """
    parts = _parse(text)
    if parts.ranges:
        return parts.name + ",".join(parts.ranges)
    return "=".join(part for part in (parts.name, parts.start, parts.build) if part is not None)


def name_of_conda(spec: str) -> str:
    """Return the name in a spec that `parse_conda_spec` returned."""
    return _parse(spec).name


def name_of_match(spec: str) -> str:
    """Return the name in a spec of any form that conda reads, as in records and pins; "" for none.

    "python >=3.11,<3.12.0a0", "conda-forge::mkl[version='>=2025']", "libblas=*=*mkl".
    """
    return _END_OF_NAME.split(spec.rpartition("::")[2].strip(), maxsplit=1)[0].lower()


def is_name(text: str) -> bool:
    """Tell whether a spec is a name alone."""
    return re.fullmatch(_NAME, text) is not None


def parse_channel(text: str) -> str:
    """Return a channel, a name or a URL, as it may stand in an argv that is shown and kept."""
    if len(text) > LONGEST_CHANNEL or not _CHANNEL.fullmatch(text):
        shown = "".join(c if c.isprintable() else " " for c in clean(text, 120)).strip()
        message = f"“{shown}” is not a channel that packages can be taken from here."
        hint = "Name a channel, such as conda-forge, or give its URL without user and password."
        raise Problem("bad-channel", message, hint)
    return text


def name_in(text: str) -> str:
    """Return the name at the beginning of a spec as conda writes it, with a channel or without."""
    found = re.match(_NAME, text.rpartition("::")[2])
    return found[0].lower() if found else clean(text, 100)


def _parse(text: str) -> _Parts:
    if len(text) > LONGEST:
        _refuse(text, f"is longer than {LONGEST} characters")
    stripped = text.strip(" ")
    if not stripped:
        _refuse(text, "is empty")
    found = _SPEC.fullmatch(stripped)
    if found is None:
        _refuse(text, "is not a package name with versions")
    ranges = tuple(sorted(set((found["ranges"] or "").split(",")) - {""}, key=_by_bound))
    return _Parts(
        name=found["name"].lower(),
        start=found["start"] or found["exact"] or found["begun"],
        build=found["build_of_exact"] or found["build_of_begun"],
        ranges=ranges,
    )


def _by_bound(part: str) -> tuple[bool, str]:
    """Return what has lower bounds come first, as people write them: `>=2,<3`."""
    return (not part.startswith(">"), part)


def _refuse(text: str, why: str) -> NoReturn:
    shown = "".join(c if c.isprintable() else " " for c in clean(text, 60)).strip()
    raise Problem("bad-spec", f"“{shown}” {why}.", _HINT)
