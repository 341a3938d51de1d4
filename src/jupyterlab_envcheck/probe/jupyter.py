"""Tells what Jupyter offers from where its server runs: kernels, halves of widgets, environments.

By files alone: no kernelspec is started, and no Python is asked.
"""

from __future__ import annotations

import json
import os
import re
import site
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..facts import Kernelspec, OtherEnvironment
from ..facts.text import clean, is_shown_as_it_is
from . import other_environments, pyvenv
from .files import layout, python_of, same
from .homes import home
from .kernelspec import start_of
from .other_environments import holds
from .plain_files import content, why_not

_MOST_SPECS = 200
_MOST_EXTENSIONS = 500
_MOST_READ = 1_000_000  #: bytes of a kernel.json or package.json

_NAVIGATOR = re.compile(r"anaconda-navigator-(\d[^-]*)-[^-]+\.json")
_NO_WORDS = "it does not start ipykernel, the only kernel whose files are looked for"
_FAR = "its Python looks for packages in folders that its files do not tell"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What lies around a Jupyter server; the fields are those of facts.Jupyter."""

    kernelspecs: tuple[Kernelspec, ...]
    environments: tuple[OtherEnvironment, ...]
    finds_conda_kernels: bool | None
    labextensions: Mapping[str, str]
    navigator: str | None


@dataclass(kw_only=True)
class _Spec:
    """A kernelspec as its file tells it, not as jupyter_client would have it."""

    argv: Any
    env: Any
    metadata: Any
    language: Any
    display_name: Any
    resource_dir: str


def look(
    server_prefix: str, env: Mapping[str, str], *, kernel_prefix: str | None
) -> tuple[Offer, dict[str, str]]:
    """Return what the server at a prefix offers, and by field what is unknown of it; never fails.

    Jupyter's own folders are those of this process, which is the server's. `env` is its environment.
    """
    unknown: dict[str, str] = {}
    try:
        paths, users = _paths(server_prefix)
    except (OSError, RuntimeError, ValueError) as error:  # no home directory
        paths, users = [os.path.join(server_prefix, "share", "jupyter")], frozenset[str]()
        unknown["kernelspecs"] = unknown["labextensions"] = _said(error)
    own = sys.executable if same(server_prefix, sys.prefix) else python_of(server_prefix)
    kernels = [os.path.join(path, "kernels") for path in paths]
    ipython = env.get("IPYTHONDIR") or os.path.join(home(env) or "", ".ipython")
    if os.path.isabs(ipython):
        kernels.append(os.path.join(ipython, "kernels"))
        users |= {os.path.normpath(ipython)}
    specs, pythons = _kernelspecs(kernels, users, own, unknown)
    site_packages = layout(own).site_packages if own is not None else ()
    finds = any(holds(folder, "nb_conda_kernels") for folder in site_packages)
    if not site_packages:
        unknown["finds_conda_kernels"] = "the packages of the server's Python were not found"
    prefixes = [prefix for prefix in (server_prefix, kernel_prefix) if prefix is not None]
    roots = other_environments.conda_roots(prefixes, env)
    environments = other_environments.look(
        env, roots=roots, pythons=pythons, apart=prefixes, finds_conda_kernels=finds
    )
    offer = Offer(
        kernelspecs=specs,
        environments=environments,
        finds_conda_kernels=finds if site_packages else None,
        labextensions=_labextensions(paths, unknown),
        navigator=_navigator(roots, unknown),
    )
    return offer, unknown


def _paths(server_prefix: str) -> tuple[list[str], frozenset[str]]:
    """Return Jupyter's folders for data in its order, and which of them are the user's own."""
    from jupyter_core import paths  # noqa: PLC0415 - a kernel's magic needs none of it

    own = os.path.join(server_prefix, "share", "jupyter")
    found = [own if path in paths.ENV_JUPYTER_PATH else path for path in paths.jupyter_path()]
    users = {paths.jupyter_data_dir()}
    if site.ENABLE_USER_SITE:
        users.add(os.path.join(site.getuserbase(), "share", "jupyter"))
    return list(dict.fromkeys(found)), frozenset(map(os.path.normpath, users)) - {own}


def _kernelspecs(
    folders: Sequence[str], users: frozenset[str], own: str | None, unknown: dict[str, str]
) -> tuple[tuple[Kernelspec, ...], list[str]]:
    """Return the kernelspecs that Jupyter offers, and the Pythons that they start, raw."""
    places: dict[str, list[str]] = {}
    for folder in folders:
        for path in _entries(folder, "kernelspecs", unknown):
            if os.path.isfile(os.path.join(path, "kernel.json")):
                places.setdefault(os.path.basename(path).lower(), []).append(path)
    specs, pythons = [], []
    for name, (path, *others) in list(places.items())[:_MOST_SPECS]:
        shown = clean(name, 200)
        told, trouble, why = _read(path)
        python, works = None, False if trouble is not None else None
        if told is not None:
            python, works, trouble, why = _judged(told, own)
        if python is not None:
            pythons.append(python)
        if works is None:
            unknown[f"kernelspecs.{shown}.works"] = why or "it is not known which Python it starts"
        hidden = next((other for other in others if not same(other, path)), None)
        label = told.display_name if told is not None else None
        specs.append(
            Kernelspec(
                name=shown,
                display_name=clean(label, 200) if isinstance(label, str) and label else shown,
                folder=clean(path),
                python=python if python is not None and is_shown_as_it_is(python) else None,
                works=works,
                trouble=trouble,
                hides=clean(hidden) if hidden is not None else None,
                by_user=os.path.normpath(os.path.join(path, "..", "..")) in users,
            )
        )
    return tuple(specs), pythons


def _read(folder: str) -> tuple[_Spec | None, str | None, str | None]:
    """Return a kernelspec; else its trouble, or why it cannot be read, which is no trouble of its own."""
    try:
        told = json.loads(content(os.path.join(folder, "kernel.json"), _MOST_READ))
    except OSError as error:
        return None, None, f"its kernel.json cannot be read: {why_not(error)}"
    except (ValueError, RecursionError):
        return None, "Its kernel.json is no JSON.", None
    argv = told.get("argv") if isinstance(told, dict) else None
    if not isinstance(argv, list) or not argv or not all(isinstance(word, str) for word in argv):
        return None, "Its kernel.json names no command.", None
    spec = _Spec(
        argv=argv,
        env=told.get("env", {}),
        metadata=told.get("metadata", {}),
        language=told.get("language", ""),
        display_name=told.get("display_name"),
        resource_dir=folder,
    )
    return spec, None, None


def _judged(spec: _Spec, own: str | None) -> tuple[str | None, bool | None, str | None, str | None]:
    """Return the Python of a kernelspec, whether it works, its trouble, and why that is not known."""
    start = start_of(spec)
    python = start.python
    if python is None:
        said = clean(start.problem.message, 500) if start.problem is not None else None
        if start.problem is not None and start.problem.reason == "not-found":
            return None, False, said, None
        return None, None, None, said
    if own is not None and _is(python, own):
        python = own  # as the facts of the server spell it
    if not any("ipykernel" in word for word in spec.argv):
        return python, None, None, _NO_WORDS
    found = _has_ipykernel(python, start.env)
    if found is None:
        return python, None, None, _FAR
    trouble = None if found else f"ipykernel is not installed for {clean(python, 300)}."
    return python, found, trouble, None


def _has_ipykernel(python: str, env: Mapping[str, str]) -> bool | None:
    """Tell whether a Python finds ipykernel, None where its files do not tell where it looks."""
    place = layout(python)
    folders = [
        *place.site_packages,
        *filter(os.path.isabs, env.get("PYTHONPATH", "").split(os.pathsep)),
    ]
    config, _ = pyvenv.config(place.prefix)
    seen = (config or {}).get("include-system-site-packages", "true")  # as Python reads it
    isolated = config is not None and seen.lower() != "true"
    conda = os.path.isdir(os.path.join(place.prefix, "conda-meta"))
    if conda:  # which sees the user's own site-packages, too
        folders += _users_own(place.site_packages, env)
    if any(holds(folder, "ipykernel") for folder in folders):
        return True
    return False if place.site_packages and (isolated or conda) else None


def _users_own(site_packages: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """Return the user's own site-packages for the Python of a conda environment."""
    if sys.platform == "win32":  # by the documentation of `site`; not tried
        around = os.path.join(env.get("APPDATA", ""), "Python")
        return [os.path.join(path, "site-packages") for path in _entries(around, "", {})]
    base = env.get("PYTHONUSERBASE") or os.path.join(home(env) or "", ".local")
    versions = [os.path.basename(os.path.dirname(folder)) for folder in site_packages]
    return [os.path.join(base, "lib", version, "site-packages") for version in versions]


