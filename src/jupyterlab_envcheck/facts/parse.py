"""Turns a probe's raw reply into facts; never fails, whatever is missing or of a wrong type.

A reply comes from a process that we do not trust: every string is cleaned here, but for the paths
of `places`, `path`, `mapped` and `executable`, which are for opening files and not for showing: a
cleaned path may be another.
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


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What became of importing a name, in the script's words."""

    name: str
    state: str
    error: str | None


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
        on_path={},
        variables={},
    )


def libraries(reply: object) -> tuple[Library, ...] | None:
    """Return all thread pools of a child's reply, None where they are unknown.

    Where importing scipy ended the child, they are those of numpy alone.
    """
    facts = _facts(reply)
    told = _libraries(facts.get("all_pools"))
    return told if told is not None else _libraries(facts.get("pools"))


def blas_pools(reply: object) -> tuple[Library, ...] | None:
    """Return the BLAS libraries that importing numpy brings, None where they are unknown.

    Accelerate, NVPL, ArmPL and the reference BLAS have no pool that threadpoolctl can see: then
    there is none here, and `mapped` and `built_with` have to tell.
    """
    pools = _facts(reply).get("pools")
    if not isinstance(pools, list):
        return None
    return _libraries([p for p in pools if _mapping(p).get("user_api") == "blas"])


def mapped(reply: object) -> tuple[str, ...]:
    """Return the raw paths of the native libraries in a child's memory, as far as it told."""
    return _paths(_facts(reply).get("mapped"))


def built_with(reply: object) -> Library | None:
    """Return the BLAS that numpy was built with, None where it does not say."""
    told = _mapping(_mapping(_facts(reply).get("numpy")).get("blas"))
    name = _text(told.get("name"))
    if name is None:
        return None
    return Library(
        library=name,
        version=_text(told.get("version")),
        path=None,
        owner=None,
        threads=None,
        layer=None,
        architecture=None,
    )


def live_pools(reply: object) -> tuple[Library, ...] | None:
    """Return the thread pools of a live kernel's reply, None where it did not tell.

    Why one's number is unknown is in `unknown` under "pools." and the library's name.
    """
    return _libraries(_facts(reply).get("pools"))


def user_variables(reply: object) -> int | None:
    """Return how many variables of the user's a live kernel counted, None where it did not tell."""
    count = _facts(reply).get("variables")
    return count if type(count) is int and count >= 0 else None


def live_thread(reply: object) -> str | None:
    """Return the name of the thread in which a live kernel answered."""
    return _text(_facts(reply).get("thread"), 200)


def tried(reply: object, name: str) -> tuple[bool, str | None]:
    """Return whether a child tried to import numpy or scipy, and in full why that failed.

    An import that ended the child was tried, too; not one that the child did not come to.
    """
    told = _facts(reply).get(name)
    if isinstance(told, dict):
        return told.get("state") in ("failed", "imported"), _text(told.get("error"), 20_000)
    why = unknown(reply)
    before = [why.get(part) for part in ("numpy", "pools") if part != name]
    ending = why.get(name)
    return ending is not None and (name == "numpy" or ending not in before), ending


def trying(reply: object) -> str | None:
    """Return the name that a child was about to import, None where the reply says another thing."""
    name = _mapping(reply).get("trying")
    return name if isinstance(name, str) else None


def attempt(reply: object) -> Attempt | None:
    """Return what became of an import, None where the reply says another thing."""
    told = _mapping(reply)
    name, state = told.get("tried"), told.get("state")
    if not isinstance(name, str) or not isinstance(state, str):
        return None
    return Attempt(name=name, state=state, error=_text(told.get("error"), 20_000))


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
        Module(
            name=clean(name, 200),
            version=_text(told[0]),
            file=_text(told[-1]),
            distribution=None,
            installed=None,
        )
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


def _libraries(pools: object) -> tuple[Library, ...] | None:
    if not isinstance(pools, list):
        return None
    return tuple(_library(pool) for pool in pools if isinstance(pool, dict))


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
        backend=_text(pool.get("current_backend")),
        backends=_texts(pool.get("available_backends")),
    )


def _facts(reply: object) -> Mapping[str, Any]:
    return _mapping(_mapping(reply).get("facts"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


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
