"""Asks macOS what it knows of the hardware."""

from __future__ import annotations

import ctypes
import platform

_LONGEST = 256  #: bytes; names of processors are 30


def is_apple_silicon() -> bool:
    """Tell whether the processor is Apple's own, also to a process that Rosetta translates."""
    if platform.system() != "Darwin":
        return False
    return platform.machine() == "arm64" or "1" in (
        number("hw.optional.arm64"),
        number("sysctl.proc_translated"),
    )


def number(name: str) -> str | None:
    """Return a number of sysctl's in digits, None where the system has none of that name."""
    read = _sysctl(name)
    return str(int.from_bytes(read, "little")) if read else None


def text(name: str) -> str | None:
    """Return a text of sysctl's, None where the system has none of that name."""
    read = _sysctl(name)
    return read.partition(b"\0")[0].decode("utf-8", "replace") or None if read else None


def _sysctl(name: str) -> bytes | None:
    try:
        ask = ctypes.CDLL(None).sysctlbyname
    except (AttributeError, OSError, TypeError):  # only BSD's C library has it; Windows: TypeError
        return None
    room = ctypes.create_string_buffer(_LONGEST)
    size = ctypes.c_size_t(_LONGEST)
    if ask(name.encode(), room, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
        return None
    return room.raw[: size.value]
