"""Reads the CPU quota of a process from its control groups, versions 1 and 2.

psutil does not. The quota that holds is the smallest on the way from the process's own group up to
the root: a reader of one level misses a quota on a group around it, or inside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PROC = Path("/proc")
SYS = Path("/sys")

_LARGEST = 65_536  #: bytes; such files are a few hundred


def quota(pid: int | str = "self", *, proc: Path = PROC, sys: Path = SYS) -> float | None:
    """Return the number of CPUs the process's groups may use, None where none of them limits it."""
    root = sys / "fs" / "cgroup"
    quotas = []
    for controllers, group in _groups(_text(proc / str(pid) / "cgroup")):
        if controllers == "":
            # One hierarchy (version 2), else beside version 1's in a folder of its own ("hybrid").
            mounts = [root, root / "unified"]
            read = _quota_2
        elif "cpu" in controllers.split(","):
            mounts = [root / "cpu", root / controllers]
            read = _quota_1
        else:
            continue
        quotas += [read(folder) for mount in mounts for folder in _upwards(mount, group)]
    known = [quota for quota in quotas if quota is not None]
    return min(known, default=None)


def container(*, root: Path = Path("/"), proc: Path = PROC) -> str | None:
    """Return the kind of container this is, as far as the files show; None without a sign."""
    for file, kind in ((".dockerenv", "docker"), ("run/.containerenv", "podman")):
        if (root / file).exists():
            return kind
    if (root / "var/run/secrets/kubernetes.io").exists():
        return "kubernetes"
    init = _text(proc / "1" / "cgroup")
    for word in ("kubepods", "docker", "containerd", "lxc", "libpod"):
        if word in init:
            return "kubernetes" if word == "kubepods" else word
    return None


def _groups(text: str) -> Iterator[tuple[str, PurePosixPath]]:
    """Yield (controllers, path) of /proc/PID/cgroup; version 2 names no controllers."""
    for line in text.splitlines():
        match line.split(":", 2):
            case [_, controllers, path] if path.startswith("/"):
                yield controllers, PurePosixPath(path)


def _upwards(mount: Path, group: PurePosixPath) -> Iterator[Path]:
    """Yield the group's folder and those around it.

    In a container's own namespace the path is `/`, or begins with `/..` for a process outside it.
    """
    parts = [part for part in group.parts[1:] if part not in ("..", ".")]
    for length in range(min(len(parts), 64), -1, -1):
        yield mount.joinpath(*parts[:length])


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
            return opened.read(_LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):  # ValueError: a null character in a path
        return ""
