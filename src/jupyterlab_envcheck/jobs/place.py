"""Where an installer would really land, and what is the environment's own there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from ..facts import Interpreter, Package
from ..facts.text import clean
from ..probe.packages import read_folder, same_folders, together
from ..problems import Problem
from .child import Stop, run

#: Seconds. It imports nothing that Python does not import anyway.
TIMEOUT = 20.0

_MARK = "envcheck place: "
#: The options of distutils' files that say where something is installed to. Its own way of leaving
#: them out in a venv knows them by their hyphens only: `install_lib` is obeyed there, too (tried).
_OPTIONS = (
    *("install_lib", "install_purelib", "install_platlib", "install_base", "install_platbase"),
    *("install_scripts", "install_headers", "install_data"),
    *("prefix", "exec_prefix", "home", "root", "user"),
)
_FALSE = frozenset({"", "0", "false", "no", "off", "n", "f"})

#: Before Python 3.10, pip and uv ask distutils where to install, which obeys ~/.pydistutils.cfg.
#: What goes wrong here goes wrong there as well, and is said there.
_SCRIPT = f"""
import json, sys, sysconfig
def told():
    if getattr(sysconfig, "_PIP_USE_SYSCONFIG", sys.version_info >= (3, 10)):
        return dict()
    try:
        __import__("_distutils_hack").remove_shim()
    except (ImportError, AttributeError):
        pass
    try:
        from distutils.dist import Distribution
        asked = Distribution()
        asked.parse_config_files()
        found = asked.get_option_dict("install")
        return dict((name, list(map(str, found[name]))) for name in found)
    except Exception:
        return dict()
site_packages = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
place = dict(prefix=sys.prefix, base_prefix=sys.base_prefix, site_packages=site_packages)
place["path"] = [entry for entry in sys.path if entry]
place["distutils"] = told()
print({_MARK!r} + json.dumps(place))
"""

#: What `setup.py develop` leaves in the environment of a project that lies elsewhere.
_LINK = "egg-link"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a file of distutils says of where to install."""

    option: str
    value: str
    file: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a Python that is started as installers are takes packages to and from."""

    prefix: str
    base_prefix: str
    site_packages: tuple[str, ...]
    path: tuple[str, ...]
    moved: Moved | None = None  #: packages, or parts of them, would land elsewhere

    @property
    def target(self) -> str:
        """Where packages would land."""
        return self.prefix if self.moved is None else self.moved.value


def reached(python: str, env: Mapping[str, str], *, limit: float, stop: Stop) -> Place:
    """Ask `python`, in the very environment an installer gets. Raises `Problem`."""
    reply = run((python, "-c", _SCRIPT), env=env, limit=min(limit, TIMEOUT), stop=stop)
    lines = reply.output.splitlines()  # a sitecustomize may have its say, too
    told = next((line for line in reversed(lines) if line.startswith(_MARK)), None)
    if told is None or reply.returncode != 0:
        said = clean((reply.errors.strip().splitlines() or ["nothing"])[-1], 300)
        message = f"{clean(python)} did not tell where it installs, and said: {said}"
        raise Problem("bad-reply", message, "Run it with -V in a terminal: is it a working Python?")
    place = json.loads(told.removeprefix(_MARK))
    return Place(
        prefix=place["prefix"],
        base_prefix=place["base_prefix"],
        site_packages=tuple(place["site_packages"]),
        path=tuple(place["path"]),
        moved=_moved(place["distutils"]),
    )


def is_meant(place: Place, interpreter: Interpreter) -> bool:
    """Tell whether this is the environment of the plan: the same prefix and the same folders."""
    same = set(map(_real, place.site_packages)) == set(map(_real, interpreter.site_packages))
    return place.moved is None and same and _real(place.prefix) == _real(interpreter.prefix)


def own(site_packages: Sequence[str]) -> tuple[Package, ...]:
    """Return what lies in the environment itself, and can be changed without touching others.

    Read anew: among the facts, a package that another one of its name hides is not told of.
    """
    found = together(read_folder(folder) for folder in same_folders(site_packages)).packages
    return tuple(package for package in found if package.form != _LINK)


def outside(packages: Iterable[Package], site_packages: Sequence[str]) -> tuple[Package, ...]:
    """Return those that the kernel sees although they lie elsewhere, if only by a link from here."""
    inside = set(map(_real, site_packages))
    return tuple(
        package
        for package in packages
        if _real(package.location) not in inside or package.form == _LINK
    )


def would_be_taken(place: Place, packages: Iterable[Package]) -> tuple[Package, ...]:
    """Return those of the packages outside whose files pip would delete to install another version.

    pip deletes what it finds on its path, wherever it lies; but in a venv only what is under the
    venv's prefix, or is linked to from there (https://pip.pypa.io/en/stable/cli/pip_uninstall/ and
    `dist_is_local` in its sources).
    """
    seen = set(map(_real, place.path))
    linked = _links(place.site_packages)
    is_venv = _real(place.prefix) != _real(place.base_prefix)
    return tuple(
        package
        for package in packages
        if package.name in linked
        or (
            _real(package.location) in seen
            and (not is_venv or Path(_real(package.location)).is_relative_to(_real(place.prefix)))
        )
    )


def _moved(options: Mapping[str, Sequence[str]]) -> Moved | None:
    """Return the option that sends something elsewhere; each has its file and its value."""
    for option in _OPTIONS:
        file, value = options.get(option, ("", ""))
        if value.strip().lower() not in _FALSE:
            return Moved(option=f"install.{option}", value=clean(value), file=clean(file))
    return None


def _links(site_packages: Iterable[str]) -> frozenset[str]:
    """Return the names that `setup.py develop` linked to a folder elsewhere."""
    files = (file for folder in site_packages for file in Path(folder).glob("*.egg-link"))
    return frozenset(canonicalize_name(file.stem) for file in files)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
