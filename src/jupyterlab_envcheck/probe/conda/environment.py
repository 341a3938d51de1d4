"""Reads all that conda's files tell of an environment, without a conda."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...facts import Conda, CondaRecord
from ...facts.text import clean
from ..cache import Bounded
from ..plain_files import text, why_not
from . import condarc, root as conda_root, terms as conda_terms
from .channels import without_credentials
from .history import requested
from .records import changed, named as record, read as read_records

__all__ = ["forget", "read", "record"]

_MOST_READ = 20_000_000  #: bytes: histories of years have been seen at 2 MB
_MOST_PINNED = 500

#: Packages whose builds differ by the implementation behind them (rules.md 1.5).
_VARIED = frozenset(
    {"libblas", "libcblas", "liblapack", "liblapacke", "blas", "blas-devel", "_openmp_mutex"}
)
_NO_VARIANT = re.compile(r"\d+|h[0-9a-f]{7}|")


@dataclass(frozen=True, kw_only=True)
class _Meta:
    """What lies in conda-meta, and what it holds for."""

    state: object  #: of the files in conda-meta when they were read
    watched: Mapping[str, int]  #: folder -> its time: a change can make files missing
    records: tuple[CondaRecord, ...]
    requested: tuple[str, ...]
    pinned: tuple[str, ...]
    commands: tuple[str, ...]  #: programs that changed it, the last first; not shown
    unknown: Mapping[str, str]


_kept: Bounded[str, _Meta] = Bounded(16)


def read(prefix: str, env: Mapping[str, str]) -> tuple[Conda | None, dict[str, str]]:
    """Return what conda knows, and why what is unknown is so; None where `prefix` is not conda's.

    `env` is what the kernel was started with. Records are kept until a file of conda-meta changes
    or one of the folders that packages lie in: what is gone from deep inside a package is seen
    after `forget`.
    """
    try:
        found = _scan(prefix)
    except (FileNotFoundError, NotADirectoryError):
        return None, {}
    except (OSError, ValueError) as error:
        why = why_not(error) if isinstance(error, OSError) else "its path is no path"
        return None, {"value": f"conda-meta cannot be read: {why}"}
    meta = _kept.get(prefix)
    if meta is None or meta.state != found or not _stand(prefix, meta.watched):
        meta = _read(prefix, found)
        _kept.put(prefix, meta)
    root = conda_root.root_of(prefix, meta.commands, env)
    config, why_config = condarc.read(prefix, root, env)
    terms, why_terms = conda_terms.read(prefix, root, env)
    unknown = {**meta.unknown, **why_config, **why_terms}
    if root is None:
        unknown["root"] = "neither its history nor its place names a conda that is there"
    conda = Conda(
        records=meta.records,
        requested=meta.requested,
        variants=variants(meta.records),
        pinned=meta.pinned,
        frozen=any(name == "frozen" for name, _, _ in found),
        root=clean(root) if root is not None else None,
        config=config,
        terms=terms,
    )
    return conda, unknown


def forget() -> None:
    """Keep nothing any longer (the person pressed refresh)."""
    _kept.forget()
    condarc.forget()


def variants(records: Iterable[CondaRecord]) -> dict[str, str]:
    """Return which implementation was chosen: the text after the last `_` of the build."""
    found = {r.name: r.build.rsplit("_", 1)[-1] for r in records if r.name in _VARIED}
    return {name: kind for name, kind in found.items() if not _NO_VARIANT.fullmatch(kind)}


def pinned(written: str) -> tuple[str, ...]:
    """Return the specs of conda-meta/pinned, one a line, without comments."""
    lines = (line.split("#", 1)[0].strip() for line in written.splitlines())
    specs = [
        without_credentials(line) if "/" in line else clean(line, 400) for line in lines if line
    ]
    return tuple(specs[:_MOST_PINNED])


def _scan(prefix: str) -> tuple[tuple[str, int, int], ...]:
    """Return names, times and sizes of the files in conda-meta; OSError where it is unreadable."""
    found = []
    with os.scandir(os.path.join(prefix, "conda-meta")) as entries:
        for entry in entries:
            if entry.name.endswith(".json") or entry.name in ("history", "pinned", "frozen"):
                try:
                    status = entry.stat()
                except OSError:  # a link to nowhere, or it went just now
                    found.append((entry.name, 0, 0))
                else:
                    found.append((entry.name, status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


def _read(prefix: str, found: tuple[tuple[str, int, int], ...]) -> _Meta:
    told = read_records(prefix, [name for name, _, _ in found if name.endswith(".json")])
    unknown = dict(told.unknown)
    written = {}
    for name in ("history", "pinned"):
        try:
            written[name] = text(os.path.join(prefix, "conda-meta", name), _MOST_READ)
        except FileNotFoundError:
            continue
        except OSError as error:
            field = {"history": "requested"}.get(name, name)
            unknown[field] = f"conda-meta/{name} cannot be read: {why_not(error)}"
    history = written.get("history", "")
    return _Meta(
        state=found,
        watched=told.watched,
        records=told.records,
        requested=requested(history),
        pinned=pinned(written.get("pinned", "")),
        commands=conda_root.commands(history),
        unknown=unknown,
    )


def _stand(prefix: str, watched: Mapping[str, int]) -> bool:
    """Tell whether folders have the times they had."""
    return all(changed(os.path.join(prefix, folder)) == time for folder, time in watched.items())
