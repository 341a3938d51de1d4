"""What pip and uv say when a package's own code fails to build it."""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name

from ..facts.text import clean
from ..problems import Problem
from . import failures

#: pip's words for the steps of a build, and uv's for the whole. They stand at a line's beginning,
#: but for pip's bars; what a build prints itself is indented by both.
_PIP_FAILED = re.compile(
    r"^\W*(?:Getting requirements to build wheel|Preparing metadata|"
    r"Building wheel|Running setup\.py|python setup\.py \w+)\b.*did not run successfully",
    re.MULTILINE,
)
_PIP_NAMED = re.compile(r"Failed (?:building wheel for|to build:?) +'?([A-Za-z0-9][\w.-]*)")
_PIP_COLLECTED = re.compile(r"^ *Collecting ([A-Za-z0-9][\w.-]*)", re.MULTILINE)
_UV_FAILED = re.compile(r"Failed to (?:download and )?build `([A-Za-z0-9][\w.-]*?)(?:==[^`]*)?`")


def of_pip(text: str) -> Problem | None:
    """Return the failed build that pip tells of; None where it tells of none.

    Tools to build with that could not be fetched are no failure of the package.
    """
    if _PIP_FAILED.search(text) is None:
        return None
    # While metadata are prepared pip names nobody; it is what it collected last.
    named = _PIP_NAMED.findall(text) or _PIP_COLLECTED.findall(text)
    return _failed(named[-1] if named else "The package", text)


def of_uv(text: str) -> Problem | None:
    """Return the failed build that uv tells of; None where it tells of none."""
    found = _UV_FAILED.search(text)
    if found is None or "build backend returned an error" not in text:
        return None
    return _failed(found[1], text)


def _failed(name: str, text: str) -> Problem:
    if "No space left on device" in text:
        return failures.disk_full()
    shown = canonicalize_name(name) if name != "The package" else name
    return failures.build_failed(shown, _last_words(text))


def _last_words(text: str) -> str:
    """Return the last line that the build itself printed."""
    before, ended, _ = text.rpartition("[end of output]")  # pip
    if not ended:
        _, _, before = text.rpartition("[stderr]")  # uv
        before = re.split(r"^hint:", before, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.strip(" │") for line in before.splitlines()]
    return clean(next((line for line in reversed(lines) if line), ""), 200)
