"""Looks at a process from outside: works while the kernel is busy, and when it hangs."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import psutil

from ..facts.text import clean
from .libraries import classified, mapped_paths

#: What facts may hold of an environment: the rest of it may be keys and tokens.
SHOWN_VARIABLES = frozenset(
    {
        # thread pools
        "BLIS_ARCH_TYPE",
        "BLIS_NUM_THREADS",
        "FLEXIBLAS",
        "GOTO_NUM_THREADS",
        "KMP_AFFINITY",
        "KMP_DUPLICATE_LIB_OK",
        "LOKY_MAX_CPU_COUNT",
        "MKL_DYNAMIC",
        "MKL_INTERFACE_LAYER",
        "MKL_NUM_THREADS",
        "MKL_THREADING_LAYER",
        "NPY_DISABLE_CPU_FEATURES",
        "NUMBA_NUM_THREADS",
        "NUMBA_THREADING_LAYER",
        "NUMEXPR_MAX_THREADS",
        "NUMEXPR_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_CORETYPE",
        "OPENBLAS_DEFAULT_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "POLARS_MAX_THREADS",
        "RAYON_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        # the environment around Python
        "CONDA_DEFAULT_ENV",
        "CONDA_EXE",
        "CONDA_OVERRIDE_CUDA",
        "CONDA_PREFIX",
        "CONDA_SUBDIR",
        "DYLD_LIBRARY_PATH",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LOADEDMODULES",
        "MAMBA_EXE",
        "PYTHONHOME",
        "PYTHONNOUSERSITE",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        # graphics processors
        "CUDA_DEVICE_ORDER",
        "CUDA_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES",
        "JAX_PLATFORMS",
        "NVIDIA_VISIBLE_DEVICES",
        "ROCR_VISIBLE_DEVICES",
        "ZE_AFFINITY_MASK",
        # limits of schedulers and containers
        "CPU_GUARANTEE",
        "CPU_LIMIT",
        "KUBERNETES_SERVICE_HOST",
        "SLURM_CPUS_ON_NODE",
        "SLURM_CPUS_PER_TASK",
        "SLURM_JOB_ID",
    }
)

#: What is told of a process from outside, as facts.Process names it, and its affinity.
FIELDS = (
    "command",
    "cwd",
    "variables",
    "affinity",
    "started",
    "threads",
    "memory",
    "libraries",
)

_ENDED = "the process has ended"
_NO_MEMORY = "it is ending, or it is a thread of the operating system's own kernel"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What can be seen of a process without asking it; None is unknown, for the reason given."""

    pid: int
    command: tuple[str, ...] | None
    cwd: str | None
    environ: Mapping[str, str] | None  #: the whole, only to start children with; never shown
    affinity: tuple[int, ...] | None  #: the numbers of the CPUs it may run on
    started: str | None  #: ISO 8601 with offset
    threads: int | None
    memory: int | None  #: resident bytes
    libraries: tuple[tuple[str, str], ...] | None  #: (library, path as the system knows it)
    unknown: Mapping[str, str] = field(default_factory=dict)  #: by names of facts.Process


def shown(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that checks read."""
    return {name: clean(environ[name]) for name in sorted(SHOWN_VARIABLES & environ.keys())}


def outside(pid: int) -> Outside:
    """Look at a process; never fails."""
    unknown: dict[str, str] = {}
    try:
        process = psutil.Process(pid)
    except (psutil.Error, OSError, ValueError, OverflowError, TypeError) as error:
        return _unseen(pid, _why(error))
    if _read(unknown, "status", process.status) in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
        return _unseen(pid, _ENDED)
    with process.oneshot():
        seen = Outside(
            pid=pid,
            command=_read(unknown, "command", lambda: tuple(process.cmdline())),
            cwd=_read(unknown, "cwd", process.cwd),
            environ=_read(unknown, "variables", process.environ),
            affinity=_read(unknown, "affinity", lambda: tuple(process.cpu_affinity() or ())),
            started=_read(unknown, "started", lambda: _moment(process.create_time())),
            threads=_read(unknown, "threads", process.num_threads),
            libraries=_read(unknown, "libraries", lambda: tuple(classified(_mapped(process)))),
            # Last: one that ended meanwhile shows empty files, which would read as facts.
            memory=_read(unknown, "memory", lambda: _resident(process)),
            unknown=unknown,
        )
    if unknown.get("memory") in (_ENDED, _NO_MEMORY):
        return _unseen(pid, unknown["memory"])
    return seen


class _NoMemoryError(Exception):
    """The process has no memory at all, which no program can do without."""


def _resident(process: psutil.Process) -> int:
    memory = process.memory_info()
    if memory.vms == 0:
        raise _NoMemoryError
    return memory.rss


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def _mapped(process: psutil.Process) -> list[str]:
    if platform.system() == "Linux":
        # psutil reads smaps, which makes the kernel count pages: 10 times as long, and the process
        # looked at waits meanwhile. As bytes: a text file's newlines are not only those it has.
        maps = Path(f"/proc/{process.pid}/maps").read_bytes()
        return list(mapped_paths(os.fsdecode(maps)))
    return [region.path for region in process.memory_maps()]  # Windows; macOS has none


def _read(unknown: dict[str, str], field_name: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    # AttributeError: psutil lacks the method on this system. ValueError: text that it cannot read.
    except (
        psutil.Error,
        OSError,
        AttributeError,
        ValueError,
        OverflowError,
        _NoMemoryError,
    ) as error:
        unknown[field_name] = _why(error)
        return None


def _why(error: Exception) -> str:
    match error:
        case psutil.AccessDenied() | PermissionError():
            return "the system does not let this user look at the process"
        case psutil.NoSuchProcess() | ProcessLookupError() | FileNotFoundError():
            return _ENDED
        case _NoMemoryError():
            return _NO_MEMORY
        case AttributeError():
            return "this system does not tell"
        case _:
            return clean(f"{type(error).__name__}: {error}", 200)


def _unseen(pid: int, why: str) -> Outside:
    return Outside(
        pid=pid,
        command=None,
        cwd=None,
        environ=None,
        affinity=None,
        started=None,
        threads=None,
        memory=None,
        libraries=None,
        unknown=dict.fromkeys(FIELDS, why),
    )
