"""How pip and uv are spelled and understood: argv and text in, data out. Nothing here runs."""

from __future__ import annotations

from .base import Choice, Heard, Installer, Phase, Reply
from .commands import (
    CONDA_KINDS,
    PROJECT_KINDS,
    commands_for,
    recommended_manager,
    reinstall_commands,
    remove_commands,
)
from .creating import create_commands
from .navigator import navigator_create, navigator_install, navigator_remove
from .pip import Pip
from .shells import Shell, shell_line
from .specs import MOST_SPECS, name_of, parse_spec, parse_wish
from .systems import SystemManager, system_commands, system_manager
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
    "Shell",
    "SystemManager",
    "Uv",
    "commands_for",
    "create_commands",
    "name_of",
    "navigator_create",
    "navigator_install",
    "navigator_remove",
    "parse_spec",
    "parse_wish",
    "recommended_manager",
    "reinstall_commands",
    "remove_commands",
    "shell_line",
    "system_commands",
    "system_manager",
]
