"""What the open notebook asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .project import Project


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Another environment of this machine that has what is imported."""

    name: str  #: what a person calls that environment
    prefix: str
    version: str | None  #: of the distribution there, where its metadata tells


@dataclass(frozen=True, kw_only=True)
class Import:
    """A top-level name that a cell imports."""

    name: str
    cell: str  #: id of the first cell that imports it
    line: int  #: 1-based, in that cell
    optional: bool  #: inside try/except ImportError or `if TYPE_CHECKING`
    found: bool | None  #: whether the kernel's interpreter finds it
    tried: bool  #: it was imported in a fresh process of that interpreter (compiled ones are)
    error: str | None  #: why that failed, in full
    local: str | None  #: the file or folder of that name in the folder the kernel runs in
    elsewhere: tuple[Elsewhere, ...]  #: looked for only where it is not found here


@dataclass(frozen=True, kw_only=True)
class InstallLine:
    """A line of a cell that installs or removes packages."""

    cell: str
    line: int  #: 1-based, in that cell
    text: str  #: as written
    tool: str  #: pip, conda, mamba, micromamba, uv
    way: Literal["magic", "shell"]  #: %pip; or !pip and %%bash, which run whatever PATH finds first
    specs: tuple[str, ...]  #: what it asks for, as written
    redirects: tuple[str, ...]  #: what the shell takes for a file's name: "=1.0" of six>=1.0
    target: str | None  #: the environment or Python the line itself names


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A line of a cell that sets an environment variable which libraries read when they load."""

    variable: str
    value: str | None  #: None where it is worked out
    cell: str
    line: int
    after: (
        str | None
    )  #: the first library imported before it, in the notebook's order, that reads it


@dataclass(frozen=True, kw_only=True)
class Parallel:
    """A line of a cell that starts workers, each with thread pools of its own or sharing one."""

    kind: Literal["processes", "threads", "joblib", "joblib-threads", "dask", "dask-threads"]
    cell: str
    line: int
    text: str  #: the call, as written


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """The notebook's code, as far as it could be read."""

    imports: tuple[Import, ...]
    cells: int  #: code cells looked at
    unreadable: tuple[str, ...]  #: ids of cells that are not Python
    installs: tuple[InstallLine, ...]
    settings: tuple[Setting, ...]
    parallels: tuple[Parallel, ...]
    project: Project | None  #: None where no file tells of one
    local: tuple[str, ...]  #: names of all modules in the folder the kernel runs in, at most 500
