"""Reads RECORD, the list of a distribution's files, as bytes: for 155 distributions it is 2 MB.

The format is CSV of path, hash and size (PEP 376, PEP 627). Not the csv module, which takes ten
times as long; what is looked for are first parts and endings, and quotes matter to neither.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ...facts import Bundled, Overlap
from ...facts.text import clean
from ..libraries import library
from ..small_files import Unfit, whole

#: torch's is 1.3 MB.
MOST_BYTES = 16_000_000
_MOST_FILES = 200_000
_MOST_NAMES = 1_000
_MOST_NATIVE = 5_000
_MOST_BUNDLED = 50

_MOST_OVERLAPS = 50
#: Lines of all RECORDs together that are compared; 5,000 distributions may share one name.
_MOST_COMPARED = 200_000
_MOST_PAIRS = 5_000
#: Of more that claim one file, each is paired with the first alone: pairs grow as the square.
_MOST_PAIRED = 4

#: What follows a module's name: "py", "cpython-313-x86_64-linux-gnu.so", and a hash after them.
_MODULE = re.compile(r'(?:py|pyc|so|pyd|(?:cpython-|cp\d|pypy|abi3|graalpy)[^,"]*\.(?:so|pyd))[",]')
_NATIVE = re.compile(rb'\.(?:so(?:\.[0-9]+)*|pyd|dylib|dll)(?="?(?:[,\n]|\Z))')
_LONGEST_PATH = 4_096
#: Tagged for an interpreter, or without a tag but no library by its name (PEP 3149).
_EXTENSION = re.compile(
    rb"(?:\.pyd|\.(?:cpython-|pypy|abi3|graalpy)[^/]*\.so|(?:^|/)(?!lib)[^/]+\.so)$"
)
_DRIVE = re.compile(rb"[A-Za-z]:")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a RECORD tells of a distribution."""

    tops: frozenset[bytes]  #: folders and modules of its own in the folder it lies in
    imports: tuple[str, ...]  #: the names these are imported by
    compiled: bool
    bundles: tuple[Bundled, ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A distribution, and where it tells which files are its own."""

    name: str
    path: str  #: of its RECORD
    tops: frozenset[bytes]


def read(path: str) -> Record | None:
    """Return what a RECORD tells, None where there is none; raises `Unfit` and OSError."""
    text = _text(path)
    if text is None:
        return None
    tops, imports = set(), set()
    for part in {line.partition(b"/")[0] for line in io.BytesIO(text)}:
        name = _import_name(part)
        if name:
            tops.add(part.partition(b",")[0].strip(b'"\n'))
            imports.add(name)
    compiled, bundles = _native(text)
    return Record(
        tops=frozenset(tops),
        imports=tuple(sorted(imports)[:_MOST_NAMES]),
        compiled=compiled,
        bundles=bundles,
    )


def overlaps(claims: Sequence[Claim]) -> tuple[tuple[Overlap, ...], str | None]:
    """Return what the distributions of one folder both claim, and why that may not be all.

    Only those that share a name are compared, and only below it. The same empty `__init__.py` in
    each part of a namespace package, as of nvidia or google, is not taken for an overlap.
    Of more than four that claim a file, only the first four are all told of with each other.
    """
    counted = Counter(top for claim in claims for top in claim.tops)
    shared = {top for top, times in counted.items() if times > 1}
    owners: dict[bytes, list[tuple[str, bytes]]] = {}
    pairs: dict[tuple[str, str], _Pair] = {}
    compared, why = 0, None
    for claim in claims:
        if compared > _MOST_COMPARED:
            why = f"of files that share a folder only the first {_MOST_COMPARED:,} were compared"
            break
        for path, told in dict(_claimed(claim, shared)).items():
            compared += 1
            others = owners.setdefault(path, [])
            for other, their in others if len(others) < _MOST_PAIRED else others[:1]:
                names = (other, claim.name) if other < claim.name else (claim.name, other)
                if names not in pairs and len(pairs) == _MOST_PAIRS:
                    continue
                pair = pairs.setdefault(names, _Pair())
                pair.files += 1
                if not pair.example and (told != their or not path.endswith(b"/__init__.py")):
                    pair.example = path
            if len(others) < _MOST_PAIRED:
                others.append((claim.name, told))
    found = [
        Overlap(packages=names, files=pair.files, example=_shown(pair.example))
        for names, pair in pairs.items()
        if pair.example
    ]
    return worst(found), why


def worst(found: Iterable[Overlap]) -> tuple[Overlap, ...]:
    """Return as many overlaps as are told of, those of most files first."""
    ordered = sorted(found, key=lambda overlap: (-overlap.files, overlap.packages))
    return tuple(ordered[:_MOST_OVERLAPS])


class _Pair:
    """Two distributions that claim the same files; the example is empty while none counts."""

    def __init__(self) -> None:
        self.files = 0
        self.example = b""


def _text(path: str) -> bytes | None:
    """Return a RECORD with one way to end lines and to part folders."""
    text = whole(path, MOST_BYTES)
    if text is None:
        return None
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\\" in text:
        text = text.replace(b"\\", b"/")
    if len(text) > _MOST_FILES and text.count(b"\n") > _MOST_FILES:
        raise Unfit(f"lists more than {_MOST_FILES:,} files")
    return text.removeprefix(b"\xef\xbb\xbf")


def _import_name(part: bytes) -> str:
    """Return the name that a path's first part is imported by, "" for none.

    Not for `*.dist-info`, `*.data`, `*.libs`, `..`, and scripts: they are no identifiers.
    """
    stem, _, ending = part.decode("utf-8", "replace").strip('"\n').partition(".")
    if ending and not _MODULE.match(f"{ending},"):
        return ""
    if not stem.isidentifier() or stem == "__pycache__":
        return ""
    return clean(stem, 200)


def _native(text: bytes) -> tuple[bool, tuple[Bundled, ...]]:
    """Tell whether there are extension modules, and which libraries of ours there are."""
    compiled, bundles = False, list[Bundled]()
    for match in islice(_NATIVE.finditer(text), _MOST_NATIVE):
        line = text.rfind(b"\n", max(0, match.start() - _LONGEST_PATH), match.start()) + 1
        path = text[line : match.end()].removeprefix(b'"')
        if _EXTENSION.search(path):
            compiled = True
        elif len(bundles) < _MOST_BUNDLED and not path.startswith(b"/") and not _DRIVE.match(path):
            shown = _shown(path)
            named = library(shown)
            if named is not None:
                bundles.append(Bundled(library=named, path=shown))
    return compiled, tuple(bundles)


def _claimed(claim: Claim, shared: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield path and hash of what lies under a shared name, bytecode aside."""
    if shared.isdisjoint(claim.tops):
        return
    try:
        text = _text(claim.path)
    except (OSError, Unfit):  # it changed since it was read a moment ago
        return
    for line in io.BytesIO(text or b""):
        if line.startswith(b'"'):
            path, _, told = line[1:].partition(b'"')
        else:
            path, _, told = line.partition(b",")
        if (
            path.partition(b"/")[0] in shared
            and not path.endswith(b".pyc")
            and b"/../" not in path
            and b"__pycache__" not in path
        ):
            yield path, told.strip(b",\n")


def _shown(path: bytes) -> str:
    return clean(path.decode("utf-8", "replace"))
