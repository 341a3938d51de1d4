"""What is the case: frozen data about one kernel's environment, each fact with how it is known.

``None`` is unknown, and nothing else is. Where a value is unknown, the section's ``unknown`` names
the field and says why in words a person understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Generic, TypeVar

from .environment import (
    Conda,
    Condarc,
    CondaRecord,
    Environment,
    Interrupted,
    Overlap,
    Shadow,
    Terms,
    Venv,
)
from .gpus import Gpu, Gpus, NvidiaDriver
from .interpreter import Interpreter
from .jupyter import Jupyter, Kernelspec, OtherEnvironment
from .knowledge import (
    Channel,
    Clash,
    Driver,
    Framework,
    ImportName,
    Knowledge,
    Newest,
    PythonRelease,
    Table,
    TorchBuild,
    WidgetHalves,
    Window,
)
from .libraries import Library, MappedLibrary
from .machine import Cache, Cpus, Machine, Quota
from .notebook import Died, Elsewhere, Import, InstallLine, Notebook, Parallel, Setting
from .packages import Build, Bundled, DirectUrl, Package
from .process import KernelState, Module, Process
from .project import Project, ProjectFile

__all__ = [
    "Build",
    "Bundled",
    "Cache",
    "Channel",
    "Clash",
    "Conda",
    "CondaRecord",
    "Condarc",
    "Cpus",
    "Died",
    "DirectUrl",
    "Driver",
    "Elsewhere",
    "Environment",
    "Facts",
    "Framework",
    "Gpu",
    "Gpus",
    "Import",
    "ImportName",
    "InstallLine",
    "Interpreter",
    "Interrupted",
    "Jupyter",
    "KernelState",
    "Kernelspec",
    "Knowledge",
    "Library",
    "Machine",
    "MappedLibrary",
    "Module",
    "Newest",
    "Notebook",
    "NvidiaDriver",
    "OtherEnvironment",
    "Overlap",
    "Package",
    "Parallel",
    "Process",
    "Project",
    "ProjectFile",
    "PythonRelease",
    "Quota",
    "Section",
    "Sections",
    "Setting",
    "Shadow",
    "Table",
    "Terms",
    "TorchBuild",
    "Venv",
    "WidgetHalves",
    "Window",
]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Section(Generic[T]):
    """One group of facts, with where they come from."""

    source: str  #: in words a person understands: "asked numpy in a child process"
    at: str  #: when it was read, ISO 8601 with offset
    value: T | None = None
    unknown: Mapping[str, str] = field(default_factory=dict)  #: field -> why it is unknown

    def why_unknown(self, name: str = "value") -> str:
        """Return why a field, or the whole, is unknown."""
        return self.unknown.get(name, "it is unknown why")


@dataclass(frozen=True, kw_only=True)
class Sections:
    """Everything the report says about an environment."""

    interpreter: Section[Interpreter]
    environment: Section[Environment]
    packages: Section[tuple[Package, ...]]
    conda: Section[Conda]
    blas: Section[tuple[Library, ...]]
    thread_pools: Section[tuple[Library, ...]]
    machine: Section[Machine]
    gpus: Section[Gpus]
    process: Section[Process]
    jupyter: Section[Jupyter]
    notebook: Section[Notebook]


@dataclass(frozen=True, kw_only=True)
class Facts(Sections):
    """What a check may look at: the sections, the day, and what is known of the wider world."""

    now: date
    knowledge: Knowledge
    fingerprint: str | None  #: of what is installed, taken before it was read

    @property
    def sections(self) -> Sections:
        """Return what a report shows of them."""
        return Sections(**{part.name: getattr(self, part.name) for part in fields(Sections)})
