"""Looks at a process from outside: works while the kernel is busy, and when it hangs."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from ..facts.text import clean
from .libraries import classified, mapped_paths

#: What facts may hold of an environment: the rest of it may be keys and tokens.
SHOWN_VARIABLES = frozenset(
    {
        # thread pools
        "BLIS_NUM_THREADS",
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
        "CONDA_PREFIX",
        "MAMBA_EXE",
        "PYTHONHOME",
        "PYTHONNOUSERSITE",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        # limits of schedulers and containers
        "CPU_LIMIT",
        "KUBERNETES_SERVICE_HOST",
        "SLURM_CPUS_PER_TASK",
    }
)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What can be seen of a process without asking it; None is unknown, for the reason given."""

    pid: int
    command: tuple[str, ...] | None
    cwd: str | None
    environ: Mapping[str, str] | None  #: the whole, only to start children with; never shown
    affinity: tuple[int, ...] | None  #: the numbers of the CPUs it may run on
    threads: int | None
    memory: int | None
    libraries: tuple[tuple[str, str], ...] | None  #: (library, path)
    unknown: Mapping[str, str] = field(default_factory=dict)


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
        return _unseen(pid, "the process has ended")
    with process.oneshot():
        return Outside(
            pid=pid,
            command=_read(unknown, "command", lambda: tuple(process.cmdline())),
            cwd=_read(unknown, "cwd", process.cwd),
            environ=_read(unknown, "variables", process.environ),
            affinity=_read(unknown, "affinity", lambda: tuple(process.cpu_affinity() or ())),
            threads=_read(unknown, "threads", process.num_threads),
            memory=_read(unknown, "memory", lambda: process.memory_info().rss),
            libraries=_read(unknown, "libraries", lambda: tuple(classified(_mapped(process)))),
            unknown=unknown,
        )


def _mapped(process: psutil.Process) -> list[str]:
    if platform.system() == "Linux":
        # psutil reads smaps, which makes the kernel count pages: 10 times as long, and the process
        # looked at waits meanwhile.
        text = Path(f"/proc/{process.pid}/maps").read_text("utf-8", "replace")
        return list(mapped_paths(text))
    return [region.path for region in process.memory_maps()]  # Windows; macOS has none


def _read(unknown: dict[str, str], field_name: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    # AttributeError: psutil lacks the method on this system. ValueError: text that it cannot read.
    except (psutil.Error, OSError, AttributeError, ValueError) as error:
        unknown[field_name] = _why(error)
        return None


def _why(error: Exception) -> str:
    match error:
        case psutil.AccessDenied() | PermissionError():
            return "the system does not let this user look at the process"
        case psutil.ZombieProcess() | psutil.NoSuchProcess() | ProcessLookupError():
            return "the process has ended"
        case FileNotFoundError():
            return "the process has ended"
        case AttributeError():
            return "this system does not tell"
        case _:
            return clean(f"{type(error).__name__}: {error}", 200)


def _unseen(pid: int, why: str) -> Outside:
    fields = ("command", "cwd", "variables", "affinity", "threads", "memory", "libraries")
    return Outside(
        pid=pid,
        command=None,
        cwd=None,
        environ=None,
        affinity=None,
        threads=None,
        memory=None,
        libraries=None,
        unknown=dict.fromkeys(fields, why),
    )
