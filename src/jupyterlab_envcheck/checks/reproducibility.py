"""Family reproducibility: whether somebody else, or oneself next year, can make this environment."""

from __future__ import annotations

import ntpath
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from ..facts import Environment, Facts, Project, ProjectFile
from ..installers import CONDA_KINDS
from ..recommendations import Action, Command, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .sources import NUMPY_ENVIRONMENTS

#: Platforms that most people who would run a notebook again work on.
_PLATFORMS = ("linux-64", "osx-arm64", "win-64")
#: Tools whose lock is made from the project's own folder, whatever runs the kernel.
_LOCKING: Mapping[str, tuple[str, ...]] = {
    "uv": ("uv", "lock", "--project", "{folder}"),
    "poetry": ("poetry", "lock", "--project", "{folder}"),
    "pdm": ("pdm", "lock", "--project", "{folder}"),
    "pixi": ("pixi", "lock", "--manifest-path", "{folder}"),
    "spack": ("spack", "-e", "{folder}", "concretize"),
}

PEP_751 = Source(
    title="PEP 751, A file format to record Python dependencies for installation reproducibility",
    url="https://peps.python.org/pep-0751/",
    passage="pylock.toml names every package with version and hash, and any installer can read it.",
)
CONDA_EXPORT = Source(
    title="conda export",
    url="https://docs.conda.io/projects/conda/en/latest/commands/export.html",
    passage="It writes what was asked for (from the history), or exact lists for one platform or "
    "several, by the format that is named.",
)


class NoEnvironmentFile(Check):
    """No file in the notebook's project says which packages it needs.

    ## What it does
    Looks from the folder the kernel runs in up to the root of version control for environment.yml,
    requirements.txt, pyproject.toml, locks and the like. Without version control nothing is said:
    the folder may hold anything.

    ## Why this matters
    Nobody can make this environment again: not on another computer, and not after a mishap.

    ## How to fix it
    Write down what is installed, and keep the file beside the notebook.

    ## Example
    A git repository of notebooks with a README, and nothing that says which pandas they need.

    ## Tried on
    Real: a kernel in a folder under version control, before and after the recommended line's
    output lies there.
    """

    family = "reproducibility"
    sources = (NUMPY_ENVIRONMENTS, CONDA_EXPORT)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice."""
        project = project_of(facts)
        if not isinstance(project, Project):
            return project or ()
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if project.files:
            return ()
        if (why := facts.notebook.unknown.get("project")) is not None:
            return Skip(reason=why)
        packages = facts.packages.value
        evidence = [
            Evidence(
                label="Looked in",
                value=f"{project.folder}, up from the kernel's folder",
                source=facts.notebook.source,
            )
        ]
        if packages is not None:
            count = f"{len(packages)} packages in {environment.prefix}"
            evidence.append(Evidence(label="Installed", value=count, source=facts.packages.source))
        return (
            Finding(
                severity=Severity.ADVICE,
                title=f"No file in {called(project.folder)} says which packages its notebooks need",
                why="Nobody can make this environment again without one: not on another computer, "
                "and not after a mishap.",
                evidence=tuple(evidence),
                actions=(
                    *_write_down(environment, project.folder),
                    Read(title="Files that describe an environment", entry="environment-files"),
                ),
            ),
        )


class NoLockFile(Check):
    """The project has no lock file, so its packages' versions are open.

    ## What it does
    Where files say which packages the project needs, looks for one that names the exact version of
    each: a lock, a requirements file of nothing but exact versions, or an export with builds.

    ## Why this matters
    The same file makes another environment next month, and results may change with it.

    ## How to fix it
    Have the project's tool write its lock, and keep it beside the file it is made from.

    ## Example
    `numpy` and `pandas>=2` in a requirements.txt install other versions today than last year.

    ## Tried on
    Real: a requirements.txt with open versions, before and after the recommended line of uv has
    made its lock. The others with recorded facts.
    """

    family = "reproducibility"
    sources = (PEP_751, CONDA_EXPORT)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice; an information where the project may be a library, which needs none."""
        project = project_of(facts)
        if not isinstance(project, Project):
            return project or ()
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        # What an export with builds or without any version lacks, export-not-portable says.
        if any(file.lock or file.builds or is_loose(file) for file in project.files):
            return ()
        specs = [file for file in project.files if file.names]
        if (why := facts.notebook.unknown.get("project")) is not None:
            return Skip(reason=why)
        if not specs:
            return ()
        names = sorted({name for file in specs for name in file.names})
        may_be_library = all(file.name.lower() == "pyproject.toml" for file in specs)
        return (
            Finding(
                severity=Severity.INFO if may_be_library else Severity.ADVICE,
                title=f"No lock file fixes the versions of the {len(names)} packages that "
                f"{called(project.folder)} asks for"
                if len(names) > 1
                else f"No lock file fixes the version of {names[0]} and of what it needs",
                why="The same files make another environment next month. A library leaves versions "
                "open on purpose; work that is to be run again does not."
                if may_be_library
                else "The same files make another environment next month, and results may change "
                "with it.",
                evidence=tuple(
                    Evidence(
                        label=file.name,
                        value=f"{len(file.names)} packages, {file.loose} without any version",
                        source=facts.notebook.source,
                    )
                    for file in specs[:8]
                ),
                actions=(
                    *_lock(environment, project.folder, specs),
                    Read(title="What a lock file is", entry="locks"),
                ),
            ),
        )


