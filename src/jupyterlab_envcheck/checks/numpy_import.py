"""Family blas: whether NumPy can be imported at all, and if not, what is the matter with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..facts import Facts, Package
from ..recommendations import (
    Action,
    Evidence,
    Finding,
    Read,
    SetEnvironment,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .installs import create, reinstall, terminal
from .started import started

#: How the section `blas` begins to say that the import raised an error.
_RAISED = "numpy cannot be imported: "
#: And how it says that the import ended the process. One that was ended for taking too long, or for
#: printing too much, is no failure that NumPy is known to have.
_ENDED = re.compile(r"while importing numpy, Python (?:was ended by (\w+)|ended with status \d+)")

_ORIGINAL = "Original error was: "  #: behind it NumPy's long text has what really happened
_COMPILED = re.compile(r"^\s*\* (\S+\.(?:so|pyd))\s*$", re.MULTILINE)
_TAG = re.compile(r"\.(?:cpython-|cp)3(\d+)t?-")
_MISSING_LIBRARY = re.compile(
    r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file"
    r"|Library not loaded: (?:\S*/)?([\w.+-]+\.dylib)"
)
_ATLAS = re.compile(r"lib(f77blas|cblas|atlas|lapack_atlas|ptf77blas|ptcblas)\.so")
_BASELINE = re.compile(r"built with baseline optimizations:?\s*\(?([^)\n]*)")
_GLIBC = re.compile(r"version [`'](GLIBC_[\d.]+)' not found")
#: Python's own words where a file of NumPy's is gone, and NumPy's where all compiled ones are.
_INCOMPLETE = re.compile(
    r"No module named 'numpy[.\w]*'"
    r"|cannot import name '\w+' from (?:partially initialized module )?'numpy"
    r"|found no compiled module"
)
_SHOWN = 300  #: characters of the error
_FILES = 3  #: of those that are gone


@dataclass(frozen=True, kw_only=True)
class _Cause:
    """What is the matter, behind "NumPy 2.5.5 "."""

    title: str
    why: str
    mends: bool = True  #: installing the same anew helps
    same: bool = True  #: it is the same version that is to be installed
    actions: tuple[Action, ...] = ()  #: what helps before that


class NumpyImportFails(Check):
    """NumPy is installed and cannot be imported.

    ## What it does
    Imports NumPy in a fresh process of the kernel's interpreter. Where that fails, or ends the
    process, reads from the error what is the matter: files of another Python, a library or files
    that are gone, instructions that this processor does not have.

    ## Why this matters
    Nothing that builds on NumPy works: SciPy, pandas, Matplotlib, scikit-learn.

    ## How to fix it
    Most often by installing NumPy anew, with the one manager that the environment belongs to. Files
    of another Python come in by `PYTHONPATH`, or by copying site-packages: then leave that away.

    ## Example
    After Python was upgraded in place, NumPy's files are still those for the version before, and
    `import numpy` says that importing its C-extensions failed.

    ## Tried on
    Real: NumPy's wheel in uv venvs, with extension modules named for another Python, with a module
    removed, with its OpenBLAS removed, with its compiled core removed, and ended by a signal; and a
    whole one, which is silent. macOS, Windows and Raspberry Pi from recorded messages.
    """

    family = "blas"
    sources = (
        Source(
            title="NumPy, Troubleshooting: ImportError",
            url="https://numpy.org/devdocs/user/troubleshooting-importerror.html",
            passage="Check which Python and which NumPy the error names, and the variables that "
            "change where Python looks; then remove NumPy and install it anew by one manager.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one error where the import of an installed NumPy fails in any way."""
        failure, source = _failure(facts)
        if failure is None:
            packages = facts.packages.value
            absent = packages is not None and all(p.name != "numpy" for p in packages)
            if facts.blas.value is not None or absent:
                return ()
            return Skip(reason=facts.blas.why_unknown())
        numpy = next((p for p in facts.packages.value or () if p.name == "numpy"), None)
        version = numpy.version if numpy is not None else None
        name = f"NumPy {version}" if version else "NumPy"
        cause = _cause(failure, facts, numpy)
        several = _several(facts)
        why = cause.why + (
            " More than one NumPy was installed here, and parts of them may be mixed."
            if len(several) > 1
            else ""
        )
        return (
            Finding(
                severity=Severity.ERROR,
                title=f"{name} {cause.title}",
                why=why,
                evidence=(
                    Evidence(label="Error", value=_essence(failure), source=source),
                    *several,
                    *_missing_files(facts),
                ),
                actions=(
                    *cause.actions,
                    *(_anew(facts, version if cause.same else None) if cause.mends else ()),
                    Read(title="When NumPy cannot be imported", entry="numpy-import-error"),
                ),
            ),
        )


