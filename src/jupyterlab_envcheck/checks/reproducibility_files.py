"""Family reproducibility: whether the files that describe an environment can be used elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.utils import canonicalize_name

from ..facts import Conda, Environment, Facts, Package, Project, ProjectFile
from ..facts.requirements import requirements
from ..installers import CONDA_KINDS
from ..recommendations import Action, Command, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .installing_conda import condas_metadata, is_condas
from .reproducibility import (
    CONDA_EXPORT,
    exact_export,
    frozen,
    is_loose,
    project_of,
)

#: Come with an environment, and are named by nobody.
_SEED = frozenset({"pip", "setuptools", "wheel", "uv"})
_SHOWN = 12  #: names in evidence; the rest is counted

_CONDA_PIP = Source(
    title="conda, Managing environments",
    url="https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html",
    passage="An environment file can list pip's packages in a part of their own; an export of what "
    "was asked for from the history knows nothing of them.",
)


class ExportNotPortable(Check):
    """The environment file fits one platform only, or names no versions at all.

    ## What it does
    Counts the specs of environment.yml that name a build (`numpy=2.4.6=py312h1_0`), or finds that
    none names a version while there is no lock. A build with a `*` chooses a variant, and is fine.

    ## Why this matters
    A build is of one platform and one day, so conda on another platform finds none of them. Without
    any version everybody gets another environment.

    ## How to fix it
    Keep two files: what was asked for, from the history, and an exact list for several platforms.

    ## Example
    What `conda env export` writes on Linux cannot be installed on macOS.

    ## Tried on
    Real: the builds of a conda environment made by rattler, in the form that conda 26.7 was seen
    to write, and the same without builds.
    """

    family = "reproducibility"
    sources = (CONDA_EXPORT,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice for each such file, unless a lock lies beside it."""
        project = project_of(facts)
        if not isinstance(project, Project):
            return project or ()
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if any(file.lock for file in project.files):
            return ()
        found = [file for file in project.files if file.builds or is_loose(file)]
        if not found and (why := facts.notebook.unknown.get("project")) is not None:
            return Skip(reason=why)
        return tuple(_not_portable(file, project, environment, facts) for file in found)


