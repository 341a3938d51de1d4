"""How virtual environments are made, and Pythons for them found: words in, argv out. Runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from ..facts.text import clean
from ..problems import Problem

LONGEST_NAME = 50

#: A folder, and a kernel: nothing that a shell, a disk or Jupyter reads otherwise.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}(?:\.[0-9]{1,3})?")


def parse_name(text: str) -> str:
    """Return what an environment or a kernel is to be called; nothing else gets through."""
    if _NAME.fullmatch(text) and len(text) <= LONGEST_NAME and not text.endswith("."):
        return text
    shown = clean(text, 60).replace("\n", " ").strip()
    message = f"“{shown}” is not a name that an environment can have."
    hint = (
        f"Take up to {LONGEST_NAME} letters, digits, dots, hyphens and underscores, such as proj."
    )
    raise Problem("bad-name", message, hint)


def parse_version(text: str) -> str:
    """Return a version of Python that can be asked for; nothing else gets through."""
    if _VERSION.fullmatch(text):
        return text
    shown = clean(text, 60).replace("\n", " ").strip()
    message = f"“{shown}” is not a version of Python."
    raise Problem("bad-version", message, "Write it as numbers, such as 3.13.")


def is_version(version: str, wanted: str) -> bool:
    """Tell whether a Python of that version is what was asked for: 3.12.1 is a 3.12."""
    parts = wanted.split(".")
    return version.split(".")[: len(parts)] == parts


def uv_venv(uv: str, python: str, folder: str) -> tuple[str, ...]:
    """Return what makes a virtual environment without pip, in a fiftieth of a second."""
    return (*_uv(uv), "venv", "--no-project", "--python", python, folder)


def python_venv(python: str, folder: str) -> tuple[str, ...]:
    """Return what makes a virtual environment with the pip that Python itself brings."""
    return (python, "-m", "venv", folder)


def uv_find(uv: str, version: str) -> tuple[str, ...]:
    """Return what tells the path of a Python of that version on this machine, if there is one."""
    return (*_uv(uv), "python", "find", "--system", "--no-project", version)


def uv_list(uv: str) -> tuple[str, ...]:
    """Return what lists the Pythons of this machine."""
    return (*_uv(uv), "python", "list", "--only-installed", "--output-format", "json")


def read_list(reply: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the versions of the Pythons in such a list that fit, by their paths.

    The newest first, without their last number.
    """
    try:
        told = [str(e["version"]) for e in json.loads(reply) if fits(str(e["path"]))]
    except (ValueError, KeyError, TypeError):
        return ()
    return newest_first(told)


def newest_first(versions: Iterable[str]) -> tuple[str, ...]:
    """Return versions such as 3.12, each once; what is no version is left out."""
    found = {tuple(map(int, v.split(".")[:2])) for v in versions if _VERSION.match(v)}
    return tuple(".".join(map(str, version)) for version in sorted(found, reverse=True))


def _uv(uv: str) -> tuple[str, ...]:
    return (uv, "--color=never", "--no-python-downloads", "--no-config")
