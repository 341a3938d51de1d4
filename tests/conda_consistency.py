"""Checks, by a way of its own, that a conda environment's records, history and files agree."""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: What nobody records: ours, bytecode, which comes and goes, and what rattler leaves for backups.
_UNRECORDED = re.compile(r"(^|/)(conda-meta|\.envcheck|__pycache__|CACHEDIR\.TAG)(/|$)|\.pyc$")


def disagreements(prefix: Path) -> list[str]:
    """Return in words what does not agree; nothing where all does."""
    records = {
        file.name: json.loads(file.read_bytes()) for file in (prefix / "conda-meta").glob("*.json")
    }
    return [
        *_of_names(records),
        *_of_needs(records),
        *_of_history(prefix, records),
        *_of_files(prefix, records),
    ]


def photographed(prefix: Path) -> dict[str, str]:
    """Return every file of an environment with what is in it and its rights, but for bytecode."""
    found = {}
    for folder, _, names in os.walk(prefix):
        for path in (Path(folder, name) for name in names):
            if path.suffix != ".pyc":
                content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
                digest = hashlib.sha256(content).hexdigest()
                found[str(path.relative_to(prefix))] = f"{digest} {path.lstat().st_mode:o}"
    return found


def asked(prefix: Path) -> set[str]:
    """Return the names that the history says people want."""
    wanted: set[str] = set()
    for line in (prefix / "conda-meta" / "history").read_text().splitlines():
        said = re.fullmatch(r"# (update|remove) specs: (\[.*\])", line)
        if said is not None:
            names = {re.split(r"[\[=<>!~ ]", spec)[0] for spec in ast.literal_eval(said[2])}
            wanted = wanted | names if said[1] == "update" else wanted - names
    return wanted


def _of_names(records: dict[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for file, record in records.items():
        dist = "{name}-{version}-{build}.json".format_map(record)
        if file != dist:
            yield f"{file} is the record of {dist}"
        if record["name"] in seen:
            yield f"{record['name']} has two records"
        seen.add(record["name"])


def _of_needs(records: dict[str, Any]) -> Iterator[str]:
    names = {record["name"] for record in records.values()}
    for file, record in records.items():
        for spec in record["depends"]:
            if spec.split()[0] not in names and not spec.startswith("__"):
                yield f"{file} needs {spec}"


def _of_history(prefix: Path, records: dict[str, Any]) -> Iterator[str]:
    there: set[str] = set()
    for line in (prefix / "conda-meta" / "history").read_text().splitlines():
        if line.startswith("+"):
            there.add(line[1:].rpartition("/")[2])
        elif line.startswith("-"):
            dist = line[1:].rpartition("/")[2]
            if dist not in there:
                yield f"the history takes {dist} away, which was not there"
            there.discard(dist)
    on_record = {"{subdir}::{name}-{version}-{build}".format_map(r) for r in records.values()}
    for dist in there ^ on_record:
        yield f"{dist} is in the {'history' if dist in there else 'records'} alone"
    for name in asked(prefix) - {record["name"] for record in records.values()}:
        yield f"{name} is asked for and not there"


def _of_files(prefix: Path, records: dict[str, Any]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for record in records.values():
        for path in record["files"]:
            if (
                not path.endswith(".pyc")
                and owners.setdefault(path, record["name"]) != record["name"]
            ):
                yield f"{path} is of {owners[path]} and of {record['name']}"
        for entry in record["paths_data"]["paths"]:
            yield from _of_file(prefix, record["name"], entry)
    of_pip = {
        path for dist in prefix.glob("lib/py*/site-packages/*.dist-info") for path in _listed(dist)
    }
    for folder, _, names in os.walk(prefix):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), prefix)  # noqa: PTH118 - text
            if path not in owners and path not in of_pip and not _UNRECORDED.search(path):
                yield f"{path} is nobody's"


def _of_file(prefix: Path, owner: str, entry: dict[str, Any]) -> Iterator[str]:
    file = prefix / entry["_path"]
    digest = entry.get("sha256_in_prefix") or entry.get("sha256")
    if file.suffix == ".pyc":
        return
    if not file.is_symlink() and not file.is_file():
        yield f"{file} of {owner} is missing"
        return
    if file.is_symlink() or not digest:
        return
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        yield f"{file} of {owner} is not as recorded"


def _listed(dist_info: Path) -> Iterator[str]:
    prefix = dist_info.parents[3]
    try:
        rows = list(csv.reader((dist_info / "RECORD").read_text().splitlines()))
    except FileNotFoundError:
        return
    for row in rows:
        yield os.path.relpath(os.path.normpath(dist_info.parent / row[0]), prefix)
