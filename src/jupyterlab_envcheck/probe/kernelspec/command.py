"""A command as a kernelspec would start it: its words, and the variables and folder it starts with."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...facts.names import OF_A_SECRET
from ...facts.text import clean
from ...problems import Problem
from ..files import python_of

#: Stands for a word that only a shell can tell. No word of a real command line holds a NUL.
UNTOLD = "\0"

#: A variable that is set, but for those that hold paths, and an option that is named for a secret.
_ASSIGNED = re.compile(
    r"(?<![\w-])((?!\w*(?:PATH|HOME|PREFIX|DIR|_ENV|ROOT)=)[A-Za-z_]\w*=)"
    r"""(?:\$?"[^"]*"?|\$?'[^']*'?|\$\([^)]*\)?|[^\s;&|"']+)+"""
)
_SECRET = re.compile(rf"((?<![\w-])--?{OF_A_SECRET}[\s=]+)\S+")
_HIDDEN = "****"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program and its arguments, before it is started."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)  #: the whole environment; never shown
    how: str  #: what leads to it, in words
    cwd: str | None = None  #: None: the notebook's folder, which a kernelspec does not tell
    path_from: str | None = None  #: what sets PATH in a way that cannot be told, as written
    front: tuple[str, ...] = ()  #: the folders known to come first on such a PATH

    @property
    def program(self) -> str:
        """The first word."""
        return self.argv[0] if self.argv else ""

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return re.split(r"[/\\]", self.program)[-1].lower().removesuffix(".exe")

    def running(self, argv: Iterable[str], how: str | None = None) -> Command:
        """Return the command that this one starts in its own place."""
        argv = tuple(argv)
        if not argv:
            raise unclear(f"The kernelspec's {clean(self.program, 100)} starts nothing.")
        return replace(self, argv=argv, how=how or self.how)

    def with_variable(self, name: str, value: str) -> Command:
        """Return the command with a variable set; one that cannot be told is left out."""
        env = {key: kept for key, kept in self.env.items() if key != name}
        if UNTOLD not in value:
            env[name] = value
        if name != "PATH":
            return replace(self, env=env)
        unknown = f"PATH={value}".replace(UNTOLD, "…") if UNTOLD in value else None
        return replace(self, env=env, path_from=unknown, front=())

    def without_path(self, because: str) -> Command:
        """Return the command with a PATH that cannot be told; `because` quotes what sets it."""
        return replace(self, path_from=because, front=())

    def activated(self, prefix: str, variable: str) -> Command:
        """Return the command as activating the environment at `prefix` leaves it."""
        if python_in(prefix) is None:
            raise not_found(f"There is no Python in {clean(prefix, 300)}.")
        inside = ("", "Library/bin", "Scripts") if sys.platform == "win32" else ("bin",)
        front = tuple(os.path.join(prefix, folder).rstrip("/\\") for folder in inside)
        env = {name: value for name, value in self.env.items() if name != "PYTHONHOME"}
        path = os.pathsep.join((*front, env.get("PATH", os.defpath)))
        return replace(
            self, env={**env, "PATH": path, variable: prefix}, front=(*front, *self.front)
        )

    def full(self, path: str) -> str:
        """Return a path in full; Problem where it starts in a folder that is not known."""
        if UNTOLD in path:
            raise unclear("The kernelspec names a path that only a shell can tell.")
        if not path or (not os.path.isabs(path) and self.cwd is None):
            raise unclear(
                f"The kernelspec names {clean(path, 300)}, which lies in the folder that the kernel "
                "starts in."
            )
        return os.path.join(self.cwd or "", path)

    def on_path(self, program: str) -> str | None:
        """Return where a program lies on the command's PATH."""
        path = self.env.get("PATH", os.defpath)
        folders = self.front if self.path_from is not None else path.split(os.pathsep)
        try:
            # A folder that is not named in full lies wherever the kernel starts.
            return shutil.which(program, path=os.pathsep.join(filter(os.path.isabs, folders)))
        except (OSError, ValueError):  # ValueError: a null character
            return None


def python_in(prefix: str) -> str | None:
    """Return the Python of an environment; None where there is none, or it may not be looked at."""
    try:
        return python_of(prefix)
    except (OSError, ValueError):  # no permission; a name that is too long; a null character
        return None


def quoted(text: str, limit: int = 300) -> str:
    """Return what a kernelspec says, without what it gives variables and options that may be secret.

    People write `export TOKEN=…` into their kernelspecs. Paths are shown: they tell of the Python.
    """
    shown = clean(text.replace(UNTOLD, "…"), limit)
    return _SECRET.sub(rf"\1{_HIDDEN}", _ASSIGNED.sub(rf"\1{_HIDDEN}", shown))


def options(
    program: str, words: Sequence[str], flags: str, values: str
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Return the options that words begin with, and the words after them.

    `flags` and `values`, the options that have a value, are names between spaces. Raises Problem at
    any other option: what follows it could be taken for the command.
    """
    plain, valued, rest = flags.split(), values.split(), list(words)
    found: list[tuple[str, str]] = []
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        short = word[:2] if word[1] != "-" else ""
        if word == "--":
            break
        if word in valued and rest:
            found.append((word, rest.pop(0)))
        elif word in plain:
            found.append((word, ""))
        elif equals and name in valued:
            found.append((name, value))
        elif short in valued and len(word) > len(short):
            found.append((short, word[2:]))
        elif short and all(f"-{letter}" in plain for letter in word[1:]):
            found += [(f"-{letter}", "") for letter in word[1:]]
        else:
            raise unclear(
                f"The kernelspec starts {clean(program, 100)} with {clean(name, 100)}, and what that "
                "means for the Python is not known."
            )
    return found, tuple(rest)


def chooses_itself(program: str) -> Problem:
    """Say that a program is not known."""
    shown = quoted(program) or "a program without a name"
    return unclear(f"The kernelspec starts {shown}, which chooses the Python itself.")


def unclear(message: str) -> Problem:
    """Say that the Python cannot be told before the kernel runs."""
    return Problem("unclear", message, "Start the kernel: the running process tells.")


def not_found(message: str) -> Problem:
    """Say that what the kernelspec names is not there."""
    hint = "Was its environment moved or removed? Choose another kernel or remove it."
    return Problem("not-found", message, hint)


def elsewhere(message: str) -> Problem:
    """Say that the kernel would run where it cannot be seen from here."""
    hint = "Run `jupyter envcheck` or `%envcheck` where the kernel runs."
    return Problem("remote", message, hint)