class PipPackagesNotRecorded(Check):
    """The environment file leaves out what pip installed, or names files of one machine.

    ## What it does
    Where environment.yml describes this environment and has no part for pip, looks for packages
    that pip or uv installed here and that no file of the project names. And counts the lines of
    requirements files that point to files of the machine they were made on.

    ## Why this matters
    An environment made from the file lacks those packages, or cannot be made at all.

    ## How to fix it
    Add a part for pip to environment.yml. In conda's environments `pip freeze` writes such lines;
    `pip list --format=freeze` does not.

    ## Example
    `numpy @ file:///home/conda/feedstock_root/…` in a requirements.txt.

    ## Tried on
    Real: a conda environment into which pip installed a package, with a file that leaves it out
    and one that does not. Files of one machine with recorded facts.
    """

    family = "reproducibility"
    sources = (_CONDA_PIP,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return warnings."""
        project = project_of(facts)
        if not isinstance(project, Project):
            return project or ()
        environment, packages = facts.environment.value, facts.packages.value
        if environment is None or packages is None:
            section = facts.environment if environment is None else facts.packages
            return Skip(reason=section.why_unknown())
        found = [_local(file, environment, facts) for file in project.files if file.local]
        described = [f for f in project.files if f.tool == "conda" and f.pip is False and f.names]
        if described and environment.kind in CONDA_KINDS:
            conda = facts.conda.value
            if conda is None:
                return tuple(found) or Skip(reason=facts.conda.why_unknown())
            named = {name for file in project.files for name in file.names}
            left_out = _left_out(packages, conda, named, facts)
            files = [file for file in described if _is_of(file, conda)]
            if files and left_out:
                found.append(_unnamed(files[0], left_out, environment, facts))
        if not found and (why := facts.notebook.unknown.get("project")) is not None:
            return Skip(reason=why)
        return tuple(found)


def _not_portable(
    file: ProjectFile, project: Project, environment: Environment, facts: Facts
) -> Finding:
    count = len(file.names)
    evidence = [Evidence(label="File", value=file.path, source=facts.notebook.source)]
    if file.prefix:
        told = "a folder of the machine it was made on"
        evidence.append(Evidence(label="prefix", value=told, source=facts.notebook.source))
    actions: list[Action] = []
    if environment.kind in CONDA_KINDS:
        actions.append(exact_export(environment, project.folder))
        if file.builds:
            argv = ("conda", "export", "-p", environment.prefix, "--from-history")
            portable = Command(manager="conda", argv=(*argv, "--format=environment-yaml"))
            title = "Print what was asked for (without what pip installed)"
            actions.insert(0, Run(title=title, commands=(portable,)))
    actions.append(Read(title="Files that describe an environment", entry="environment-files"))
    return Finding(
        about=file.name,
        severity=Severity.ADVICE,
        title=f"{file.name} names builds for {file.builds} of {count} packages, which are of one "
        "platform"
        if file.builds
        else f"{file.name} names {count} package{'s' * (count != 1)} and no version of any",
        why="conda finds these builds on no other platform, and may not find them for ever."
        if file.builds
        else "Everybody who uses it gets the versions of their own day. An exact list beside it "
        "keeps those of today.",
        evidence=tuple(evidence),
        actions=tuple(actions),
    )


def _local(file: ProjectFile, environment: Environment, facts: Facts) -> Finding:
    lines = f"{file.local} line{'s' * (file.local != 1)}"
    point = "points" if file.local == 1 else "point"
    return Finding(
        about=file.name,
        severity=Severity.WARNING,
        title=f"{lines} of {file.name} {point} to files of the machine it was made on",
        why="On another machine these files are not there, and the install ends with an error.",
        evidence=(Evidence(label="File", value=file.path, source=facts.notebook.source),),
        actions=(
            Run(title="Print the versions instead", commands=frozen(environment)),
            Read(title="Files that describe an environment", entry="environment-files"),
        ),
    )


def _unnamed(
    file: ProjectFile, left_out: Sequence[Package], environment: Environment, facts: Facts
) -> Finding:
    count = len(left_out)
    shown = ", ".join(f"{package.name} {package.version}" for package in left_out[:_SHOWN])
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    return Finding(
        about=f"{file.name}-pip",
        severity=Severity.WARNING,
        title=f"{file.name} leaves out {count} package{'s' * (count != 1)} that pip installed here",
        why="An environment made from it lacks them. conda's exports of what was asked for know "
        "nothing of pip; a part `pip:` in the file does.",
        evidence=(
            Evidence(label="Left out", value=shown + more, source=facts.packages.source),
            Evidence(label="File", value=file.path, source=facts.notebook.source),
        ),
        actions=(
            Run(title="Print the versions, for its part `pip:`", commands=frozen(environment)),
            Read(title="Files that describe an environment", entry="environment-files"),
        ),
    )


def _left_out(
    packages: Sequence[Package], conda: Conda, named: set[str], facts: Facts
) -> list[Package]:
    """Return what pip installed and nothing else here requires, and no file names."""
    condas = {canonicalize_name(record.name) for record in conda.records} | _SEED
    brought = condas_metadata(conda)
    markers = facts.interpreter.value.markers if facts.interpreter.value is not None else {}
    required = {
        canonicalize_name(requirement.name)
        for package in packages
        for requirement in requirements(package, markers)
    }
    return [
        package
        for package in packages
        if package.installer in ("pip", "uv")
        and not is_condas(package, brought)
        and package.name not in condas | named | required
        and not package.editable
        and not (package.direct_url is not None and package.direct_url.local)
    ]


def _is_of(file: ProjectFile, conda: Conda) -> bool:
    """Tell whether a file describes this environment: most of what it names is here."""
    here = {canonicalize_name(record.name) for record in conda.records}
    return sum(name in here for name in file.names) * 2 > len(file.names)
