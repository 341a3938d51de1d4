"""Family support: what is still looked after by the people who make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ..facts import Facts, PythonRelease
from ..installers import create_commands
from ..recommendations import CreateEnvironment, Evidence, Finding, Severity, Skip, Source
from .base import Check

_YEAR = timedelta(days=365)
_SOON = timedelta(days=183)  #: half a year to move is fair warning
_VENDORED = frozenset({"system"})  #: distributions mend their own Pythons beyond the end of life


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
    Real Pythons: 3.8, 3.9 and 3.10 past their end, 3.11 not, on a day that the test gives. For the
    half year before the end facts as literals.
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
        """Return an error after the end of life, a warning in the half year before it."""
        interpreter, table = facts.interpreter.value, facts.knowledge.pythons
        # A Python too old for the probe still says which one it is.
        version = interpreter.version if interpreter else facts.interpreter.unknown.get("version")
        if version is None:
            return Skip(reason=facts.interpreter.why_unknown())
        minor = ".".join(version.split(".")[:2])
        release = table.rows.get(minor)
        if release is None:
            return Skip(reason=f"Python {minor} is not in the table of {table.as_of}")
        if facts.now + _SOON < release.end_of_life:
            return ()
        over = facts.now >= release.end_of_life
        vendored = facts.environment.value is not None and facts.environment.value.kind in _VENDORED
        title = (
            f"Python {minor} has had no security fixes since {release.end_of_life}"
            if over
            else f"Python {minor} gets its last security fixes on {release.end_of_life}"
        )
        why = (
            "python.org mends it no more; your operating system may still do so."
            if vendored
            else "New releases of scientific packages leave it behind, too. A new environment with "
            "a newer Python is the way on."
        )
        kind = facts.environment.value.kind if facts.environment.value else "venv"
        return (
            Finding(
                severity=Severity.ERROR if over and not vendored else Severity.WARNING,
                title=title,
                why=why,
                evidence=(
                    Evidence(
                        label="Python",
                        value=version,
                        source=facts.interpreter.source,
                    ),
                    Evidence(
                        label="End of life",
                        value=str(release.end_of_life),
                        source=f"{table.source}, as of {table.as_of}",
                    ),
                ),
                actions=(
                    CreateEnvironment(
                        title="Create an environment with a newer Python",
                        commands=create_commands(
                            kind, "proj", (), version=_proven(table.rows, facts.now)
                        ),
                    ),
                ),
            ),
        )


def _proven(pythons: Mapping[str, PythonRelease], now: date) -> str | None:
    """Return the newest Python that has been out for a year: by then the packages have followed."""
    out = {life.released: minor for minor, life in pythons.items() if life.released + _YEAR <= now}
    return out[max(out)] if out else None
