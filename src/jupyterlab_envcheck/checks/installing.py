"""Family installing: whether what is installed fits together, and can be added to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from packaging.utils import canonicalize_name

from ..facts import Facts, InstallLine
from ..facts.requirements import Unmet, unmet
from ..installers import PROJECT_KINDS, system_commands, system_manager
from ..recommendations import Action, Command, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .installing_conda import condas_metadata, is_condas
from .installs import in_its_names, in_navigator, install, reinstall
from .sources import UV_JUPYTER

_OURS = frozenset({"pip", "uv"})  #: owners for whom this version installs
_SHOWN = 20  #: lines of evidence; the rest is counted


class PipMissing(Check):
    """pip is not installed in the kernel's environment.

    ## What it does
    Looks whether the kernel's interpreter finds pip.

    ## Why this matters
    `%pip` fails, and `!pip` runs the pip of some other environment without a word.

    ## How to fix it
    In a venv nothing need be done: envcheck installs with uv from outside. Or install pip.

    ## Example
    `uv venv` makes an environment without pip unless `--seed` is given.

    ## Tried on
    Real: a uv venv without pip, with and without a `%pip` in the notebook, and one with it.
    """

    family = "installing"
    sources = (UV_JUPYTER,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error where the notebook uses `%pip`, else an information.

        Silent otherwise where a project's tool installs: it needs no pip.
        """
        environment = facts.environment.value
        if environment is None or environment.has_pip is None:
            return Skip(reason=facts.environment.why_unknown("has_pip" if environment else "value"))
        if environment.has_pip:
            return ()
        lines = _magic_lines(facts)
        by_project = environment.kind in PROJECT_KINDS
        if by_project and not lines:
            return ()  # its own tool installs, and needs no pip here
        title = f"pip is not installed in {environment.name}"
        if lines:
            title += f", and {len(lines)} line{'s' * (len(lines) != 1)} of the notebook "
            title += f"call{'s' * (len(lines) == 1)} %pip"
        return (
            Finding(
                severity=Severity.ERROR if lines else Severity.INFO,
                title=title,
                why="%pip fails here, and !pip would run the pip of another environment."
                + (
                    " The project's own tool installs without it, and records what it installs."
                    if by_project
                    else " envcheck installs without it."
                    if environment.owner in _OURS
                    else ""
                ),
                evidence=(
                    Evidence(
                        label="Looked in",
                        value=environment.prefix,
                        source=facts.environment.source,
                    ),
                    *(
                        Evidence(
                            label=f"Cell {line.cell}, line {line.line}",
                            value=line.text,
                            source=facts.notebook.source,
                        )
                        for line in lines[:_SHOWN]
                    ),
                ),
                actions=(Read(title="Environments of projects", entry="project-tools"),)
                if by_project
                else (
                    *install(environment, ("pip",), "Install pip…", conda=facts.conda.value),
                    *in_navigator(facts, ("pip",)),
                    *_from_the_system(facts),
                ),
            ),
        )


