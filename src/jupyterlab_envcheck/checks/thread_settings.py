"""Family threads: variables that a notebook sets when it is too late."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts, Setting
from ..recommendations import (
    Evidence,
    Finding,
    Read,
    RestartKernel,
    SetEnvironment,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .started import started

#: Variables that set a number of threads, with the library that alone reads it; None: several do.
_READ_BY = {
    "BLIS_NUM_THREADS": "blis",
    "GOTO_NUM_THREADS": "openblas",
    "MKL_NUM_THREADS": "mkl",
    "NUMBA_NUM_THREADS": None,
    "NUMEXPR_MAX_THREADS": None,
    "NUMEXPR_NUM_THREADS": None,
    "OMP_NUM_THREADS": None,
    "OMP_THREAD_LIMIT": None,
    "OPENBLAS_NUM_THREADS": "openblas",
    "POLARS_MAX_THREADS": None,
    "RAYON_NUM_THREADS": None,
    "VECLIB_MAXIMUM_THREADS": "accelerate",
}
#: Read while the library is loaded, and never again: tried with OpenBLAS.
_READ_ONCE = frozenset({"openblas"})
#: These compute with the BLAS that is looked at; others may have one inside, where nobody sees it.
_ON_NUMPYS_BLAS = frozenset({"numpy", "scipy", "pandas", "sklearn", "matplotlib", "statsmodels"})


class ThreadVariableTooLate(Check):
    """A thread variable is set after the library that reads it was imported.

    ## What it does
    Compares where the notebook's cells set variables such as `OMP_NUM_THREADS` with where they
    first import a library that reads them.

    ## Why this matters
    Most libraries read the number once, when they are loaded. Set later it changes nothing, and
    nobody is told.

    ## How to fix it
    Set it before the kernel starts, or in the first cell before all imports, and restart the
    kernel. For a running one there is threadpoolctl's `threadpool_limits`.

    ## Example
    `import numpy` in the first cell, `os.environ["OPENBLAS_NUM_THREADS"] = "1"` in the second.

    ## Tried on
    Real: OpenBLAS of NumPy's wheel in a uv venv, whose threads a variable set after the import did
    not change, and one set before it did. Other libraries from facts as literals.
    """

    family = "threads"
    sources = (
        Source(
            title="OpenBLAS, Runtime variables",
            url="https://github.com/OpenMathLib/OpenBLAS/blob/develop/docs/runtime_variables.md",
            passage="OpenBLAS reads these variables when it is loaded.",
        ),
        Source(
            title="Dask, Best practices for arrays",
            url="https://docs.dask.org/en/stable/array-best-practices.html",
            passage="Set the variables that limit threads before the Python process starts.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning that names every variable set too late."""
        notebook = facts.notebook.value
        if notebook is None:
            return Skip(reason=facts.notebook.why_unknown())
        start = started(facts)
        variables = start.variables if start is not None else {}
        present = _present(facts)
        late = [
            setting
            for setting in notebook.settings
            if setting.after is not None
            and setting.variable in _READ_BY
            and (setting.value is None or setting.value != variables.get(setting.variable))
            and _is_read(setting, present)
        ]
        if not late:
            return ()
        names = list(dict.fromkeys(setting.variable for setting in late))
        first = late[0]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        certain = all(_READ_BY[name] in _READ_ONCE for name in names)
        values = {setting.variable: setting.value for setting in late if setting.value}
        return (
            Finding(
                severity=Severity.WARNING,
                title=f"{first.variable}{more} {'is' if len(names) == 1 else 'are'} set after "
                f"{first.after} was imported",
                why=("It has" if certain else "It may have")
                + " no effect: the number is read when the library is loaded. Set it before the "
                "kernel starts, or in the first cell above all imports, and restart the kernel.",
                evidence=tuple(
                    Evidence(
                        label=f"Line {setting.line} of a cell",
                        value=f"{setting.variable}="
                        f"{setting.value if setting.value is not None else '…'}, after the import "
                        f"of {setting.after}",
                        source=facts.notebook.source,
                    )
                    for setting in late
                ),
                actions=(
                    *(
                        (
                            SetEnvironment(
                                title="Set it before the kernel starts"
                                if len(values) == 1
                                else "Set them before the kernel starts",
                                variables=values,
                            ),
                        )
                        if values
                        else ()
                    ),
                    RestartKernel(title="Restart the kernel after moving the line up"),
                    Read(title="Which variable rules which library", entry="threads"),
                ),
            ),
        )


def _present(facts: Facts) -> frozenset[str] | None:
    """Return the libraries that NumPy and the imports load; None where that is not known."""
    if facts.blas.value is None or facts.thread_pools.value is None:
        return None
    seen = {library.library for library in (*facts.blas.value, *facts.thread_pools.value)}
    process = facts.process.value
    return frozenset(seen | {m.library for m in (process.libraries if process else None) or ()})


def _is_read(setting: Setting, present: frozenset[str] | None) -> bool:
    """Tell whether something reads the variable: many set all of them, whichever BLAS there is."""
    reader = _READ_BY[setting.variable]
    if reader is None or present is None or setting.after not in _ON_NUMPYS_BLAS:
        return True
    return reader in present
