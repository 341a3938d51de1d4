"""Finds the signs of an NVIDIA driver in the system's files, without starting anything."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...facts import Gpu
from ...facts.text import clean
from ..plain_files import text

_LONGEST = 65_536  #: bytes; such files are 200

_LIBRARY = "libnvidia-ml.so.1"

#: Where distributions, containers (`/usr/local/nvidia`), WSL and NixOS put the driver's library.
_FOLDERS = (
    f"usr/lib/{platform.machine()}-linux-gnu",
    f"usr/lib/{platform.machine()}-linux-gnu/nvidia/current",
    "usr/lib64",
    "usr/lib64/nvidia",
    "usr/lib",
    "usr/lib/nvidia",
    "usr/local/nvidia/lib64",
    "usr/local/nvidia/lib",
    "usr/lib/wsl/lib",
    "run/opengl-driver/lib",
)
_MOST_FOLDERS = 64  #: of LD_LIBRARY_PATH that are looked at

_DEVICE = re.compile(r"nvidia(ctl|[0-9]+)")
_VERSION = re.compile(r"(?<![\w.])\d{2,4}\.\d{1,4}(?:\.\d{1,4})?(?![\w.])", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What there is of a driver; nothing of it means that there is none."""

    module: str | None  #: version of the module in the system's kernel
    devices: tuple[str, ...]  #: in /dev
    libraries: tuple[str, ...]  #: the files that the library is found at

    def __bool__(self) -> bool:
        return bool(self.module or self.devices or self.libraries)


def signs(root: Path, env: Mapping[str, str]) -> Signs:
    """Return the signs of a driver, those of its library in the folders that `env` adds, too."""
    return Signs(
        module=module(root),
        devices=tuple(name for name in _names(root / "dev") if _DEVICE.fullmatch(name)),
        libraries=libraries(root, env),
    )


def module(root: Path) -> str | None:
    """Return the version of the driver's module in the system's kernel, None where none is."""
    written = _text(root / "sys/module/nvidia/version").strip()
    if _VERSION.fullmatch(written):
        return written
    return module_version(_text(root / "proc/driver/nvidia/version"))


def module_version(told: str) -> str | None:
    """Return the version in the text of /proc/driver/nvidia/version.

    It stands in the line of the module (NVRM), behind its name: `Kernel Module  535.129.03  Thu …`,
    or of the open one, `Open Kernel Module for x86_64  560.35.03  Release …`. A second line names
    the compiler.
    """
    for line in told.split("\n"):
        if line.startswith("NVRM version:"):
            found = _VERSION.search(line)
            return found[0] if found is not None else None
    return None


def library_version(path: str) -> str | None:
    """Return the version of a library, which its file is named for: libnvidia-ml.so.535.129.03."""
    named = os.path.basename(_real(path)).partition(".so.")[2]
    return named if _VERSION.fullmatch(named) else None


def libraries(root: Path, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of the driver's management library, first those that the loader prefers."""
    if platform.system() == "Windows":
        windows = env.get("WINDIR") or r"C:\Windows"
        programs = env.get("PROGRAMFILES") or env.get("ProgramFiles") or r"C:\Program Files"
        candidates = [
            os.path.join(windows, "System32", "nvml.dll"),
            os.path.join(programs, "NVIDIA Corporation", "NVSMI", "nvml.dll"),
        ]
    else:
        own = env.get("LD_LIBRARY_PATH", "").split(":")[:_MOST_FOLDERS]
        candidates = [os.path.join(folder, _LIBRARY) for folder in own if folder.startswith("/")]
        candidates += [str(root / folder / _LIBRARY) for folder in _FOLDERS]
    return tuple(dict.fromkeys(path for path in candidates if os.path.isfile(path)))


def devices(root: Path) -> tuple[Gpu, ...]:
    """Return the devices as the driver's module tells of them in /proc, in the bus's order."""
    folder = root / "proc/driver/nvidia/gpus"
    told = (information(_text(folder / name / "information")) for name in _names(folder))
    return tuple(gpu for gpu in told if gpu is not None)


def information(told: str) -> Gpu | None:
    """Return the device that a file of lines such as `Model: NVIDIA H200` describes."""
    lines = (line.partition(":") for line in told.split("\n"))
    fields = {name.strip(): value.strip() for name, _, value in lines}
    name, uuid = clean(fields.get("Model", ""), 200), clean(fields.get("GPU UUID", ""), 200)
    if not name and not uuid:
        return None
    return Gpu(
        vendor="nvidia",
        name=name or None,
        memory=None,
        memory_used=None,
        capability=None,
        uuid=uuid if uuid.startswith("GPU-") and "?" not in uuid else None,  # `?`: not started yet
        mig=None,
        instances=(),
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return path


def _text(file: Path) -> str:
    try:
        return text(str(file), _LONGEST)
    except OSError:
        return ""
