"""Watches the memory of NVIDIA's graphics processors, by `nvidia-smi` in a process beside.

Its library is not asked in the kernel: a broken driver hangs whoever asks, or ends it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from dataclasses import replace

from ...facts.cell import GpuUse
from ...facts.text import clean
from ..gpus.nvidia_smi import program
from ..interpreter import inherited

_QUERY = "--query-gpu=index,name,memory.used,memory.total"
_EACH = "--loop-ms=500"
_MEBIBYTE = 1_048_576
_PATIENCE = 1.0  #: seconds that the first answer is waited for, and the end


class GpuMemory:
    """Reads how much is used from now on until it is stopped; nothing where there is no program."""

    def __init__(self) -> None:
        self._uses: dict[str, GpuUse] = {}
        self._child: subprocess.Popen[str] | None = None
        self._answered = threading.Event()
        self._in_time = False  #: the first answer is of before the cell began
        found = program()
        if found is None:
            return
        with contextlib.suppress(OSError):
            self._child = subprocess.Popen(
                [found, _QUERY, "--format=csv,noheader,nounits", _EACH],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=inherited(None),
                cwd=os.sep,
                text=True,
                errors="replace",
            )
            self._reader = threading.Thread(target=self._read, name="envcheck-gpu", daemon=True)
            self._reader.start()
            self._in_time = self._answered.wait(_PATIENCE)

    @property
    def pid(self) -> int | None:
        """The process that tells, which is none of the cell's."""
        return self._child.pid if self._child is not None else None

    def stop(self) -> tuple[GpuUse, ...]:
        """Return what was used, a processor each."""
        if self._child is not None:
            self._child.kill()
            self._reader.join(_PATIENCE)
            # A process that hangs in a broken driver ends only with that.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(_PATIENCE)
        if not self._in_time:
            return tuple(replace(use, before=None) for use in self._uses.values())
        return tuple(self._uses.values())

    def _read(self) -> None:
        child = self._child
        if child is None or child.stdout is None:
            return
        with child.stdout:
            for line in child.stdout:
                told = parsed(line)
                if told is not None:
                    number, use = told
                    before = self._uses.get(number, use)
                    self._uses[number] = GpuUse(
                        name=use.name,
                        before=before.before,
                        most=max(before.most, use.most),
                        total=use.total,
                    )
                    self._answered.set()
        self._answered.set()


def parsed(line: str) -> tuple[str, GpuUse] | None:
    """Return number and use that a line tells; None where it tells none."""
    match [part.strip() for part in line.split(",")]:
        case [number, *name, used, total] if name and _is_number(used) and _is_number(total):
            now = int(used) * _MEBIBYTE
            shown = clean(", ".join(name), 200)
            use = GpuUse(name=shown, before=now, most=now, total=int(total) * _MEBIBYTE)
            return clean(number, 20), use
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004
