"""Finds what a shell command in a cell would run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from ..facts.text import clean

#: The commands by which people install from a cell.
_INSTALLERS = ("pip", "pip3", "conda", "mamba", "micromamba", "uv", "python", "python3")


def on_path(env: Mapping[str, str]) -> dict[str, str]:
    """Return which program each installer's name stands for, of those that are found at all."""
    path = env.get("PATH", os.defpath)
    found = {name: shutil.which(name, path=path) for name in _INSTALLERS}
    return {name: clean(program) for name, program in found.items() if program is not None}
