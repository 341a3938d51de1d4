"""Reads what a Python file assigns, without running it: only what stands there literally."""

from __future__ import annotations

import ast
import os

from ..small_files import Unfit, whole

#: Bytes; numpy's `__config__.py` is 6 kB. Above that Python's parser is not tried.
_MOST_SOURCE = 65_536


class Untold(Exception):
    """Why a file does not tell what it was read for."""


def source(folder: str, file: str) -> ast.Module:
    """Return a source file as a tree; raises `Untold`."""
    try:
        text = whole(os.path.join(folder, file), _MOST_SOURCE)
        if text is None:
            raise Untold(f"{file} is not there")
        return ast.parse(text)
    except OSError as error:
        raise Untold(f"{file} cannot be read: {error.strerror}") from None
    except Unfit as unfit:
        raise Untold(f"{file} {unfit}") from None
    # So Python's parser gives up on what is nested too deeply, and on NUL bytes.
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Untold(f"{file} is no Python that can be parsed: {type(error).__name__}") from None


def assignments(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    """Return name and value of what a module assigns at its top level."""
    found = []
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.append((name, value))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.append((name, value))
    return found


def assigned(tree: ast.Module) -> dict[str, str | None]:
    """Return what a module assigns that is a string or None."""
    return {
        name: value.value
        for name, value in assignments(tree)
        if isinstance(value, ast.Constant) and isinstance(value.value, str | None)
    }


def below(value: ast.expr | None, *keys: str) -> ast.expr | None:
    """Return what lies in dictionaries in dictionaries, not all of which need be literal."""
    for key in keys:
        value = next((under for name, under in _pairs(value) if name == key), None)
    return value


def strings(value: ast.expr | None) -> dict[str, str]:
    """Return the literal strings of a dictionary."""
    return {
        name: under.value
        for name, under in _pairs(value)
        if isinstance(under, ast.Constant) and isinstance(under.value, str)
    }


def texts(value: ast.expr | None) -> list[str]:
    """Return the literal strings of a list."""
    if not isinstance(value, ast.List):
        return []
    return [
        one.value
        for one in value.elts
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def _pairs(value: ast.expr | None) -> list[tuple[str, ast.expr]]:
    if not isinstance(value, ast.Dict):
        return []
    return [
        (key.value, under)
        for key, under in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
