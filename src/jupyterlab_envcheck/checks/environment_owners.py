"""Family environment: who changes it, and who may."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Environment, Facts, InstallLine
from ..installers import CONDA_KINDS, PROJECT_KINDS, commands_for
from ..recommendations import Action, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .installs import create, terminal
from .sources import UV_JUPYTER

#: What people call a project's tool, by the kind of its environments.
_TOOLS = {
    "hatch": "Hatch",
    "pdm": "PDM",
    "pipenv": "Pipenv",
    "pixi": "pixi",
    "poetry": "Poetry",
    "uv-project": "uv",
}
_WITH_PIP = frozenset(
    {"hatch", "pipenv"}
)  #: tools that install by pip, whose mark then says nothing
_CONDAS = frozenset({"conda", "mamba", "micromamba"})
_SEEDS = frozenset({"pip", "setuptools", "wheel"})  #: what an environment is made with
_SHOWN = 20  #: lines of evidence; the rest is counted in the title

#: How each tool adds to the project in a folder.
_ADD = {
    "pdm": ("pdm", "add", "-p"),
    "pixi": ("pixi", "add", "--manifest-path"),
    "poetry": ("poetry", "add", "--directory"),
    "uv-project": ("uv", "add", "--project"),
}

#: Where nothing is ever written to but by the tool that built it, by the kind of environment.
_STORES = {"guix": "Guix's store", "module": "a cluster's modules", "nix": "Nix's store"}

_HOME = re.compile(r"/(?:home|Users)/(?P<user>[^/]+)/")


class UseProjectTool(Check):
    """The environment belongs to a project's tool, and is changed past it.

    ## What it does
    Looks whether uv, pixi, Poetry, PDM, Hatch or Pipenv keeps the environment in step with a
    project's files; whether the notebook installs into it with `%pip` or `%conda`; and whether pip
    has put something into it that the tool would have put there itself.

    ## Why this matters
    What is installed past the tool is in none of the project's files: others do not get it, and
    the tool may remove it the next time it brings the environment in step.

    ## How to fix it
    Add the packages with the project's tool.

    ## Example
    `%pip install seaborn` in a uv project: the next `uv sync` removes seaborn again.

    ## Tried on
    Real: a uv venv beside a `uv.lock`, into which pip installed a package, and the same without the
    package, and without the lock. The other tools from recorded facts.
    """

    family = "environment"
    sources = (
        Source(
            title=UV_JUPYTER.title,
            url=UV_JUPYTER.url,
            passage="In a project's notebook, uv add records what is installed; what %pip installs "
            "is recorded nowhere.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice where something was, or would be, installed past the tool.

        Silent where the project has another tool's lock file, too: which of them is used is open.
        """
        environment, packages = facts.environment.value, facts.packages.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if environment.kind not in PROJECT_KINDS or _is_shared(environment, facts):
            return ()
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        tool, lines = _TOOLS[environment.kind], _installing(facts)
        past = [
            package
            for package in packages
            if package.installer == "pip"
            and environment.kind not in _WITH_PIP
            and package.name not in _SEEDS
            and package.requested
        ]
        if not past and not lines:
            return ()
        names = [package.name for package in past]
        specs = tuple(dict.fromkeys([*names, *(spec for line in lines for spec in line.specs)]))
        count = len(past)
        said = (
            f"pip installed {count} package{'s' * (count != 1)} past it"
            if past
            else f"the notebook installs into it with %{lines[0].tool}"
        )
        return (
            Finding(
                severity=Severity.ADVICE,
                title=f"{tool} keeps the environment {environment.name}, and {said}",
                why=f"What is installed past {tool} is in none of the project's files, and may be "
                "removed when it brings the environment in step.",
                evidence=(
                    Evidence(
                        label="Project",
                        value=environment.project or "not known",
                        source=facts.environment.source,
                    ),
                    *(
                        Evidence(
                            label=package.name,
                            value=f"{package.version or 'unknown version'}, installed by pip",
                            source=facts.packages.source,
                        )
                        for package in past[:_SHOWN]
                    ),
                    *(
                        Evidence(label="Line", value=line.text, source=facts.notebook.source)
                        for line in lines[:_SHOWN]
                    ),
                ),
                actions=(
                    *_add(environment, specs, by_conda=any(x.tool in _CONDAS for x in lines)),
                    Read(title="Environments of projects", entry="project-tools"),
                ),
            ),
        )


