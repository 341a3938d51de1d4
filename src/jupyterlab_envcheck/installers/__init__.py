"""How pip and uv are spelled and understood: argv and text in, data out. Nothing here runs."""

from __future__ import annotations

from .base import Choice, Heard, Installer, Phase, Reply
from .commands import (
    CONDA_KINDS,
    PROJECT_KINDS,
    commands_for,
    create_commands,
    recommended_manager,
    remove_commands,
    shell_line,
)
from .pip import Pip
from .specs import MOST_SPECS, name_of, parse_spec, parse_wish
from .uv import Uv

__all__ = [
    "CONDA_KINDS",
    "MOST_SPECS",
    "PROJECT_KINDS",
    "Choice",
    "Heard",
    "Installer",
    "Phase",
    "Pip",
    "Reply",
    "Uv",
    "commands_for",
    "create_commands",
    "name_of",
    "parse_spec",
    "parse_wish",
    "recommended_manager",
    "remove_commands",
    "shell_line",
]
