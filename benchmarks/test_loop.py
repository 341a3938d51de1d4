"""How long reports and jobs keep the server's event loop from answering others."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from environments import make_kernelspec

BEAT = 0.002  #: seconds between two beats of the loop


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"jupyterlab_envcheck": True}}}


@pytest.mark.parametrize("refresh", [True, False], ids=["cold", "warm"])
async def test_longest_pause_of_the_event_loop(
    jp_fetch: Callable[..., Awaitable[Any]],
    jp_data_dir: Path,
    python: Path,
    refresh: bool,  # noqa: FBT001 - a parameter of the test
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_kernelspec(jp_data_dir, "benchmark", python)

    async def ask() -> None:
        body = {"kernelspec": "benchmark", "refresh": refresh}
        await jp_fetch("envcheck", "api", "report", method="POST", body=json.dumps(body))

    await ask()
    with beating() as pauses:
        for _ in range(10):
            await ask()
    tell(f"reports, {'cold' if refresh else 'warm'}", pauses, capsys)


async def test_longest_pause_of_the_event_loop_while_jobs_run(
    jp_fetch: Callable[..., Awaitable[Any]],
    jp_data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Plans, installs and undos, each followed as the panel does."""
    from environments import make_uv_venv  # noqa: PLC0415 - modules of the tests
    from job_world import look_only_at  # noqa: PLC0415
    from package_index import serve  # noqa: PLC0415

    async def asked(*path: str, body: dict[str, Any]) -> Any:
        told = json.dumps(body)
        reply = await jp_fetch("envcheck", "api", *path, method="POST", body=told)
        return json.loads(reply.body)

    async def followed(*path: str, until: Callable[[Any], bool]) -> Any:
        while True:
            told = json.loads((await jp_fetch("envcheck", "api", *path)).body)
            if until(told):
                return told
            await asyncio.sleep(0.1)

    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0", files={f"alpha/m{n}.py": "" for n in range(500)})
        make_kernelspec(jp_data_dir, "benchmark", make_uv_venv(tmp_path / "proj"))
        wish = {"kernelspec": "benchmark", "wish": {"kind": "install", "specs": ["alpha"]}}
        with beating() as pauses:
            for _ in range(5):
                plan = await asked("plans", body=wish)
                await followed("plans", plan["id"], until=lambda p: p["state"] == "ready")
                begun = await asked("jobs", body={"plan": plan["id"]})
                ended = await followed("jobs", begun["id"], until=lambda j: j["ended"])
                assert ended["state"] == "succeeded", ended["failure"]
                undoing = await asked("jobs", begun["id"], "undo", body={})
                ended = await followed("jobs", undoing["id"], until=lambda j: j["ended"])
                assert ended["state"] == "succeeded", ended["failure"]
        tell("while jobs run", pauses, capsys)


@contextmanager
def beating() -> Iterator[list[float]]:
    """Let the loop beat, and tell how late each beat comes, in seconds."""
    pauses: list[float] = []

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            pauses.append(time.perf_counter() - before - BEAT)

    task = asyncio.get_running_loop().create_task(beat())
    try:
        yield pauses
    finally:
        task.cancel()


def tell(what: str, pauses: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    """Print the figure all this is for."""
    with capsys.disabled():
        longest = max(pauses) * 1000
        print(f"\nlongest pause of the event loop, {what}: {longest:.1f} ms")  # noqa: T201
