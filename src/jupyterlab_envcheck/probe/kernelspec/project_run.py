"""Finds the environment that uv, pixi, Poetry, Pipenv and PDM run a command in, by their files.

They take the project of the folder they start in, which a kernelspec does not tell: only a project
that is named, and an environment inside it, are certain.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...facts.text import clean
from ..files import same
from ..plain_files import text
from .command import Command, chooses_itself, options, python_in, unclear

_UV_FLAGS = (
    "--active --all-extras --all-groups --all-packages --compile-bytecode --exact --frozen --isolated"
    " --locked --managed-python --no-binary --no-build --no-build-isolation --no-cache -n --no-config"
    " --no-default-groups --no-dev --no-editable --no-env-file --no-index --no-managed-python"
    " --no-progress --no-project --no-python-downloads --no-sources --no-sync --offline --only-dev"
    " -q --quiet --refresh --reinstall --system-certs --native-tls -U --upgrade -v --verbose"
    " -m --module"
)
_UV_VALUES = (
    "--allow-insecure-host --cache-dir --color --config-file --config-setting -C --default-index"
    " --directory --env-file --exclude-newer --extra --extra-index-url --find-links -f --group --index"
    " --index-strategy --index-url -i --keyring-provider --link-mode --no-extra --no-group --only-group"
    " --package --prerelease --project --python -p --python-platform --refresh-package"
    " --reinstall-package --resolution --upgrade-package -P --with -w --with-editable"
    " --with-requirements"
)
_UV_OWN = frozenset(("--isolated", "--with", "-w", "--with-editable", "--with-requirements"))

_PIXI_FLAGS = (
    "--frozen --locked --as-is --no-install --no-lockfile-update --clean-env --skip-deps -x"
    " --executable -v --verbose -q --quiet --no-progress"
)
_PIXI_VALUES = "--manifest-path -m -e --environment --color"


def of_uv(command: Command) -> Command:
    """Return what `uv run` starts, in the environment it is sure to use; else Problem."""
    before, rest = options(command.program, command.argv[1:], _UV_FLAGS, _UV_VALUES)
    if rest[:1] != ("run",):
        raise chooses_itself(" ".join((command.program, *rest[:1])))
    found, rest = options(f"{command.program} run", rest[1:], _UV_FLAGS, _UV_VALUES)
    given = dict(before + found)
    own = next((option for option in given if option in _UV_OWN), None)
    if own is not None or command.env.get("UV_ISOLATED"):
        raise unclear(f"uv makes an environment for this kernel alone ({own or 'UV_ISOLATED'}).")
    if "-m" in given or "--module" in given:
        rest = ("python", "-m", *rest)
    if "--directory" in given:
        command = replace(command, cwd=command.full(given["--directory"]))
    python = given.get("--python") or given.get("-p") or command.env.get("UV_PYTHON")
    if "--no-project" in given or command.env.get("UV_NO_PROJECT"):
        return _uv_without_project(command, python).running(rest, "the Python given to uv run")
    if python is not None:
        shown = clean(python, 200)
        raise unclear(f"uv may make the project's environment anew for the Python {shown}.")
    project = given.get("--project") or command.env.get("UV_PROJECT") or command.cwd
    if project is None:
        raise unclear("uv run takes the project of the folder that the kernel starts in.")
    root = _uv_root(command.full(project))
    folder = os.path.join(root, command.env.get("UV_PROJECT_ENVIRONMENT") or ".venv")
    if "--active" in given and command.env.get("VIRTUAL_ENV"):
        folder = command.full(command.env["VIRTUAL_ENV"])
    return command.activated(folder, "VIRTUAL_ENV").running(rest, "the project given to uv run")


def _uv_without_project(command: Command, python: str | None) -> Command:
    """Return the command in the environment that uv takes where no project counts."""
    if python is None:
        active = command.env.get("VIRTUAL_ENV")
        if active is None:
            raise unclear("uv run is told of no project and no Python, and looks for one itself.")
        return command.activated(command.full(active), "VIRTUAL_ENV")
    if not os.path.isabs(python):
        raise unclear(f"uv looks itself for the Python {clean(python, 200)}.")
    if os.path.isdir(python):
        return command.activated(python, "VIRTUAL_ENV")
    prefix = os.path.dirname(os.path.dirname(python))
    inside = python_in(prefix)
    if inside is None or not same(os.path.dirname(inside), os.path.dirname(python)):
        raise unclear(f"uv was given a Python outside an environment: {clean(python, 200)}.")
    return command.activated(prefix, "VIRTUAL_ENV")


def _uv_root(folder: str) -> str:
    """Return the folder of the project or workspace that `folder` belongs to; Problem if unsure."""
    projects = [one for one in _upwards(folder) if os.path.isfile(os.path.join(one, _PROJECT))]
    shown = clean(folder, 200)
    if not projects:
        raise unclear(f"There is no project in {shown}, so that uv looks for a Python itself.")
    uv = [_table(_toml(os.path.join(one, _PROJECT)), "tool", "uv") for one in projects]
    is_project = "project" in _toml(os.path.join(projects[0], _PROJECT)) or "workspace" in uv[0]
    if uv[0].get("managed") is False or not is_project:
        raise unclear(f"What lies in {shown} is no project that uv manages.")
    if "workspace" not in uv[0] and any("workspace" in table for table in uv[1:]):
        raise unclear(
            f"The project in {shown} lies in a workspace, whose environment it may share."
        )
    return projects[0]


def of_pixi(command: Command) -> Command:
    """Return what `pixi run` starts, where the workspace is named and its environment lies in it."""
    before, rest = options(command.program, command.argv[1:], _PIXI_FLAGS, _PIXI_VALUES)
    if rest[:1] != ("run",):
        raise chooses_itself(" ".join((command.program, *rest[:1])))
    found, rest = options(f"{command.program} run", rest[1:], _PIXI_FLAGS, _PIXI_VALUES)
    given = dict(before + found)
    manifest = given.get("--manifest-path") or given.get("-m")
    manifest = manifest or command.env.get("PIXI_PROJECT_MANIFEST")
    if manifest is None and command.cwd is not None:
        manifest = command.cwd
    if manifest is None:
        raise unclear("pixi run takes the workspace of the folder that the kernel starts in.")
    manifest = command.full(manifest)
    folder = manifest if os.path.isdir(manifest) else os.path.dirname(manifest)
    if rest[:1] and rest[0] in _pixi_tasks(folder):
        raise unclear(f"pixi run starts the task {clean(rest[0], 100)} of its workspace.")
    name = given.get("--environment") or given.get("-e") or "default"
    environment = os.path.join(folder, ".pixi", "envs", name)
    if python_in(environment) is None:
        raise unclear(
            f"{clean(folder, 200)} holds no environment {clean(name, 100)} of pixi's yet."
        )
    active = command.activated(environment, "CONDA_PREFIX")
    return active.running(rest, "the workspace given to pixi run")


def _pixi_tasks(folder: str) -> set[str]:
    tables = [
        _toml(os.path.join(folder, "pixi.toml")),
        _table(_toml(os.path.join(folder, _PROJECT)), "tool", "pixi"),
    ]
    names: set[str] = set()
    for table in tables:
        features = _table(table, "feature").values()
        for one in (table, *_table(table, "target").values(), *features):
            names.update(_table(one, "tasks"))
    return names


def of_project_tool(command: Command) -> Command:
    """Return what `poetry|pipenv|pdm run` starts, where the project holds the environment itself."""
    tool, values = command.name, "-C --directory -P -p --project"
    flags = "-q --quiet -v --verbose -n --no-interaction"
    before, rest = options(command.program, command.argv[1:], flags, values)
    if rest[:1] != ("run",):
        raise chooses_itself(" ".join((command.program, *rest[:1])))
    found, rest = options(f"{tool} run", rest[1:], flags, values)
    given = [value for option, value in before + found if option in values.split()]
    project = command.full(given[-1]) if given else command.cwd
    if project is None:
        raise unclear(f"{tool} run takes the project of the folder that the kernel starts in.")
    shown = clean(project, 200)
    environment = os.path.join(project, ".venv")
    active = next((v for v in ("VIRTUAL_ENV", "CONDA_PREFIX") if v in command.env), None)
    if active is not None:
        raise unclear(
            f"{tool} may use the environment that is active where Jupyter runs ({active})."
        )
    if not os.path.isfile(os.path.join(project, _LOCKS.get(tool, ""))) or not python_in(
        environment
    ):
        raise unclear(f"{tool} keeps the environment of {shown} in a place of its own.")
    inside = _table(_toml(os.path.join(project, "poetry.toml")), "virtualenvs").get("in-project")
    if tool == "poetry" and inside is False:
        raise unclear(f"poetry.toml in {shown} says that its environment lies elsewhere.")
    if tool == "pdm" and not _pdm_uses(project, environment):
        raise unclear(f"PDM has chosen another Python for {shown} than its .venv.")
    return command.activated(environment, "VIRTUAL_ENV").running(rest, f"the project of {tool} run")


def _pdm_uses(project: str, environment: str) -> bool:
    try:
        chosen = text(os.path.join(project, ".pdm-python"), _MOST).strip()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    inside = python_in(environment)
    return inside is not None and same(os.path.dirname(chosen), os.path.dirname(inside))


_PROJECT = "pyproject.toml"

#: Marks a project of the tool. Hatch always keeps environments elsewhere.
_LOCKS: Mapping[str, str] = {"poetry": "poetry.lock", "pipenv": "Pipfile", "pdm": "pdm.lock"}

#: Bytes of a project file; a larger one is none.
_MOST = 1_000_000


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        yield folder


def _toml(file: str) -> dict[str, Any]:
    """Return what a TOML file says; empty where there is none or it cannot be read."""
    import tomllib  # noqa: PLC0415 - only few kernelspecs need it

    try:
        if not os.path.isfile(file):  # a pipe would be waited for
            return {}
        with open(file, "rb") as opened:
            return tomllib.loads(opened.read(_MOST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _table(value: Any, *names: str) -> dict[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
