"""Wishes, changes and sizes in words: the same in a plan, a job and the list of jobs."""

from __future__ import annotations

from collections.abc import Sequence

from ..plan import Changes, Updated, Wish
from .builds import is_anew, step

_SHOWN = 5  #: names in one sentence; the rest is counted
_SHORT = 8  #: characters of an id that tell it from others


def short(job_id: str) -> str:
    """Return as much of an id as people need to type."""
    return job_id[:_SHORT]


def size(count: int) -> str:
    """Return bytes in words, as the panel does."""
    if count < 100_000:  # noqa: PLR2004 - 99 kB, 0.1 MB
        return f"{max(1, round(count / 1e3))} kB"
    unit, count_of = ("GB", count / 1e9) if count >= 1e9 else ("MB", count / 1e6)  # noqa: PLR2004
    return f"{count_of:.{1 if count_of < 100 else 0}f} {unit}"  # noqa: PLR2004


def some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def wished(wish: Wish) -> str:
    """Return what was asked for: "install numpy"."""
    match wish.kind:
        case "create":
            parts = [some(wish.specs)] if wish.specs else []
            parts += [f"{some(wish.pypi)} by pip"] if wish.pypi else []
            made = f"create {wish.name or 'an environment'}"
            return f"{made} with {' and '.join(parts)}" if parts else made
        case "register":
            return f"make {wish.folder} a kernel"
        case "set-environment":
            return f"set {some([f'{name}={value}' for name, value in wish.variables.items()])}"
        case "back":
            return f"go back to before job {short(wish.job or '')}"
        case "undo":
            return f"undo job {short(wish.job or '')}"
        case kind:
            return f"{kind} {some(wish.specs)}"


def sentence_of(wish: Wish, name: str) -> str:
    """Return what was asked for of an environment called `name`: "Install numpy into proj"."""
    what = wished(wish)
    where = {"install": "into", "remove": "from", "create": "", "register": ""}.get(wish.kind, "in")
    return f"{what[0].upper()}{what[1:]}" + (f" {where} {name}" if where else "")


def change_lines(changes: Changes) -> list[str]:
    """Return a line for what was added, one for what changed and one for what was removed."""
    told = (
        ("Added", [f"{new.name} {new.version}" for new in changes.install]),
        ("Changed", [f"{each.name} {_step(each)}" for each in changes.update]),
        ("Removed", [f"{gone.name} {gone.version}" for gone in changes.remove]),
    )
    return [f"{word}: {', '.join(names)}" for word, names in told if names]


def _step(change: Updated) -> str:
    return f"{step(change)} (anew)" if is_anew(change) else step(change)
