"""Room that a plan takes on the disk, as far as sizes are known."""

from __future__ import annotations

from .model import Added, Changes, Disk, Updated

#: What is downloaded takes about this many times its size once it is unpacked, beside the download.
_AMPLE = 4

_ROUND = 100  #: from here on a digit after the point tells nothing
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def disk_of(changes: Changes, free: int | None) -> Disk | None:
    """Return what is to be downloaded, and what is free; None where no size is known."""
    coming: tuple[Added | Updated, ...] = (*changes.install, *changes.update)
    sizes = [change.size for change in coming if change.size is not None]
    return Disk(needed=sum(sizes), free=free) if sizes else None


def too_small(disk: Disk | None) -> str | None:
    """Return a sentence where not even the downloads fit on the disk."""
    if disk is None or disk.free is None or disk.needed is None or disk.free >= disk.needed:
        return None
    return (
        f"{in_units(disk.needed)} would be downloaded, and {in_units(disk.free)} are free on the "
        "disk of this environment."
    )


def tight(disk: Disk | None) -> str | None:
    """Return a sentence where what is unpacked may not fit."""
    if disk is None or disk.free is None or disk.needed is None:
        return None
    if disk.free >= _AMPLE * disk.needed:
        return None
    return (
        f"{in_units(disk.needed)} would be downloaded, which take more when they are unpacked, and "
        f"{in_units(disk.free)} are free on the disk of this environment."
    )


def in_units(size: int) -> str:
    """Return bytes as people read them: “35.1 MB”."""
    for unit, name in _UNITS:
        if size >= unit:
            number = size / unit
            return f"{number:.0f} {name}" if number >= _ROUND else f"{number:.1f} {name}"
    return f"{size} bytes"
