"""Asks the program `nvidia-smi`, where NVIDIA's library itself cannot be asked."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass

from ...facts import Gpu
from ...facts.text import clean
from ...problems import Problem
from ..child import run
from ..interpreter import inherited

_WSL = "/usr/lib/wsl/lib"

_QUERY = ("driver_version", "name", "compute_cap", "memory.total", "uuid")

_MEBIBYTE = 1_048_576


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the program says."""

    driver: str | None
    devices: tuple[Gpu, ...]


def program() -> str | None:
    """Return where the program is: on this process's own PATH, never on a kernel's."""
    if platform.system() == "Windows":
        path = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
    else:
        # Not a folder that is relative to where this process happens to be.
        own = os.environ.get("PATH", "").split(os.pathsep)
        path = os.pathsep.join([*filter(os.path.isabs, own), _WSL])
    return shutil.which("nvidia-smi", path=path)


def ask(timeout: float) -> Told | None:
    """Return what the program says within `timeout` seconds, None where it says nothing."""
    found = program()
    if found is None:
        return None
    argv = [found, f"--query-gpu={','.join(_QUERY)}", "--format=csv,noheader,nounits"]
    try:
        ended = run(argv, b"", inherited(None), timeout)
    except (Problem, OSError):  # it cannot be started
        return None
    if ended.status != 0 or ended.timed_out or ended.flooded:
        return None
    return parsed(ended.stdout.decode("utf-8", "replace"))


def parsed(csv: str) -> Told | None:
    """Return what the lines of a reply say, None where none is one.

    Fields are divided by a comma and a space and never quoted, so the name, in the middle, is what
    is left. What a device cannot tell reads `[N/A]` or `[Not Supported]`.
    """
    driver, devices = None, []
    for line in csv.split("\n"):
        match [field.strip() for field in line.split(",")]:
            case [version, *name, capability, memory, uuid] if name and "GPU-" in uuid:
                driver = driver or _told(version)
                gpu = Gpu(
                    vendor="nvidia",
                    name=_told(", ".join(name)),
                    memory=_bytes(memory),
                    memory_used=None,
                    capability=_told(capability),
                    uuid=_told(uuid),
                    mig=None,
                    instances=(),
                )
                devices.append(gpu)
    return Told(driver=driver, devices=tuple(devices)) if devices else None


def _told(field: str) -> str | None:
    shown = clean(field, 200)
    return None if not shown or shown.startswith("[") else shown


def _bytes(mebibytes: str) -> int | None:
    if not (mebibytes.isascii() and mebibytes.isdigit() and len(mebibytes) <= 12):  # noqa: PLR2004
        return None
    return int(mebibytes) * _MEBIBYTE
