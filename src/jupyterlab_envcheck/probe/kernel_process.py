"""Finds the process on this host that is a kernel, by the connection file it was started with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psutil

from .kernelspec import is_python


def holds(pid: int | None, connection_file: str) -> bool:
    """Tell whether the command line of a process on this host names the connection file."""
    try:
        return pid is not None and _names(psutil.Process(pid).cmdline(), connection_file)
    except (psutil.Error, OSError, OverflowError):
        return False


def is_gone(pid: int) -> bool:
    """Tell whether no process on this host has this number any more."""
    return not psutil.pid_exists(pid)


def descendant(pid: int | None, connection_file: str) -> int | None:
    """Return the Python, at or below a process, that was started with the connection file.

    The deepest one, for a wrapper names the file as well; but a fork of the kernel, whose command
    line is its parent's, is not the kernel.
    """
    if not isinstance(pid, int):
        return None
    try:
        top = psutil.Process(pid)
        family = [top, *top.children(recursive=True)]
    except (psutil.Error, OSError):
        return None
    commands: dict[int, list[str]] = {}
    found = None
    for process in family:  # parents before their children
        try:
            command, parent = process.cmdline(), process.ppid()
        except (psutil.Error, OSError):
            continue
        commands[process.pid] = command
        if (
            _names(command, connection_file)
            and is_python(command[0])
            and command != commands.get(parent)
        ):
            found = process.pid
    return found


def _names(command: Sequence[str], connection_file: str) -> bool:
    """Tell by the file's name, which is the kernel's own: its folder may be spelled through links."""
    name = Path(connection_file).name
    return bool(name) and any(name in word for word in command)
