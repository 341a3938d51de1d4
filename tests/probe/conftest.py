"""Real kernels of a real server."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from live_kernels import PATIENCE, Person, Start


@pytest.fixture
def start_kernel(jp_serverapp: Any) -> Start:
    """Return what starts a kernel, by default this Python's, and puts a person before it."""
    manager = jp_serverapp.kernel_manager

    @asynccontextmanager
    async def start(name: str | None = None) -> AsyncIterator[Person]:
        kernel_id = await manager.start_kernel(kernel_name=name)
        kernel = manager.get_kernel(kernel_id)
        client = kernel.client(context=kernel.context)
        client.start_channels(stdin=False, hb=False)
        try:
            await client.wait_for_ready(timeout=PATIENCE)
            person = Person(manager, kernel_id, client)
            await person.value("1")
            await person.idle()
            yield person
        finally:
            client.stop_channels()
            if kernel_id in manager:
                await manager.shutdown_kernel(kernel_id, now=True)

    return start


@pytest.fixture
def kernelspec(jp_data_dir: Path) -> Callable[..., str]:
    """Return what writes a kernelspec and returns its name."""

    def write(name: str, *argv: str, language: str = "python", **more: Any) -> str:
        folder = jp_data_dir / "kernels" / name
        folder.mkdir(parents=True)
        spec = {"argv": list(argv), "display_name": name, "language": language, **more}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        return name

    return write


@pytest.fixture
def odd_kernel(kernelspec: Callable[..., str]) -> Callable[..., str]:
    """Return what writes the kernelspec of a real kernel that does something odd when it starts."""

    def write(name: str, code: str, **more: Any) -> str:
        launch = f"{code}\nfrom ipykernel import kernelapp\nkernelapp.launch_new_instance()"
        return kernelspec(name, sys.executable, "-c", launch, "-f", "{connection_file}", **more)

    return write