class EnvNotWritable(Check):
    """Nothing can be installed into the environment as it is.

    ## What it does
    Looks whether you may write where installers put packages, whose the environment is, and whether
    conda was told to keep it as it is (`conda-meta/frozen`).

    ## Why this matters
    Installs fail, or pip puts the packages into your user site-packages, which all environments
    share.

    ## How to fix it
    Create an environment of your own. A frozen one can be cloned. Never install with sudo: files of
    root in your environment are how this comes about.

    ## Example
    `sudo conda install numpy`, once; since then `conda install` ends with a permission error.

    ## Tried on
    Real: a frozen conda environment, a venv on a read-only disk, and the same before. Files of
    another user from recorded facts.
    """

    family = "environment"
    sources = (
        Source(
            title="CEP 22, Frozen environments",
            url="https://conda.org/learn/ceps/cep-0022/",
            passage="With the file conda-meta/frozen in it, an environment is not to be changed by "
            "conda unless a person insists.",
        ),
        Source(
            title="conda, Troubleshooting",
            url="https://docs.conda.io/projects/conda/en/stable/user-guide/troubleshooting.html",
            passage="conda is not to be run with sudo; the environment's owner is to be the person "
            "who uses it.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information; a warning where the notebook installs into it.

        Silent where the operating system manages the Python, which another check tells of.
        """
        environment, conda = facts.environment.value, facts.conda
        if environment is None or environment.externally_managed:
            return () if environment is not None else Skip(reason=facts.environment.why_unknown())
        severity = Severity.WARNING if _installing(facts) else Severity.INFO
        if conda.value is not None and conda.value.frozen:
            return (_frozen(environment, severity, facts),)
        if environment.writable is None:
            return Skip(reason=facts.environment.why_unknown("writable"))
        if not environment.writable:
            return (_not_writable(environment, severity, facts),)
        if conda.value is None and environment.kind in CONDA_KINDS:
            return Skip(reason=conda.why_unknown())
        return ()


def _is_shared(environment: Environment, facts: Facts) -> bool:
    """Tell whether another tool has a lock file in the project, too."""
    notebook = facts.notebook.value
    project = notebook.project if notebook is not None else None
    if project is None or project.folder != environment.project:
        return False
    own = "uv" if environment.kind == "uv-project" else environment.kind
    return any(file.lock and file.tool != own for file in project.files)


def _installing(facts: Facts) -> list[InstallLine]:
    """Return the notebook's lines that install into the kernel's environment; !pip may not."""
    notebook = facts.notebook.value
    return [
        line
        for line in (notebook.installs if notebook is not None else ())
        if line.way == "magic" and line.target is None
    ]


def _add(environment: Environment, specs: Sequence[str], *, by_conda: bool) -> tuple[Run, ...]:
    """Return the line that adds packages to the project; its folder is named where it is known.

    pixi is told that names are PyPI's, but for those that were asked of conda.
    """
    kind, project = environment.kind, environment.project
    if not specs:
        return ()
    title = f"Add {'them' if len(specs) > 1 else 'it'} to the project with {_TOOLS[kind]}"
    if project is not None and kind in _ADD:
        names = ("--pypi", *specs) if kind == "pixi" and not by_conda else specs
        return (terminal(title, (*_ADD[kind], project, *names), manager=PROJECT_KINDS[kind]),)
    commands = commands_for(kind, environment.python, environment.prefix, specs)
    return (Run(title=title, commands=commands),)


def _frozen(environment: Environment, severity: Severity, facts: Facts) -> Finding:
    clone = ("conda", "create", "-n", "mine", "--clone", environment.prefix)
    return Finding(
        severity=severity,
        title=f"{environment.name} is frozen, so conda does not change it",
        why="Whoever made it wants it to stay as it is. In a clone you can install what you like.",
        evidence=(
            Evidence(
                label="Marker",
                value=f"{environment.prefix}/conda-meta/frozen",
                source=facts.conda.source,
            ),
        ),
        actions=(
            terminal("Clone it", clone, manager="conda"),
            create(environment, title="Or create an environment of your own"),
        ),
    )


def _not_writable(environment: Environment, severity: Severity, facts: Facts) -> Finding:
    owner, store = environment.user, _STORES.get(environment.kind)
    if store is not None:
        why = f"It is part of {store}, where nothing is installed by hand."
    elif "/Program Files" in environment.prefix.replace("\\", "/"):
        why = "Windows lets only an administrator change what is installed for all users."
    else:
        why = "Installs fail here, or end up in your user site-packages, which all environments "
        why += "share. sudo would make it worse: more files would then belong to root."
    home = _HOME.match(environment.prefix)
    actions: list[Action] = [create(environment, title="Create an environment of your own")]
    if owner == "root" and home is not None and home["user"] != owner:
        argv = ("sudo", "chown", "-R", home["user"], environment.prefix)
        actions.append(terminal("If it was yours before a sudo: take it back", argv))
    return Finding(
        severity=severity,
        title=f"You may not install into {environment.name}"
        + (f", which belongs to {owner}" if owner else ""),
        why=why,
        evidence=(
            Evidence(label="Prefix", value=environment.prefix, source=facts.environment.source),
        ),
        actions=tuple(actions),
    )
