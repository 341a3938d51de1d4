"""Tells which BLAS numpy would run on, and which thread pools would come up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...facts import Library, Section, parse
from ...facts.text import clean
from .. import cache, libraries
from ..found import Found, nothing, section
from ..owners import owner_of

#: Of the libraries that are told apart, those that multiply matrices.
_BLAS = frozenset(
    {
        "accelerate",
        "armpl",
        "atlas",
        "blis",
        "flexiblas",
        "mkl",
        "nvpl",
        "openblas",
        "reference",
    }
)

NUMPY = "numpy, imported in a child process and asked by threadpoolctl"


def of_blas(found: Found) -> Section[tuple[Library, ...]]:
    """Tell which BLAS numpy would run on.

    threadpoolctl does not see Accelerate, NVPL, ArmPL and the reference BLAS: of these what is in
    the child's memory tells, and where that tells nothing, what numpy was built with.
    """
    why = _why_unknown(found)
    if why is not None:
        return nothing(NUMPY, why)
    if parse.has_numpy(found.reply) is False:
        return section("numpy is not installed", ())
    live = parse.blas_pools(found.reply) or ()
    if live:
        return section(NUMPY, owned(found, live))
    mapped = tuple(
        library(name, path)
        for name, path in libraries.classified(map(os.path.realpath, parse.mapped(found.reply)))
        if name in _BLAS
    )
    if mapped:
        return section("numpy, imported in a child process: its memory map", owned(found, mapped))
    built = parse.built_with(found.reply)
    if built is None:
        return nothing(NUMPY, "numpy shows no BLAS that is known, and does not say which it is")
    return section("numpy's own words on how it was built", (built,))


def of_thread_pools(found: Found) -> Section[tuple[Library, ...]]:
    """Tell all thread pools that importing numpy, scipy and the notebook's packages makes."""
    why = _why_unknown(found)
    trial = found.trial
    if trial is not None and trial.pools is not None:
        names = [name for name, tried in trial.states.items() if tried.state == "imported"]
        # Those of numpy and scipy alone first: the trial does not import what nobody asks for.
        pools = {pool.path: pool for pool in parse.libraries(found.reply) or ()}
        pools |= {pool.path: pool for pool in trial.pools}
        source = f"{', '.join(['numpy', 'scipy', *names[1:]])}: imported in child processes"
        return section(f"{source}, and asked by threadpoolctl", owned(found, pools.values()))
    if why is not None:
        return nothing(NUMPY, why)
    if parse.has_numpy(found.reply) is False:
        return section("numpy is not installed", ())
    unknown = {"notebook": trial.unknown["pools"]} if trial is not None else {}
    without_scipy = parse.unknown(found.reply).get("all_pools")
    if without_scipy is not None:
        unknown["scipy"] = without_scipy
    return section(NUMPY, owned(found, parse.libraries(found.reply) or ()), unknown)


def owned(found: Found, pools: Iterable[Library]) -> tuple[Library, ...]:
    """Return the libraries with the packages that their files belong to."""
    return tuple(
        replace(one, owner=owner(found, one.path, one.library)) if one.path else one
        for one in pools
    )


def owner(found: Found, path: str, library: str) -> str | None:
    """Return the distribution or conda package that a file belongs to, None where none is known."""
    key = (path, found.prefix or "", found.state)
    kept = cache.owners.get(key)
    if kept is None:
        kept = (owner_of(path, library, found.folder.packages, found.prefix or path),)
        cache.owners.put(key, kept)
    return kept[0]


def library(name: str, path: str) -> Library:
    """Return a library of which only name and place are known."""
    return Library(
        library=name,
        version=None,
        path=clean(path),
        owner=None,
        threads=None,
        layer=None,
        architecture=None,
    )


def _why_unknown(found: Found) -> str | None:
    if found.reply is None:
        return found.why
    failure = parse.numpy_failure(found.reply)
    if failure is not None:
        return f"numpy cannot be imported: {failure}"
    unknown: Mapping[str, str] = parse.unknown(found.reply)
    if parse.libraries(found.reply) is None:
        return unknown.get("pools", "the child did not tell")
    return None
