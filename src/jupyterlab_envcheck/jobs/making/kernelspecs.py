"""Writes the kernelspec of a plan beside those that are there, whole or not at all, and takes it away."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir, jupyter_path

from ...facts.text import clean
from ...plan import NewKernelspec
from ...probe.plain_files import content
from ...problems import Problem

_FILE = "kernel.json"

#: What goes with a kernel.json: pictures, and no kernel.js, which a front end would run.
_LOGO = re.compile(r"logo-[A-Za-z0-9_-]{1,40}\.(?:png|svg)")
_MOST_LOGOS = 10
_LARGEST_LOGO = 500_000  #: bytes; ipykernel's own are 10,000

#: Jupyter's own, which hide or are hidden by those that other tools write under these names.
_RESERVED = frozenset({"python2", "python3"})
_LONGEST_NAME = 60
_MOST_READ = 1_000_000  #: bytes of a kernel.json


def folder_of(name: str) -> Path:
    """Return where the user's own kernelspec of that name lies."""
    return Path(jupyter_data_dir(), "kernels", name)


def taken() -> dict[str, str]:
    """Return the names of all kernelspecs on Jupyter's path, each with what it is shown as."""
    found: dict[str, str] = {}
    for around in map(Path, jupyter_path("kernels")):
        try:
            folders = list(around.iterdir())
        except OSError:
            continue
        for folder in folders:
            found.setdefault(folder.name.lower(), _display_name(folder))
    return found


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted` as a kernelspec can be called, with a number where that name is taken.

    Jupyter tells upper from lower case in no kernelspec's name.
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-.")[:_LONGEST_NAME] or "kernel"
    others = {each.lower() for each in taken} | _RESERVED
    number, free = 1, name
    while free in others:
        number += 1
        free = f"{name}-{number}"
    return free


def write(spec: NewKernelspec) -> None:
    """Write a kernelspec, so that it appears whole; one that is there is never replaced.

    Raises `Problem`: name-taken, not-kept.
    """
    folder = Path(spec.folder)
    draft = folder.parent / f"{_draft(spec.name)}{secrets.token_hex(4)}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _refuse_if_taken(folder)
        # A folder deeper than Jupyter looks: as long as it is a draft it is not offered.
        whole = draft / folder.name
        whole.mkdir(parents=True)
        for logo in _logos(spec.resources):
            shutil.copyfile(logo, whole / logo.name, follow_symlinks=False)
        (whole / _FILE).write_bytes(spec.text.encode())
        _refuse_if_taken(folder)
        whole.rename(folder)  # which fails where there is a folder with something in it
    except OSError as error:
        if os.path.lexists(folder):
            raise _taken(folder) from error
        message = f"The kernelspec could not be written to {clean(str(folder), 300)}: "
        message += f"{error.strerror or type(error).__name__}."
        hint = "See whether you may write there, and whether the disk is full."
        raise Problem("not-kept", message, hint) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove(spec: NewKernelspec) -> bool:
    """Take a kernelspec away that `write` wrote; False where it was changed since, and stays.

    Where it is gone already there is nothing to do. Raises `Problem`: not-kept.
    """
    folder = Path(spec.folder)
    for left in _drafts(folder.parent, spec.name):
        shutil.rmtree(left, ignore_errors=True)
    if not os.path.lexists(folder):
        return True
    draft = folder.parent / f"{_draft(spec.name)}{secrets.token_hex(4)}"
    try:
        if not _is_as_written(folder, spec):
            return False
        draft.mkdir()
        folder.rename(draft / folder.name)  # so that no half of it is ever offered
        shutil.rmtree(draft)
    except OSError as error:
        message = f"The kernelspec in {clean(str(folder), 300)} could not be taken away: "
        message += f"{error.strerror or type(error).__name__}."
        hint = f"Take it away yourself: jupyter kernelspec remove {spec.name}."
        raise Problem("not-kept", message, hint) from error
    return True


def _display_name(folder: Path) -> str:
    try:
        told = json.loads(content(str(folder / _FILE), _MOST_READ))
        return str(told["display_name"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return folder.name


def _refuse_if_taken(folder: Path) -> None:
    """Raise `Problem` where a kernelspec's name is taken, on a disk that tells case apart, too."""
    if folder.name.lower() in {path.name.lower() for path in folder.parent.iterdir()}:
        raise _taken(folder)


def _taken(folder: Path) -> Problem:
    message = f"There is a kernelspec {folder.name} already, in {clean(str(folder.parent), 300)}."
    return Problem("name-taken", message, "Make the plan again, with another name.")


def _draft(name: str) -> str:
    return f".envcheck-{name}-"


def _drafts(around: Path, name: str) -> list[Path]:
    """Return what a writing that was ended from outside left behind."""
    pattern = re.compile(re.escape(_draft(name)) + "[0-9a-f]{8}")
    try:
        return [path for path in around.iterdir() if pattern.fullmatch(path.name)]
    except OSError:
        return []


def _logos(resources: str | None) -> Iterator[Path]:
    """Yield the pictures in a folder that go with a kernelspec; none where it is not there."""
    if resources is None:
        return
    try:
        found = sorted(path for path in Path(resources).iterdir() if _LOGO.fullmatch(path.name))
    except OSError:
        return
    for path in found[:_MOST_LOGOS]:
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST_LOGO:
            yield path


def _is_as_written(folder: Path, spec: NewKernelspec) -> bool:
    """Tell whether a folder holds what `write` wrote and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    logos = {logo.name: logo for logo in _logos(spec.resources)}
    for path in folder.iterdir():
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        if path.name == _FILE:
            written = path.read_bytes() == spec.text.encode()
        elif path.name in logos:
            written = path.read_bytes() == logos[path.name].read_bytes()
        else:  # where they came from may be gone, with the environment
            written = _LOGO.fullmatch(path.name) is not None
        if not written:
            return False
    return (folder / _FILE).exists()
