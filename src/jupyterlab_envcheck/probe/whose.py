"""Tells whose an interpreter is. Other people's Pythons are not started without saying so.

What a folder of somebody else holds runs with the rights of whoever starts it. On Windows nothing is
told: its files have access lists instead of a mode, and no such test is made.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..facts.text import clean
from ..problems import Problem
from .files import same
from .kernelspec.command import python_in
from .trust import others

#: The fingers of one hand are enough: a venv has one or two, a broken folder may have thousands.
_MOST_FOLDERS = 5


def whose(python: str) -> str | None:
    """Return to whom an interpreter belongs but this user and the system, in words; never fails.

    Looked at are the executable behind all links and its folder, and the environment's own folder,
    pyvenv.cfg and site-packages. The Python that runs this very code is everybody's already.
    """
    if sys.platform == "win32":
        return None
    if _runs_already(python):
        return None
    for path in _decisive(python):
        try:
            seen = os.stat(path)
        except (OSError, ValueError):
            continue
        said = others(seen)
        if said is not None:
            return said if said.startswith("belongs") else f"{said} ({clean(path, 300)})"
    return None


def withheld(python: str) -> Problem | None:
    """Return why an interpreter that only a kernelspec names is not started; None where it may be."""
    owner = whose(python)
    if owner is None:
        return None
    return Problem(
        "withheld",
        f"{clean(python, 300)} {owner}, and envcheck does not start other people's Pythons by itself.",
        "Start the kernel, or give this path to `jupyter envcheck`.",
    )


def _runs_already(python: str) -> bool:
    own = python_in(sys.prefix)
    return (
        own is not None
        and same(python, own)
        and same(os.path.dirname(python), os.path.dirname(own))
    )


def _decisive(python: str) -> Iterator[str]:
    """Yield the paths whose owner decides what an interpreter does."""
    try:
        real = os.path.realpath(python)
    except (OSError, ValueError):
        real = python
    yield from (real, os.path.dirname(real), os.path.dirname(python))
    for executable in (python, real):  # of a venv: itself, and the Python it was made from
        folder = Path(executable).parent
        prefix = folder.parent if folder.name.lower() == "bin" else folder
        yield str(prefix)
        yield str(prefix / "pyvenv.cfg")
        try:
            folders = sorted(prefix.glob("lib/py*/site-packages"))
        except (OSError, ValueError):
            folders = []
        yield from map(str, folders[:_MOST_FOLDERS])
