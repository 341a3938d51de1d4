"""Family threads: OpenMP runtimes that do not get along in one process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..facts import Facts
from ..facts.requirements import closure
from ..recommendations import (
    Action,
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
from .installs import create_by_conda
from .naming import library_name
from .started import started

MULTIPLE_OPENMP = Source(
    title="threadpoolctl, Multiple OpenMP runtimes",
    url="https://github.com/joblib/threadpoolctl/blob/master/multiple_openmp.md",
    passage="Most OpenMP runtimes get along in one process. Intel's together with LLVM's, on Linux "
    "and macOS, end in crashes or deadlocks; one environment with one runtime avoids it.",
)

_VARIABLE = "KMP_DUPLICATE_LIB_OK"
_INTEL, _LLVM, _GNU = "libiomp5", "libomp", "libgomp"
_RUNTIMES = frozenset({_INTEL, _LLVM, _GNU})
#: What both come from, or is installed under both names, is one library.
_ONE_PACKAGE = frozenset({"llvm-openmp"})
_CREATE = "Create an environment of conda-forge's packages, which share one runtime"
#: How a collector says that it met the two, and did not dare to ask them.
_NOT_ASKED = "libiomp5 and libomp are both loaded"
#: What LLVM's and Intel's runtimes take for yes.
_YES = frozenset({"true", ".true.", ".t.", "t", "yes", "y", "on", "1", "enabled"})


@dataclass(frozen=True)
class _Runtime:
    """An OpenMP runtime, and how it is known."""

    library: str
    path: str
    owner: str | None
    source: str


class ConflictingOpenmp(Check):
    """OpenMP runtimes that do not get along.

    ## What it does
    Looks which OpenMP runtimes the kernel has in memory, which ones the notebook's imports load in
    a fresh process, and which ones their packages bring along.

    ## Why this matters
    Intel's and LLVM's runtimes in one process crash it or hang it on Linux and macOS, sometimes
    only at the first parallel loop. GNU's gets along with both.

    ## How to fix it
    Take the packages from one place: conda-forge's share one runtime. With MKL, have it use GNU's
    threads by `MKL_THREADING_LAYER=GNU`, set before the kernel starts.

    ## Example
    On macOS the wheels of PyTorch and of scikit-learn each bring a libomp of their own.

    ## Tried on
    Real, on Linux: Intel's runtime of its wheel and Debian's libomp, both in the memory of one
    kernel; GNU's and Intel's; scikit-learn's GNU runtime alone, which is silent. macOS from facts
    as literals.
    """

    family = "threads"
    sources = (MULTIPLE_OPENMP,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return at most one finding, on the worst of what is loaded, else of what would be."""
        loaded, brought = _loaded(facts), _brought(facts)
        system = facts.machine.value.system if facts.machine.value is not None else None
        if system == "Windows":
            return ()
        both = _both(loaded) or _NOT_ASKED in " ".join(facts.thread_pools.unknown.values())
        found = None
        if both:
            found = _conflict(facts, loaded)
        elif len(several := _alike(loaded)) > 1:
            found = _finding(
                facts,
                Severity.WARNING,
                f"{len(several)} copies of {library_name(several[0].library)} are loaded together",
                "Two copies of one runtime in one process may stop it with OMP: Error #15, or slow "
                "it down.",
                several,
            )
        elif _both(brought) or len(_alike(brought)) > 1:
            found = _finding(
                facts,
                Severity.WARNING,
                f"What this notebook imports brings {len(_told_apart(brought))} OpenMP runtimes: "
                + ", ".join(f"{one.library} by {one.owner}" for one in brought),
                "Loaded together they may stop the kernel with OMP: Error #15, or hang it.",
                brought,
            )
        elif len(_told_apart(loaded)) > 1:
            return (_note(loaded),)
        if found is not None:
            return (found,)
        if facts.thread_pools.value is None and not loaded:
            return Skip(reason=facts.thread_pools.why_unknown())
        return ()


