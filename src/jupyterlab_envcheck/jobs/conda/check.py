"""Has conda say once more what it would do, under the lock: a plan of its is no list of files."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import get_args

from ...installers import Conda, CondaPackage, CondaTool
from ...plan import Added, Changes, Updated
from ...probe.conda.channels import identity
from ..child import Stop, run
from ..order import CondaCheck

_TOOLS: tuple[CondaTool, ...] = get_args(CondaTool)


def tool_of(name: str, argv: tuple[str, ...], prefix: str) -> Conda | None:
    """Return the conda that a command of a plan is for; None where it is pip's or uv's."""
    tool = next((tool for tool in _TOOLS if tool == name), None)
    if tool is None or "--json" not in argv:
        return None
    return Conda(tool=tool, program=argv[:1], prefix=prefix)


def is_as_planned(
    check: CondaCheck,
    planned: Changes,
    prefix: str,
    env: Mapping[str, str],
    *,
    limit: float,
    cancelled: threading.Event,
) -> bool:
    """Tell whether conda would do now what the plan says, from the same channels.

    Raises `Problem`.
    """
    conda = tool_of(check.tool, check.argv, prefix)
    assert conda is not None  # noqa: S101 - a check is one of conda's dry runs
    stop, ended = Stop(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(cancelled, ended, stop), daemon=True)
    watcher.start()
    try:
        actions = conda.read(run(check.argv, env=env, limit=limit, stop=stop))
    finally:
        ended.set()
        watcher.join()
    same = (actions.linked, actions.unlinked) == (check.linked, check.unlinked)
    return same and not _from_elsewhere(actions.link, planned)


def _from_elsewhere(link: tuple[CondaPackage, ...], planned: Changes) -> bool:
    """Tell whether something would come from another channel than the plan names."""
    coming: tuple[Added | Updated, ...] = (*planned.install, *planned.update)
    named = {change.name: change.channel for change in coming}
    return any(
        identity(package.channel) != channel
        for package in link
        if (channel := named.get(package.name)) is not None
    )


def _watch(cancelled: threading.Event, ended: threading.Event, stop: Stop) -> None:
    """Stop the dry run when the job is cancelled."""
    while not ended.wait(0.1):
        if cancelled.is_set():
            stop.set()
            return
