"""Finds the other environments of this machine, and what lies in them, by their files alone.

Folders of other people are read where that is allowed; nothing that lies in them is run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from packaging.utils import canonicalize_name

from ..facts import Elsewhere, OtherEnvironment
from ..facts.text import clean, is_shown_as_it_is
from . import knowledge
from .conda import root
from .files import layout, python_of
from .homes import home
from .kinds import kind_of
from .plain_files import text

_MOST = 50  #: environments that are told of
_MOST_TRIED = 500  #: folders of one source that are looked at
_MOST_READ = 1_000_000  #: bytes of environments.txt

_CONDA_KINDS = frozenset({"conda", "conda-base"})
_METADATA = (".dist-info", ".egg-info")
_COMPILED = (".so", ".pyd")


class Named(Protocol):
    """The parts of an environment's facts by which it is found again."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def prefix(self) -> str:
        """Where it lies."""


def conda_roots(prefixes: Iterable[str], env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the base environments of the condas of `prefixes`, of the variables and of this person."""
    found = [root.root_of(prefix, (), env) for prefix in prefixes]
    listed = [prefix for prefix in _listed_by_conda(env) if root.is_root(prefix)]
    return tuple(dict.fromkeys(filter(None, (*found, *listed))))


def look(
    env: Mapping[str, str],
    *,
    roots: Sequence[str],
    pythons: Iterable[str],
    apart: Iterable[str],
    finds_conda_kernels: bool | None,
) -> tuple[OtherEnvironment, ...]:
    """Return environments that have a Python and are none of `apart`, at most 50.

    `roots` are conda's base environments, `pythons` what kernelspecs start: theirs come first. With
    `finds_conda_kernels` those of conda's that have a kernel are offered without a kernelspec.
    """
    offered = {_real(layout(python).prefix) for python in pythons}
    seen = {_real(prefix) for prefix in apart}
    found: list[OtherEnvironment] = []
    kernels_own = (layout(python).prefix for python in pythons)
    for prefix in chain(kernels_own, _candidates(env, roots)):
        if len(found) == _MOST:
            break
        real = _real(prefix)
        if real in seen or not is_shown_as_it_is(prefix):
            continue
        seen.add(real)
        folders = _site_packages(prefix)
        if folders is None:
            continue
        kind = kind_of(prefix, version=None, base_prefix=None, stdlib=None, env=env)
        has_ipykernel = any(holds(folder, "ipykernel") for folder in folders)
        found.append(
            OtherEnvironment(
                name=kind.name,
                prefix=prefix,
                kind=kind.kind,
                has_ipykernel=has_ipykernel,
                offered=real in offered
                or bool(finds_conda_kernels and has_ipykernel and kind.kind in _CONDA_KINDS),
            )
        )
    return tuple(found)


def having(name: str, environments: Iterable[Named]) -> tuple[Elsewhere, ...]:
    """Return those of `environments` in which an import of `name` finds a file of its own.

    The version is that of the distribution of that name, or of the one that our table names.
    """
    top = name.partition(".")[0]
    found = []
    for one in environments:
        for folder in _site_packages(one.prefix) or ():
            if top.isidentifier() and holds(folder, top):
                version = _version(folder, top)
                found.append(Elsewhere(name=one.name, prefix=one.prefix, version=version))
                break
    return tuple(found)


def holds(folder: str, name: str) -> bool:
    """Tell whether a folder of packages has a top-level module of that name, or its metadata.

    An editable install has nothing there but its metadata; what is left of a removed package is a
    folder with nothing but bytecode in it.
    """
    files = (f"{name}.py", f"{name}.egg-link")
    for there in _names(folder):
        if there == name and set(_names(os.path.join(folder, name))) - {"__pycache__"}:
            return True
        if there in files or (there.startswith(f"{name}.") and there.endswith(_COMPILED)):
            return True
        if there.startswith(f"{name}-") and there.endswith(_METADATA):
            return True
    return False


def _version(folder: str, name: str) -> str | None:
    known = knowledge.load().imports.rows.get(name)
    others = (known.pypi, known.conda) if known is not None else ()
    plausible = {canonicalize_name(other) for other in (name, *filter(None, others))}
    for there in _names(folder):
        stem, ending = os.path.splitext(there)
        distribution, _, version = stem.partition("-")
        if ending in _METADATA and canonicalize_name(distribution) in plausible:
            return clean(version.partition("-")[0], 200) or None  # an egg's name goes on: -py3.11
    return None


def _candidates(env: Mapping[str, str], roots: Sequence[str]) -> Iterator[str]:
    yield from _listed_by_conda(env)
    for base in roots:
        yield base
        yield from _inside(os.path.join(base, "envs"))
    here = home(env)
    for variable, folder, inner in (
        ("WORKON_HOME", ".virtualenvs", ""),
        ("PYENV_ROOT", ".pyenv", "versions"),
    ):
        around = env.get(variable) or (here and os.path.join(here, folder))
        if around and os.path.isabs(around):
            yield from _inside(os.path.join(around, inner) if inner else around)


def _listed_by_conda(env: Mapping[str, str]) -> list[str]:
    """Return the environments that conda noted down for this person, as they are written."""
    here = home(env)
    if here is None:
        return []
    try:
        written = text(os.path.join(here, ".conda", "environments.txt"), _MOST_READ)
    except OSError:  # nobody made one, or it is not for us
        return []
    lines = [line.strip() for line in written.splitlines()[:_MOST_TRIED]]
    return [line for line in lines if os.path.isabs(line) and "\0" not in line]


def _inside(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in sorted(_names(folder))[:_MOST_TRIED]]


def _site_packages(prefix: str) -> tuple[str, ...] | None:
    """Return where its packages lie, None where it has no Python or may not be looked at."""
    try:
        python = python_of(prefix)
        return layout(python).site_packages if python is not None else None
    except (OSError, ValueError):
        return None


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except (OSError, ValueError):
        return []


def _real(prefix: str) -> str:
    try:
        return os.path.normcase(os.path.realpath(prefix))
    except (OSError, ValueError):
        return prefix
