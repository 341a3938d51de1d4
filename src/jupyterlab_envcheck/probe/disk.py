"""Measures what is free on a disk, and what installers' caches take of it, within a time."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from ..facts import Cache
from ..facts.text import clean
from . import homes


def free(prefix: str) -> int | None:
    """Return the bytes this user may still write where a folder lies, None where it is gone."""
    try:
        return shutil.disk_usage(prefix).free
    except (OSError, ValueError):
        return None


def caches(
    env: Mapping[str, str], conda: Sequence[str], budget_s: float
) -> tuple[tuple[Cache, ...], dict[str, str]]:
    """Return the caches that are there, and by path why the size of one is unknown.

    `conda` are its package folders. The time is for all of them together; one that needs less
    leaves the rest to those behind it.
    """
    end = time.monotonic() + budget_s
    places = [(tool, path) for tool, path in folders(env, conda) if os.path.isdir(path)]
    found: list[Cache] = []
    unknown: dict[str, str] = {}
    for number, (tool, path) in enumerate(places):
        now = time.monotonic()
        size, why = size_of(path, now + max(0.0, end - now) / (len(places) - number))
        cache = Cache(tool=tool, path=clean(path), size=size)
        found.append(cache)
        if why is not None:
            unknown[cache.path] = why
    return tuple(found), unknown


def folders(env: Mapping[str, str], conda: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield tool and folder of every cache there may be, each folder once."""
    seen: set[str] = set()
    for tool, path in _folders(env, conda):
        if path and os.path.isabs(path) and path not in seen:
            seen.add(path)
            yield tool, path


def size_of(folder: str, end: float) -> tuple[int | None, str | None]:
    """Return the bytes of all files below a folder, else None and why.

    A file with several links in it is counted once, and no other filesystem is entered. `end` is
    on the monotonic clock.
    """
    size = 0
    unreadable: list[str] = []
    seen: set[tuple[int, int]] = set()
    for status in _below(folder, unreadable):
        if time.monotonic() > end:
            return None, "there was no time to count all of it"
        if stat.S_ISDIR(status.st_mode):
            continue
        if status.st_nlink > 1:
            link = (status.st_dev, status.st_ino)
            if link in seen:
                continue
            seen.add(link)
        size += status.st_size
    return (None, "not all of it can be looked into") if unreadable else (size, None)


def _below(folder: str, unreadable: list[str]) -> Iterator[os.stat_result]:
    """Yield the status of all in a folder and below, on its filesystem."""
    folders = [folder]
    device = None
    while folders:
        here = folders.pop()
        try:
            device = os.stat(here).st_dev if device is None else device
            with os.scandir(here) as entries:
                paths = [entry.path for entry in entries]
        except FileNotFoundError:  # an installer is at work
            continue
        except (OSError, ValueError):
            unreadable.append(here)
            continue
        for path in paths:
            try:
                status = os.lstat(path)  # not DirEntry's, which on Windows knows of no links
            except OSError:
                continue
            if stat.S_ISDIR(status.st_mode) and status.st_dev == device:
                folders.append(path)
            yield status


def _folders(env: Mapping[str, str], conda: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    place = homes.caches(env)
    xdg = homes.caches(env, xdg_on_macos=True)

    def within(folder: str | None, name: str) -> str | None:
        return os.path.join(folder, *name.split("/")) if folder is not None else None

    on_windows = sys.platform == "win32"
    yield "pip", env.get("PIP_CACHE_DIR") or within(place, "pip/Cache" if on_windows else "pip")
    yield "uv", env.get("UV_CACHE_DIR") or within(xdg, "uv/cache" if on_windows else "uv")
    poetry = within(place, "pypoetry/Cache" if on_windows else "pypoetry")
    yield "poetry", env.get("POETRY_CACHE_DIR") or poetry
    named = env.get("PIXI_CACHE_DIR") or env.get("RATTLER_CACHE_DIR")
    yield "pixi", named or within(place, "rattler/cache")
    for folder in conda:
        yield "conda", folder
