"""Finds graphics processors in Linux's list of PCI devices: whose they are, and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..plain_files import text

_VENDORS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}

#: Display controllers; AMD's Instincts call themselves accelerators, as Intel's NPUs do, too.
_DISPLAY, _ACCELERATOR = "0x03", "0x12"

_LONGEST = 4_096  #: bytes; such files are ten


@dataclass(frozen=True, kw_only=True)
class Device:
    """A graphics processor on the PCI bus."""

    address: str  #: "0000:01:00.0"
    vendor: str  #: nvidia, amd, intel


def look(root: Path) -> tuple[Device, ...] | None:
    """Return the graphics processors of the three vendors, None where there is no such list."""
    folder = root / "sys/bus/pci/devices"
    try:
        addresses = sorted(os.listdir(folder))
    except OSError:
        return None
    found = []
    for address in addresses:
        kind = _word(folder / address / "class")  # first: it sorts out nearly all of them
        if kind.startswith((_DISPLAY, _ACCELERATOR)):
            vendor = _VENDORS.get(_word(folder / address / "vendor"))
            if vendor is not None and (kind.startswith(_DISPLAY) or vendor == "amd"):
                found.append(Device(address=address, vendor=vendor))
    return tuple(found)


def _word(file: Path) -> str:
    try:
        return text(str(file), _LONGEST).strip().lower()
    except OSError:
        return ""
