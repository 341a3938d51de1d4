"""How pip, uv and conda are spelled and understood: argv and text in, data out. Nothing here runs."""

from __future__ import annotations

from .base import Choice, Heard, Installer, Outdated, Phase, Reply
from .commands import (
    CONDA_KINDS,
    PROJECT_KINDS,
    commands_for,
    recommended_manager,
    reinstall_commands,
    remove_commands,
    update_commands,
)
from .conda import (
    Actions,
    Conda,
    CondaPackage,
    CondaTool,
    CondaVerb,
    PackagesNotFound,
    TermsNotAccepted,
)
from .conda_specs import (
    name_of_conda,
    name_of_match,
    parse_channel,
    parse_conda_spec,
)
from .creating import create_commands
from .navigator import navigator_create, navigator_install
from .pip import Pip
from .shells import Shell, shell_line
from .specs import MOST_SPECS, parse_names, parse_spec
from .systems import SystemManager, system_commands, system_manager
from .uv import Uv
from .wishes import for_conda, for_pip, must_be_for_pip, name_of, parse_either, parse_wish

__all__ = [
    "CONDA_KINDS",
    "MOST_SPECS",
    "PROJECT_KINDS",
    "Actions",
    "Choice",
    "Conda",
    "CondaPackage",
    "CondaTool",
    "CondaVerb",
    "Heard",
    "Installer",
    "Outdated",
    "PackagesNotFound",
    "Phase",
    "Pip",
    "Reply",
    "Shell",
    "SystemManager",
    "TermsNotAccepted",
    "Uv",
    "commands_for",
    "create_commands",
    "for_conda",
    "for_pip",
    "must_be_for_pip",
    "name_of",
    "name_of_conda",
    "name_of_match",
    "navigator_create",
    "navigator_install",
    "parse_channel",
    "parse_conda_spec",
    "parse_either",
    "parse_names",
    "parse_spec",
    "parse_wish",
    "recommended_manager",
    "reinstall_commands",
    "remove_commands",
    "shell_line",
    "system_commands",
    "system_manager",
    "update_commands",
]
