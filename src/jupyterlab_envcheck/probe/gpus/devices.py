"""Finds the graphics processors of this machine, and whether NVIDIA's driver works.

Looking can cost a child process, so an answer is kept for a minute. That of a driver that hangs is
kept for ten: a process that hangs in it can often not be ended, and each look would add one.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...facts import Gpu, Gpus
from ...facts.text import clean
from .. import darwin
from ..cache import Bounded
from ..interpreter import inherited
from . import kfd, nvidia, nvidia_files, pci

ROOT = Path("/")

TIMEOUT = 5.0  #: seconds

_KEPT = 60.0  #: seconds
_KEPT_OF_A_DRIVER_THAT_HANGS = 600.0

#: Variables that the loader and NVIDIA's library obey; CUDA_VISIBLE_DEVICES is none of them.
_RELEVANT = ("LD_", "NVIDIA_", "NVML_", "PROGRAMFILES", "WINDIR")

Looked = tuple[Gpus | None, dict[str, str], str]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    looked: Looked
    until: float  #: on the monotonic clock


_answers: Bounded[tuple[object, ...], _Kept] = Bounded()
_one_at_a_time = threading.Lock()


def look(
    env: Mapping[str, str] | None = None, timeout: float = TIMEOUT, *, root: Path = ROOT
) -> Looked:
    """Return the graphics processors, why what is unknown of them is so, and the source in words.

    `env` is what a kernel starts with: its loader finds the driver's library. No variable hides a
    device here.
    """
    started = inherited(env)
    relevant = sorted((name, started[name]) for name in started if name.startswith(_RELEVANT))
    # A driver that is loaded meanwhile is seen at once.
    key = (str(root), tuple(relevant), nvidia_files.module(root))
    with _one_at_a_time:
        kept = _answers.get(key)
        if kept is None or kept.until < time.monotonic():
            looked = _look(started, timeout, root)
            hangs = _trouble(looked[0]) == "timed-out"
            lasts = _KEPT_OF_A_DRIVER_THAT_HANGS if hangs else _KEPT
            kept = _Kept(looked=looked, until=time.monotonic() + lasts)
            _answers.put(key, kept)
    value, unknown, source = kept.looked
    return value, dict(unknown), source


def forget() -> None:
    """Keep nothing any longer (the person pressed refresh)."""
    _answers.forget()


def _trouble(value: Gpus | None) -> str | None:
    driver = value.nvidia if value is not None else None
    return driver.trouble if driver is not None else None


def _look(env: Mapping[str, str], timeout: float, root: Path) -> Looked:
    system = platform.system()
    if system == "Darwin":
        return _of_a_mac()
    on_bus = pci.look(root) if system == "Linux" else None
    signs = nvidia_files.signs(root, env)
    vendors = [device.vendor for device in on_bus or ()]
    value, sources = Gpus(devices=(), nvidia=None), ["the system's files"]
    unknown: dict[str, str] = {}
    if signs or "nvidia" in vendors:
        told = nvidia.look(signs, vendors.count("nvidia"), root, env, timeout)
        value = Gpus(devices=told.devices, nvidia=told.driver)
        unknown |= told.unknown
        sources += told.sources
    others = [*(kfd.look(root) or [_bare("amd")] * vendors.count("amd"))]
    others += [_bare("intel")] * vendors.count("intel")
    for place, gpu in enumerate(others, start=len(value.devices)):
        unknown |= _why_unknown(place, gpu, "the system's files do not tell")
    value = replace(value, devices=(*value.devices, *others))
    why = _why_not_all(system, on_bus, root)
    if why is not None:
        unknown.setdefault("devices", why)
    return value, unknown, ", ".join(sources)


def _why_not_all(system: str, on_bus: Sequence[pci.Device] | None, root: Path) -> str | None:
    """Return why there may be more of them, None where all are found."""
    if system != "Linux":
        return "on this system only NVIDIA's are looked for"
    if os.path.exists(root / "dev/dxg"):  # Windows' own driver, behind WSL
        return "inside WSL only NVIDIA's can be told"
    return "the system has no list of PCI devices here" if on_bus is None else None


def _of_a_mac() -> Looked:
    source = "what macOS tells of the processor"
    if not darwin.is_apple_silicon():
        unknown = {"devices": "none are looked for on Macs with Intel's processors"}
        return Gpus(devices=(), nvidia=None), unknown, source
    name = clean(darwin.text("machdep.cpu.brand_string") or "", 200) or None
    gpu = replace(_bare("apple"), name=name)
    unknown = _why_unknown(0, gpu, "macOS does not tell")
    if gpu.memory is None:
        unknown["devices.0.memory"] = "it shares the machine's"
    return Gpus(devices=(gpu,), nvidia=None), unknown, source


def _bare(vendor: str) -> Gpu:
    return Gpu(
        vendor=vendor,
        name=None,
        memory=None,
        memory_used=None,
        capability=None,
        uuid=None,
        mig=False,
        instances=(),
    )


def _why_unknown(place: int, gpu: Gpu, why: str) -> dict[str, str]:
    fields = ("name", "memory", "memory_used", "capability", "uuid")
    return {f"devices.{place}.{name}": why for name in fields if getattr(gpu, name) is None}
