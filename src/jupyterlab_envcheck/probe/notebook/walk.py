"""Walks through a cell's code in its order, and says of each part whether it surely runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Handlers of these make an import optional; so does a bare `except:`.
_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

#: What has statements in it.
_WITH_STATEMENTS = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match, ast.match_case),
    ast.ExceptHandler,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a cell's code."""

    node: ast.AST
    optional: bool  #: it may fail to import, and another way follows
    later: bool  #: it is in a function, which runs when it is called


def walk(body: Iterable[ast.AST], *, deep: bool) -> Iterator[Place]:
    """Yield the statements of a cell, also those in functions and classes; if `deep`, the calls.

    A stack of its own: garbage can be nested deeper than Python calls.
    """
    stack = [(node, False, False) for node in reversed(list(body))]
    while stack:
        node, optional, later = stack.pop()
        if isinstance(node, ast.expr):
            if isinstance(node, ast.Call):
                yield Place(node, optional, later)
            stack += [(child, optional, later) for child in reversed(_children(node))]
            continue
        if not deep and not isinstance(node, _WITH_STATEMENTS):
            yield Place(node, optional, later)
            continue
        match node:
            case ast.Try() | ast.TryStar() if any(map(_forgives, node.handlers)):
                after = [*node.orelse, *node.finalbody]
                stack += [(child, optional, later) for child in reversed(after)]
                # What stands in a handler is the way out: one of the two will do.
                tried = [*node.body, *(n for handler in node.handlers for n in handler.body)]
                stack += [(child, True, later) for child in reversed(tried)]
            case ast.If() if _is_type_checking(node.test):
                stack += [(child, optional, later) for child in reversed(node.orelse)]
                stack += [(child, True, later) for child in reversed(node.body)]
            case ast.With() | ast.AsyncWith() if any(map(_suppresses, node.items)):
                stack += [(child, True, later) for child in reversed(node.body)]
            case _:
                yield Place(node, optional, later)
                inner = later or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                stack += [
                    (child, optional, inner)
                    for child in reversed(_children(node))
                    if deep or not isinstance(child, ast.expr)
                ]


def _children(node: ast.AST) -> list[ast.AST]:
    return list(ast.iter_child_nodes(node))


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
