"""Reads a process's control groups, versions 1 and 2: CPU quotas, and who was ended for memory.

psutil does not. The quota that holds is the smallest on the way from the process's own group up to
the root: a reader of one level misses a quota on a group around it, or inside it.

Where the groups lie is read from our own mount table, not the process's: the paths that
/proc/PID/cgroup gives are as our own namespace sees them, and it is our own files that we open.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..facts import Quota
from ..facts.text import clean

ROOT = Path("/")

_LARGEST = 1_048_576  #: bytes; a machine with many containers has mount tables of 100 kB
_DEEPEST = 64  #: groups within groups that are looked at

#: Where the groups are by convention, for a system whose mount table cannot be read.
_CONVENTION = (
    "0 0 0:0 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
    "0 0 0:0 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
)


@dataclass(frozen=True, kw_only=True)
class Mount:
    """Where a hierarchy of groups is mounted."""

    version: int  #: 1 or 2
    controllers: frozenset[str]  #: of version 1: cpu, cpuacct, memory
    group: tuple[str, ...]  #: parts of the path of the group that is seen at `point`
    point: str


def quotas(pid: int | str = "self", *, root: Path = ROOT) -> tuple[tuple[Quota, ...], str | None]:
    """Return the limits, from the process's own group up to the root, and why none can be read.

    A group without a limit is not among them.
    """
    own = _text(root / "proc" / str(pid) / "cgroup")
    if not own:
        return (), "the system does not tell the process's control groups"
    table = mounts(_text(root / "proc" / "self" / "mountinfo")) or mounts(_CONVENTION)
    found = []
    for controllers, path in groups(own):
        if not controllers:
            mounted, read = [m for m in table if m.version == 2], _quota_2  # noqa: PLR2004
        elif "cpu" in controllers:
            mounted, read = [m for m in table if "cpu" in m.controllers], _quota_1
        else:
            continue
        for group, folder in _upwards(mounted, path):
            cpus = read(root / folder.lstrip("/"))
            if cpus is not None:
                found.append(Quota(group=clean(group), cpus=cpus))
    return tuple(dict.fromkeys(found)), None


def memory_kills(*, root: Path = ROOT) -> int | None:
    """Return how many processes of our own group the system ended for want of memory.

    Where groups do not count them, those of the whole system; None where nobody does. A kernel runs
    in the group of the server that started it, unless a spawner gives it one of its own.
    """
    table = mounts(_text(root / "proc" / "self" / "mountinfo")) or mounts(_CONVENTION)
    for controllers, path in groups(_text(root / "proc" / "self" / "cgroup")):
        if not controllers:
            mounted, file = [m for m in table if m.version == 2], "memory.events"  # noqa: PLR2004
        elif "memory" in controllers:
            mounted = [m for m in table if "memory" in m.controllers]
            file = "memory.oom_control"
        else:
            continue
        for _, folder in list(_upwards(mounted, path))[:1]:
            counted = _count(_text(root / folder.lstrip("/") / file))
            if counted is not None:
                return counted
    return _count(_text(root / "proc" / "vmstat"))


def _count(text: str) -> int | None:
    for line in text.split("\n"):
        match line.split():
            case ["oom_kill", count] if count.isdecimal():
                return int(count[:18])
    return None


def container(*, root: Path = ROOT) -> str | None:
    """Return the kind of container this is, as far as the files show; None without a sign."""
    # Path.exists raises where a folder may not be looked into.
    for file, kind in ((".dockerenv", "docker"), ("run/.containerenv", "podman")):
        if os.path.exists(root / file):
            return kind
    if os.path.exists(root / "var/run/secrets/kubernetes.io"):
        return "kubernetes"
    init = _text(root / "proc" / "1" / "cgroup")
    for word in ("kubepods", "docker", "containerd", "lxc", "libpod"):
        if word in init:
            return "kubernetes" if word == "kubepods" else word
    return None


def groups(text: str) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    """Yield (controllers, parts of the path) of /proc/PID/cgroup; version 2 names no controllers.

    A named hierarchy such as systemd's (`name=systemd`) counts as a controller of that name.
    """
    for line in text.split("\n"):
        match line.split(":", 2):
            case [_, controllers, path] if path.startswith("/"):
                # A group that was removed around its last process is shown so.
                parts = _parts(path.removesuffix(" (deleted)"))
                yield frozenset(filter(None, controllers.split(","))), parts


def mounts(text: str) -> tuple[Mount, ...]:
    """Return the hierarchies in a mount table in the format of /proc/PID/mountinfo."""
    found = []
    for line in text.split("\n"):
        ahead, _, behind = line.partition(" - ")
        match ahead.split(" "), behind.split(" "):
            case [_, _, _, group, point, *_], [("cgroup" | "cgroup2") as kind, _, options, *_]:
                one = Mount(
                    version=2 if kind == "cgroup2" else 1,
                    controllers=frozenset(options.split(",") if kind == "cgroup" else ()),
                    group=_parts(_unescaped(group)),
                    point=_unescaped(point),
                )
                found.append(one)
    return tuple(found)


def _upwards(mounted: Sequence[Mount], path: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """Return (path, folder) of a process's group and of those around it.

    A mount may show a part of the hierarchy alone: in a container of Docker's without a namespace
    of its own, `/docker/ID` is what is mounted, and `/docker/ID/x` the process's group. Where none
    shows the group (in a namespace a path begins with `/..` for what lies outside), what is seen
    of the hierarchy at all is the group around it that can be looked at.
    """
    showing = [one for one in mounted if path[: len(one.group)] == one.group]
    if not showing or ".." in path:
        return [("/" + "/".join(one.group), one.point) for one in mounted]
    widest = min(showing, key=lambda one: len(one.group))
    below = path[len(widest.group) :][:_DEEPEST]
    return [
        ("/" + "/".join(widest.group + below[:length]), "/".join([widest.point, *below[:length]]))
        for length in range(len(below), -1, -1)
    ]


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part not in ("", "."))


def _unescaped(field: str) -> str:
    """Return a field of a mount table, where space, tab, newline and backslash are octal."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8) & 0xFF), field)


def _quota_2(folder: Path) -> float | None:
    fields = _text(folder / "cpu.max").split()
    if not fields:
        return None
    return _ratio(fields[0], fields[1] if len(fields) > 1 else "100000")


def _quota_1(folder: Path) -> float | None:
    return _ratio(_text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us"))


def _ratio(quota: str, period: str) -> float | None:
    """Return the CPUs; `max`, -1 and what is no number set no limit."""
    try:
        cpus = int(quota) / int(period)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return cpus if cpus > 0 and math.isfinite(cpus) else None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return os.fsdecode(opened.read(_LARGEST))
    except (OSError, ValueError):  # ValueError: a null character in a path
        return ""
