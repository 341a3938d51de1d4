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
    cell: str  #: id of the first cell that imports it; empty where none does itself
    line: int  #: 1-based, in that cell; 0 where none does itself
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
class Died:
    """A cell during which the kernel died, and what became of its imports in a fresh process."""

    cell: str
    modules: tuple[str, ...]  #: that were imported there, in this order
    #: "survived": the process lived through all of them. "ended": the process died.
    #: "late": it was not done in time. "untried": nothing is known.
    state: Literal["survived", "ended", "late", "untried"]
    culprit: str | None  #: the module during whose import it ended, or hung
    signal: str | None  #: by which it ended: "SIGABRT"; None where it was none, or is not known
    #: How it ended, in words that follow "Python"; why untried. Of "survived": why they were not
    #: repeated after the imports of what ran before, None where they were.
    how: str | None
    printed: str  #: the end of what it wrote on standard error meanwhile
    memory_kills: int | None  #: processes beside this server ended for want of memory of late
    #: Of "survived": what could not be imported there, so what its import does is not known.
    unrepeated: tuple[str, ...] = ()


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
    died: Died | None = None  #: of a cell that is still as it was when the kernel died with it