class UnsatisfiedRequirements(Check):
    """Installed packages lack something they require.

    ## What it does
    Compares what every installed package requires with what is installed, as `pip check` does, but
    without pip.

    ## Why this matters
    Such a package fails when it is imported, or later and less clearly.

    ## How to fix it
    Install all that is missing in one command, so that one resolution sees it all.

    ## Example
    requests 2.28 asks for urllib3 below 2; `pip install urllib3==2.2.0` breaks it and still ends
    with exit status 0.

    ## Tried on
    Real: a uv venv broken by `uv pip install --no-deps`, compared with what `uv pip check` says; a
    conda environment with a requirement in its metadata that nothing meets.
    """

    family = "installing"
    sources = (
        Source(
            title="pip check",
            url="https://pip.pypa.io/en/stable/cli/pip_check/",
            passage="Requirements of installed packages can be broken by later installs.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one finding: an error if the notebook imports a broken package, else a warning.

        What conda or the operating system installed is only an information: their recipes drop
        and rename requirements on purpose.
        """
        packages, interpreter = facts.packages.value, facts.interpreter.value
        environment = facts.environment.value
        if packages is None or interpreter is None or environment is None:
            unknown = next(
                section
                for section in (facts.packages, facts.interpreter, facts.environment)
                if section.value is None
            )
            return Skip(reason=unknown.why_unknown())
        broken = unmet(packages, interpreter.markers)
        if not broken:
            return ()
        theirs = _packaged(facts, {entry.package for entry in broken})
        ours = [entry for entry in broken if entry.package not in theirs]
        imported = _imported_distributions(facts)
        if not ours:
            severity = Severity.INFO
        elif any(entry.package in imported for entry in ours):
            severity = Severity.ERROR
        else:
            severity = Severity.WARNING
        shown = ours or broken
        count = len(shown)
        specs = tuple(sorted({entry.requirement for entry in ours}))
        specs = in_its_names(environment, specs, facts.knowledge.imports)
        title = "Install what is missing…"
        return (
            Finding(
                severity=severity,
                title=f"{count} requirement{'s' * (count != 1)} of installed packages "
                f"{'is' if count == 1 else 'are'} not met",
                why="Packages that lack what they require fail on import, or later and less "
                "clearly."
                if ours
                else "Those who packaged them may have left it out on purpose; it matters only if "
                "something does not work.",
                evidence=tuple(_evidence(entry, facts.packages.source) for entry in shown[:_SHOWN]),
                actions=(
                    *install(environment, specs, title, conda=facts.conda.value),
                    *in_navigator(facts, specs),
                )
                if specs
                else (),
            ),
        )


class LeftoverMetadata(Check):
    """Interrupted installs left something behind.

    ## What it does
    Looks in site-packages for folders that pip put aside (their names begin with `~`), for metadata
    folders without metadata, and for two versions of one package in one folder.

    ## Why this matters
    pip warns on every run, and which of two versions counts is a matter of luck.

    ## How to fix it
    Stop the kernels that use the environment, delete what is named, and install the package again.

    ## Example
    `WARNING: Ignoring invalid distribution ~umpy`

    ## Tried on
    Real: a uv venv with such a folder put into it, one with the metadata of two versions, and one
    without; a conda environment with two. An uninstall that was really cut off was not seen.
    """

    family = "installing"
    sources = (
        Source(
            title="pip issue 13458",
            url="https://github.com/pypa/pip/issues/13458",
            passage="An uninstall that cannot remove a file leaves a renamed folder behind.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning that names every leftover; an information where it is conda's own."""
        environment, conda = facts.environment.value, facts.conda.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if not environment.leftovers:
            return ()
        brought = {
            metadata: record
            for record in (conda.records if conda is not None else ())
            for metadata in record.distributions or ()
        }
        by_conda = [path for path in environment.leftovers if _last(path) in brought]
        leftovers = [path for path in environment.leftovers if path not in by_conda]
        if not leftovers:
            records = {brought[_last(path)] for path in by_conda}
            specs = sorted(f"{record.name}={record.version}" for record in records)
            return (
                Finding(
                    severity=Severity.INFO,
                    title=f"{len(specs)} of conda's packages in {environment.name} "
                    f"{'has' if len(specs) == 1 else 'have'} the metadata of another version beside "
                    f"{'its' if len(specs) == 1 else 'their'} own",
                    why="Another installer was at work here. Which of two versions counts is a "
                    "matter of luck.",
                    evidence=_paths(by_conda, "conda's own", facts.environment.source),
                    actions=reinstall(environment, specs, "Install conda's anew", conda=conda),
                ),
            )
        windows = (
            facts.interpreter.value is not None
            and facts.interpreter.value.markers.get("sys_platform") == "win32"
        )
        delete = ("rmdir", "/s") if windows else ("rm", "-r", "--")
        count = len(leftovers)
        return (
            Finding(
                severity=Severity.WARNING,
                title=f"{count} leftover{'s' * (count != 1)} of interrupted installs "
                f"{'lies' if count == 1 else 'lie'} in {environment.name}",
                why="pip warns on every run, and which of two versions counts is a matter of luck. "
                "Stop the kernels of this environment before deleting them.",
                evidence=_paths(leftovers, "Leftover", facts.environment.source),
                actions=(
                    Run(
                        title="Delete them in a terminal",
                        commands=(Command(manager="shell", argv=(*delete, *leftovers)),),
                    ),
                ),
            ),
        )


def _magic_lines(facts: Facts) -> tuple[InstallLine, ...]:
    lines = facts.notebook.value.installs if facts.notebook.value is not None else ()
    return tuple(line for line in lines if line.way == "magic" and line.tool == "pip")


def _from_the_system(facts: Facts) -> tuple[Action, ...]:
    """Return how the operating system would bring pip for a Python of its own, as text."""
    environment, interpreter = facts.environment.value, facts.interpreter.value
    if environment is None or interpreter is None or not environment.externally_managed:
        return ()
    manager = system_manager(environment.kind, interpreter.path)
    if manager != "apt":
        return ()
    commands = system_commands(manager, ("pip", "venv"))
    return (Run(title="From the operating system", commands=commands),)


def _packaged(facts: Facts, names: Collection[str]) -> frozenset[str]:
    """Return those of `names` that conda or the operating system, and not pip, put there."""
    environment, brought = facts.environment.value, condas_metadata(facts.conda.value)
    system = environment is not None and environment.kind == "system"
    return frozenset(
        package.name
        for package in facts.packages.value or ()
        if package.name in names
        and (is_condas(package, brought) or (system and package.installer is None))
    )


def _evidence(entry: Unmet, source: str) -> Evidence:
    there = f"and {entry.found} is there" if entry.found else "which is not there"
    return Evidence(label=entry.package, value=f"needs {entry.requirement}, {there}", source=source)


def _paths(paths: Sequence[str], label: str, source: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(label=label, value=path, source=source) for path in paths[:_SHOWN])


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _imported_distributions(facts: Facts) -> frozenset[str]:
    if facts.notebook.value is None:
        return frozenset()
    known = facts.knowledge.imports.rows
    names = [entry.name for entry in facts.notebook.value.imports]
    brought = [known[name].pypi for name in names if name in known]
    return frozenset(canonicalize_name(name) for name in (*names, *(b for b in brought if b)))
