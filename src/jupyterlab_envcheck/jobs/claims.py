"""Tells which files installed packages call their own, by RECORD, and whether these are whole."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import msgspec
from packaging.utils import canonicalize_name

_RECORD = "RECORD"


class _CondaRecord(msgspec.Struct, gc=False):
    """The parts of conda's record that claim something; msgspec passes over the rest."""

    name: str
    files: list[str]


class _CondaPath(msgspec.Struct, gc=False):
    path: str = msgspec.field(name="_path")
    path_type: str | None = None
    sha256: str | None = None  #: as it is in the package
    sha256_in_prefix: str | None = None
    prefix_placeholder: str | None = None  #: in whose place the prefix was written


class _CondaPaths(msgspec.Struct, gc=False):
    paths: list[_CondaPath]


class _CondaDigests(msgspec.Struct, gc=False):
    paths_data: _CondaPaths | None = None


_decoder = msgspec.json.Decoder(_CondaRecord)
_digests = msgspec.json.Decoder(_CondaDigests)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One line of a RECORD."""

    path: str  #: absolute
    digest: str | None  #: as RECORD spells it: sha256=…; None where it tells none


def outside(libraries: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the files that packages of these folders call their own and that lie elsewhere.

    Of a pair, the RECORDs lie in the first folder and speak of the second: so a copy is read.
    """
    found = set()
    for lying, meant in libraries:
        for folder in _dist_infos(lying):
            found |= {
                os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
                for path in (claim.path for claim in of(folder, meant))
                if not path.startswith(meant + os.sep)
            }
    return frozenset(found)


def everything(libraries: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return all files that packages of these folders, pairs as for `outside`, call their own."""
    pairs = list(libraries)
    inside = {
        claim.path
        for lying, meant in pairs
        for folder in _dist_infos(lying)
        for claim in of(folder, meant)
    }
    return frozenset(inside) | outside(pairs)


def of(dist_info: str, library: str) -> Iterator[Claim]:
    """Yield what the RECORD in a folder claims, told relative to `library`; nothing without one."""
    try:
        with open(
            os.path.join(dist_info, _RECORD), encoding="utf-8", errors="surrogateescape", newline=""
        ) as file:
            rows = list(csv.reader(file))
    except (OSError, csv.Error):
        return
    for row in rows:
        if row and row[0]:
            digest = row[1] if len(row) > 1 and row[1] else None
            yield Claim(path=os.path.normpath(os.path.join(library, row[0])), digest=digest)


def of_conda(meta: str, prefix: str) -> dict[str, frozenset[str]]:
    """Return the files that conda's packages call their own, by the packages' names.

    The records lie in the folder `meta` and speak of `prefix`; what cannot be read claims nothing.
    """
    found: dict[str, frozenset[str]] = {}
    real: dict[str, str] = {}
    for path in _records(meta):
        try:
            with open(path, "rb") as file:
                record = _decoder.decode(file.read())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        owned = set()
        for name in record.files:
            folder, _, base = name.rpartition("/")
            if folder not in real:
                real[folder] = os.path.realpath(os.path.join(prefix, folder))
            owned.add(os.path.join(real[folder], base))
        found[record.name] = frozenset(owned)
    return found


def damaged_of_conda(record: str, prefix: str) -> tuple[str, ...]:
    """Return the files of a record that are missing or have another hash; bytecode aside."""
    try:
        with open(record, "rb") as file:
            told = _digests.decode(file.read()).paths_data
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return (record,)
    found = []
    for entry in told.paths if told is not None else ():
        digest = entry.sha256_in_prefix or (None if entry.prefix_placeholder else entry.sha256)
        if digest is not None:
            digest = None if entry.path_type == "softlink" else _as_in_record(digest)
        claim = Claim(path=os.path.join(prefix, entry.path), digest=digest)
        if not claim.path.endswith(".pyc") and not _is_whole(claim):
            found.append(claim.path)
    return tuple(found)


def _as_in_record(hexadecimal: str) -> str:
    try:
        digest = bytes.fromhex(hexadecimal)
    except ValueError:
        digest = b""
    return f"sha256={base64.urlsafe_b64encode(digest).decode()}"


def missing(dist_info: str) -> tuple[str, ...]:
    """Return the files of a RECORD that are not there; bytecode aside."""
    library = os.path.dirname(dist_info)
    return tuple(
        claim.path
        for claim in of(dist_info, library)
        if not claim.path.endswith(".pyc") and not os.path.lexists(claim.path)
    )


def damaged(dist_info: str) -> tuple[str, ...]:
    """Return the files of a RECORD that are missing or have another hash; bytecode aside.

    Of numpy, scipy and pandas together that takes half a second.
    """
    library = os.path.dirname(dist_info)
    return tuple(
        claim.path
        for claim in of(dist_info, library)
        if not claim.path.endswith(".pyc") and not _is_whole(claim)
    )


def owners(
    libraries: Iterable[tuple[str, str]], paths: Collection[str], *, but: Collection[str]
) -> dict[str, str]:
    """Return whose the paths are, by the names of the folders of metadata that claim them.

    `libraries` are pairs as for `outside`; what the packages in `but` claim as well is left out.
    """
    found: dict[str, str] = {}
    theirs = set()
    for lying, meant in libraries:
        for folder in _dist_infos(lying):
            metadata = os.path.basename(folder)
            is_meant = canonicalize_name(metadata.partition("-")[0]) in but
            for claim in of(folder, meant):
                if claim.path in paths and is_meant:
                    theirs.add(claim.path)
                elif claim.path in paths and not claim.path.endswith(".pyc"):
                    found.setdefault(claim.path, metadata)
    return {path: metadata for path, metadata in found.items() if path not in theirs}


def edited(libraries: Iterable[tuple[str, str]], paths: Collection[str]) -> frozenset[str]:
    """Return those of the paths that have another hash than the RECORD that claims them tells.

    `libraries` are pairs as for `outside`.
    """
    return frozenset(
        claim.path
        for lying, meant in libraries
        for folder in _dist_infos(lying)
        for claim in of(folder, meant)
        if claim.path in paths and not _is_whole(claim)
    )


def _records(meta: str) -> list[str]:
    try:
        with os.scandir(meta) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".json"))
    except OSError:
        return []


def _dist_infos(library: str) -> list[str]:
    try:
        with os.scandir(library) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".dist-info"))
    except OSError:
        return []


def _is_whole(claim: Claim) -> bool:
    try:
        if claim.digest is None:
            return os.path.lexists(claim.path)
        algorithm, _, told = claim.digest.partition("=")
        if algorithm not in hashlib.algorithms_guaranteed:
            return True
        with open(claim.path, "rb") as file:
            digest = hashlib.file_digest(file, algorithm).digest()
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == told.rstrip("=")