def _failure(facts: Facts) -> tuple[str | None, str]:
    """Return the text of the failure and how it is known; None where there is none to be seen."""
    if facts.blas.value is None:
        told = facts.blas.why_unknown()
        if told.startswith(_RAISED):
            return told.removeprefix(_RAISED), facts.blas.source
        if _ENDED.match(told):
            return told, facts.blas.source
    notebook = facts.notebook.value
    for one in notebook.imports if notebook is not None else ():
        if one.name == "numpy" and one.tried and one.error is not None:
            whole = one.error.startswith("while ")
            if not whole or _ENDED.match(one.error):
                return one.error, facts.notebook.source
    return None, ""


def _cause(failure: str, facts: Facts, numpy: Package | None) -> _Cause:
    ended = _ENDED.match(failure)
    if ended is not None:
        return _of_an_end(ended[1])
    text = failure.casefold()
    if "compiled module files exist" in text:
        return _of_another_python(failure, facts, numpy)
    library = _MISSING_LIBRARY.search(failure)
    if library is not None:
        return _of_a_library(library[1] or library[2], facts, numpy)
    if "dll load failed" in text:
        return _of_a_dll(facts)
    return _of_words(failure, facts, numpy)


def _of_words(failure: str, facts: Facts, numpy: Package | None) -> _Cause:
    """Return what is told by an error's words, for all systems alike."""
    if "illegal instruction" in failure.casefold():
        return _of_an_end("SIGILL")
    baseline = _BASELINE.search(failure)
    if baseline is not None:
        return _Cause(
            title="was built for newer processors than this one",
            why=f"It uses instructions ({baseline[1].strip()}) that this processor, or this "
            "virtual machine, does not have. An older NumPy, or one of another channel, may not "
            "need them.",
            mends=False,
        )
    glibc = _GLIBC.search(failure)
    if glibc is not None:
        return _Cause(
            title=f"was built for a newer Linux than this one: it needs {glibc[1]}",
            why="Its files were made where the C library is newer. A wheel that an installer "
            "chooses on this machine fits it.",
            same=False,
        )
    if _INCOMPLETE.search(failure):
        return _Cause(
            title="is incomplete: files of it are missing",
            why="Something removed or overwrote a part of it: an interrupted install, or another "
            "installer.",
        )
    return _Cause(
        title="cannot be imported",
        why="All that builds on NumPy fails with it. To install it anew often helps.",
        actions=_away_from(numpy, facts),
    )


def _of_an_end(signal: str | None) -> _Cause:
    if signal == "SIGILL":
        return _Cause(
            title="ends Python: it uses instructions that this processor does not have (SIGILL)",
            why="NumPy or its BLAS may take this processor, or this virtual machine, for a newer "
            "one. OpenBLAS can be told which kernels to use.",
            mends=False,
            actions=(
                SetEnvironment(
                    title="Start the kernel with OpenBLAS's kernels for Haswell",
                    variables={"OPENBLAS_CORETYPE": "Haswell"},
                ),
            ),
        )
    if signal == "SIGKILL":
        return _Cause(
            title="ends Python when it is imported: the system killed it (SIGKILL)",
            why="That may be for want of memory, in a container with little of it.",
            mends=False,
        )
    how = f" ({signal})" if signal else ""
    return _Cause(
        title=f"ends Python when it is imported{how}",
        why="A notebook's kernel dies at the import, without an error to read. Damaged files, or "
        "libraries that do not get along, can be the cause.",
    )


def _of_another_python(failure: str, facts: Facts, numpy: Package | None) -> _Cause:
    interpreter = facts.interpreter.value
    here = ".".join(interpreter.version.split(".")[:2]) if interpreter is not None else None
    files = _COMPILED.findall(failure)
    minors = {tag[1] for name in files if (tag := _TAG.search(name))}
    built = f"3.{minors.pop()}" if len(minors) == 1 else None
    if built is not None and here is not None and built != here:
        title = f"was built for Python {built}, and this is Python {here}"
    else:
        title = "was built for another Python, or another kind of machine, than this one"
    elsewhere = _away_from(numpy, facts)
    return _Cause(
        title=title,
        why="Its compiled files fit only the Python they were made for. "
        + (
            f"Python finds them in {numpy.location}, which is not of this environment."
            if elsewhere and numpy is not None
            else "They may be left from before an upgrade of Python, or have been copied here."
        ),
        mends=not elsewhere,
        same=False,
        actions=elsewhere,
    )


