"""Family support: what is still looked after by the people who make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from packaging.version import Version

from ..facts import Environment, Facts, Newest, PythonRelease, Table
from ..facts.requirements import versions
from ..recommendations import Evidence, Finding, Severity, Skip, Source
from .base import Check
from .installs import create

_YEAR = timedelta(days=365)
_SOON = timedelta(days=183)  #: half a year to move is fair warning
_VENDORED = frozenset({"system"})  #: distributions mend their own Pythons beyond the end of life

SPEC_0 = Source(
    title="SPEC 0, Minimum Supported Dependencies",
    url="https://scientific-python.org/specs/spec-0000/",
    passage="Advice to those who make scientific packages: support a Python for three years after "
    "its release, and what the package is built on for two.",
)


class PythonEndOfLife(Check):
    """Python gets no more security fixes.

    ## What it does
    Looks up the kernel's Python in the table of release lives.

    ## Why this matters
    Security holes are not mended any more, and new releases of scientific packages do not support
    this version.

    ## How to fix it
    Create an environment with a supported Python. A virtual environment cannot be moved to another
    Python in place.

    ## Example
    Python 3.9 reached its end of life on 2025-10-31; NumPy has asked for 3.10 and later since 2.1.

    ## Tried on
    Real Pythons: 3.8, 3.9 and 3.10 past their end, 3.11 not, PyPy, which is passed over, on a day
    that the test gives. For the half year before the end facts as literals.
    """

    family = "support"
    sources = (
        Source(
            title="Status of Python versions",
            url="https://devguide.python.org/versions/",
            passage="Each minor version gets fixes for about five years.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error after the end of life, a warning in the half year before it.

        A warning, too, where a distribution of an operating system mends its Python longer. Other
        implementations have lives of their own, which the table does not tell.
        """
        interpreter, table = facts.interpreter.value, facts.knowledge.pythons
        # A Python too old for the probe still says which one it is.
        version = interpreter.version if interpreter else facts.interpreter.unknown.get("version")
        if version is None:
            return Skip(reason=facts.interpreter.why_unknown())
        if interpreter is not None and interpreter.implementation != "cpython":
            return ()
        minor = minor_of(version)
        release = table.rows.get(minor)
        if release is None:
            return Skip(reason=f"Python {minor} is not in the table of {table.as_of}")
        if facts.now + _SOON < release.end_of_life:
            return ()
        environment = facts.environment.value
        over, vendored = facts.now >= release.end_of_life, _is_vendored(environment)
        if not over:
            title = f"Python {minor} gets its last security fixes on {release.end_of_life}"
        elif vendored:
            title = f"Python {minor} has had no fixes from python.org since {release.end_of_life}"
        else:
            title = f"Python {minor} has had no security fixes since {release.end_of_life}"
        why = (
            "Your operating system may still mend it, but new releases of scientific packages "
            "leave it behind."
            if vendored
            else "New releases of scientific packages leave it behind, too. A new environment with "
            "a newer Python is the way on."
        )
        return (
            Finding(
                severity=Severity.ERROR if over and not vendored else Severity.WARNING,
                title=title,
                why=why,
                evidence=(
                    Evidence(label="Python", value=version, source=facts.interpreter.source),
                    Evidence(
                        label="End of life",
                        value=str(release.end_of_life),
                        source=told_by(table),
                    ),
                ),
                actions=(
                    create(
                        environment,
                        title="Create an environment with a newer Python",
                        version=proven(table.rows, facts.now),
                    ),
                ),
            ),
        )


class PythonOutsideSpec0(Check):
    """New releases of scientific packages leave this Python behind.

    ## What it does
    Looks up the kernel's Python in SPEC 0's table of support windows, where scientific packages are
    installed, and names those whose newest release needs a newer Python.

    ## Why this matters
    Only older releases can be installed here, and they get fewer fixes. For a project that is to
    stay as it is that is quite all right: SPEC 0 is advice to those who make packages.

    ## How to fix it
    For new work create an environment with a newer Python. Leave a finished project alone.

    ## Example
    Python 3.11 left its window in October 2025; NumPy 2.5 and SciPy 1.18 ask for 3.12.

    ## Tried on
    Real: uv venvs of Python 3.11 and 3.13 with numpy, and without; Python 3.9, of which
    python-end-of-life speaks.
    """

    family = "support"
    requires = (PythonEndOfLife,)
    sources = (SPEC_0,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an advice where scientific packages are installed and the window is over."""
        interpreter, packages = facts.interpreter.value, facts.packages.value
        if interpreter is None or packages is None:
            unknown = facts.interpreter if interpreter is None else facts.packages
            return Skip(reason=unknown.why_unknown())
        if interpreter.implementation != "cpython":
            return ()
        minor, spec0, newest = (
            minor_of(interpreter.version),
            facts.knowledge.spec0,
            facts.knowledge.newest,
        )
        window = spec0.rows.get(f"python {minor}")
        if window is None:
            return Skip(reason=f"Python {minor} is not in the table of {spec0.as_of}")
        installed = versions(packages)
        scientific = {key.partition(" ")[0] for key in spec0.rows} | set(newest.rows)
        if facts.now < window.until or scientific.isdisjoint(installed):
            return ()
        behind = {
            name: row
            for name, row in newest.rows.items()
            if name in installed and Version(row.python) > Version(minor)
        }
        return (
            Finding(
                severity=Severity.ADVICE,
                title=_left_behind(minor, behind)
                if behind
                else f"Python {minor} left the window that SPEC 0 asks packages to support on "
                f"{window.until}",
                why="Only older releases can be installed here. For a project that is to stay as it "
                "is that is all right; new work is better begun with a newer Python."
                if behind
                else "New releases of scientific packages may ask for a newer Python. For a project "
                "that is to stay as it is that is all right.",
                evidence=(
                    Evidence(
                        label="Python",
                        value=interpreter.version,
                        source=facts.interpreter.source,
                    ),
                    Evidence(
                        label="SPEC 0 asked for its support until",
                        value=str(window.until),
                        source=told_by(spec0),
                    ),
                    *(
                        Evidence(
                            label=f"{name} {row.version}",
                            value=f"needs Python {row.python}; {installed[name]} is installed",
                            source=told_by(newest),
                        )
                        for name, row in behind.items()
                    ),
                ),
                actions=(
                    create(
                        facts.environment.value,
                        title="Create an environment with a newer Python",
                        version=proven(facts.knowledge.pythons.rows, facts.now),
                    ),
                ),
            ),
        )


def minor_of(version: str) -> str:
    """Return the minor version: "3.13" of "3.13.1"."""
    return ".".join(version.split(".")[:2])


def told_by(table: Table[Any]) -> str:
    """Return where a table's facts come from, and of when they are."""
    return f"{table.source}, as of {table.as_of}"


def _is_vendored(environment: Environment | None) -> bool:
    """Tell whether this is a Python of the operating system's, or an environment made from it."""
    if environment is None:
        return False
    base = environment.venv.base_kind if environment.venv is not None else None
    return environment.kind in _VENDORED or base in _VENDORED


def _left_behind(minor: str, behind: Mapping[str, Newest]) -> str:
    *before, last = [f"{name} ({row.version})" for name, row in behind.items()]
    if not before:
        return f"The newest {last} does not run on Python {minor}"
    return f"The newest {', '.join(before)} and {last} do not run on Python {minor}"


def proven(pythons: Mapping[str, PythonRelease], now: date) -> str | None:
    """Return the newest Python that has been out for a year: by then the packages have followed."""
    out = {life.released: minor for minor, life in pythons.items() if life.released + _YEAR <= now}
    return out[max(out)] if out else None