class KmpDuplicateLibOk(Check):
    """The safeguard against two OpenMP runtimes is turned off.

    ## What it does
    Looks for `KMP_DUPLICATE_LIB_OK` in the environment that the kernel starts with, and in the
    notebook's cells. Not in the running kernel's own: importing threadpoolctl, which scikit-learn
    does, sets it there.

    ## Why this matters
    The runtime then goes on where it would have stopped with OMP: Error #15. Its makers call that
    unsafe: the kernel may crash, or compute wrong numbers without a word.

    ## How to fix it
    Remove the variable, and take the packages from one place, so that there is one runtime.

    ## Example
    `os.environ["KMP_DUPLICATE_LIB_OK"] = "TRUE"` at the top of a notebook, as many answers advise.

    ## Tried on
    Real: a kernelspec that sets it, and one that does not; a process whose threadpoolctl set it,
    which is silent.
    """

    family = "threads"
    sources = (
        Source(
            title="LLVM, messages of the OpenMP runtime",
            url="https://github.com/llvm/llvm-project/blob/main/openmp/runtime/src/i18n/en_US.txt",
            passage="To go on with several runtimes by this variable is unsafe and not supported: "
            "it can crash a program or make its results wrong without notice.",
        ),
        MULTIPLE_OPENMP,
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning where it is set to yes, by whatever starts the kernel or by a cell."""
        start, notebook = started(facts), facts.notebook.value
        evidence = []
        if start is not None and (value := start.variables.get(_VARIABLE)) and _is_yes(value):
            evidence.append(
                Evidence(label="The kernel starts with", value=value, source=start.source)
            )
        by_start = bool(evidence)
        cells = [
            setting
            for setting in (notebook.settings if notebook is not None else ())
            if setting.variable == _VARIABLE and setting.value and _is_yes(setting.value)
        ]
        evidence += [
            Evidence(
                label=f"Line {setting.line} of a cell sets it to",
                value=setting.value or "",
                source=facts.notebook.source,
            )
            for setting in cells
        ]
        if not evidence:
            return () if start is not None else Skip(reason=facts.interpreter.why_unknown())
        where = "in the environment the kernel starts with" if by_start else "by this notebook"
        return (
            Finding(
                severity=Severity.WARNING,
                title=f"{_VARIABLE} is set {where}",
                why="It lets two OpenMP runtimes go on in one process, which may crash it or make "
                "its numbers wrong. Remove it where it is set, and see whether two runtimes are loaded."
                + (
                    " A program that loaded threadpoolctl before it started the kernel sets it, too."
                    if by_start and not cells
                    else ""
                ),
                evidence=tuple(evidence),
                actions=(
                    *(
                        (RestartKernel(title="Restart the kernel after removing the line"),)
                        if cells and not by_start
                        else ()
                    ),
                    Read(title="Threads and their runtimes", entry="threads"),
                ),
            ),
        )


def _is_yes(value: str) -> bool:
    return value.strip().strip("'\"").casefold() in _YES


def _loaded(facts: Facts) -> list[_Runtime]:
    """Return the runtimes in the kernel's memory; where none runs, those of its imports' trial."""
    process = facts.process
    if process.value is not None and process.value.libraries is not None:
        live = [
            _Runtime(one.library, one.path, one.owner, process.source)
            for one in process.value.libraries
            if one.library in _RUNTIMES
        ]
        if len(_told_apart(live)) > 1:
            return _told_apart(live)
    pools = facts.thread_pools
    tried = [
        _Runtime(one.library, one.path, one.owner, pools.source)
        for one in pools.value or ()
        if one.library in _RUNTIMES and one.path is not None
    ]
    return _told_apart(tried)


def _brought(facts: Facts) -> list[_Runtime]:
    """Return the runtimes that lie in the packages which the notebook imports, and need."""
    packages, notebook = facts.packages.value, facts.notebook.value
    interpreter = facts.interpreter.value
    if packages is None or notebook is None or interpreter is None:
        return []
    names = {one.name for one in notebook.imports}
    roots = [package.name for package in packages if names.intersection(package.imports)]
    needed = closure(roots, packages, interpreter.markers)
    return _told_apart(
        [
            _Runtime(bundled.library, bundled.path, package.name, facts.packages.source)
            for package in packages
            if package.name in needed
            for bundled in package.bundles
            if bundled.library in (_INTEL, _LLVM)
        ]
    )


def _told_apart(runtimes: Iterable[_Runtime]) -> list[_Runtime]:
    """Return each file once; of a package that brings one under two names, one."""
    found: dict[str, _Runtime] = {}
    for one in runtimes:
        key = one.owner if one.owner in _ONE_PACKAGE else None
        found.setdefault(key or one.path, one)
    return list(found.values())


def _both(runtimes: Sequence[_Runtime]) -> bool:
    return {_INTEL, _LLVM} <= {one.library for one in runtimes}


def _alike(runtimes: Sequence[_Runtime]) -> list[_Runtime]:
    """Return the copies of Intel's or LLVM's runtime, where there are several of one."""
    for library in (_LLVM, _INTEL):
        copies = [one for one in runtimes if one.library == library]
        if len(copies) > 1:
            return copies
    return []


def _conflict(facts: Facts, loaded: Sequence[_Runtime]) -> Finding:
    live = _both(loaded) and any(one.source == facts.process.source for one in loaded)
    title = (
        "Intel's and LLVM's OpenMP are both loaded in this kernel"
        if live
        else "What this notebook imports loads Intel's and LLVM's OpenMP together"
    )
    return _finding(
        facts,
        Severity.ERROR,
        title,
        "The two do not get along in one process: it may crash, or hang at a parallel loop.",
        loaded if _both(loaded) else _brought(facts),
    )


def _finding(
    facts: Facts, severity: Severity, title: str, why: str, runtimes: Sequence[_Runtime]
) -> Finding:
    return Finding(
        severity=severity,
        title=title,
        why=why,
        evidence=tuple(_evidence(one) for one in runtimes),
        actions=(
            *_one_runtime(facts, runtimes),
            Read(title="Threads and their runtimes", entry="threads"),
        ),
    )


def _note(loaded: Sequence[_Runtime]) -> Finding:
    kinds = sorted({library_name(one.library) for one in loaded})
    what = " and ".join(kinds) if len(kinds) > 1 else f"{len(loaded)} copies of {kinds[0]}"
    return Finding(
        severity=Severity.INFO,
        title=f"{what} {'share' if len(loaded) > 1 else 'is in'} one process",
        why="Most runtimes get along, as these do. Each has a pool of threads of its own.",
        evidence=tuple(_evidence(one) for one in loaded),
        actions=(Read(title="Which variable rules which library", entry="threads"),),
    )


def _evidence(one: _Runtime) -> Evidence:
    return Evidence(
        label=library_name(one.library) + (f", of {one.owner}" if one.owner else ""),
        value=one.path,
        source=one.source,
    )


def one_runtime(facts: Facts, modules: Sequence[str]) -> tuple[Action, ...]:
    """Return what leads to one runtime in place of those that importing `modules` loaded."""
    actions = _one_runtime(facts, _brought(facts))
    rows = facts.knowledge.imports.rows
    known = [row.conda for name in modules if (row := rows.get(name.partition(".")[0]))]
    specs = tuple(dict.fromkeys(name for name in known if name is not None))
    if not specs or any(action.id.endswith("create") for action in actions):
        return actions
    return (*actions, create_by_conda(None, specs, _CREATE))


def _one_runtime(facts: Facts, runtimes: Sequence[_Runtime]) -> tuple[Action, ...]:
    """Return what leads to one runtime: MKL on GNU's threads, and an environment of conda-forge."""
    actions: list[Action] = []
    system = facts.machine.value.system if facts.machine.value is not None else None
    pools = facts.thread_pools.value or ()
    if system == "Linux" and any(pool.library == "mkl" for pool in pools):
        actions.append(
            SetEnvironment(
                title="Start the kernel with MKL on GNU's threads",
                variables={"MKL_THREADING_LAYER": "GNU"},
            )
        )
    known = facts.knowledge.imports.rows
    by_pypi = {row.pypi: row.conda for row in known.values() if row.pypi and row.conda}
    installed = {package.name for package in facts.packages.value or ()}
    owners = dict.fromkeys(one.owner for one in runtimes if one.owner in installed)
    specs = tuple(by_pypi.get(owner, owner) for owner in owners if owner)
    if specs:
        actions.append(create_by_conda(None, specs, _CREATE))
    return tuple(actions)
