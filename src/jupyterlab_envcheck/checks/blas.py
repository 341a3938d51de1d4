"""Family blas: the library that does NumPy's linear algebra."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Facts, Library
from ..recommendations import (
    Action,
    Evidence,
    Finding,
    Read,
    Run,
    SetEnvironment,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .conda_blas import CONDA_FORGE_BLAS, switch
from .installs import reinstall, terminal
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


#: Debian's folder of the libraries for one architecture.
_MULTIARCH = re.compile(r"^(?:/usr)?/lib/([a-z0-9_]+-linux-gnu[a-z0-9]*)/")
#: What numpy says where it was built with no BLAS but its own.
_NO_BLAS = frozenset({"none", "lapack_lite"})


class SlowBlas(Check):
    """NumPy uses a slow BLAS.

    ## What it does
    Looks whether the BLAS that NumPy loads is the reference implementation, or none at all but
    NumPy's own fallback, or FlexiBLAS that hands its work to the reference.

    ## Why this matters
    The reference is made to be right and easy to read. It uses one CPU and none of its vector
    instructions: products of large matrices take many times as long.

    ## How to fix it
    With conda choose libblas's build for OpenBLAS. With pip or uv install NumPy's wheel, which
    brings OpenBLAS. On Debian and Ubuntu install OpenBLAS, and it takes the reference's place.

    ## Example
    `apt install python3-numpy` alone brings `libblas3`, the reference.

    ## Tried on
    Real: Debian 12's NumPy on its reference BLAS, and on its OpenBLAS, which is silent; NumPy's
    wheel in a conda environment with the variant netlib, which is silent, for it brings its own.
    conda's NumPy and FlexiBLAS from facts as literals. No times were measured.
    """

    family = "blas"
    sources = (
        CONDA_FORGE_BLAS,
        Source(
            title="NumPy, BLAS and LAPACK",
            url="https://numpy.org/devdocs/building/blas_lapack.html",
            passage="NumPy can be built without any BLAS, with slow routines of its own.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning where all that could do NumPy's work is slow."""
        packages, blas = facts.packages.value, facts.blas.value
        if packages is not None and all(p.name != "numpy" for p in packages):
            return ()
        if blas is None:
            return Skip(reason=facts.blas.why_unknown())
        slow = next((library for library in blas if _is_slow(library)), None)
        # One that is not slow may be the one that counts: the reference is also a mere interface.
        if slow is None or not all(map(_is_slow, blas)) or _stands_behind(facts) is not None:
            return ()
        if slow.library in _NO_BLAS:
            title = "NumPy was built without a BLAS library, and uses its own slow routines"
        elif slow.library == "flexiblas":
            title = "NumPy uses FlexiBLAS, which hands its work to the slow reference BLAS"
        else:
            title = "NumPy uses the reference BLAS, which is slow"
        owner = f", of {slow.owner}" if slow.owner else ""
        return (
            Finding(
                severity=Severity.WARNING,
                title=title,
                why="It runs on one CPU and without its vector instructions: products of large "
                "matrices take many times as long as with OpenBLAS.",
                evidence=(
                    Evidence(
                        label="BLAS",
                        value=f"{slow.path or slow.library}{owner}",
                        source=facts.blas.source,
                    ),
                ),
                actions=(
                    *_faster(facts, slow),
                    Read(title="BLAS libraries compared", entry="blas"),
                ),
            ),
        )


def _is_slow(library: Library) -> bool:
    if library.library == "flexiblas":
        return (library.backend or "").casefold() == "netlib"
    return library.library == "reference" or library.library in _NO_BLAS


def _stands_behind(facts: Facts) -> str | None:
    """Return what conda has put behind its interface, where it is not the reference."""
    variant = facts.conda.value.variants.get("libblas") if facts.conda.value is not None else None
    numpy = next((p for p in facts.packages.value or () if p.name == "numpy"), None)
    by_conda = numpy is not None and numpy.installer == "conda"
    return variant if by_conda and variant != "netlib" else None


def _faster(facts: Facts, slow: Library) -> tuple[Action, ...]:
    environment = facts.environment.value
    if slow.library == "flexiblas":
        backends = [name for name in slow.backends if name.casefold() != "netlib"]
        best = next((name for name in backends if "openblas" in name.casefold()), None)
        best = best or next(iter(backends), None)
        if best is None:
            return ()
        title = f"Start the kernel with FlexiBLAS's {best}"
        return (SetEnvironment(title=title, variables={"FLEXIBLAS": best}),)
    debian = _MULTIARCH.match(slow.path or "")
    if debian is not None:
        names = [f"{name}.so.3-{debian[1]}" for name in ("libblas", "liblapack")]
        return (
            terminal(
                "Install OpenBLAS for the whole system",
                ("sudo", "apt", "install", "libopenblas0-pthread"),
                manager="apt",
            ),
            Run(
                id="run-choose",
                title="Then choose it, where it was not chosen by itself",
                commands=terminal(
                    "", *(("sudo", "update-alternatives", "--config", name) for name in names)
                ).commands,
            ),
        )
    if environment is None:
        return ()
    by_conda = switch(environment, facts.conda.value, "openblas", "Change to OpenBLAS")
    return by_conda or reinstall(
        environment, ("numpy",), "Install NumPy's wheel, which brings OpenBLAS"
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
    if library.owner == "numpy":  # pip's NumPy in conda's environment does not use conda's BLAS
        return " from its own wheel"
    if facts.conda.value is not None:
        builds = [record.build for record in facts.conda.value.records if record.name == "libblas"]
        if builds:
            return f" chosen by conda (libblas {builds[0]})"
    return ""