def project_of(facts: Facts) -> Project | Skip | None:
    """Return the notebook's project, None where nothing tells of one or no notebook is open."""
    notebook = facts.notebook
    if notebook.value is None:
        return Skip(reason=notebook.why_unknown())
    if notebook.value.project is None and "project" in notebook.unknown:
        return Skip(reason=notebook.unknown["project"])
    return notebook.value.project


def is_loose(file: ProjectFile) -> bool:
    """Tell whether a file for conda names packages, and no version of any."""
    return file.tool == "conda" and 0 < len(file.names) <= file.loose


def within(folder: str, name: str) -> str:
    """Return a file's path in a folder of the kernel's machine, as that machine writes it."""
    windows = "\\" in folder and "/" not in folder
    return ntpath.join(folder, name) if windows else posixpath.join(folder, name)


def called(folder: str) -> str:
    """Return what a folder of the kernel's machine is called."""
    return re.split(r"[/\\]", folder.rstrip("/\\"))[-1]


def exact_export(environment: Environment, folder: str) -> Run:
    """Return how conda writes an exact list for several platforms."""
    platforms = (word for platform in _PLATFORMS for word in ("--platform", platform))
    argv = ("conda", "export", "-p", environment.prefix, "--file")
    line = (*argv, within(folder, "conda-lock.yml"), *platforms)
    return Run(
        id="run-lock",
        title="Write an exact list for three platforms (conda 26.5 or later)",
        commands=(Command(manager="conda", argv=line),),
    )


def frozen(environment: Environment) -> tuple[Command, ...]:
    """Return what prints the exact versions of all that is installed, as pip and uv do."""
    pip = (environment.python, "-m", "pip", "list", "--format=freeze")
    commands = (
        Command(manager="pip", argv=pip),
        Command(manager="uv", argv=("uv", "pip", "freeze", "--python", environment.python)),
    )
    return commands if environment.has_pip is not False else commands[1:]


def _write_down(environment: Environment, folder: str) -> tuple[Action, ...]:
    if environment.kind not in CONDA_KINDS:
        title = "Print what to put into requirements.txt"
        return (Run(title=title, commands=frozen(environment)),)
    file = within(folder, "environment.yml")
    asked = ("-p", environment.prefix, "--from-history")
    new = ("conda", "export", *asked, "--format=environment-yaml", "--file", file)
    old = ("conda", "env", "export", *asked, "--file", file)
    return (
        Run(
            title="Write what was asked for (without what pip installed)",
            commands=(Command(manager="conda", argv=new),),
        ),
        Run(
            id="run-older",
            title="With a conda that has no `conda export`",
            commands=(Command(manager="conda", argv=old),),
        ),
    )


def _lock(
    environment: Environment, folder: str, specs: Iterable[ProjectFile]
) -> tuple[Action, ...]:
    """Return what makes the locks of the tools whose files there are."""
    actions: list[Action] = []
    commands: list[Command] = []
    for file in specs:
        if file.tool == "conda":
            if environment.kind in CONDA_KINDS and not actions:
                actions.append(exact_export(environment, folder))
        elif file.tool == "pipenv":
            commands.append(Command(manager="pipenv", argv=("pipenv", "lock")))
        elif file.tool in _LOCKING:
            argv = tuple(word.format(folder=folder) for word in _LOCKING[file.tool])
            commands.append(Command(manager=file.tool, argv=argv))
        else:
            commands += _pylock(environment, folder, file)
    if commands:
        title = "Write a lock, in the project's folder (pip's way is still experimental)"
        actions.insert(0, Run(title=title, commands=tuple(dict.fromkeys(commands))))
    return tuple(actions)


def _pylock(environment: Environment, folder: str, file: ProjectFile) -> list[Command]:
    is_project = file.name.lower() == "pyproject.toml"
    into = within(folder, "pylock.toml")
    what = (folder,) if is_project else ("-r", file.path)
    pip = (environment.python, "-m", "pip", "lock", *what, "-o", into)
    uv = ("uv", "pip", "compile", "--python", environment.python, file.path, "-o", into)
    commands = [Command(manager="uv", argv=uv)]
    if environment.has_pip is not False:
        commands.insert(0, Command(manager="pip", argv=pip))
    return commands
