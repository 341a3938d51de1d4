"""The environment an installer runs in: built by us, not inherited, whatever lies around."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..problems import Problem

#: Families of variables that could send an install elsewhere, or change what it does.
_FAMILIES = ("PIP_", "UV_", "CONDA_", "MAMBA_", "PYTHON", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")

#: Of these families: where packages come from, how the network is reached, where caches lie.
_ALLOWED = frozenset(
    {
        "CONDA_ALLOWLIST_CHANNELS",
        "CONDA_CHANNELS",
        "CONDA_CHANNEL_ALIAS",
        "CONDA_CHANNEL_PRIORITY",
        "CONDA_CLIENT_SSL_CERT",
        "CONDA_CLIENT_SSL_CERT_KEY",
        "CONDA_DEFAULT_CHANNELS",
        "CONDA_DENYLIST_CHANNELS",
        "CONDA_DISALLOWED_PACKAGES",
        "CONDA_OFFLINE",
        "CONDA_OVERRIDE_ARCHSPEC",
        "CONDA_OVERRIDE_CUDA",
        "CONDA_OVERRIDE_GLIBC",
        "CONDA_OVERRIDE_LINUX",
        "CONDA_OVERRIDE_OSX",
        "CONDA_OVERRIDE_WIN",
        "CONDA_PINNED_PACKAGES",
        "CONDA_PKGS_DIRS",
        "CONDA_REMOTE_CONNECT_TIMEOUT_SECS",
        "CONDA_REMOTE_READ_TIMEOUT_SECS",
        "CONDA_SOLVER",
        "CONDA_SSL_VERIFY",
        "CONDA_SUBDIR",
        "MAMBA_ROOT_PREFIX",
        "PIP_CACHE_DIR",
        "PIP_CERT",
        "PIP_CLIENT_CERT",
        "PIP_CONFIG_FILE",
        "PIP_DEFAULT_TIMEOUT",
        "PIP_DISABLE_PIP_VERSION_CHECK",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_INDEX_URL",
        "PIP_KEYRING_PROVIDER",
        "PIP_NO_CACHE_DIR",
        "PIP_NO_INDEX",
        "PIP_PROXY",
        "PIP_TIMEOUT",
        "PIP_TRUSTED_HOST",
        "UV_CACHE_DIR",
        "UV_CONCURRENT_DOWNLOADS",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INDEX",
        "UV_INDEX_STRATEGY",
        "UV_INDEX_URL",
        "UV_INSECURE_HOST",
        "UV_KEYRING_PROVIDER",
        "UV_LINK_MODE",
        "UV_NATIVE_TLS",
        "UV_NO_CACHE",
        "UV_OFFLINE",
        "UV_SYSTEM_CERTS",
    }
)
#: Credentials of named indexes: UV_INDEX_<NAME>_USERNAME and _PASSWORD.
_ALLOWED_ENDINGS = ("_USERNAME", "_PASSWORD")

#: What sends pip's installs elsewhere, as variable and as key of its configuration.
_PIP_PLACES = ("target", "prefix", "root", "user", "python")
#: What makes pip install more than it is asked for, or remove it (`uninstall` knows the first, too).
#: A folder among it is built in spite of `--only-binary :all:` (tried).
_PIP_ADDITIONS = ("requirement", "editable", "group", "requirements-from-script")
#: What does so in the `[pip]` table of a uv.toml; the last four change what is resolved for, or
#: build from source in spite of `--only-binary :all:` (tried with uv 0.13).
_UV_PLACES = (
    "target",
    "prefix",
    "system",
    "break-system-packages",
    "python",
    "python-version",
    "python-platform",
    "no-binary",
    "no-binary-package",
)
_UV_TOP_LEVEL = ("no-binary", "no-binary-package")

_FALSE = frozenset({"", "0", "false", "no", "off", "n", "f"})


def built(
    environ: Mapping[str, str],
    *,
    subdir: str | None = None,
    active: str | None = None,
    mamba_root: str | None = None,
) -> dict[str, str]:
    """Return the environment an installer starts with.

    `subdir` is the platform conda is told, and `active` the environment that is activated for it:
    of no other does it read the condarc within, even where it is to change that one (conda#6088).
    `mamba_root` is where mamba lies, which looks for itself on PATH, and fails where it is not.
    """
    kept = {name: value for name, value in environ.items() if _is_kept(name.upper())}
    # Three retries of uv, its default, are ten seconds of silence when offline.
    kept.setdefault("UV_HTTP_RETRIES", "1")
    # The user's own folder is no part of any environment: pip would delete from there what it is to
    # replace, and other environments use that, too (tried).
    kept["PYTHONNOUSERSITE"] = "1"
    kept["PYTHONUTF8"] = "1"
    kept["PYTHONUNBUFFERED"] = "1"
    if subdir is not None:
        kept["CONDA_SUBDIR"] = subdir
    if active is not None:
        kept["CONDA_PREFIX"] = active
    if mamba_root is not None:
        kept.setdefault("MAMBA_ROOT_PREFIX", mamba_root)
    # With --json mamba says of most that goes wrong only that it is aborting.
    kept["MAMBA_LOG_LEVEL"] = "error"
    return kept


def with_index(environ: Mapping[str, str], index_url: str | None) -> dict[str, str]:
    """Return `environ` with the administrator's index, if there is one, in the place of the user's.

    By environment and not by argv, which is shown and kept: there can be a password in it. Both
    tools let it go before their configuration files.
    """
    if index_url is None:
        return dict(environ)
    others = {name: value for name, value in environ.items() if name.upper() != "UV_INDEX_URL"}
    return {**others, "PIP_INDEX_URL": index_url, "UV_DEFAULT_INDEX": index_url}


def uv_config(environ: Mapping[str, str]) -> str | None:
    """Return the uv.toml that the user or the administrator wrote; None where there is none.

    uv is given this one file by name: left to itself it looks in the working directory and all
    folders above, and a project's pyproject.toml there was obeyed (tried).
    """
    if environ.get("UV_NO_CONFIG", "").lower() not in _FALSE:
        return None
    return next((str(path) for path in _uv_places(environ) if path.is_file()), None)


def pip_redirection(environ: Mapping[str, str], listed: str) -> tuple[str, str] | None:
    """Return the setting that sends pip's installs elsewhere, and where it stands.

    `listed` is the output of `pip config list`, run in the environment that was built.
    """
    return _pip_setting(_PIP_PLACES, environ, listed, sections=("global", "install"))


def pip_addition(environ: Mapping[str, str], listed: str) -> tuple[str, str] | None:
    """Return the setting that gives pip more to do than it is asked for, and where it stands."""
    sections = ("global", "install", "uninstall")
    return _pip_setting(_PIP_ADDITIONS, environ, listed, sections=sections)


def uv_redirection(config: str | None) -> tuple[str, str] | None:
    """Return the setting of a uv.toml that sends installs elsewhere or builds, and where it is."""
    if config is None:
        return None
    try:
        with Path(config).open("rb") as file:
            told: dict[str, Any] = tomllib.load(file)
    except (OSError, ValueError) as error:
        message = f"uv's configuration {config} could not be read."
        raise Problem("bad-configuration", message, "Mend or remove that file.") from error
    pip = told.get("pip")
    found = [f"pip.{key}" for key in _UV_PLACES if isinstance(pip, dict) and pip.get(key)]
    found += [key for key in _UV_TOP_LEVEL if told.get(key)]
    return (found[0], config) if found else None


def uv_executable() -> str | None:
    """Return the uv that came with us; None where it is gone."""
    import uv  # noqa: PLC0415 - costs nothing to those who never install

    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        return None


def _pip_setting(
    names: Collection[str], environ: Mapping[str, str], listed: str, *, sections: Collection[str]
) -> tuple[str, str] | None:
    """Return the first of the settings that is on, and where it stands."""
    for name in names:
        variable = f"PIP_{name.upper().replace('-', '_')}"
        if environ.get(variable, "").lower() not in _FALSE:
            return variable, "the environment variables that Jupyter was started with"
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        off = value.strip().strip("'\"").lower() in _FALSE
        if section in sections and name in names and not off:
            return key, "the file that “pip config debug” names"
    return None


def _is_kept(name: str) -> bool:
    if not name.startswith(_FAMILIES) or name in _ALLOWED:
        return True
    return name.startswith("UV_INDEX_") and name.endswith(_ALLOWED_ENDINGS)


def _uv_places(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield where uv looks, the most particular first; of two files uv can be given one."""
    if named := environ.get("UV_CONFIG_FILE"):
        yield Path(named)
    if sys.platform == "win32":
        folders = [environ.get("APPDATA"), environ.get("PROGRAMDATA")]
        yield from (Path(folder, "uv", "uv.toml") for folder in folders if folder)
        return
    home = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or Path.home(), ".config")
    yield Path(home, "uv", "uv.toml")
    for folder in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield Path(folder, "uv", "uv.toml")
    yield Path("/etc/uv/uv.toml")
