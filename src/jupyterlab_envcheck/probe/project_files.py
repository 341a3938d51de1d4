"""Finds the files that say which packages a notebook's project needs, and reads what they say.

They are looked for from the folder the kernel runs in up to the root of version control around it
(rules.md, REP001); without one, in that folder alone. What lies in the home folder or at the top of
the filesystem tells of no project.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from ..facts import Project, ProjectFile
from ..facts.text import clean, is_shown_as_it_is
from . import homes, project_text
from .files import same
from .plain_files import text, why_not
from .project_text import Told, Unread

_MOST_FOLDERS = 40  #: up to the root of version control
_MOST_FILES = 60  #: that are told

_Reader = Callable[[str], Told | None]

_CONTROLS = (".git", ".hg")

#: Files by their names in lower case, and whose they are. The first that matches counts.
_LOCKS = (
    (re.compile(r"(?:.+[.-])?conda-lock\.ya?ml|explicit\.txt"), "conda"),
    (re.compile(r"pixi\.lock"), "pixi"),
    (re.compile(r"uv\.lock"), "uv"),
    (re.compile(r"poetry\.lock"), "poetry"),
    (re.compile(r"pdm\.lock"), "pdm"),
    (re.compile(r"pipfile\.lock"), "pipenv"),
    (re.compile(r"pylock(?:\.[^.]+)?\.toml"), "pip"),
    (re.compile(r"spack\.lock"), "spack"),
)
#: With the most bytes that are read, by how long reading takes; locks are not opened at all.
_READERS: tuple[tuple[re.Pattern[str], str, int, _Reader], ...] = (
    (re.compile(r"environment[\w.-]*\.ya?ml"), "conda", 65_536, project_text.of_environment_yml),
    (
        re.compile(r"requirements[\w.-]*\.(?:txt|in)"),
        "pip",
        4_194_304,
        project_text.of_requirements,
    ),
    (re.compile(r"pyproject\.toml"), "pip", 262_144, project_text.of_pyproject),
    (re.compile(r"pixi\.toml"), "pixi", 262_144, project_text.of_pixi),
    (re.compile(r"pipfile"), "pipenv", 262_144, project_text.of_pipfile),
)
#: What they say is code, or in words of their own, and is not read.
_UNREAD = (
    (re.compile(r"spack\.yaml"), "spack"),
    (re.compile(r"setup\.(?:py|cfg)"), "pip"),
)


def project(folder: str | None) -> tuple[Project | None, str | None]:
    """Return the project around a folder, None where nothing tells of one; and what is unknown of it.

    With a reason and a project, a file of it or a folder on the way could not be read. Never
    raises.
    """
    if folder is None:
        return None, "the folder the kernel runs in is not known"
    try:
        return _project(os.path.abspath(folder))
    except (OSError, ValueError) as error:
        why = why_not(error) if isinstance(error, OSError) else "its path is no path"
        return None, clean(f"the folder the kernel runs in cannot be listed: {why}")


def _project(folder: str) -> tuple[Project | None, str | None]:
    if _is_nobodys(folder):
        return None, None
    root = _root(folder)
    top = root or folder
    if not is_shown_as_it_is(top):
        return None, "the path of the project's folder has characters that are not shown"
    files: list[ProjectFile] = []
    unread: list[str] = []
    for here in _up(folder, top):
        try:
            names = sorted(os.listdir(here))
        except OSError as error:
            if here == folder:
                raise
            unread.append(f"{here} cannot be listed: {why_not(error)}")
            continue
        for name in names:
            found, why = _file(here, name)
            if why is not None:
                unread.append(f"{name} cannot be read: {why}")
            if found is not None:
                files.append(found)
    why_unread = clean("; ".join(unread[:5]), 500) if unread else None
    if not files and root is None:
        return None, why_unread
    return Project(folder=top, files=tuple(files[:_MOST_FILES])), why_unread


def _file(folder: str, name: str) -> tuple[ProjectFile | None, str | None]:
    """Return one of the project's files and why it could not be read; nothing for all others."""
    lower, path = name.lower(), os.path.join(folder, name)
    for kinds, lock in ((_LOCKS, True), (_UNREAD, False)):
        tool = next((tool for pattern, tool in kinds if pattern.fullmatch(lower)), None)
        if tool is not None:
            is_file = os.path.isfile(path)
            return (_as_fact(name, path, Told(tool=tool, lock=lock)) if is_file else None), None
    for pattern, tool, most, read in _READERS:
        if pattern.fullmatch(lower) and os.path.isfile(path):
            told, why = _told(path, tool, most, read)
            return (_as_fact(name, path, told) if told is not None else None), why
    return None, None


def _told(path: str, tool: str, most: int, read: _Reader) -> tuple[Told | None, str | None]:
    """Return what a file says; where it cannot be read, nothing but whose it is, and why."""
    try:
        return read(text(path, most)), None
    except OSError as error:
        return Told(tool=tool), why_not(error)
    except Unread as why:
        return Told(tool=tool), str(why)


def _as_fact(name: str, path: str, told: Told) -> ProjectFile:
    return ProjectFile(
        name=clean(name, 200),
        path=clean(path),
        tool=told.tool,
        lock=told.lock,
        names=told.names,
        builds=told.builds,
        prefix=told.prefix,
        pip=told.pip,
        loose=told.loose,
        local=told.local,
    )


def _root(folder: str) -> str | None:
    """Return the root of version control around a folder, as git finds it: on one filesystem."""
    device = os.stat(folder).st_dev
    for here in _up(folder, os.path.dirname(folder) if folder == os.sep else os.sep):
        if _is_nobodys(here) or os.stat(here).st_dev != device:
            return None
        if any(os.path.lexists(os.path.join(here, name)) for name in _CONTROLS):
            return here
    return None


def _up(folder: str, top: str) -> list[str]:
    """Return a folder and those around it up to `top`."""
    found = [folder]
    while found[-1] != top and len(found) < _MOST_FOLDERS:
        parent = os.path.dirname(found[-1])
        if parent == found[-1]:
            break
        found.append(parent)
    return found


def _is_nobodys(folder: str) -> bool:
    """Tell whether a folder is the home folder or the filesystem's root, which are no projects."""
    home = homes.home(os.environ)
    return os.path.dirname(folder) == folder or (home is not None and same(folder, home))
