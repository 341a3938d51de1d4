"""Reads what is secret on this machine, so that it can be hidden in what goes to strangers.

What is found is nowhere kept and nowhere shown. Values of the variables of this process and of all
kernelspecs, and the settings in which people keep tokens and passwords.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import escape, glob
from typing import Any

from jupyter_core.paths import jupyter_config_path, jupyter_path, jupyter_runtime_dir

from ..facts.secret import secret_values, secrets_in
from .homes import home
from .plain_files import text

_MOST_READ = 1_000_000  #: bytes of one file
_MOST_FILES = 1_000
_BASE64 = re.compile(r"\"((?:[A-Za-z0-9+/]{4}){4,}[A-Za-z0-9+/]{0,3}={0,2})\"")


def secrets(environs: Iterable[Mapping[str, str]], prefixes: Sequence[str] = ()) -> frozenset[str]:
    """Return all that is secret here. `prefixes` are environments, which have settings of their own."""
    found: set[str] = set()
    settings = dict.fromkeys(_of_prefixes((sys.prefix, *prefixes)))
    tokens: dict[str, None] = {}
    for env in environs:
        found |= secret_values(env, _is_there)
        settings |= dict.fromkeys(_settings(env))
        tokens |= dict.fromkeys(_tokens(env))
    for path in [*settings][:_MOST_FILES]:
        with contextlib.suppress(OSError):
            found |= secrets_in(_decoded(text(path, _MOST_READ)))
    for path in [*tokens][:_MOST_FILES]:
        with contextlib.suppress(OSError):
            found |= secret_values({"TOKEN": text(path, _MOST_READ).strip()})
    for path in [*_kernelspecs()][:_MOST_FILES]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found |= secret_values(_variables(json.loads(text(path, _MOST_READ))), _is_there)
    return frozenset(found)


def _is_there(path: str) -> bool:
    return os.path.exists(os.path.expanduser(path))


def _decoded(settings: str) -> str:
    """Return settings with what anaconda-auth keeps in its keyring, which is JSON in base64."""
    inner = []
    for word in _BASE64.findall(settings):
        with contextlib.suppress(ValueError):
            inner.append(base64.b64decode(word).decode())
    return "\n".join((settings, *inner))


def _of_prefixes(prefixes: Iterable[str]) -> Iterator[str]:
    for prefix in prefixes:
        for name in (".condarc", "condarc", "pip.conf", "pip.ini"):
            yield os.path.join(prefix, name)
        yield from glob(os.path.join(escape(prefix), "condarc.d", "*"))


def _settings(env: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that pip, uv, conda, Jupyter and netrc's readers look into, there or not."""
    for name in ("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "CONDARC", "NETRC"):
        if written := env.get(name):
            yield written
    for folder in _config_folders(env):
        yield from (
            os.path.join(folder, *path)
            for path in (
                *(("pip", "pip.conf"), ("pip", "pip.ini"), ("pip.conf",)),
                *(("uv", "uv.toml"), ("conda", ".condarc"), ("conda", "condarc")),
            )
        )
        yield from glob(os.path.join(escape(folder), "conda", "condarc.d", "*"))
    if here := home(env):
        yield from (
            os.path.join(here, *path)
            for path in (
                *(
                    (".pip", "pip.conf"),
                    (".condarc",),
                    (".conda", ".condarc"),
                    (".conda", "condarc"),
                ),
                *((".netrc",), ("_netrc",), (".pypirc",), (".git-credentials",)),
                *((".mambarc",), (".rattler", "credentials.json")),
                (".anaconda", "keyring"),
            )
        )
    if written := env.get("UV_CREDENTIALS_DIR"):
        yield os.path.join(written, "credentials.toml")
    for folder in _data_folders(env):
        yield os.path.join(folder, "uv", "credentials", "credentials.toml")
    for folder in (*jupyter_config_path(), jupyter_runtime_dir()):
        for ending in ("json", "py"):
            yield from glob(os.path.join(escape(folder), f"*.{ending}"))


def _config_folders(env: Mapping[str, str]) -> Iterator[str]:
    here = home(env)
    if here is not None:
        yield env.get("XDG_CONFIG_HOME") or os.path.join(here, ".config")
        yield os.path.join(here, "Library", "Application Support")
    yield from (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    yield from ("/etc", "/Library/Application Support", "/var/lib")
    yield from (env[name] for name in ("APPDATA", "PROGRAMDATA") if env.get(name))


def _data_folders(env: Mapping[str, str]) -> Iterator[str]:
    yield from (env[name] for name in ("XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA") if env.get(name))
    if here := home(env):
        yield os.path.join(here, ".local", "share")
        yield os.path.join(here, "Library", "Application Support")


def _tokens(env: Mapping[str, str]) -> Iterator[str]:
    """Yield the files of Anaconda's programs that hold one token each and nothing else."""
    folders = [os.path.join(folder, "ContinuumIO", "binstar") for folder in _data_folders(env)]
    folders += [os.path.join(folder, "binstar") for folder in _data_folders(env)]
    if here := home(env):
        folders.append(os.path.join(here, ".continuum", "anaconda-client", "tokens"))
    for folder in folders:
        yield from glob(os.path.join(escape(folder), "*.token"))


def _kernelspecs() -> Iterator[str]:
    for folder in jupyter_path("kernels"):
        yield from glob(os.path.join(escape(folder), "*", "kernel.json"))


def _variables(spec: Any) -> dict[str, str]:
    variables = spec.get("env") if isinstance(spec, dict) else None
    if not isinstance(variables, dict):
        return {}
    return {str(name): value for name, value in variables.items() if isinstance(value, str)}
