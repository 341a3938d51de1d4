"""Enters in conda-meta/history what was done, as conda does, which takes from there what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from ...probe.conda.channels import identity

#: The first conda that wrote such a line. A conda refuses an environment in whose history a newer
#: one than itself is named, so nothing newer is named than what stands there already.
_OLDEST = "4.4.0"

_VERSION = re.compile(r"^# conda version: (\S+)$", re.MULTILINE)
_RANGES = re.compile(r"([^=<>!~]+)((?:[<>!~=]=|[<>]).+)")


def read(prefix: Path) -> str:
    """Return the history; without one, nothing."""
    try:
        return (prefix / "conda-meta" / "history").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def enter(
    prefix: Path,
    command: Sequence[str],
    now: Sequence[str],
    action: Literal["update", "remove"],
    specs: Sequence[str],
) -> None:
    """Enter a change that has been made. `now` is what is there, as `line` writes it."""
    written = read(prefix)
    then, there = state(written), frozenset(now)
    versions = _VERSION.findall(written)
    lines = [
        f"==> {datetime.now().astimezone():%Y-%m-%d %H:%M:%S} <==",
        f"# cmd: {' '.join(command)}",
        f"# conda version: {versions[-1] if versions else _OLDEST}",
        *(f"-{gone}" for gone in sorted(then - there)),
        *(f"+{new}" for new in sorted(there - then)),
        f"# {action} specs: {list(map(spelled, specs))}",
    ]
    begin = "\n" if written and not written.endswith("\n") else ""
    with (prefix / "conda-meta" / "history").open("a", encoding="utf-8") as file:
        file.write(begin + "\n".join(lines) + "\n")


def line(channel: str, subdir: str, name: str, version: str, build: str) -> str:
    """Return what a history says of a package: `conda-forge/noarch::six-1.17.0-pyhd8ed1ab_0`."""
    return f"{identity(channel)}/{subdir}::{name}-{version}-{build}"


def state(history: str) -> frozenset[str]:
    """Return what is there by a history's own word: each entry lists changes, or all there is."""
    there: set[str] = set()
    for entry in re.split(r"^==> .* <==$", history, flags=re.MULTILINE):
        lines = [written for written in entry.splitlines() if written and written[0] != "#"]
        if lines and not any(written[0] in "+-" for written in lines):
            there = set(lines)
            continue
        for written in lines:
            if written[0] == "-":
                there.discard(written[1:])
            elif written[0] == "+":
                there.add(written[1:])
    return frozenset(there)


def spelled(spec: str) -> str:
    """Return a spec of a command line as conda writes it: `six[version='>=1,<2']`."""
    if ranges := _RANGES.fullmatch(spec):
        name, versions = ranges.groups()
        is_exact = versions.startswith("==") and "," not in versions and "*" not in versions
        return spec if is_exact else f"{name}[version='{versions}']"
    name, version, build = [*spec.split("="), "", ""][:3]
    version = version.removesuffix("*").removesuffix(".")
    if not build:
        return f"{name}={version}" if version else name
    if not version:
        return f"{name}[build={build}]"
    return (
        f"{name}[version='{version}',build={build}]"
        if "*" in build
        else f"{name}=={version}={build}"
    )
