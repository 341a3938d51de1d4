"""Keeps which names the cells import, and what those names stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .walk import Place

_MOST_NAMES = 500
_MOST_BOUND = 5_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A top-level name that a cell, or what it uses, imports, and where."""

    name: str
    cell: str  #: empty where no cell names it
    line: int  #: 0 where no cell names it
    optional: bool


@dataclass(kw_only=True)
class Names:
    """What the cells have imported up to here."""

    first: dict[str, Wanted] = field(default_factory=dict)
    loaded: dict[str, None] = field(default_factory=dict)  #: modules that are imported for sure
    bound: dict[str, str] = field(default_factory=dict)  #: "np" -> "numpy", "Pool" -> its module's

    def imports(self, place: Place, cell: str, line: int) -> None:
        """Note an import statement."""
        node = place.node
        for module in _modules(node):
            wanted = Wanted(
                name=module.split(".", 1)[0], cell=cell, line=line, optional=place.optional
            )
            before = self.first.get(wanted.name)
            # The first that is needed for sure says where; it counts more than an earlier try.
            if before is None or (before.optional and not place.optional):
                self.first[wanted.name] = wanted
            if not place.optional and not place.later:
                self.loaded.setdefault(module)
                self.loaded.setdefault(wanted.name)
        if len(self.bound) < _MOST_BOUND:
            self.bound.update(_bindings(node))

    def missed(self, name: str) -> None:
        """Note a module of which an import failed, though perhaps no cell names it."""
        self.first.setdefault(name, Wanted(name=name, cell="", line=0, optional=False))

    def wanted(self) -> tuple[Wanted, ...]:
        """Return the imported names, in their order."""
        return tuple(self.first.values())[:_MOST_NAMES]

    def dotted(self, node: ast.expr) -> str:
        """Return what an expression stands for: "multiprocessing.get_context().Pool", else ""."""
        parts: list[str] = []
        while True:
            match node:
                case ast.Attribute():
                    parts.append(f".{node.attr}")
                    node = node.value
                case ast.Call():
                    parts.append("()")
                    node = node.func
                case ast.Name():
                    parts.append(self.bound.get(node.id, node.id))
                    return "".join(reversed(parts))
                case _:
                    return ""


def _modules(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names)
        case ast.ImportFrom(level=0, module=str(module)):
            yield module


def _bindings(node: ast.AST) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import():
            for alias in node.names:
                if alias.asname is not None:
                    yield alias.asname, alias.name
                else:
                    top = alias.name.split(".", 1)[0]
                    yield top, top
        case ast.ImportFrom(level=0, module=str(module)):
            for alias in node.names:
                yield alias.asname or alias.name, f"{module}.{alias.name}"
