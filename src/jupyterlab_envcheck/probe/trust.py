"""Tells who but this user and the system can change a program: whoever can decides what it does.

On Windows, where files have access lists instead of a mode, only what lies in folders that
administrators alone can write, or in this user's own home, is trusted.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence

from ..facts.text import clean
from .files import user_name

_WINDOWS = sys.platform == "win32"

#: Below it groups are the system's, and no user's first one; on macOS every user's first is staff.
_SYSTEMS_GROUPS = 0 if sys.platform == "darwin" else 100

_MOST_NAMED = 3  #: members of a group


def distrusted(program: str) -> str | None:
    """Return why a program is not to be run, in words that follow “for”; None where it may be.

    It may be where this user or root owns it and nobody else can write it or put another there. That
    is so where it holds for all folders above it, too, up to the root.
    """
    try:
        real = os.path.realpath(program)
        if _WINDOWS:
            return (
                None if _is_in_own_place(real) else "it lies in no place of yours or the system's"
            )
        around = os.path.dirname(os.path.abspath(program))
        for path in dict.fromkeys((*_upwards(real), *_upwards(around))):
            if (said := others(os.stat(path))) is not None:
                return f"{'it' if path == program else clean(path, 300)} {said}"
    except (OSError, ValueError):
        return "it cannot be looked at"
    return None


def others(seen: os.stat_result) -> str | None:
    """Return, in words, who but this user and root can change this very file or folder; not on Windows."""
    if seen.st_uid not in (0, os.geteuid()):
        name = user_name(seen.st_uid)
        return f"belongs to {name if name.startswith('uid ') else f'the user {name}'}"
    if stat.S_ISDIR(seen.st_mode) and seen.st_mode & stat.S_ISVTX:
        return None  # in a folder such as /tmp nobody can put another file in place of this one
    if seen.st_mode & stat.S_IWOTH:
        return "can be changed by every user of this machine"
    who = _others_in(seen.st_gid) if seen.st_mode & stat.S_IWGRP else None
    return f"can be changed by {who}" if who is not None else None


def _others_in(group: int) -> str | None:
    """Return, in words, a group that is not this user's and root's alone; None where it is.

    Most Linux systems make a group for every user, called alike. In Jupyter's container images the one
    user there is owns conda's folders together with `users`, his first group.
    """
    import grp  # noqa: PLC0415 - not on Windows
    import pwd  # noqa: PLC0415

    if group == 0:
        return None
    try:
        entry = grp.getgrgid(group)
        named, members = entry.gr_name, set(entry.gr_mem)
        user = pwd.getpwuid(os.geteuid()).pw_name
    except (KeyError, OSError):
        return f"the group {group}, whose members are not known"
    if named != user:
        everybody = pwd.getpwall()
        members |= {one.pw_name for one in everybody if one.pw_gid == group}
        # A directory service need not list its users.
        if group >= _SYSTEMS_GROUPS and user not in {one.pw_name for one in everybody}:
            return f"the group {clean(named, 100)}, whose members are not known"
    strangers = sorted(members - {user, "root"})
    return f"the group {clean(named, 100)} ({_some(strangers)})" if strangers else None


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(clean(name, 100) for name in names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return f"{shown} and {left} more" if left > 0 else shown


def _upwards(path: str) -> Iterator[str]:
    """Yield a path and all folders above it."""
    yield path
    while (above := os.path.dirname(path)) != path:
        path = above
        yield path


def _is_in_own_place(program: str) -> bool:
    variables = ("ProgramFiles", "ProgramFiles(x86)", "SystemRoot", "USERPROFILE")
    places = [place for name in variables if (place := os.environ.get(name))]
    return any(os.path.normcase(program).startswith(os.path.normcase(p) + os.sep) for p in places)
