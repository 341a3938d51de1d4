"""Finds a person's folders, by the environment their kernel was started with."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]+)\})")


def home(env: Mapping[str, str]) -> str | None:
    """Return the home directory, None where this user has none."""
    written = env.get("USERPROFILE" if sys.platform == "win32" else "HOME")
    found = written or os.path.expanduser("~")
    return found if os.path.isabs(found) else None


def expand(path: str, env: Mapping[str, str]) -> str | None:
    """Return a path with its `~` and its variables filled in, None where one has no value."""
    names = [match[1] or match[2] for match in _VARIABLE.finditer(path)]
    if not all(env.get(name) for name in names):
        return None
    filled = _VARIABLE.sub(lambda match: env[match[1] or match[2]], path)
    if filled == "~" or filled.startswith(("~/", "~\\")):
        here = home(env)
        return None if here is None else here + filled[1:]
    return filled


def caches(env: Mapping[str, str], *, xdg_on_macos: bool = False) -> str | None:
    """Return the folder where programs keep their caches; some use XDG's on macOS, too."""
    here = home(env)
    if sys.platform == "win32":
        return env.get("LOCALAPPDATA") or (here and os.path.join(here, "AppData", "Local"))
    if sys.platform == "darwin" and not xdg_on_macos:
        return here and os.path.join(here, "Library", "Caches")
    return env.get("XDG_CACHE_HOME") or (here and os.path.join(here, ".cache"))
