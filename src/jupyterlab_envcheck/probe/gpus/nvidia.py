"""Asks NVIDIA's driver: its library in a child, and where that fails, whatever else tells of it."""

from __future__ import annotations

import importlib.util
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...facts import Gpu, NvidiaDriver
from ...facts.text import clean, clean_end
from ...problems import Problem
from ..child import Ended, run
from ..interpreter import framed, inherited
from . import nvidia_files, nvidia_smi
from .nvidia_files import Signs

LIBRARY = "NVIDIA's library, asked in a child process"

_TROUBLES = {
    4: ("no-permission", "this user may not use the driver's devices"),
    9: ("not-loaded", "the driver's module is not loaded into the system's kernel"),
    12: ("library-not-found", "the driver's library cannot be loaded"),
    18: (
        "version-mismatch",
        "the driver's library and its module in the system's kernel are of different versions",
    ),
}

#: With these nvidia-smi fares no better: it asks the same library, and may hang as it did.
_FINAL = frozenset({"no-permission", "not-loaded", "version-mismatch", "timed-out"})

_LEAST = 1.0  #: seconds that nvidia-smi is given, however long the library took

_FIELDS = ("name", "memory", "memory_used", "capability", "uuid", "mig")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is known of the driver and its devices, and where from."""

    devices: tuple[Gpu, ...]
    driver: NvidiaDriver
    unknown: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...]


def look(signs: Signs, on_bus: int, root: Path, env: Mapping[str, str], timeout: float) -> Answer:
    """Return what the driver tells in about `timeout` seconds; `on_bus` devices are on PCI."""
    until = time.monotonic() + timeout
    told = _asked(signs, env, timeout)
    module, driver = signs.module, told.driver
    if driver.trouble == "version-mismatch":
        own = next(filter(None, map(nvidia_files.library_version, signs.libraries)), None)
        driver = replace(driver, version=own)
    driver = replace(driver, version=driver.version or module, module=module)
    devices, sources = told.devices, [LIBRARY]
    if not devices and driver.trouble is not None:
        smi = None
        if driver.trouble not in _FINAL:
            smi = nvidia_smi.ask(max(_LEAST, until - time.monotonic()))
        if smi is not None:
            devices, driver = smi.devices, replace(driver, version=smi.driver or driver.version)
            sources.append("nvidia-smi")
        else:
            devices = nvidia_files.devices(root)
            sources += ["the driver's files in /proc"] if devices else []
        if not devices:
            devices = (_unnamed(),) * on_bus
    return Answer(
        devices=devices,
        driver=driver,
        unknown={**_unknown(devices, driver), **told.unknown},
        sources=tuple(sources),
    )


def parsed(replies: Sequence[Mapping[str, Any]], ended: Ended) -> Answer:
    """Return what the child's parts say; where parts are missing, how it ended is the trouble."""
    parts = [part for part in replies if isinstance(part.get("index"), int)]
    head = next((part for part in replies if "index" not in part), None)
    trouble, why = _trouble(head) if head is not None else (None, None)
    devices, unknown = [], _reasons(head, "nvidia.")
    for place, part in enumerate(parts):
        devices.append(_gpu(part))
        own_trouble, own_why = _trouble(part)
        if own_trouble is not None:
            unknown |= {f"devices.{place}.{name}": str(own_why) for name in _FIELDS}
            trouble, why = trouble or own_trouble, why or own_why
        unknown |= _reasons(part, f"devices.{place}.")
    count = head.get("count") if head is not None else None
    if trouble is None and (head is None or (isinstance(count, int) and len(parts) < count)):
        trouble, why = _ending(ended)
        if parts:
            unknown["devices"] = f"{len(parts)} of {count} are told: {why}"
    driver = NvidiaDriver(
        version=_shown(head, "driver"),
        module=None,
        cuda=_cuda(head.get("cuda") if head is not None else None),
        trouble=trouble,
        why=why,
    )
    return Answer(devices=tuple(devices), driver=driver, unknown=unknown, sources=(LIBRARY,))


