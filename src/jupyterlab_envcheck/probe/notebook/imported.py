"""Lists the modules that the import statements of cells load, in their order."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator

from .cells import parsed
from .walk import walk

_PATIENCE = 2.0  #: seconds for all cells
_MOST = 300  #: modules that are told


def imported(sources: Iterable[str]) -> tuple[str, ...]:
    """Return the modules by their dotted names, each once; never fails.

    What is imported from a module may be a module in it, as in `from matplotlib import pyplot`: it is
    told after it, and need not exist.
    """
    deadline = time.monotonic() + _PATIENCE
    found: dict[str, None] = {}
    for source in sources:
        cell = parsed(source, deadline)
        for place in walk(cell.body if cell is not None else (), deep=False):
            found.update(dict.fromkeys(_loaded(place.node)))
    return tuple(found)[:_MOST]


def _loaded(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom(level=0, module=str(module)):
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if alias.name != "*")
