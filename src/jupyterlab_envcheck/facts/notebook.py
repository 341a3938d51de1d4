"""What the open notebook asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Import:
    """A top-level name that a cell imports."""

    name: str
    cell: str  #: id of the first cell that imports it
    line: int  #: 1-based, in that cell
    optional: bool  #: inside try/except ImportError or `if TYPE_CHECKING`
    found: bool | None  #: whether the kernel's interpreter finds it


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """The notebook's code, as far as it could be read."""

    imports: tuple[Import, ...]
    cells: int  #: code cells looked at
    unreadable: tuple[str, ...]  #: ids of cells that are not Python
