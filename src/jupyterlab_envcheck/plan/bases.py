"""Environments that others stand on."""

from __future__ import annotations

from ..facts import Environment
from ..installers import CONDA_KINDS, PROJECT_KINDS

#: Kinds that are made for one project or one purpose.
_OF_ONE = frozenset({"venv", "uv-venv", "virtualenv", "conda", "pipx", "uv-tool", *PROJECT_KINDS})


def is_base(environment: Environment) -> bool:
    """Tell whether this is a Python that environments are made from, and many projects may use."""
    if environment.kind in CONDA_KINDS:
        return environment.kind == "conda-base"
    return environment.venv is None and environment.kind not in _OF_ONE
