"""Turns a probe's raw reply into facts; never fails, whatever is missing or of a wrong type.

A reply comes from a process that we do not trust: every string is cleaned here, but for the paths
of `places`, which are for opening files and not for showing: a cleaned path may be another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .interpreter import Interpreter
from .libraries import Library
from .process import Module
from .text import clean


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where an interpreter's files lie: raw paths, never shown."""

    executable: str
    prefix: str
    base_prefix: str
    stdlib: str | None
    site_packages: tuple[str, ...]
    path: tuple[str, ...]


def places(reply: object) -> Places | None:
    """Return the raw paths of a child's reply, None where it does not even name itself."""
    facts = _facts(reply)
    executable, prefix = _path(facts.get("executable")), _path(facts.get("prefix"))
    if executable is None or prefix is None:
        return None
    return Places(
        executable=executable,
        prefix=prefix,
        base_prefix=_path(facts.get("base_prefix")) or prefix,
        stdlib=_path(facts.get("stdlib")),
        site_packages=_paths(facts.get("site_packages")),
        path=_paths(facts.get("path")),
    )


def interpreter(reply: object, found: str) -> Interpreter | None:
    """Return the interpreter of a child's reply, None where it does not even name itself."""
    facts = _facts(reply)
    executable, prefix = _text(facts.get("executable")), _text(facts.get("prefix"))
    version = _text(facts.get("version"))
    if executable is None or prefix is None or version is None:
        return None
    return Interpreter(
        executable=executable,
        prefix=prefix,
        base_prefix=_text(facts.get("base_prefix")) or prefix,
        version=version,
        implementation=_text(facts.get("implementation")) or "cpython",
        found=found,
        stdlib=_text(facts.get("stdlib")),
        site_packages=_texts(facts.get("site_packages")),
        path=_texts(facts.get("path")),
        user_site=_text(facts.get("user_site")),
        markers=_words(facts.get("markers"), 2_000),
    )


def libraries(reply: object) -> tuple[Library, ...] | None:
    """Return all thread pools of a child's reply, None where they are unknown."""
    pools = _facts(reply).get("pools")
    return tuple(map(_library, filter(_is_mapping, pools))) if isinstance(pools, list) else None


def blas(reply: object) -> tuple[Library, ...] | None:
    """Return the BLAS libraries of a child's reply; where no pool shows, what numpy was built with.

    Accelerate, NVPL, ArmPL and the reference BLAS have no pool that threadpoolctl can see.
    """
    pools = _facts(reply).get("pools")
    numpy = _mapping(_facts(reply).get("numpy"))
    if not isinstance(pools, list):
        return None
    live = tuple(
        _library(pool) for pool in filter(_is_mapping, pools) if pool.get("user_api") == "blas"
    )
    name = _text(_mapping(numpy.get("blas")).get("name"))
    if live or name is None:
        return live
    version = _text(_mapping(numpy.get("blas")).get("version"))
    return (
        Library(
            library=name,
            version=version,
            path=None,
            owner=None,
            threads=None,
            layer=None,
            architecture=None,
        ),
    )


def numpy_failure(reply: object) -> str | None:
    """Return in full why importing numpy failed, None where it did not fail or is not there."""
    return _text(_mapping(_facts(reply).get("numpy")).get("error"), 20_000)


def has_numpy(reply: object) -> bool | None:
    """Tell whether the interpreter finds numpy, broken or not."""
    match _mapping(_facts(reply).get("numpy")).get("state"):
        case "absent":
            return False
        case "failed" | "imported":
            return True
        case _:
            return None


def modules(reply: object) -> tuple[Module, ...] | None:
    """Return the modules of a live kernel's reply, None where it did not tell."""
    seen = _facts(reply).get("modules")
    if not isinstance(seen, dict):
        return None
    return tuple(
        Module(name=clean(name, 200), version=_text(told[0]), file=_text(told[-1]))
        for name, told in sorted(seen.items())
        if isinstance(told, list) and told
    )


def found_names(reply: object) -> dict[str, bool]:
    """Return which of the asked names the interpreter finds; those it could not tell are left out."""
    found = _mapping(_facts(reply).get("found"))
    return {name: told for name, told in found.items() if isinstance(told, bool)}


def stdlib_names(reply: object) -> frozenset[str] | None:
    """Return the names of its standard library, None below Python 3.10."""
    names = _facts(reply).get("stdlib_names")
    return frozenset(n for n in names if isinstance(n, str)) if isinstance(names, list) else None


def executable(reply: object) -> str | None:
    """Return the raw path of a reply's Python."""
    return _path(_facts(reply).get("executable"))


def path(reply: object) -> tuple[str, ...] | None:
    """Return the raw sys.path of a reply, None where it did not tell."""
    told = _facts(reply).get("path")
    return _paths(told) if isinstance(told, list) else None


def unknown(reply: object) -> dict[str, str]:
    """Return the reasons why facts of a reply are null."""
    return _words(_mapping(reply).get("unknown"), 20_000)


def _library(pool: Mapping[str, Any]) -> Library:
    name, prefix = _text(pool.get("internal_api")), _text(pool.get("prefix"))
    threads = pool.get("num_threads")
    return Library(
        # threadpoolctl calls all OpenMP runtimes "openmp"; which one it is says the file's name.
        library=(prefix if name == "openmp" else name) or prefix or "unknown",
        version=_text(pool.get("version")),
        path=_text(pool.get("filepath")),
        owner=None,
        threads=threads if isinstance(threads, int) and not isinstance(threads, bool) else None,
        layer=_text(pool.get("threading_layer")),
        architecture=_text(pool.get("architecture")),
    )


def _facts(reply: object) -> Mapping[str, Any]:
    return _mapping(_mapping(reply).get("facts"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


def _text(value: object, limit: int = 2_000) -> str | None:
    return clean(value, limit) if isinstance(value, str) and value else None


def _path(value: object) -> str | None:
    """Return a path as it is; with a null character it is none."""
    return value if isinstance(value, str) and value and "\0" not in value else None


def _paths(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(path for entry in listed if (path := _path(entry)) is not None)


def _words(value: object, limit: int) -> dict[str, str]:
    return {
        clean(name, 100): clean(word, limit)
        for name, word in _mapping(value).items()
        if isinstance(word, str)
    }


def _texts(value: object) -> tuple[str, ...]:
    return (
        tuple(clean(text) for text in value if isinstance(text, str))
        if isinstance(value, list)
        else ()
    )
