"""Parses cells, whatever IPython's own syntax stands in them; says nothing where none is Python."""

from __future__ import annotations

import ast
import re
import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Cell magics whose body is Python; the body of every other is a language of its own.
_PYTHON_MAGICS = frozenset(
    {"capture", "debug", "envcheck", "memit", "mprun", "prun", "time", "timeit"}
)
#: Cell magics whose body the shell gets. `script` names its program.
_SHELL_MAGICS = frozenset({"!", "bash", "sh", "sx", "system"})
_SHELLS = re.compile(r"(?:\S*/)?(?:ba|da|k|z)?sh\b")
_CELL_MAGIC = re.compile(r"\s*%%[ \t]*([A-Za-z_][\w.-]*|!)(.*)")
#: A line for IPython goes on where it ends with a backslash.
_LINE_MAGIC = re.compile(r"^([ \t]*)([%!](?:.*\\\n)*.*|\?.*)$", re.MULTILINE)
#: A cell of one line may leave out the percent sign ("automagic").
_AUTOMAGIC = re.compile(r"(?:pip|conda|mamba|micromamba|uv)[ \t]+\w")

_LONGEST = 1_000_000  #: characters of a cell; the parser takes a second for them
_LONGEST_SCRIPT = 100_000  #: characters of a text for a shell that are looked at
_MOST_MAGICS = 20  #: cell magics on top of each other

#: What IPython may rewrite: each of them makes it read the whole cell anew, 2 us a character.
_ESCAPED = re.compile(r"^[ \t]*[!?%,;/]|=[\s\\]*[!%]|\?[ \t]*$", re.MULTILINE)
_MOST_ESCAPED = 100
_LONGEST_ESCAPED = 100_000
_MOST_REREAD = 400_000  #: characters times escapes


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell, taken apart."""

    body: list[ast.stmt] = field(default_factory=list)
    before: int = 0  #: lines above the body
    #: Lines for IPython by their number in the body, a `pass` in their place. Those where there is
    #: no `pass` are no lines of code: they stand in a string.
    escapes: Mapping[int, str] = field(default_factory=dict)
    script: str | None = None  #: text for a shell, in place of Python
    python: str = ""  #: what was parsed


def parsed(source: str, deadline: float) -> Cell | None:
    """Return a cell taken apart, None where it is not Python or there is no time left."""
    if time.monotonic() > deadline:
        return None
    before = 0
    for _ in range(_MOST_MAGICS):
        magic = _CELL_MAGIC.match(source)
        if magic is None:
            break
        is_python = magic[1] in _PYTHON_MAGICS
        line_end = source.find("\n", magic.end())
        is_shell = magic[1] in _SHELL_MAGICS or (
            magic[1] == "script" and _SHELLS.match(magic[2].strip()) is not None
        )
        if line_end < 0 or not (is_python or is_shell):
            return Cell()
        before += source.count("\n", 0, line_end + 1)
        source = source[line_end + 1 :]
        if is_shell:
            return Cell(before=before, script=source[:_LONGEST_SCRIPT])
    return _taken_apart(source, before, deadline)


def _taken_apart(source: str, before: int, deadline: float) -> Cell | None:
    if len(source) > _LONGEST:
        return None
    for attempt in (_as_it_is, _without_magics, _by_ipython):
        if time.monotonic() > deadline:
            return None
        python, escapes = attempt(source)
        tree = _ast(python) if python is not None else None
        if python is not None and tree is not None:
            return Cell(body=tree.body, before=before, escapes=escapes, python=python)
    return None


_Attempt = tuple[str | None, Mapping[int, str]]


def _as_it_is(source: str) -> _Attempt:
    return source, {}


def _without_magics(source: str) -> _Attempt:
    only_line = source.strip()
    if "\n" not in only_line and _AUTOMAGIC.match(only_line):
        above = source[: len(source) - len(source.lstrip())].count("\n")
        return "\n" * above + "pass", {above + 1: only_line}
    escapes: dict[int, str] = {}
    pieces, done, line = [], 0, 1
    for match in _LINE_MAGIC.finditer(source):
        kept = source[done : match.start()]
        line += kept.count("\n")
        escapes[line] = match[2]
        taken = match[2].count("\n")
        pieces += [kept, match[1], "pass", "\n" * taken]
        line += taken
        done = match.end()
    return "".join([*pieces, source[done:]]), escapes


def _by_ipython(source: str) -> _Attempt:
    """Rewrite what is more than a line, such as `files = !ls`; its lines become calls."""
    escapes = sum(1 for _ in _ESCAPED.finditer(source))
    if (
        escapes > _MOST_ESCAPED
        or len(source) > _LONGEST_ESCAPED
        or len(source) * escapes > _MOST_REREAD
    ):
        return None, {}
    try:
        # Imported late, and only for the cells that need it: it takes 0.2 s.
        from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415
    except ImportError:
        return None, {}
    lines = source.lstrip("\r\n")
    leading = source[: len(source) - len(lines)]
    try:
        manager = TransformerManager()  # type: ignore[no-untyped-call]
        return leading + str(manager.transform_cell(lines)), {}
    # Foreign code reads foreign text: SyntaxError, IndexError and RuntimeError were seen.
    except Exception:  # noqa: BLE001
        return None, {}


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
