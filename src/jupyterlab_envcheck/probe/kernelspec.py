"""Finds the Python that a kernelspec would start, and the environment it would start it with.

Where that is a guess, it is unknown: a wrong interpreter makes every later word wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Any, Protocol

from ..facts.text import clean
from ..problems import Problem
from .files import python_of

_PYTHON = re.compile(r"^(python|pypy)\d*(\.\d+)*[tdw]?(\.exe)?$", re.IGNORECASE)
_CONDAS = frozenset({"conda", "mamba", "micromamba"})

#: jupyter_client itself puts the server's Python in the place of these.
_OWN_PYTHON = ("python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info))


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
    """Return the Python that `spec` starts, on this host; never fails."""
    env = _environment(spec.env if isinstance(spec.env, Mapping) else {})
    argv = [word for word in spec.argv if isinstance(word, str)]
    if str(spec.language).lower() not in ("python", ""):
        language = clean(str(spec.language), 40)
        return _unknown(env, "not-python", f"This kernel runs {language}, not Python.")
    metadata = spec.metadata if isinstance(spec.metadata, Mapping) else {}
    folder = metadata.get("conda_env_path")
    if isinstance(folder, str) and folder:
        return _in_prefix(folder, env, "the conda environment that nb_conda_kernels names")
    return _of_command(argv, env)


def is_python(path: str) -> bool:
    """Tell whether a file is named as a Python is."""
    return _PYTHON.match(re.split(r"[/\\]", path)[-1]) is not None


def _of_command(argv: Sequence[str], env: Mapping[str, str]) -> Start:  # noqa: PLR0911 - one a form
    if not argv:
        return _unknown(env, "unclear", "The kernelspec names no command.")
    program, *arguments = argv
    basename = re.split(r"[/\\]", program)[-1].removesuffix(".exe")
    if basename == "env" and arguments and "=" not in arguments[0] and arguments[0][:1] != "-":
        return _on_path(arguments[0], env)
    if basename in _CONDAS and "run" in arguments:
        return _of_conda_run(program, arguments, env)
    if "nb_conda_kernels.runner" in arguments:
        after = arguments[arguments.index("nb_conda_kernels.runner") + 1 :]
        if len(after) > 1:
            return _in_prefix(after[1], env, "the environment given to nb_conda_kernels")
    if program in _OWN_PYTHON:
        return _at(sys.executable, env, "the kernelspec says only python: it is the server's own")
    if not is_python(program):
        return _unknown(
            env,
            "unclear",
            f"The kernelspec starts {clean(program, 300)}, which chooses the Python itself.",
        )
    if re.search(r"[/\\]", program):
        return _at(program, env, "the kernelspec's command")
    return _on_path(program, env)


def _on_path(program: str, env: Mapping[str, str]) -> Start:
    found = shutil.which(program, path=env.get("PATH"))
    return _at(found or program, env, f"{clean(program)} on the kernel's PATH")


def _of_conda_run(program: str, arguments: Sequence[str], env: Mapping[str, str]) -> Start:
    options = dict(pairwise(arguments))
    for word in arguments:
        option, equals, value = word.partition("=")
        if equals and option in ("--prefix", "--name"):
            options[option] = value
    prefix = options.get("-p") or options.get("--prefix")
    if prefix:
        return _in_prefix(prefix, env, "the prefix given to conda run")
    name = options.get("-n") or options.get("--name")
    if not name:
        return _unknown(env, "unclear", "The kernelspec's conda run names no environment.")
    for folder in _conda_folders(program, name, env):
        if python_of(folder) is not None:
            return _in_prefix(folder, env, f"conda's environment {clean(name, 100)}")
    return _unknown(
        env, "not-found", f"conda's environment {clean(name, 100)} was not found on this host."
    )


def _conda_folders(program: str, name: str, env: Mapping[str, str]) -> list[str]:
    """Return where conda keeps an environment of this name, most likely first."""
    found = shutil.which(program, path=env.get("PATH"))
    commands = [found, env.get("CONDA_EXE")]
    roots = [str(Path(command).resolve().parent.parent) for command in commands if command]
    roots += [root for root in (env.get("MAMBA_ROOT_PREFIX"),) if root]
    if name == "base":
        return roots
    folders = [os.path.join(root, "envs", name) for root in roots]
    try:
        known = Path.home().joinpath(".conda", "environments.txt").read_text("utf-8", "replace")
    except (OSError, RuntimeError):  # RuntimeError: this user has no home
        return folders
    return folders + [line for line in known.splitlines() if os.path.basename(line) == name]


def _in_prefix(prefix: str, env: Mapping[str, str], how: str) -> Start:
    python = python_of(prefix)
    if python is None:
        return _unknown(env, "not-found", f"There is no Python in {clean(prefix, 300)}.")
    return Start(python=python, how=how, env=env)


def _at(python: str, env: Mapping[str, str], how: str) -> Start:
    if not os.path.isfile(python):
        return _unknown(env, "not-found", f"There is no Python at {clean(python, 300)}.")
    return Start(python=python, how=how, env=env)


def _unknown(env: Mapping[str, str], reason: str, message: str) -> Start:
    hints = {
        "not-python": "Choose a Python kernel.",
        "not-found": "Was its environment moved or removed? Choose another kernel or remove it.",
        "unclear": "Start the kernel: the running process tells.",
    }
    return Start(
        python=None, how="unknown", env=env, problem=Problem(reason, message, hints[reason])
    )


def _environment(templates: Mapping[Any, Any]) -> dict[str, str]:
    """Return this process's environment with the kernelspec's, `${VAR}` filled as Jupyter does."""
    own = dict(os.environ)
    filled = {
        str(name): Template(value).safe_substitute(own)
        for name, value in templates.items()
        if isinstance(value, str)
    }
    return {**own, **filled}