def _is(python: str, own: str) -> bool:
    return same(python, own) and same(os.path.dirname(python), os.path.dirname(own))


def _labextensions(paths: Sequence[str], unknown: dict[str, str]) -> dict[str, str]:
    """Return the prebuilt extensions that JupyterLab finds, the first of a name, as it does."""
    found: dict[str, str] = {}
    for path in paths:
        for folder in _extension_folders(os.path.join(path, "labextensions"), unknown):
            try:
                told = json.loads(content(os.path.join(folder, "package.json"), _MOST_READ))
            except FileNotFoundError:
                continue
            except (OSError, ValueError, RecursionError):
                unknown[f"labextensions.{clean(os.path.basename(folder), 200)}"] = "cannot be read"
                continue
            name, version = (
                (told.get("name"), told.get("version")) if isinstance(told, dict) else (None, None)
            )
            if isinstance(name, str) and isinstance(version, str) and len(found) < _MOST_EXTENSIONS:
                found.setdefault(clean(name, 200), clean(version, 100))
        built = os.path.join(path, "lab", "extensions")
        if any(name.endswith(".tgz") for name in _entries(built, "labextensions", unknown)):
            unknown["labextensions"] = "some extensions were built into JupyterLab, not installed"
    return found


def _extension_folders(folder: str, unknown: dict[str, str]) -> Iterator[str]:
    for path in _entries(folder, "labextensions", unknown):
        if os.path.basename(path).startswith("@"):
            yield from _entries(path, "labextensions", unknown)
        else:
            yield path


def _navigator(roots: Sequence[str], unknown: dict[str, str]) -> str | None:
    for root in roots:
        for path in _entries(os.path.join(root, "conda-meta"), "navigator", unknown):
            match = _NAVIGATOR.fullmatch(os.path.basename(path))
            if match is not None:
                unknown.pop("navigator", None)
                return clean(match[1], 100)
    return None


def _entries(folder: str, field: str, unknown: dict[str, str]) -> list[str]:
    """Return what lies in a folder, sorted; nothing where there is none."""
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        if field:
            unknown[field] = f"{clean(folder, 300)} cannot be listed: {_said(error)}"
        return []


def _said(error: Exception) -> str:
    return why_not(error) if isinstance(error, OSError) else clean(str(error), 300)
