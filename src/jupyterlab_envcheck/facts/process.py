"""The live kernel process, seen from outside and, when idle, asked itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .libraries import Library, MappedLibrary

KernelState = Literal["starting", "idle", "busy", "dead", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Module:
    """A top-level module that the kernel has imported."""

    name: str
    version: str | None  #: its __version__ when it was imported
    file: str | None
    distribution: str | None  #: the installed one that brings this name now
    installed: str | None  #: that one's version, on disk now
    #: Nothing installed brings the name any more, and its file is gone from where packages lie.
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Process:
    """The process that runs the notebook's code."""

    pid: int | None
    state: KernelState
    command: tuple[str, ...]
    cwd: str | None
    started: str | None  #: ISO 8601 with offset
    threads: int | None
    memory: int | None  #: resident bytes
    variables: Mapping[str, str]  #: start environment, only the variables that checks read
    libraries: tuple[MappedLibrary, ...] | None
    modules: tuple[Module, ...] | None  #: None where the kernel could not be asked
    #: How many variables a restart would lose, modules aside; None where the kernel was not asked.
    user_variables: int | None
    pools: tuple[Library, ...] | None  #: live; only of libraries that asking does not change
    pools_thread: str | None  #: name of the thread they were read from: OpenMP's differ by thread
