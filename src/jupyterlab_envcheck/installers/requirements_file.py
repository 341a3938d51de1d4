"""A `requirements.txt`, and conda's lists like it: written with versions, and read line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from ..problems import Problem
from .file_specs import parse_conda_line, parse_pip_line, without_hashes
from .made_of import MOST_SPECS_OF_A_FILE, EnvironmentFile, Reading, too_many

_COMMENT = re.compile(r"(?:^|\s)#.*")
#: How `conda list --export` writes down a package: name, version, build; the last of pip's is its own.
_LISTED = re.compile(r"[^\s=<>!~\[\];@]+=[^\s=]+=[^\s=]+")
_BY_PIP = re.compile(r"(?P<name>[^\s=]+)=(?P<version>[^\s=]+)=pypi_\d+")

_LOOKED_AT = 50  #: lines, by which a file is known

_HASHES = (
    "The file says which hashes its packages are to have. These are not compared: each package has "
    "the hash that the package index tells when the plan is made."
)


def write_requirements(
    pins: Sequence[str], *, python: str | None = None, remarks: Sequence[str] = ()
) -> str:
    """Return the text of a file that pip and uv install from; `python` is where it was written."""
    about = () if python is None else (f"of Python {python}",)
    comments = (f"# {remark}" for remark in remarks)
    return "".join(f"{line}\n" for line in (*(f"# {a}" for a in about), *pins, *comments))


def is_like_requirements(text: str) -> bool:
    """Tell whether a line near its beginning is what pip, or a list of conda's, would have there."""
    return any(_is_read(line) for _, line in islice(_lines(text), _LOOKED_AT))


def read_requirements(text: str) -> EnvironmentFile:
    """Return what the file asks for; lines that are refused are told in the answer."""
    reading, lines = Reading(), tuple(_lines(text))
    if len(lines) > MOST_SPECS_OF_A_FILE:
        raise too_many()
    if any(_LISTED.fullmatch(line) for _, line in lines):
        return _listed(reading, lines)
    hashed = False
    for number, line in lines:
        bare, had = without_hashes(line)
        hashed |= had
        reading.pypi(number, bare, parse_pip_line)
    return reading.made(told=(_HASHES,) if hashed else (), by_pip=True)


def _listed(reading: Reading, lines: Sequence[tuple[int, str]]) -> EnvironmentFile:
    for number, line in lines:
        if pips := _BY_PIP.fullmatch(line):
            reading.pypi(number, f"{pips['name']}=={pips['version']}", parse_pip_line)
        else:
            reading.conda(number, line, parse_conda_line)
    return reading.made()


def _is_read(line: str) -> bool:
    if line.startswith("-"):
        return line.startswith(("-r", "-e", "-c", "--")) and " " in line
    return bool(_LISTED.fullmatch(line)) or _passes(parse_pip_line, without_hashes(line)[0])


def _passes(parse: Callable[[str], str], line: str) -> bool:
    try:
        parse(line)
    except Problem:
        return False
    return True


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield what is no comment, each with the number of its first line: a backslash joins."""
    begun, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if begun else number
        said = _COMMENT.sub("", line).rstrip()
        if said.endswith("\\"):
            begun += said[:-1] + " "
            continue
        whole, begun = (begun + said).strip(), ""
        if whole:
            yield first, whole
    if begun.strip():
        yield first, begun.strip()
