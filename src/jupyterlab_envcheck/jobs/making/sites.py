"""Where a new environment is made, and whether it can be."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from ...facts.text import clean, is_shown_as_it_is
from ...installers.venvs import LONGEST_NAME
from ...plan import Wish
from ...probe.homes import home
from ...problems import Problem
from .kernelspecs import free_name


def usual(environ: Mapping[str, str], chosen: str | None) -> Path:
    """Return the folder of environments: the administrator's, the user's, or ~/.virtualenvs.

    WORKON_HOME is what several tools read, and where VS Code and PyCharm look, too.
    """
    for folder in (chosen, environ.get("WORKON_HOME")):
        if folder and Path(folder).is_absolute():
            return Path(folder)
    here = home(environ)
    if here is None:
        message = "There is no home directory in which an environment could be made."
        raise Problem("not-found", message, "Set WORKON_HOME to a folder of yours.")
    return Path(here, ".virtualenvs")


def folder_for(wish: Wish, name: str, environ: Mapping[str, str], chosen: str | None) -> Path:
    """Return the folder that a wish for an environment means; `Problem` where it can be none."""
    if wish.folder is None:
        folder = usual(environ, chosen) / name
    else:
        # Not resolved: what is shown is what was asked for, links and all.
        folder = Path(os.path.abspath(Path(wish.folder).expanduser()))  # noqa: PTH100 - likewise
    if not is_shown_as_it_is(str(folder)):
        message = f"The folder {clean(str(folder), 300)} has characters that cannot be shown."
        raise Problem("bad-name", message, "Choose a folder whose name can be read.")
    return folder


def python_in(folder: Path) -> Path:
    """Return the Python that a virtual environment will have there."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def is_free(folder: Path) -> bool:
    """Tell whether nothing is there, or a folder with nothing in it."""
    try:
        return not os.path.lexists(folder) or (
            not folder.is_symlink() and folder.is_dir() and not any(folder.iterdir())
        )
    except OSError:  # it may not be looked at
        return False


def around(folder: Path) -> Path:
    """Return the nearest folder above that is there."""
    return next(parent for parent in folder.parents if os.path.lexists(parent))


def may_be_made(folder: Path) -> bool:
    """Tell whether this user may make that folder, or write into it where it is there."""
    nearest = folder if folder.is_dir() else around(folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def free_in(around: Path, name: str, taken: Collection[str]) -> str:
    """Return a name like `name` that neither a folder nor a kernelspec has."""
    others = {path.name for path in around.iterdir()} if around.is_dir() else set()
    free = free_name(name, {*others, *taken})
    if len(free) > LONGEST_NAME:
        room = len(free) - len(name)  # what the number takes
        free = free_name(name[: LONGEST_NAME - room - 1], {*others, *taken})
    return free
