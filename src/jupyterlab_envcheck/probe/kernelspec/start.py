"""Finds the Python that a kernelspec would start, and the environment it would start it with.

Where that is a guess, it is unknown: a wrong interpreter makes every later word wrong.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Any, Protocol

from ...facts.text import clean
from ...problems import Problem
from ..files import same
from .command import (
    UNTOLD,
    Command,
    chooses_itself,
    elsewhere,
    not_found,
    python_in,
    quoted,
    unclear,
)
from .wrappers import unwrap

_PYTHON = re.compile(r"^(python|pypy)\d*(\.\d+)*[tdw]?(\.exe)?$", re.IGNORECASE)

#: jupyter_client itself puts the server's Python in the place of these.
_OWN_PYTHON = ("python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info))

_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_]+)\}")

_RUNNER = "nb_conda_kernels.runner"
#: Modules that start a kernel on another machine, and those that are a command's other name.
_ELSEWHERE = frozenset({"remote_ikernel", "ssh_ipykernel"})
_COMMANDS = frozenset({"conda", "uv", "poetry", "pipenv", "pdm", "hatch"})

#: Programs that a link named python leads to and that choose one by the folder they start in.
_CHOOSERS = frozenset({"mise", "rtx", "asdf", "pyenv", "aqua", "proto"})

#: Options of Python that have a value in the next word.
_PYTHON_VALUES = ("-X", "-W", "--check-hash-based-pycs")

#: No person wraps a kernel deeper than this.
_DEEPEST = 12


class Spec(Protocol):
    """The parts of a jupyter_client KernelSpec that are read."""

    argv: Any
    env: Any
    metadata: Any
    language: Any
    display_name: Any


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a kernelspec's kernel would start."""

    python: str | None
    how: str  #: how the Python was found, in words
    env: Mapping[str, str] = field(repr=False)  #: the whole environment; never shown
    problem: Problem | None = None  #: why there is no Python


def start_of(spec: Spec) -> Start:
    """Return the Python that `spec` starts, on this host; runs nothing and never fails."""
    env = _environment(spec.env if isinstance(spec.env, Mapping) else {})
    try:
        command = _innermost(_command(spec, env))
        python = _python(command)
        _agrees(spec, python)
    except Problem as unknown:
        return Start(python=None, how="unknown", env=env, problem=unknown)
    except (OSError, ValueError) as error:  # a folder that may not be looked at; names too long
        said = clean(str(error), 300)
        unseen = unclear(f"What the kernelspec names cannot be looked at: {said}.")
        return Start(python=None, how="unknown", env=env, problem=unseen)
    return Start(python=python, how=_how(command, python), env=command.env)


def is_python(path: str) -> bool:
    """Tell whether a file is named as a Python is."""
    return _PYTHON.match(re.split(r"[/\\]", path)[-1]) is not None


def _command(spec: Spec, env: Mapping[str, str]) -> Command:
    """Return the command as jupyter_client starts it; Problem where it starts none of Python's."""
    if str(spec.language).lower() not in ("python", ""):
        language = clean(str(spec.language), 40)
        message = f"This kernel runs {language}, not Python."
        raise Problem("not-python", message, "Choose a Python kernel.")
    provisioner = _metadata(spec, "kernel_provisioner")
    name = provisioner.get("provisioner_name") if isinstance(provisioner, Mapping) else None
    if isinstance(name, str) and name not in ("", "local-provisioner"):
        raise unclear(
            f"The provisioner {clean(name, 100)} chooses where and how the kernel starts."
        )
    words = spec.argv if isinstance(spec.argv, list | tuple) else ()
    folder = getattr(spec, "resource_dir", None)
    known = {"prefix": sys.prefix, "resource_dir": folder if isinstance(folder, str) else ""}
    argv = [
        _PLACEHOLDER.sub(lambda found: known.get(found[1]) or found[0], word)
        for word in words
        if isinstance(word, str)
    ]
    if not argv:
        raise unclear("The kernelspec names no command.")
    if any(UNTOLD in word for word in argv):
        raise unclear("The kernelspec's command has a null character in it, and cannot be started.")
    how = "the kernelspec's command"
    if argv[0] in _OWN_PYTHON:
        argv[0], how = sys.executable, "the kernelspec says only python: it is the server's own"
    return Command(argv=tuple(argv), env=env, how=how)


