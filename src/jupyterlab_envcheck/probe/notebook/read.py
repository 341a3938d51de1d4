"""Reads a notebook's cells in their order, as if they were run one after the other."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...facts import InstallLine, Parallel, Setting
from . import installs, parallels, settings
from .cells import Cell, parsed
from .walk import walk
from .wanted import Names, Wanted

_PATIENCE = 2.0  #: seconds for all cells; those that are left over are unreadable
_MOST_LINES = 200  #: of each sort that are told

#: A cell without any of these makes no call that is told: looking at each takes most of the time.
_TELLING = re.compile(
    r"environ|putenv|get_ipython|subprocess|os\.(?:system|popen)|Pool|Parallel|parallel_|n_jobs"
    r"|Client|LocalCluster|\.compute|\.persist|dask|check_(?:call|output)"
)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What could be read of the cells."""

    wanted: tuple[Wanted, ...]
    cells: int
    unreadable: tuple[str, ...]
    installs: tuple[InstallLine, ...]
    settings: tuple[Setting, ...]
    parallels: tuple[Parallel, ...]


@dataclass(kw_only=True)
class _Reader:
    """What was read up to here."""

    names: Names = field(default_factory=Names)
    installs: list[InstallLine] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    parallels: list[Parallel] = field(default_factory=list)

    def cell(self, cell: Cell, identity: str) -> None:
        if cell.script is not None:
            self.installs += installs.in_script(cell.script, identity, cell.before + 1)
        deep = _TELLING.search(cell.python) is not None
        for place in walk(cell.body, deep=deep):
            line = cell.before + getattr(place.node, "lineno", 0)
            match place.node:
                case ast.Pass() if place.node.lineno in cell.escapes:
                    self._escape(cell.escapes[place.node.lineno], identity, line)
                case ast.Import() | ast.ImportFrom():
                    self.names.imports(place, identity, line)
                case ast.Assign() | ast.AugAssign() if deep:
                    found = settings.in_statement(place.node, self.names, identity, line)
                    self.settings += found
                case ast.Call():
                    self._call(place.node, identity, line)

    def _escape(self, text: str, cell: str, line: int) -> None:
        self.installs += installs.in_escape(text, cell, line)
        self.settings += settings.in_escape(text, self.names, cell, line)
        library = settings.loads(text)
        if library is not None:
            self.names.loaded.setdefault(library)

    def _call(self, call: ast.Call, cell: str, line: int) -> None:
        escape = _escape_of(call, self.names)
        if escape is not None:
            self._escape(escape, cell, line)
            return
        self.installs += installs.in_call(call, self.names, cell, line)
        self.settings += settings.in_call(call, self.names, cell, line)
        self.parallels += parallels.in_call(call, self.names, cell, line)


def read(cells: Sequence[Mapping[str, Any]], missing: Sequence[str] = ()) -> Read:
    """Return what code cells `{"id", "source"}` import, install, set and start; never fails.

    `missing` are modules that something imported, be it a cell or what a cell uses.
    """
    reader = _Reader()
    unreadable = []
    deadline = time.monotonic() + _PATIENCE
    for number, cell in enumerate(cells):
        identity = str(cell.get("id", number))[:100]
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        taken_apart = parsed(text, deadline)
        if taken_apart is None:
            unreadable.append(identity)
            continue
        reader.cell(taken_apart, identity)
    for name in missing:
        reader.names.missed(name)
    return Read(
        wanted=reader.names.wanted(),
        cells=len(cells),
        unreadable=tuple(unreadable),
        installs=tuple(reader.installs[:_MOST_LINES]),
        settings=tuple(reader.settings[:_MOST_LINES]),
        parallels=tuple(reader.parallels[:_MOST_LINES]),
    )


def _escape_of(call: ast.Call, names: Names) -> str | None:
    """Return the line for IPython that a call stands for, as it was written."""
    function = names.dotted(call.func).rpartition("get_ipython().")[2]
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    match function, texts:
        case (("system" | "getoutput"), [str(text)]):
            return f"!{text}"
        case "run_line_magic", [str(name), str(rest)]:
            return f"%{name} {rest}"
        case _:
            return None
