"""Requirements that people ask for: parsed, bounded, and rebuilt from their parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from ..facts.text import clean
from ..problems import Problem

LONGEST = 200  #: characters of one requirement
MOST_SPECS = 200  #: requirements in one wish; a broken environment can miss many

#: PEP 508's name, in ASCII: `packaging` is as strict, but this is the line that must hold.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
#: All that the rebuilt text can be made of. No space, quote, `$`, `;`, `&`, `|`, `@`, `/` or `\\`.
_REBUILT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-+!,\[\]<>=~*]*")

_HINT = "Write a name, or a name and versions, such as numpy or numpy>=2,<3."


def parse_spec(text: str) -> str:
    """Return the requirement `text` asks for, rebuilt from its parts; nothing else gets through.

    `packaging` is a parser and no filter: it accepts ``x @ git+https://…``. URLs, paths, options
    and markers are refused, since a package is fetched by name from the index or not at all.
    """
    if len(text) > LONGEST:
        _refuse(text, f"is longer than {LONGEST} characters")
    stripped = text.strip(" ")
    if not stripped:
        _refuse(text, "is empty")
    if not stripped.isascii() or not stripped.isprintable():
        _refuse(text, "has characters that no package name or version has")
    try:
        requirement = Requirement(stripped)
    except InvalidRequirement:
        _refuse(text, "is not a package name with versions")
    if requirement.url is not None:
        _refuse(text, "names a place to fetch from, and packages are fetched by name only")
    if requirement.marker is not None:
        _refuse(text, "has a condition after “;”, which an install from here cannot have")
    rebuilt = _rebuild(requirement)
    if not _REBUILT.fullmatch(rebuilt):
        _refuse(text, "has a version that is none")
    return rebuilt


def parse_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names, such as those of packages that may be built, each once and normalised."""
    parsed = _parsed(names)
    for name in parsed:
        if name != name_of(name):
            message = f"“{name}” is not a package's name alone."
            raise Problem("bad-spec", message, f"Write {name_of(name)}.")
    return parsed


def name_of(spec: str) -> str:
    """Return the normalised name in a requirement that `parse_spec` returned."""
    return canonicalize_name(Requirement(spec).name)


def _parsed(specs: Sequence[str]) -> tuple[str, ...]:
    if len(specs) > MOST_SPECS:
        message = f"{len(specs)} packages are more than one plan takes."
        raise Problem("bad-spec", message, f"Ask for at most {MOST_SPECS} at a time.")
    return tuple(dict.fromkeys(parse_spec(spec) for spec in specs))


def _rebuild(requirement: Requirement) -> str:
    name, extras = requirement.name, requirement.extras
    if not all(_NAME.fullmatch(part) for part in (name, *extras)):
        _refuse(name, "is not a name that a package can have")
    try:
        # `===` compares text and not versions, so that anything could stand behind it.
        specifier = SpecifierSet(str(requirement.specifier))
    except InvalidSpecifier:
        _refuse(name, "has a version that is none")
    if any(part.operator == "===" for part in specifier):
        _refuse(name, "asks for a version by “===”, where “==” is meant")
    shown = ",".join(sorted(f"{part.operator}{part.version}" for part in specifier))
    wanted = f"[{','.join(sorted(map(canonicalize_name, extras)))}]" if extras else ""
    return f"{canonicalize_name(name)}{wanted}{shown}"


def _refuse(text: str, why: str) -> NoReturn:
    shown = "".join(c if c.isprintable() else " " for c in clean(text, 60)).strip()
    message = f"“{shown}” {why}."
    raise Problem("bad-spec", message, _HINT)
