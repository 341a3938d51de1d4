"""Finds the conda that an environment was made with: the prefix called base, or root."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence

#: The program in a `# cmd:` line of the history. What stands behind it can hold a password.
_COMMAND = re.compile(
    r"^# cmd: ((?:[A-Za-z]:)?[\\/].*?[\\/](?:bin|condabin|Scripts|Library[\\/]bin)[\\/]"
    r"(?:conda|mamba|micromamba)(?:\.exe|\.bat|-script\.py)?)(?=\s|$)",
    re.MULTILINE,
)

_RECORD = re.compile(r"conda-\d[^/\\]*\.json")


def is_root(prefix: str) -> bool:
    """Tell whether a conda, or micromamba, which is no package of its root, lives at a prefix."""
    folders = (os.path.join(prefix, name) for name in ("envs", "pkgs"))
    if all(os.path.isdir(folder) for folder in folders):
        return True
    commands = ("condabin", "bin/conda", "Scripts/conda.exe")
    if not any(os.path.exists(os.path.join(prefix, command)) for command in commands):
        return False
    return has_package(prefix, _RECORD)


def has_package(prefix: str, record: re.Pattern[str]) -> bool:
    """Tell whether a record whose file's name matches lies at a prefix; unreadable: no."""
    try:
        return any(
            record.fullmatch(name) for name in os.listdir(os.path.join(prefix, "conda-meta"))
        )
    except (OSError, ValueError):
        return False


def commands(history: str) -> tuple[str, ...]:
    """Return the programs that changed an environment, the last first, each once."""
    return tuple(dict.fromkeys(reversed(_COMMAND.findall(history))))


def root_of(prefix: str, programs: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Return the root of the conda that an environment belongs to, None where none is found.

    `programs` are those of its history. Not environments.txt: it lists the environments of every conda of this person.
    """
    return next((root for root in _candidates(prefix, programs, env) if is_root(root)), None)


def _candidates(prefix: str, programs: Sequence[str], env: Mapping[str, str]) -> Iterator[str]:
    yield prefix
    around = os.path.dirname(prefix.rstrip("/\\"))
    if os.path.basename(around) == "envs":
        yield os.path.dirname(around)
    for command in programs:
        yield root_around(command)
    if os.path.isabs(command := env.get("CONDA_EXE", "")):
        yield root_around(command)
    if os.path.isabs(root := env.get("MAMBA_ROOT_PREFIX", "")):
        yield root


def root_around(command: str) -> str:
    """Return the prefix around a program: the folder that holds its `bin` or `Scripts`."""
    folder = os.path.dirname(command)
    if re.search(r"[\\/]Library[\\/]bin$", folder):
        folder = os.path.dirname(folder)
    return os.path.dirname(folder)
