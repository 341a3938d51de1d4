"""Run as a script: does with rattler what it is told on its standard input, and ends.

A process of its own, for a Python that ran rattler 0.28 crashes now and then when it ends (3 times
of 40), and a test can already run an event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast


def index(folder: Path) -> None:
    """Write the repodata of the channel in `folder`."""
    _tell({"channel": str(folder)})


def install(prefix: Path, specs: Sequence[str], channels: Sequence[str], cache: Path) -> None:
    """Solve for `specs` and what was asked for before, and bring the environment there.

    `cache` is a folder for extracted packages, which files are linked from, and read repodata.
    """
    _tell(
        {
            "prefix": str(prefix),
            "specs": list(specs),
            "channels": list(channels),
            "cache": str(cache),
        }
    )


def _tell(order: dict[str, Any]) -> None:
    ended = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if ended.returncode:
        raise RuntimeError(f"rattler ended with {ended.returncode}: {ended.stderr[-3000:]}")


async def _index(order: dict[str, Any]) -> None:
    from rattler.index import index_fs  # noqa: PLC0415 - only the child loads rattler

    await index_fs(Path(order["channel"]), write_zst=False, write_shards=False)


async def _install(order: dict[str, Any]) -> None:
    from rattler import (  # noqa: PLC0415 - only the child loads rattler
        Gateway,
        MatchSpec,
        PrefixRecord,
        install,
        solve,
    )

    prefix, cache = Path(order["prefix"]), Path(order["cache"])
    records = sorted((prefix / "conda-meta").glob("*.json"))
    installed = [PrefixRecord.from_path(file) for file in records]
    wanted = {MatchSpec(text).name.normalized: text for text in order["specs"]}
    asked = {
        MatchSpec(text).name.normalized: text
        for file in records
        for text in json.loads(file.read_bytes()).get("requested_specs", ())
    }
    specs = [MatchSpec(text) for text in (asked | wanted).values()]
    solved = await solve(
        order["channels"],
        specs,
        gateway=Gateway(cache_dir=cache / "repodata"),
        # What is asked for anew is free to change, all else stays if it can.
        locked_packages=[record for record in installed if record.name.normalized not in wanted],
    )
    await install(
        solved,
        prefix,
        cache_dir=cache / "pkgs",
        installed_packages=installed,
        show_progress=False,
        # Of 0.28's own objects it takes the inner ones only.
        requested_specs=cast("list[MatchSpec]", [spec._match_spec for spec in specs]),
    )


if __name__ == "__main__":
    told = json.load(sys.stdin)
    asyncio.run(_index(told) if "channel" in told else _install(told))
    os._exit(0)  # all is done; it is the tidying up that crashes
