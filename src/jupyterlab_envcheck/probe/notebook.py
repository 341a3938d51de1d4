"""Reads which names a notebook's cells import."""

from __future__ import annotations

import ast
import re
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Cell magics whose body is Python; the body of every other is a language of its own.
_PYTHON_MAGICS = frozenset(
    {"capture", "debug", "envcheck", "memit", "mprun", "prun", "time", "timeit"}
)
_CELL_MAGIC = re.compile(r"\s*%%\s*([A-Za-z_][\w.-]*)")
_LINE_MAGIC = re.compile(r"^([ \t]*)(?:[%!].*|\?.*)$", re.MULTILINE)

_LONGEST = 1_000_000  #: characters of a cell; the parser takes a second for them
_MOST_NAMES = 500
_MOST_MAGICS = 20  #: cell magics on top of each other
_PATIENCE = 2.0  #: seconds for all cells; those that are left over are unreadable

#: What IPython may rewrite: each of them makes it read the whole cell anew, 2 us a character.
_ESCAPED = re.compile(r"^[ \t]*[!?%,;/]|=[\s\\]*[!%]|\?[ \t]*$", re.MULTILINE)
_MOST_ESCAPED = 100
_LONGEST_ESCAPED = 100_000
_MOST_REREAD = 400_000  #: characters times escapes

#: Handlers of these make an import optional; so does a bare `except:`.
_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A top-level name that a cell imports, and where."""

    name: str
    cell: str
    line: int
    optional: bool


@dataclass(frozen=True, kw_only=True)
class Read:
    """What could be read of the cells."""

    wanted: tuple[Wanted, ...]
    cells: int
    unreadable: tuple[str, ...]


def read(cells: Sequence[Mapping[str, Any]]) -> Read:
    """Return the imports of code cells `{"id", "source"}`, in their order; never fails."""
    wanted: dict[str, Wanted] = {}
    unreadable = []
    deadline = time.monotonic() + _PATIENCE
    for number, cell in enumerate(cells):
        identity = str(cell.get("id", number))[:100]
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        found = _imports(text, identity, deadline)
        if found is None:
            unreadable.append(identity)
            continue
        for one in found:
            before = wanted.get(one.name)
            # The first that is needed for sure says where; it counts more than an earlier try.
            if before is None or (before.optional and not one.optional):
                wanted[one.name] = one
    return Read(
        wanted=tuple(wanted.values())[:_MOST_NAMES], cells=len(cells), unreadable=tuple(unreadable)
    )


def _imports(source: str, cell: str, deadline: float) -> list[Wanted] | None:
    first = 1
    for _ in range(_MOST_MAGICS):
        magic = _CELL_MAGIC.match(source)
        if magic is None:
            break
        if magic[1] not in _PYTHON_MAGICS:
            return []
        line_end = source.find("\n", magic.end())
        if line_end < 0:
            return []
        first += source.count("\n", 0, line_end + 1)
        source = source[line_end + 1 :]
    tree = _parsed(source, deadline)
    if tree is None:
        return None
    return [
        Wanted(name=name, cell=cell, line=first - 1 + line, optional=optional)
        for name, line, optional in _walk(tree.body, optional=False)
    ]


def _parsed(source: str, deadline: float) -> ast.Module | None:
    """Return the tree of a cell; magics are taken out, by IPython where they are more than lines."""
    if len(source) > _LONGEST:
        return None
    for rewritten in (_as_it_is, _without_magics, _by_ipython):
        if time.monotonic() > deadline:
            return None
        python = rewritten(source)
        tree = _ast(python) if python is not None else None
        if tree is not None:
            return tree
    return None


def _as_it_is(source: str) -> str:
    return source


def _without_magics(source: str) -> str:
    return _LINE_MAGIC.sub(r"\1pass", source)


def _by_ipython(source: str) -> str | None:
    escapes = sum(1 for _ in _ESCAPED.finditer(source))
    if (
        escapes > _MOST_ESCAPED
        or len(source) > _LONGEST_ESCAPED
        or len(source) * escapes > _MOST_REREAD
    ):
        return None
    try:
        # Imported late, and only for the cells that need it: it takes 0.2 s.
        from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415
    except ImportError:
        return None
    lines = source.lstrip("\r\n")
    leading = source[: len(source) - len(lines)]
    try:
        manager = TransformerManager()  # type: ignore[no-untyped-call]
        return leading + str(manager.transform_cell(lines))
    # Foreign code reads foreign text: SyntaxError, IndexError and RuntimeError were seen.
    except Exception:  # noqa: BLE001
        return None


def _ast(source: str) -> ast.Module | None:
    try:
        with _quiet:
            return ast.parse(source, _CELL)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_CELL = "<cell read by envcheck>"


class _Quiet:
    """Holds back warnings of a cell's syntax, which are for who runs it, and no others.

    The filters are one list for all threads: the first that reads sets ours, the last takes it
    away, and between the two they read side by side.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._filters: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._readers += 1
            if self._readers == 1:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.filterwarnings("ignore", module=re.escape(_CELL))

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0 and self._filters is not None:
                self._filters.__exit__(None, None, None)


_quiet = _Quiet()


def _walk(body: Iterable[ast.AST], *, optional: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield (name, line, optional) of imports, also those in functions and classes.

    A stack of its own: garbage can be nested deeper than Python calls.
    """
    stack = [(node, optional) for node in reversed(list(body))]
    while stack:
        node, may_fail = stack.pop()
        match node:
            case ast.Import():
                for alias in node.names:
                    yield alias.name.split(".", 1)[0], node.lineno, may_fail
            case ast.ImportFrom():
                if node.level == 0 and node.module:
                    yield node.module.split(".", 1)[0], node.lineno, may_fail
            case ast.Try() | ast.TryStar() if any(map(_forgives, node.handlers)):
                stack += [(child, may_fail) for child in reversed([*node.orelse, *node.finalbody])]
                # What stands in a handler is the way out: one of the two will do.
                tried = [*node.body, *(n for handler in node.handlers for n in handler.body)]
                stack += [(child, True) for child in reversed(tried)]
            case ast.If() if _is_type_checking(node.test):
                stack += [(child, may_fail) for child in reversed(node.orelse)]
                stack += [(child, True) for child in reversed(node.body)]
            case ast.With() | ast.AsyncWith() if any(map(_suppresses, node.items)):
                stack += [(child, True) for child in reversed(node.body)]
            case ast.expr():
                continue  # an expression holds no import
            case _:
                stack += [(child, may_fail) for child in reversed([*ast.iter_child_nodes(node)])]


def _forgives(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(one, ast.Name) and one.id in _FORGIVING for one in caught)


def _suppresses(item: ast.withitem) -> bool:
    """Tell whether this is `with suppress(ImportError)`."""
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            return any(isinstance(one, ast.Name) and one.id in _FORGIVING for one in args)
        case _:
            return False


def _is_type_checking(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case _:
            return False
