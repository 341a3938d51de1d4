"""Keeps what a child answered, so that a second report needs no child.

An answer holds as long as nothing it depends on has changed: the executable, the script, what is
installed, and the variables that Python and the libraries obey.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..facts import Cache
from . import packages
from .interpreter import inherited, script
from .trial import Trial

_MOST_ENTRIES = 64

#: What changes an answer; the rest, such as Jupyter's own JPY_SESSION_NAME, does not.
_RELEVANT = (
    "BLIS_",
    "CUDA_",
    "CONDA_",
    "DYLD_",
    "FLEXIBLAS",
    "GOMP_",
    "GOTO_",
    "HOME",
    "KMP_",
    "LD_",
    "MKL_",
    "MPLBACKEND",
    "NPY_",
    "NUMBA_",
    "NVPL_",
    "OMP_",
    "OPENBLAS_",
    "PATH",
    "PYTHON",
    "VECLIB_",
    "VIRTUAL_ENV",
)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """A dictionary for several threads that forgets what was not used for longest."""

    def __init__(self, most: int = _MOST_ENTRIES) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return what is kept under `key`, None where nothing is."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def forget(self) -> None:
        """Keep nothing any longer."""
        with self._lock:
            self._entries.clear()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A child's reply, and what it holds for."""

    reply: dict[str, Any]
    names: frozenset[str]  #: that it was asked for
    folders: tuple[str, ...]  #: that it depends on
    state: str  #: of those folders when it was asked


@dataclass(frozen=True, kw_only=True)
class KeptTrial:
    """A trial, and what it holds for."""

    trial: Trial
    folders: tuple[str, ...]
    state: str


_answers: Bounded[str, Answer] = Bounded()
#: (path, prefix, environment's state) -> the owner, in a tuple: None is an answer, too.
owners: Bounded[tuple[str, str, str], tuple[str | None]] = Bounded(1024)
#: (question, names) -> what became of importing them
trials: Bounded[tuple[str, tuple[str, ...]], KeptTrial] = Bounded()
#: folders -> their sizes: counting takes long, and they grow slowly
sizes: Bounded[tuple[str, ...], tuple[tuple[Cache, ...], dict[str, str]]] = Bounded()
_folders: Bounded[str, tuple[packages.Scan, packages.Folder]] = Bounded()


def question(python: str, env: Mapping[str, str] | None, affinity: Sequence[int]) -> str:
    """Return what an answer depends on but for what is installed, as one word."""
    relevant = sorted(
        (name, value) for name, value in inherited(env).items() if name.startswith(_RELEVANT)
    )
    digest = hashlib.sha256(script()).hexdigest()
    parts = (python, os.path.realpath(python), _changed(python), digest, tuple(affinity), relevant)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def answer(asked: str, names: Sequence[str]) -> Answer | None:
    """Return a kept answer that knows all of `names` and still holds, None where there is none."""
    kept = _answers.get(asked)
    if kept is None or not kept.names.issuperset(names) or state(kept.folders) != kept.state:
        return None
    return kept


def keep(
    asked: str, names: Sequence[str], reply: dict[str, Any], folders: Sequence[str], since: float
) -> None:
    """Keep a reply; not one that is incomplete, nor one of folders that changed while it was made.

    `since` is the time when it was asked.
    """
    if reply["unknown"] or any((_changed(folder) or 0) >= since for folder in folders):
        return
    kept = Answer(reply=reply, names=frozenset(names), folders=tuple(folders), state=state(folders))
    _answers.put(asked, kept)


def state(folders: Sequence[str]) -> str:
    """Return a digest of what is installed in folders, and of what was put there by hand."""
    parts = [
        (folder, _changed(folder), sorted(packages.metadata_names(folder))) for folder in folders
    ]
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def folder(path: str) -> packages.Folder:
    """Return the packages in a folder, read anew only if names or times in it changed."""
    scanned = packages.scan(path)
    kept = _folders.get(path)
    if kept is not None and kept[0] == scanned:
        return kept[1]
    read = packages.read(scanned)
    if not read.may_pass:  # what cannot be read now, for want of descriptors, may be read later
        _folders.put(path, (scanned, read))
    return read


def forget() -> None:
    """Keep nothing any longer (the person pressed refresh)."""
    _answers.forget()
    owners.forget()
    trials.forget()
    sizes.forget()
    _folders.forget()


def _changed(path: str) -> float | None:
    try:
        return Path(path).stat().st_mtime
    except (OSError, ValueError):
        return None
