"""Family notebook: installs by the shell, and where they go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..facts import Environment, Facts, InstallLine, Interpreter
from ..recommendations import Evidence, Finding, Read, Severity, Skip, Source
from .base import Check
from .sources import IPYTHON_PIP, UV_JUPYTER

_SHOWN = 8  #: lines in one finding

#: The program that a line starts, of those whose place is known.
_PROGRAM = re.compile(
    r"(?<![\w./\\-])(pip3?|python3?|conda|mamba|micromamba|uv)(?:\.exe)?(?=['\"]?,?\s)"
)
_CONDAS = frozenset({"conda", "mamba", "micromamba"})
_NAMED_BY_PATH = frozenset({None, "python", "python3"})  #: targets that PATH decides
#: Environments with a `bin` of their own. Other Pythons serve everybody, and their pip can lie in
#: another folder.
_OWN = frozenset(
    {"venv", "uv-venv", "virtualenv", "conda", "conda-base", "pixi", "poetry", "pdm", "pipenv"}
    | {"hatch", "uv-project", "pipx", "uv-tool"}
)


class ShellInstallElsewhere(Check):
    """A cell installs by the shell, into another environment than the kernel's.

    ## What it does
    Looks which program a `!pip`, `!conda` or `!uv pip` of a cell would start: the one that PATH
    finds first in the environment the kernel was started with. Compares its place, or for conda and
    uv the environment they would choose, with the kernel's own.

    ## Why this matters
    The install succeeds, elsewhere, and the import still fails; or it changes an environment that
    others use, such as Jupyter's.

    ## How to fix it
    Write `%pip` or `%conda`, which use the kernel's own Python. For uv, name that Python.

    ## Example
    Jupyter runs in *base*, the kernel in *climate*: `!pip install six` goes into *base*.

    ## Tried on
    Real: a kernel whose PATH finds another environment's pip, where the install then lands; the same
    with its own pip first, and with none. conda and uv from recorded facts.
    """

    family = "notebook"
    sources = (
        IPYTHON_PIP,
        UV_JUPYTER,
        Source(
            title="uv, Using Python environments",
            url="https://docs.astral.sh/uv/pip/environments/",
            passage="uv installs into the environment that VIRTUAL_ENV names, else the one of "
            "CONDA_PREFIX, else a .venv in the folder or above it.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for each tool; nothing where it lies in the kernel's environment."""
        notebook, interpreter = facts.notebook, facts.interpreter.value
        environment = facts.environment.value
        if notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        lines = [
            line
            for line in notebook.value.installs
            if line.way == "shell" and line.target in _NAMED_BY_PATH
        ]
        if not lines:
            return ()
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if interpreter is None:
            return Skip(reason=facts.interpreter.why_unknown())
        if "on_path" in facts.interpreter.unknown:
            return Skip(reason=facts.interpreter.why_unknown("on_path"))
        by_program: dict[str, list[InstallLine]] = {}
        for line in lines:
            started = _PROGRAM.search(line.text)
            if started is not None:
                by_program.setdefault(started[1], []).append(line)
        findings = []
        for program, some in by_program.items():
            goes = _astray(program, some[0], environment, facts)
            if goes is not None:
                findings.append(_strays(program, goes, some, environment, facts))
        return tuple(findings)


@dataclass(frozen=True, kw_only=True)
class _Astray:
    """Where a line's install goes instead."""

    where: str  #: what a person calls it; empty where there is none, and the line fails
    title: str
    fact: Evidence


def _astray(
    program: str, line: InstallLine, environment: Environment, facts: Facts
) -> _Astray | None:
    interpreter = facts.interpreter.value
    if interpreter is None:
        return None
    place = interpreter.on_path.get(program)
    if place is None:
        return _Astray(
            where="",
            title=f"A cell runs !{program}, which is not on this kernel's path",
            fact=Evidence(
                label=program, value="not found on PATH", source=facts.interpreter.source
            ),
        )
    if line.tool in _CONDAS or line.tool == "uv":
        return _chosen(line, place, environment, facts)
    where = _elsewhere(place, environment, interpreter, facts)
    if where is None:
        return None
    return _Astray(
        where=where,
        title=f"A cell runs !{program}, which installs into {where} and not into {environment.name}",
        fact=Evidence(label=program, value=place, source=facts.interpreter.source),
    )


def _elsewhere(
    place: str, environment: Environment, interpreter: Interpreter, facts: Facts
) -> str | None:
    """Return what the environment of a program is called, None where it may be the kernel's."""
    folder = _parent(place)
    in_bin = re.split(r"[/\\]", folder)[-1].lower() in {"bin", "scripts"}
    prefix = _parent(folder) if in_bin else folder
    folders = {_same(_parent(path)) for path in (environment.python, interpreter.executable)}
    if _same(prefix) in _own_prefixes(environment, interpreter) or _same(folder) in folders:
        return None
    if folder.endswith("shims"):  # pyenv's and others' decide by the folder, each time
        return None
    known = _known(facts, interpreter)
    if environment.kind not in _OWN and _same(prefix) not in known:
        return None
    return known.get(_same(prefix)) or prefix


