"""Family blas: the library that does NumPy's linear algebra."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts, Library
from ..recommendations import Evidence, Finding, Read, Severity, Skip
from .base import Check
from .naming import library_name
from .sources import NUMPY_BLAS


class BlasReport(Check):
    """Which BLAS library NumPy uses.

    ## What it does
    Says which linear algebra library NumPy loads in a fresh process of the kernel's interpreter,
    where it comes from, and how many threads it starts.

    ## Why this matters
    The library decides how fast `numpy.dot`, `numpy.linalg` and all that builds on them are, and
    how much of the machine they take.

    ## How to fix it
    Nothing is wrong. Among conda-forge's packages another library can be chosen.

    ## Example
    NumPy from PyPI brings its own OpenBLAS; SciPy brings a second copy of its own.

    ## Tried on
    Real: NumPy's PyPI wheel. conda's variants from facts as literals.
    """

    family = "blas"
    sources = (NUMPY_BLAS,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return the report, as an information; always, where NumPy is installed."""
        if facts.packages.value is None:
            return Skip(reason=facts.packages.why_unknown())
        numpy = next((p for p in facts.packages.value if p.name == "numpy"), None)
        if numpy is None:
            return Skip(reason="NumPy is not installed here")
        if facts.blas.value is None:
            return Skip(reason=facts.blas.why_unknown())
        own = _numpys_own(facts.blas.value)
        if own is None:
            return Skip(reason="NumPy loaded no BLAS library that could be recognised")
        origin = _origin(own, facts)
        threads = f", with {own.threads} thread{'s' * (own.threads != 1)}" if own.threads else ""
        details = [("Library", own.path), ("Threading", own.layer), ("Kernels", own.architecture)]
        version = f" {own.version}" if own.version else ""
        return (
            Finding(
                severity=Severity.INFO,
                title=f"NumPy uses {library_name(own.library)}{version}{origin}{threads}",
                why="It does the work of numpy.dot, numpy.linalg and all that builds on them.",
                evidence=(
                    Evidence(
                        label="NumPy",
                        value=numpy.version or "unknown",
                        source=facts.packages.source,
                    ),
                    *(
                        Evidence(label=label, value=value, source=facts.blas.source)
                        for label, value in details
                        if value
                    ),
                ),
                actions=(Read(title="BLAS libraries compared", entry="blas"),),
            ),
        )


def _numpys_own(libraries: Sequence[Library]) -> Library | None:
    """Return NumPy's library: the one its distribution owns, else the only one there is.

    A second BLAS (SciPy's own copy, MKL inside torch) is not NumPy's.
    """
    owned = [library for library in libraries if library.owner == "numpy"]
    if owned:
        return owned[0]
    return libraries[0] if len(libraries) == 1 else None


def _origin(library: Library, facts: Facts) -> str:
    if facts.conda.value is not None:
        builds = [record.build for record in facts.conda.value.records if record.name == "libblas"]
        if builds:
            return f" chosen by conda (libblas {builds[0]})"
    return " from its own wheel" if library.owner == "numpy" else ""