def _innermost(command: Command) -> Command:
    """Return the command that is left when nothing more is wrapped around it."""
    for _ in range(_DEEPEST):
        inner = _of_module(command) if is_python(command.program) else unwrap(command)
        if inner is None:
            return command
        command = inner
    raise unclear(f"The kernelspec wraps its kernel too often: {_quoted(command.argv)}.")


def _of_module(command: Command) -> Command | None:
    """Return what a module run with -m starts in Python's place; None where it is a kernel."""
    words = list(command.argv[1:])
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[2:] if words[0] in _PYTHON_VALUES else words[1:]
    if words[:1] != ["-m"] or len(words) == 1:
        return None
    module, rest = words[1], words[2:]
    top = module.partition(".")[0]
    if module == _RUNNER:
        if len(rest) < 2:  # noqa: PLR2004 - conda's own prefix, and the environment's
            raise unclear("The kernelspec gives nb_conda_kernels no environment.")
        active = command.activated(command.full(rest[1]), "CONDA_PREFIX")
        return active.running(rest[2:], "the environment given to nb_conda_kernels")
    if top in _ELSEWHERE:
        raise elsewhere(
            f"The kernel would run where {top} puts it; its environment cannot be seen from here."
        )
    if top == "envkernel":
        raise chooses_itself(_quoted(command.argv))
    return command.running((module, *rest)) if module in _COMMANDS else None


def _python(command: Command) -> str:
    """Return the file of the Python that a command starts."""
    program = command.program
    if UNTOLD in program:
        raise unclear("The kernelspec starts a program that only a shell can tell.")
    if not is_python(program):
        raise chooses_itself(program)
    shown = clean(program, 300)
    if re.search(r"[/\\]", program):
        python = command.full(program)
    else:
        found = command.on_path(program)
        if found is None and command.path_from is not None:
            because = quoted(command.path_from)
            raise unclear(f"The kernelspec starts {shown} from a PATH that is set by: {because}.")
        if found is None:
            raise not_found(f"There is no {shown} on the kernel's PATH.")
        python = found
    if not os.path.isfile(python):
        raise not_found(f"There is no Python at {clean(python, 300)}.")
    if not is_python(python) or _chooses(python, in_full="/" in program or "\\" in program):
        raise unclear(f"{clean(python, 300)} is a program that chooses the Python itself.")
    return python


def _how(command: Command, python: str) -> str:
    """Return how a Python was found: what activates an environment did not find one outside it."""
    if command.front and os.path.dirname(python) in command.front:
        return command.how
    if not re.search(r"[/\\]", command.program):
        return f"{clean(command.program, 100)} on the kernel's PATH"
    return "the kernelspec's command" if command.front else command.how


def _chooses(python: str, *, in_full: bool) -> bool:
    """Tell whether a file named as a Python is a version manager's shim.

    A shim chooses by the folder it is run in, and is a script that PATH leads to. A script that is
    named in full is what somebody put in the place of a Python: it is asked as the kernel starts it.
    """
    real = os.path.realpath(python)
    if os.path.splitext(os.path.basename(real))[0] in _CHOOSERS:
        return True
    if in_full and os.path.basename(os.path.dirname(python)) != "shims":
        return False
    try:
        with open(python, "rb") as opened:
            return opened.read(2) == b"#!"
    except OSError:  # may be run, but not read
        return False


def _agrees(spec: Spec, python: str) -> None:
    """Raise Problem where nb_conda_kernels names another environment than the command does."""
    folder = _metadata(spec, "conda_env_path")
    if not isinstance(folder, str) or not folder:
        return
    inside = python_in(folder)
    if inside is None or not same(os.path.dirname(inside), os.path.dirname(python)):
        raise unclear(
            f"The kernelspec's command leads to {clean(python, 300)}, but its metadata to "
            f"{clean(folder, 300)}."
        )


def _metadata(spec: Spec, name: str) -> Any:
    return spec.metadata.get(name) if isinstance(spec.metadata, Mapping) else None


def _quoted(argv: Sequence[str]) -> str:
    return quoted(shlex.join(argv))


def _environment(templates: Mapping[Any, Any]) -> dict[str, str]:
    """Return this process's environment with the kernelspec's, `${VAR}` filled as Jupyter does."""
    own = dict(os.environ)
    filled = {
        str(name): Template(value).safe_substitute(own)
        for name, value in templates.items()
        if isinstance(value, str) and UNTOLD not in f"{name}{value}"
    }
    return {name: value for name, value in {**own, **filled}.items() if name != "PYTHONEXECUTABLE"}
