"""Reads AMD's graphics processors from the topology that Linux's compute driver (KFD) keeps."""

from __future__ import annotations

import os
from pathlib import Path

from ...facts import Gpu
from ...facts.text import clean
from ..plain_files import text

_LONGEST = 65_536  #: bytes; such files are 1 kB

#: Kinds of memory (heap_type) that are on the card, seen by the processor or not.
_ON_CARD = (1, 2)


def look(root: Path) -> tuple[Gpu, ...]:
    """Return AMD's graphics processors; none where the driver is not loaded."""
    folder = root / "sys/class/kfd/kfd/topology/nodes"
    found = []
    for node in _numbered(folder):
        told = properties(_text(folder / node / "properties"))
        if told.get("simd_count", 0) <= 0:
            continue  # a node without these is the CPU
        banks = folder / node / "mem_banks"
        memory = [properties(_text(banks / bank / "properties")) for bank in _numbered(banks)]
        sizes = [
            bank.get("size_in_bytes", 0) for bank in memory if bank.get("heap_type") in _ON_CARD
        ]
        one = told.get("unique_id", 0)
        gpu = Gpu(
            vendor="amd",
            name=clean(_text(folder / node / "name").strip(), 200) or None,
            memory=sum(sizes) or None,
            memory_used=None,
            capability=target(told.get("gfx_target_version", 0)),
            uuid=f"GPU-{one:016x}" if one > 0 else None,
            mig=False,
            instances=(),
        )
        found.append(gpu)
    return tuple(found)


def properties(told: str) -> dict[str, int]:
    """Return the numbers of a file with a name and a number in each line; the rest is passed over."""
    found = {}
    for line in told.split("\n"):
        match line.split():
            case [name, number] if number.isascii() and number.isdigit() and len(number) <= 20:  # noqa: PLR2004 - 64 bits
                found[name] = int(number)
    return found


def target(version: int) -> str | None:
    """Return a target as compilers name it: 90010 is gfx90a, 100300 gfx1030; 0 is none."""
    major, rest = divmod(version, 10_000)
    minor, step = divmod(rest, 100)
    return f"gfx{major}{minor:x}{step:x}" if version > 0 else None


def _numbered(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted((name for name in names if name.isascii() and name.isdigit()), key=int)


def _text(file: Path) -> str:
    try:
        return text(str(file), _LONGEST)
    except OSError:
        return ""