def _chosen(
    line: InstallLine, place: str, environment: Environment, facts: Facts
) -> _Astray | None:
    """Return where conda or uv go, which does not depend on where they lie themselves."""
    interpreter = facts.interpreter.value
    if interpreter is None or (line.tool == "uv" and not _is_for_uv_to_choose(line)):
        return None
    by = ("VIRTUAL_ENV", "CONDA_PREFIX") if line.tool == "uv" else ("CONDA_PREFIX",)
    variable = next((name for name in by if interpreter.variables.get(name)), None)
    if variable is not None:
        prefix = interpreter.variables[variable]
        fact = Evidence(label=variable, value=prefix, source=facts.interpreter.source)
    elif line.tool == "uv":
        # It looks for a `.venv` in the folder the kernel runs in, and above it.
        if environment.prefix.endswith(".venv"):
            return None
        return _Astray(
            where="",
            title=f"A cell runs !uv pip, which is not told of {environment.name}",
            fact=Evidence(
                label="VIRTUAL_ENV, CONDA_PREFIX",
                value="not set in the kernel's environment",
                source=facts.interpreter.source,
            ),
        )
    else:
        prefix = _parent(_parent(place))
        fact = Evidence(label=line.tool, value=place, source=facts.interpreter.source)
    if _same(prefix) in _own_prefixes(environment, interpreter):
        return None
    where = _known(facts, interpreter).get(_same(prefix)) or prefix
    command = "uv pip" if line.tool == "uv" else line.tool
    return _Astray(
        where=where,
        title=f"A cell runs !{command}, which installs into {where} and not into {environment.name}",
        fact=fact,
    )


def _is_for_uv_to_choose(line: InstallLine) -> bool:
    """Tell whether uv chooses an environment: not a project's, nor the system's."""
    return re.search(r"\buv['\",\s]+pip\b", line.text) is not None and "--system" not in line.text


def _strays(
    program: str,
    goes: _Astray,
    lines: Sequence[InstallLine],
    environment: Environment,
    facts: Facts,
) -> Finding:
    instead = _instead(lines[0], environment)
    result = "The cell fails" if not goes.where else "This kernel does not see what it installs"
    advice = (
        f"Write {instead}, which reaches this kernel's environment."
        if instead is not None
        else f"{environment.name} is no environment of conda's: write %pip."
    )
    return Finding(
        about=program,
        severity=Severity.WARNING,
        title=goes.title,
        why=f"{result}. {advice}",
        evidence=(
            goes.fact,
            Evidence(
                label="This kernel's environment",
                value=environment.prefix,
                source=facts.environment.source,
            ),
            *(
                Evidence(
                    label=f"Line {line.line} of a cell",
                    value=line.text,
                    source=facts.notebook.source,
                )
                for line in lines[:_SHOWN]
            ),
        ),
        actions=(Read(title="Where installs go", entry="where-installs-go"),),
    )


def _instead(line: InstallLine, environment: Environment) -> str | None:
    """Return the line that reaches the kernel's environment; None where its tool cannot."""
    is_conda = environment.kind.startswith("conda")
    if line.tool in _CONDAS and not is_conda:
        return None
    verb = re.search(r"\b(install|uninstall|remove|update|upgrade)\b", line.text)
    done = verb[1] if verb is not None else "install"
    specs = " ".join(_quoted(spec) for spec in line.specs[:_SHOWN]) or "…"
    if line.tool == "uv" or (line.tool == "pip" and environment.has_pip is False):
        python = environment.python
        shown = f'"{python}"' if " " in python else python
        return f"!uv pip {done} --python {shown} {specs}"
    return f"%{line.tool} {done} {specs}"


def _quoted(spec: str) -> str:
    return spec if re.fullmatch(r"[\w.@:/+=~{}-]+", spec) else f'"{spec}"'


def _own_prefixes(environment: Environment, interpreter: Interpreter) -> set[str]:
    return {_same(environment.prefix), _same(interpreter.prefix)}


def _known(facts: Facts, interpreter: Interpreter) -> Mapping[str, str]:
    """Return other environments by prefix, and what people call them."""
    known = {
        _same(interpreter.variables[name]): interpreter.variables[name]
        for name in ("VIRTUAL_ENV", "CONDA_PREFIX")
        if interpreter.variables.get(name)
    }
    jupyter = facts.jupyter.value
    if jupyter is not None:
        known |= {_same(other.prefix): other.name for other in jupyter.environments}
        known[_same(jupyter.prefix)] = jupyter.name
    return known


def _parent(path: str) -> str:
    return re.split(r"[/\\][^/\\]*$", path.rstrip("/\\"), maxsplit=1)[0]


def _same(path: str) -> str:
    """Return a path as it is compared: Windows minds no case, macOS has two names for /tmp."""
    shown = path.rstrip("/\\")
    return shown.replace("/", "\\").lower() if "\\" in shown else shown.removeprefix("/private")
