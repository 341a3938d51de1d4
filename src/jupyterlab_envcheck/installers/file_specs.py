"""The ways in which files spell packages: what conda exports and people write, made strict."""

from __future__ import annotations

import re

from ..facts.text import clean
from ..problems import Problem
from .conda_specs import parse_conda_spec
from .specs import LONGEST, parse_spec

#: A name, what stands behind it up to brackets, and what these hold: `numpy >=2`, `six 1.17 py_0`,
#: `libblas[build=*openblas]`, as conda 26.7 exports what was asked for.
_PARTS = re.compile(r"(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)(?P<rest>[^\[\]]*)(?:\[(?P<keys>.*)\])?")
#: What stands side by side here never matches the same character: the time is linear.
_KEY = re.compile(
    r"\s*(?P<key>version|build)\s*=\s*(?:'([^']*)'\s*|\"([^\"]*)\"\s*|([^\s,'\"][^,'\"]*))(?:,|$)"
)
_OPERATORS = "=<>!~"

#: What pip reads in a line beside a requirement: where to look, and what it is to have for a hash.
_HASH = re.compile(r"\s--hash[= ]\S+")
#: `--index-url`, `--extra-index-url`, `--find-links`, `--no-index`, as short as pip takes them; uv's.
_PLACE = re.compile(r"--(?:i|ex|f|no-i|default-index)|-[if]")


def parse_conda_line(text: str) -> str:
    """Return what a line of conda's asks for, as strict as what people type. Raises `Problem`."""
    try:
        return parse_conda_spec(text)
    except Problem as problem:
        # Quotes, keys and spaces stand around what a strict spec is made of.
        readable = "\n" not in text and len(text) <= 2 * LONGEST
        typed = _as_typed(text.strip()) if readable else None
        if typed is None:
            raise
        try:
            return parse_conda_spec(typed)
        except Problem:
            raise problem from None  # which shows what stands in the file


def parse_pip_line(text: str) -> str:
    """Return what a line of pip's asks for; options, files and addresses are refused."""
    said = text.strip()
    if said.startswith("-"):
        why = "is an option of pip's: only packages are read, by their names"
    elif "://" in said and "@" not in said.partition("://")[0]:
        why = "is an address, and packages are fetched by name only"
    elif said.startswith((".", "/", "~", "\\")):
        why = "is a path, and packages are fetched by name only"
    else:
        return parse_spec(said)
    shown = clean(said, 60).replace("\n", " ")
    raise Problem("bad-spec", f"“{shown}” {why}.", "Name the package itself.")


def names_a_place(text: str) -> bool:
    """Tell whether a line of pip's says where the packages of its file are to be taken from."""
    return _PLACE.match(text.strip()) is not None


def without_hashes(text: str) -> tuple[str, bool]:
    """Return a line of pip's without the hashes that files were to have, and whether it had any."""
    bare = _HASH.sub("", text)
    return bare, bare != text


def without_build(spec: str) -> str:
    """Return one of conda's strict specs without its build, which another platform has not.

    A pattern, as in `libblas=*=*mkl`, is meant on every platform, and stays.
    """
    return spec.rpartition("=")[0] if has_exact_build(spec) else spec


def has_exact_build(spec: str) -> bool:
    """Tell whether one of conda's strict specs means one build of one version."""
    _, *parts = spec.split("=")
    return len(parts) == 2 and all(parts) and not set(spec) & set("<>!~,*")  # noqa: PLR2004 - both


def _as_typed(text: str) -> str | None:
    """Return the spec as it is typed: name, versions, build; None where it says something else."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    version, build = _behind(parts["rest"])
    for key, value in _keys(parts["keys"] or ""):
        if key is None:
            return None
        if key == "build":
            build = value
        else:
            # In brackets, as behind a space, a version is that version and no other.
            version = value if value[:1] in _OPERATORS else f"=={value}"
    return _together(parts["name"], version, build)


def _behind(rest: str) -> tuple[str, str]:
    """Return version and build of what stands behind a name, `>=2, <3` or ` 1.17 py_0`."""
    spaced = re.sub(r" ?([=<>!~,]) ?", r"\1", " ".join(rest.split())).split()
    if not spaced:
        return "", ""
    version, build, *more = (*spaced, "")
    if any(more):
        return rest, ""  # which no strict spec is
    if version[0] not in _OPERATORS:
        version = f"={version}" if version.endswith("*") else f"=={version}"
    return version, build


def _keys(written: str) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    at = 0
    while at < len(written):
        key = _KEY.match(written, at)
        if key is None:
            return [(None, "")]
        value = next(value for value in key.groups()[1:] if value is not None)
        found.append((key["key"], value.rstrip()))
        at = key.end()
    return found


def _together(name: str, version: str, build: str) -> str:
    bare = version.lstrip("=")
    if not build or build == "*":
        return name if version in ("", "=*", "==*") else name + _fuzzy(version)
    return f"{name}={bare or '*'}={build}"


def _fuzzy(version: str) -> str:
    """Return `=1.26.*` for `==1.26.*`, which is how one begun version is typed."""
    return f"={version.lstrip('=')}" if version.startswith("==") and version[-1] == "*" else version
