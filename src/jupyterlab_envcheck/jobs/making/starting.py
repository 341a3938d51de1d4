"""Starts a new kernel once, to see whether it answers: what was installed does not tell that."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...facts.text import clean, clean_end

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager

#: Seconds for a first answer; of a kernel that compiles what it imports 10 were seen.
LIMIT = 60.0
_LOOK = 0.1  #: seconds between two looks
_MOST_READ = 100_000  #: bytes that are read of what a kernel says when it ends
_MOST_SAID = 50_000_000  #: bytes; a kernel that says more is ended


def started(name: str, env: Mapping[str, str], cancelled: threading.Event) -> str:
    """Return in a sentence what became of a kernelspec's kernel. It leaves nothing behind."""
    from jupyter_client.manager import KernelManager  # noqa: PLC0415 - few jobs make a kernel

    try:
        # What the kernel started may write there still.
        with tempfile.TemporaryDirectory(prefix="envcheck-", ignore_cleanup_errors=True) as folder:
            # Neither the compiled code of all that is imported nor the history of nobody's session.
            own = {"PYTHONDONTWRITEBYTECODE": "1", "IPYTHONDIR": str(Path(folder, "ipython"))}
            manager = KernelManager(
                kernel_name=name, connection_file=str(Path(folder, "file.json"))
            )
            said = Path(folder, "said")
            try:
                with said.open("wb") as output:
                    manager.start_kernel(
                        cwd=folder, env={**env, **own}, stdout=subprocess.DEVNULL, stderr=output
                    )
                return _answered(manager, name, said, cancelled)
            finally:
                with contextlib.suppress(Exception):
                    manager.shutdown_kernel(now=True)
    except Exception as error:  # noqa: BLE001 - a kernelspec can be wrong in any way
        return f"The kernel {name} could not be started: {clean(str(error), 300)}"


def _answered(manager: KernelManager, name: str, said: Path, cancelled: threading.Event) -> str:
    client = manager.blocking_client()
    client.start_channels(stdin=False, hb=False, iopub=False, control=False)
    try:
        deadline = time.monotonic() + LIMIT
        client.kernel_info()
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                client.get_shell_msg(timeout=_LOOK)
                return f"The kernel {name} was started once: it answers."
            if not manager.is_alive():
                why = clean_end(_end_of(said).strip(), 300)
                return f"The kernel {name} was started once, and ended: {why or 'it said nothing'}"
            if cancelled.is_set():
                return f"Whether the kernel {name} answers is not known: the job was cancelled."
            if said.stat().st_size > _MOST_SAID:
                why = clean_end(_end_of(said).strip(), 300)
                return f"The kernel {name} was started once, and wrote without end: {why}"
    finally:
        client.stop_channels()
    return f"The kernel {name} was started once, and did not answer within {LIMIT:.0f} seconds."


def _end_of(said: Path) -> str:
    with said.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_READ))
        return file.read(_MOST_READ).decode("utf-8", "replace")
