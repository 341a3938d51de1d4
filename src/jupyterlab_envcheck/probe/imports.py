"""Tells which of the notebook's imports the kernel would find."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..facts import Import, Notebook, Section, parse
from ..facts.text import clean
from . import notebook
from .found import Found, nothing, section
from .subject import Subject


def of_notebook(subject: Subject, found: Found, read: notebook.Read | None) -> Section[Notebook]:
    """Tell what the cells import, and whether the kernel would find it."""
    source = "the notebook's cells, and its Python"
    if read is None:
        return nothing(source, "no notebook is open")
    look = subject.kernel.reply if subject.kernel is not None else None
    here = _Importable(
        asked=parse.found_names(found.reply),
        imported=frozenset(module.name for module in parse.modules(look) or ()),
        folders=tuple(dict.fromkeys([*([subject.cwd] if subject.cwd else []), *parse.path(look)])),
        known=found.reply is not None,
    )
    standard = parse.stdlib_names(found.reply) or sys.stdlib_module_names
    imports = tuple(
        Import(
            name=clean(wanted.name, 200),
            cell=clean(wanted.cell, 100),
            line=wanted.line,
            optional=wanted.optional,
            found=here.has(wanted.name),
        )
        for wanted in read.wanted
        if wanted.name not in standard
    )
    value = Notebook(
        imports=imports,
        cells=read.cells,
        unreadable=tuple(clean(cell, 100) for cell in read.unreadable),
    )
    unknown = {"found": found.why} if found.reply is None else {}
    return section(source, value, unknown)


@dataclass(frozen=True, kw_only=True)
class _Importable:
    """What the kernel can import."""

    asked: Mapping[str, bool]  #: by the interpreter's own search
    imported: frozenset[str]
    folders: tuple[str, ...]  #: the kernel's own, where the child did not look
    known: bool  #: whether the interpreter was asked at all

    def has(self, name: str) -> bool | None:
        """Tell whether a name can be imported, None where that is unknown."""
        if self.asked.get(name) or name in self.imported or name in self._beside:
            return True
        return self.asked.get(name) if self.known else None

    @cached_property
    def _beside(self) -> frozenset[str]:
        """The modules and folders (each a namespace package, if nothing else) beside the kernel."""
        return frozenset(name for folder in self.folders for name in _importable(folder))


def _importable(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, _, ending = entry.name.partition(".")
                if ending.endswith(("py", "so", "pyd")) or (not ending and entry.is_dir()):
                    yield stem
    except OSError:
        return
