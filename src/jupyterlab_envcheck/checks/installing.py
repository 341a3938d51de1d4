"""Family installing: whether what is installed fits together, and can be added to."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.utils import canonicalize_name

from ..facts import Facts
from ..facts.requirements import unmet
from ..recommendations import Command, Evidence, Finding, Run, Severity, Skip, Source
from .base import Check
from .installs import install
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
    Real: a uv venv without pip, and a venv with it.
    """

    family = "installing"
    sources = (UV_JUPYTER,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information where pip is missing."""
        environment = facts.environment.value
        if environment is None or environment.has_pip is None:
            return Skip(reason=facts.environment.why_unknown("has_pip" if environment else "value"))
        if environment.has_pip:
            return ()
        return (
            Finding(
                severity=Severity.INFO,
                title=f"pip is not installed in {environment.name}",
                why="%pip fails here, and !pip would run the pip of another environment."
                + (" envcheck installs without it." if environment.owner in _OURS else ""),
                evidence=(
                    Evidence(
                        label="Looked in",
                        value=environment.prefix,
                        source=facts.environment.source,
                    ),
                ),
                actions=install(environment, ("pip",), "Install pip…"),
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
    Real: a uv venv broken by `uv pip install --no-deps`, compared with what `uv pip check` says.
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

        What conda installed is only an information: its recipes drop and rename requirements.
        """
        packages, interpreter = facts.packages.value, facts.interpreter.value
        environment = facts.environment.value
        if packages is None or interpreter is None or environment is None:
            return Skip(reason=facts.packages.why_unknown())
        broken = unmet(packages, interpreter.markers)
        if not broken:
            return ()
        by_conda = {package.name for package in packages if package.installer == "conda"}
        by_pip = [entry for entry in broken if entry.package not in by_conda]
        imported = _imported_distributions(facts)
        if not by_pip:
            severity = Severity.INFO
        elif any(entry.package in imported for entry in by_pip):
            severity = Severity.ERROR
        else:
            severity = Severity.WARNING
        shown = by_pip or broken
        specs = tuple(sorted({entry.requirement for entry in shown}))
        count = len(shown)
        return (
            Finding(
                severity=severity,
                title=f"{count} requirement{'s' * (count != 1)} of installed packages "
                f"{'is' if count == 1 else 'are'} not met",
                why="Packages that lack what they require fail on import, or later and less "
                "clearly.",
                evidence=tuple(
                    Evidence(
                        label=entry.package,
                        value=f"needs {entry.requirement}, "
                        + (f"and {entry.found} is there" if entry.found else "which is not there"),
                        source=facts.packages.source,
                    )
                    for entry in shown[:_SHOWN]
                ),
                actions=install(environment, specs, "Install what is missing…"),
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
    Real: a uv venv with such a folder put into it, and without. An uninstall that was really cut
    off was not seen.
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
        """Return one warning that names every leftover."""
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        leftovers = environment.leftovers
        if not leftovers:
            return ()
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
                evidence=tuple(
                    Evidence(label="Leftover", value=path, source=facts.environment.source)
                    for path in leftovers[:_SHOWN]
                ),
                actions=(
                    Run(
                        title="Delete them in a terminal",
                        commands=(Command(manager="shell", argv=(*delete, *leftovers)),),
                    ),
                ),
            ),
        )


def _imported_distributions(facts: Facts) -> frozenset[str]:
    if facts.notebook.value is None:
        return frozenset()
    known = facts.knowledge.imports.rows
    names = [entry.name for entry in facts.notebook.value.imports]
    brought = [known[name].pypi for name in names if name in known]
    return frozenset(canonicalize_name(name) for name in (*names, *(b for b in brought if b)))
