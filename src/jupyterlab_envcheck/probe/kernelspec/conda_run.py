"""Finds the environment that conda, mamba and micromamba run a command in, or activate."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...facts.text import clean
from ..files import same
from ..homes import home
from ..plain_files import text
from .command import UNTOLD, Command, chooses_itself, not_found, options, python_in, unclear

_MOST_READ = 1_000_000  #: bytes of environments.txt

CONDAS = ("conda", "mamba", "micromamba")

#: Before the word `run`, and after it: of conda 26 and of mamba 2 together.
_GLOBAL_FLAGS = "-v --verbose -q --quiet -y --yes --no-plugins --no-rc"
_FLAGS = f"{_GLOBAL_FLAGS} --no-capture-output --live-stream --dev --debug-wrapper-scripts"
_GLOBAL_VALUES = "-r --root-prefix"
_VALUES = f"{_GLOBAL_VALUES} -p --prefix -n --name --cwd -a --attach -e --env --label"


def of_conda(command: Command) -> Command:
    """Return what `conda run` starts, in the environment it is given; Problem where it is unclear."""
    before, rest = options(command.program, command.argv[1:], _GLOBAL_FLAGS, _GLOBAL_VALUES)
    if rest[:1] != ("run",):
        raise chooses_itself(" ".join((command.program, *rest[:1])))
    found, rest = options(f"{command.program} run", rest[1:], _FLAGS, _VALUES)
    given, how = {**dict(before), **dict(found)}, f"{command.name} run"
    for option, value in found:
        if option == "--cwd":
            command = replace(command, cwd=command.full(value))
        elif option in ("-e", "--env"):
            variable, _, text = value.partition("=")
            command = command.with_variable(variable, text)
    prefix = given.get("-p") or given.get("--prefix")
    name = given.get("-n") or given.get("--name")
    root = given.get("-r") or given.get("--root-prefix")
    if prefix is not None:
        folder = command.full(prefix)
        active = command.activated(folder, "CONDA_PREFIX")
        return active.running(rest, f"the prefix given to {how}")
    if name is None:
        raise unclear(f"The kernelspec's {how} names no environment.")
    folder = named(command, name, root)
    active = command.activated(folder, "CONDA_PREFIX")
    return active.running(rest, f"conda's environment {clean(name, 100)}")


def named(command: Command, name: str, root: str | None = None) -> str:
    """Return the folder of conda's environment of this name; Problem where there is not one.

    `root` is where conda itself lies, where that is known.
    """
    shown = clean(name, 100)
    if not name or UNTOLD in name or "/" in name or "\\" in name:
        raise unclear(f"The kernelspec gives conda the name {shown or '…'}, which cannot be told.")
    found: list[str] = []
    for folder in _folders(command, name, root):
        if python_in(folder) is not None and not any(same(folder, one) for one in found):
            found.append(folder)
    if not found:
        listed = _listed(name, command.env)
        found = [folder for folder in listed if python_in(folder) is not None]
    if not found:
        raise not_found(f"conda's environment {shown} was not found on this host.")
    if len(found) > 1:
        places = ", ".join(clean(folder, 200) for folder in found)
        raise unclear(f"There is more than one conda environment {shown}: {places}.")
    return found[0]


def _folders(command: Command, name: str, root: str | None) -> Iterator[str]:
    """Yield where conda looks for an environment of this name."""
    env = command.env
    roots = [root] if root is not None else list(_roots(command))
    if name == "base":
        yield from roots
        return
    given = env.get("CONDA_ENVS_DIRS") or env.get("CONDA_ENVS_PATH") or ""
    for folder in filter(os.path.isabs, given.replace(",", os.pathsep).split(os.pathsep)):
        yield os.path.join(folder, name)
    yield from (os.path.join(one, "envs", name) for one in roots)
    if env.get("HOME"):
        yield os.path.join(env["HOME"], ".conda", "envs", name)


def _roots(command: Command) -> Iterator[str]:
    """Yield where the conda that runs may lie: around the program, or where its variables say."""
    env, is_shell = command.env, command.name not in CONDAS
    program = "conda" if is_shell else command.program
    found = program if os.path.dirname(program) else command.on_path(program)
    found = found or env.get("CONDA_EXE")
    if found is not None and os.path.isabs(found):
        yield os.path.dirname(os.path.dirname(os.path.realpath(found)))
    if env.get("MAMBA_ROOT_PREFIX") and (is_shell or command.name != "conda"):
        yield env["MAMBA_ROOT_PREFIX"]


def _listed(name: str, env: Mapping[str, str]) -> list[str]:
    """Return the environments of this name in the list that conda keeps of all it has made."""
    here = home(env)
    try:
        known = text(os.path.join(here, ".conda", "environments.txt"), _MOST_READ) if here else ""
    except OSError:
        return []
    return [line for line in known.splitlines() if os.path.basename(line) == name]