def _of_a_library(library: str, facts: Facts, numpy: Package | None) -> _Cause:
    if _ATLAS.match(library):
        return _Cause(
            title=f"needs {library}, which is not on this system",
            why="Wheels for the Raspberry Pi use the system's BLAS, which has to be installed.",
            mends=False,
            actions=(
                terminal(
                    "Install the system's library (Debian 12 and older have it)",
                    ("sudo", "apt", "install", "libatlas-base-dev"),
                    manager="apt",
                ),
            ),
        )
    own = any(bundled.path.endswith(library) for bundled in numpy.bundles) if numpy else False
    is_own = own or "scipy_openblas" in library
    records = facts.conda.value.records if facts.conda.value is not None else ()
    losers = sorted(
        record.name
        for record in records
        if any(path.endswith(library) for path in record.missing or ())
    )
    environment = facts.environment.value
    actions = (
        reinstall(environment, losers, f"Install {losers[0]} anew", conda=facts.conda.value)
        if losers and environment
        else ()
    )
    return _Cause(
        title=f"needs {library}, which is {'gone' if is_own or losers else 'not found'}",
        why="It is the library that does NumPy's linear algebra. "
        + (
            "It came with NumPy, and something removed it."
            if is_own
            else f"It came with {losers[0]}, and something removed it."
            if losers
            else "Nothing in this environment brings it."
        ),
        mends=not losers,
        actions=actions,
    )


def _of_a_dll(facts: Facts) -> _Cause:
    environment, start = facts.environment.value, started(facts)
    active = start is not None and environment is not None and (
        start.variables.get("CONDA_PREFIX", "").casefold() == environment.prefix.casefold()
    )  # fmt: skip
    if environment is not None and environment.kind in ("conda", "conda-base") and not active:
        return _Cause(
            title="needs a DLL that Windows does not find",
            why="The kernel was started without activating its conda environment, whose DLLs are "
            "then not on the path. Start Jupyter from the activated environment, or install "
            "nb_conda_kernels where Jupyter runs.",
            actions=(Read(id="read-environments", title="Environments", entry="environments"),),
        )
    return _Cause(
        title="needs a DLL that Windows does not find",
        why="A library that NumPy loads is gone, or one of another program is found in its place.",
    )


def _away_from(numpy: Package | None, facts: Facts) -> tuple[Action, ...]:
    """Return what keeps Python away from a NumPy that does not lie in this environment."""
    interpreter, start = facts.interpreter.value, started(facts)
    if numpy is None or interpreter is None or numpy.location in interpreter.site_packages:
        return ()
    if numpy.location == interpreter.user_site:
        return (
            SetEnvironment(
                title="Start the kernel without the user's own packages",
                variables={"PYTHONNOUSERSITE": "1"},
            ),
        )
    if start is not None and start.variables.get("PYTHONPATH"):
        return (
            SetEnvironment(
                title="Start the kernel without PYTHONPATH", variables={"PYTHONPATH": ""}
            ),
        )
    return ()


def _anew(facts: Facts, version: str | None) -> tuple[Action, ...]:
    environment = facts.environment.value
    if environment is None:
        return ()
    spec = f"numpy=={version}" if version else "numpy"
    again = reinstall(environment, (spec,), "Install NumPy anew", conda=facts.conda.value)
    return again or (create(environment, ("numpy",)),)


def _several(facts: Facts) -> tuple[Evidence, ...]:
    """Return the NumPys that are installed, by all who say so."""
    by_files = [
        Evidence(
            label=f"Installed by {package.installer}" if package.installer else "Installed",
            value=f"{package.version or 'unknown version'} in {package.location}",
            source=facts.packages.source,
        )
        for package in facts.packages.value or ()
        if package.name == "numpy"
    ]
    records = facts.conda.value.records if facts.conda.value is not None else ()
    by_conda = [
        Evidence(
            label="Installed by conda, as it has on record",
            value=f"{record.version} {record.build}",
            source=facts.conda.source,
        )
        for record in records
        if record.name == "numpy"
        and not any(
            p.name == "numpy" and p.installer == "conda" for p in facts.packages.value or ()
        )
    ]
    return (*by_files, *by_conda)


def _missing_files(facts: Facts) -> tuple[Evidence, ...]:
    records = facts.conda.value.records if facts.conda.value is not None else ()
    return tuple(
        Evidence(
            label=f"Gone of {record.name}",
            value=", ".join(record.missing[:_FILES])
            + (", …" if len(record.missing) > _FILES else ""),
            source=facts.conda.source,
        )
        for record in records
        if record.missing and record.name in ("numpy", "libblas", "libopenblas", "mkl")
    )


def _essence(failure: str) -> str:
    """Return of NumPy's forty lines the one that says what happened."""
    _, original, behind = failure.partition(_ORIGINAL)
    lines = [line.strip() for line in (behind if original else failure).splitlines()]
    said = next((line for line in lines if line and not line.endswith("Error:")), failure.strip())
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