def _asked(signs: Signs, env: Mapping[str, str], timeout: float) -> Answer:
    reader = _reader()
    if reader is None or not sys.executable:
        return _not_asked("nvidia-ml-py is not installed beside envcheck")
    start, end = (secrets.token_hex(16) for _ in range(2))
    script = str(Path(__file__).with_name("nvml.py"))
    # Isolated: the kernel's PYTHONPATH is not for this Python.
    argv = [sys.executable, "-I", "-B", script, start, end, reader, *signs.libraries]
    try:
        ended = run(argv, b"", inherited(env), timeout)
    except (Problem, OSError) as problem:  # OSError: no place for its folder
        return _not_asked(str(problem))
    return parsed(framed(ended.stdout, start.encode(), end.encode()), ended)


def _reader() -> str | None:
    try:
        spec = importlib.util.find_spec("pynvml")
    except (ImportError, ValueError):  # ValueError: a module of that name that has no spec
        return None
    return spec.origin if spec is not None else None


def _not_asked(why: str) -> Answer:
    driver = NvidiaDriver(version=None, module=None, cuda=None, trouble="not-asked", why=clean(why))
    return Answer(devices=(), driver=driver, sources=(LIBRARY,))


def _ending(ended: Ended) -> tuple[str, str]:
    if ended.timed_out:
        return "timed-out", f"the driver's library {ended}"
    said = clean_end(ended.stderr.decode("utf-8", "replace").strip(), 600)
    last = f", saying “{said.splitlines()[-1].strip()}”" if said else ""
    return "crashed", f"asking the driver's library, a process of ours {ended}{last}"


def _trouble(part: Mapping[str, Any]) -> tuple[str | None, str | None]:
    number = part.get("error")
    if not isinstance(number, int):
        return None, None
    words = _shown(part, "words")
    name, why = _TROUBLES.get(number, (f"nvml-{number}", f"the driver's library reports {number}"))
    return name, f"{why}: {words}" if words else why


def _gpu(part: Mapping[str, Any]) -> Gpu:
    mig, instances = part.get("mig"), part.get("instances")
    capability = None
    match part.get("capability"):
        case [int(major), int(minor)]:
            capability = f"{major}.{minor}"
    uuids = (
        [one for one in instances if isinstance(one, str)] if isinstance(instances, list) else []
    )
    return Gpu(
        vendor="nvidia",
        name=_shown(part, "name"),
        memory=_bytes(part, "memory"),
        memory_used=_bytes(part, "memory_used"),
        capability=capability,
        uuid=_shown(part, "uuid"),
        mig=mig if isinstance(mig, bool) else None,
        instances=tuple(clean(uuid, 200) for uuid in uuids),
    )


def _bytes(part: Mapping[str, Any], name: str) -> int | None:
    found = part.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _unnamed() -> Gpu:
    return Gpu(
        vendor="nvidia",
        name=None,
        memory=None,
        memory_used=None,
        capability=None,
        uuid=None,
        mig=None,
        instances=(),
    )


def _cuda(number: object) -> str | None:
    """Return the version that a number such as 13020 stands for."""
    if not isinstance(number, int) or number <= 0:
        return None
    return f"{number // 1000}.{number % 1000 // 10}"


def _shown(part: Mapping[str, Any] | None, name: str) -> str | None:
    value = part.get(name) if part is not None else None
    return (clean(value, 500).strip() or None) if isinstance(value, str) else None


def _reasons(part: Mapping[str, Any] | None, prefix: str) -> dict[str, str]:
    reasons = part.get("unknown") if part is not None else None
    if not isinstance(reasons, dict):
        return {}
    names = {"driver": "version"}
    return {
        clean(
            f"{prefix}{names.get(name, name)}", 100
        ): f"the driver's library says: {clean(why, 300)}"
        for name, why in reasons.items()
        if isinstance(why, str)
    }


def _unknown(devices: Sequence[Gpu], driver: NvidiaDriver) -> dict[str, str]:
    """Return a reason for all that is not told; the driver's trouble is the reason for most."""
    why = driver.why or "the driver does not tell"
    unknown = {
        f"devices.{place}.{name}": why
        for place, gpu in enumerate(devices)
        for name in _FIELDS
        if getattr(gpu, name) is None
    }
    fields = ("version", "cuda")
    unknown |= {f"nvidia.{name}": why for name in fields if getattr(driver, name) is None}
    if driver.module is None:
        unknown["nvidia.module"] = "the system's files do not tell"
    return unknown
