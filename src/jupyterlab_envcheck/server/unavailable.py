"""What is told where envcheck itself is broken."""

from __future__ import annotations

import sys
from traceback import walk_tb

from traitlets import TraitError

from ..problems import Problem

#: What broken modules end with. Some packages end the process where they are imported in vain.
FAILURES = (Exception, SystemExit)

_LONGEST = 300
_OURS = __name__.partition(".")[0]


def unavailable(error: BaseException) -> Problem:
    """Return what happened and what to do, for an error at loading."""
    said = _line(str(error))
    if isinstance(error, TraitError):
        return Problem(
            "unavailable",
            f"envcheck cannot use a setting: {said}",
            "Correct it in Jupyter's configuration, and restart Jupyter.",
        )
    match error:
        case ModuleNotFoundError(name=str(name)):
            what = f"the module {_line(name)} is missing"
        case OSError():
            what = f"a file cannot be read ({said})"
        case _:
            what = f"{_whose(error)} is broken ({_line(type(error).__name__)}: {said})"
    return Problem(
        "unavailable",
        f"envcheck cannot be loaded: {what}.",
        "Install jupyterlab-envcheck again into the environment that Jupyter runs in, "
        f"{sys.prefix}, and restart Jupyter.",
    )


def _whose(error: BaseException) -> str:
    """Return the package that failed: the one in which the last call of ours ended."""
    package = ""
    for frame, _ in walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if name == _OURS:
            package = ""
        elif name != "importlib":
            package = package or name
    return _line(package) or "a part of it"


def _line(text: str) -> str:
    """Return text of a broken package as one short line; what else cleans text may be broken, too."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:_LONGEST]
