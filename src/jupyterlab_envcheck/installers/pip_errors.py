"""Why pip failed, read from its lines: the first ones, or those of a second, talkative run."""

from __future__ import annotations

import re

from packaging.requirements import Requirement
from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
from packaging.version import InvalidVersion

from ..facts.text import clean
from ..problems import Problem
from . import failures
from .specs import parse_spec


def missing(text: str) -> str | None:
    """Return the requirement pip found nothing for, rebuilt: it is to stand in a command."""
    found = re.search(r"No matching distribution found for (\S+)", text)
    if found is None:
        return None
    try:
        return parse_spec(found[1])
    except Problem:
        return None


def of_a_file(text: str) -> Problem | None:
    """Return what is wrong with one file, fetched or installed; None where that is not it."""
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in text:
        named = failures.first(r"DO NOT MATCH THE HASHES(?s:.*?)\n +NAME==", text)
        return failures.hash_mismatch(named[1] if named else _collected(text))
    if found := failures.first(r"Wheel '?NAME'? located at \S+ is invalid", text):
        return failures.bad_file(found[1])
    if re.search(r"BadZipFile|has an invalid wheel|invalid wheel, ", text):
        return failures.bad_file(_collected(text))
    if found := failures.first(r"(?i)cannot uninstall NAME (?s:.{0,300}?)RECORD file", text):
        return failures.without_records(found[1])
    return None


def _collected(text: str) -> str:
    """Return what pip was at last, where it says of no name what it is about."""
    names = re.findall(r"^ *Collecting ([A-Za-z0-9][\w.-]*)", text, re.MULTILINE)
    return canonicalize_name(names[-1]) if names else "a package"


def nothing_for(spec: str, text: str) -> Problem:
    """Return why pip found nothing for `spec`, as far as its lines tell."""
    requirement = Requirement(spec)
    name = canonicalize_name(requirement.name)
    if needs := re.search(r"Requires-Python ([^;\n]+)", text):
        return failures.wrong_python(name, needs[1].strip())
    for source in re.findall(r"No sources permitted for \S+: \S*?/([^/\s#]+?)(?:#\S*)? ", text):
        if _fits(source, requirement):
            return failures.OnlySource(spec)
    if "none of the wheel's tags" in text:
        return failures.no_wheel(spec)
    versions = re.search(r"\(from versions: ([^)]*)\)", text)
    if versions and versions[1] != "none":
        return failures.no_version(spec, versions[1])
    if requirement.specifier and "404 Client Error" not in text and "Fetched page" in text:
        return failures.no_version(spec)
    return failures.not_found(name)


def _fits(filename: str, requirement: Requirement) -> bool:
    try:
        _, version = parse_sdist_filename(filename)
    except (InvalidSdistFilename, InvalidVersion):
        return False
    return requirement.specifier.contains(version, prereleases=True)


def why_conflict(text: str) -> str:
    """Return who wants what, in a sentence; nothing where pip does not tell."""
    block = re.search(r"The conflict is caused by:\n((?: +\S.*\n)+)", text)
    if block is None:
        return ""
    lines = [" ".join(line.split()) for line in block[1].splitlines()]
    return clean(f"{'; '.join(_in_our_words(line) for line in lines[:4])}.", 1_000)


def _in_our_words(line: str) -> str:
    # What is installed was handed to pip as wishes, which the person never had.
    wished = re.fullmatch(r"The user requested (?:\(constraint\) )?(\S+)", line)
    if wished is None:
        return line
    name = re.fullmatch(r"[\w.-]+", wished[1])
    return f"{wished[1]} is to stay" if name else f"{wished[1]} was asked for"
