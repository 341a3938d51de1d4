"""Family notebook: why the kernel died while a cell ran."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Died, Facts
from ..recommendations import Action, Evidence, Finding, Read, Severity, Skip, Source
from .base import Check
from .installs import reinstall
from .openmp import MULTIPLE_OPENMP, one_runtime

#: What Intel's and LLVM's OpenMP write before they stop the process.
_OPENMP = re.compile(r"OMP: Error #15: Initializing (\S+), but found (\S+) already initialized")
_GUIDE = Read(title="Threads and their runtimes", entry="threads")
_LINES = 6  #: of what was printed, the last
_NAMED = 5  #: modules that a sentence names
_WHY_UNKNOWN = "The kernel died while a cell ran, and why is not known"
_MOST_OFTEN = (
    "memory ran out, or compiled code crashed. Run it in parts to see which; the server's log may "
    "say more."
)


class KernelDied(Check):
    """The kernel died while a cell ran.

    ## What it does
    Repeats the imports of that cell in a fresh process of the kernel's Python, in an empty folder
    and with a time limit, and reads what ended it there: a signal, and what was written on standard
    error. Where they do no harm alone, they are repeated after those of the cells that ran before.
    What cannot be imported there, such as a file in the notebook's folder, is named and not cleared.
    Compares how many processes the system ended for want of memory. Nothing else of the cell is run.

    ## Why this matters
    All variables are lost, and what the dying process wrote is in the server's log at most. Jupyter
    starts the kernel anew and says nothing of the cause.

    ## How to fix it
    It depends on the cause: packages with one OpenMP runtime, the files of a package put there anew,
    or less data in memory at a time.

    ## Example
    `OMP: Error #15: Initializing libiomp5.so, but found libomp.so already initialized.`

    ## Tried on
    Real: kernels in uv venvs, with modules that end the process by a signal, by LLVM's own words and
    by an exit, that hang, and that do no harm alone. Memory from recorded counters.
    """

    family = "notebook"
    sources = (
        Source(
            title="Python documentation, faulthandler",
            url="https://docs.python.org/3/library/faulthandler.html",
            passage="A process that is ended by SIGSEGV, SIGFPE, SIGABRT, SIGBUS or SIGILL has no "
            "chance to raise an error that a notebook could show.",
        ),
        MULTIPLE_OPENMP,
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one error where an import ends the process; else what is known of the death."""
        notebook = facts.notebook.value
        if notebook is None:
            return Skip(reason=facts.notebook.why_unknown())
        died = notebook.died
        if died is None:
            return ()
        match died.state:
            case "ended":
                return (_by_import(died, facts),)
            case "late":
                return (_hanging(died, facts),)
            case "untried":
                return (_unknown(died, facts),)
            case "survived":
                return (_by_something_else(died, facts),)


def _by_import(died: Died, facts: Facts) -> Finding:
    name = died.culprit or "a module"
    openmp = _OPENMP.search(died.printed)
    if openmp is not None:
        return _finding(
            died,
            facts,
            title=f"Importing {name} ends the kernel: two OpenMP runtimes meet in it",
            why=f"{openmp[2]} was there when {openmp[1]} came, and the second stops the process (OMP: "
            "Error #15). Packages that share one runtime get along.",
            actions=(*one_runtime(facts, died.modules), _GUIDE),
        )
    what, why, again = _of_signal(died, name)
    return _finding(
        died,
        facts,
        title=f"Importing {name} ends the kernel{what}",
        why=why,
        actions=_anew(name, facts) if again else (),
    )


def _of_signal(died: Died, name: str) -> tuple[str, str, bool]:
    """Return what to add to the title, why it is so, and whether installing it anew may mend it."""
    match died.signal:
        case "SIGILL":
            what = ": it uses instructions that this processor does not have (SIGILL)"
            why = f"{name}, or what it loads, was compiled for a newer processor: look for another build."
            return what, why, False
        case "SIGKILL":
            why = "Most often that is for want of memory. Close other kernels, or ask for more."
            return ": the system ends the process (SIGKILL)", why, False
        case "SIGSEGV" | "SIGBUS" | "SIGFPE" as signal:
            why = (
                "Its files are damaged, or were compiled for other versions than those that are "
                "installed here. Putting its files there anew mends the first."
            )
            return f": its compiled code crashes ({signal})", why, True
        case "SIGABRT":
            why = "What it wrote before says more." if died.printed else "It says nothing of why."
            return ": its compiled code stops the process (SIGABRT)", why, True
        case None:
            return "", "It ends the process itself, which no error in the notebook tells.", False
        case signal:
            return f" ({signal})", "Something sent its process this signal.", False


def _hanging(died: Died, facts: Facts) -> Finding:
    return _finding(
        died,
        facts,
        severity=Severity.WARNING,
        title=f"Importing {died.culprit} did not come to an end when it was repeated",
        why="The kernel died while it ran. Repeated in a fresh process it hung, or takes very long.",
    )


def _unknown(died: Died, facts: Facts) -> Finding:
    reason = (died.how or "it is not known why").rstrip(".")
    return _finding(
        died,
        facts,
        severity=Severity.INFO,
        title=_WHY_UNKNOWN,
        why=f"Its imports could not be repeated: {reason}. The server's log may say more.",
    )


def _by_something_else(died: Died, facts: Facts) -> Finding:
    if died.memory_kills:
        return _finding(
            died,
            facts,
            severity=Severity.WARNING,
            title="The kernel died while a cell ran: memory may have run out",
            why="The system ends processes when memory runs out, and ended some about that time. Work "
            "on less data at a time, close other kernels, or ask for more memory.",
        )
    if died.unrepeated:
        names = ", ".join(died.unrepeated[-_NAMED:])
        return _finding(
            died,
            facts,
            severity=Severity.INFO,
            title=_WHY_UNKNOWN,
            why=f"In a fresh process, {names} could not be imported, so whether that ends the kernel "
            "is not known: what lies in the notebook's folder, or on a path that the notebook sets, is "
            "not found there. Import it in a cell of its own: if the kernel dies again, it is that.",
        )
    if died.modules and died.how is None:
        return _finding(
            died,
            facts,
            severity=Severity.WARNING,
            title="The kernel died while a cell ran, and not by an import",
            why="Its imports do no harm in a fresh process, so something else in it ended the process: "
            f"most often {_MOST_OFTEN}",
        )
    known = (
        "Its imports alone do no harm in a fresh process. After those of the cells before they could "
        f"not be repeated: {(died.how or '').rstrip('.')}."
        if died.modules
        else "It has no import statements."
    )
    return _finding(
        died,
        facts,
        severity=Severity.WARNING,
        title=_WHY_UNKNOWN,
        why=f"{known} Most often {_MOST_OFTEN}",
    )


def _finding(
    died: Died,
    facts: Facts,
    *,
    severity: Severity = Severity.ERROR,
    title: str,
    why: str,
    actions: tuple[Action, ...] = (),
) -> Finding:
    source = facts.notebook.source
    repeated = "its imports, repeated in a fresh process"
    evidence = []
    if died.modules:
        evidence.append(Evidence(label="Imports", value=", ".join(died.modules), source=source))
    if died.how is not None and died.state in ("ended", "late"):
        evidence.append(
            Evidence(label=f"import {died.culprit}", value=f"Python {died.how}", source=repeated)
        )
    said = [line.strip() for line in died.printed.splitlines() if line.strip()]
    if said:
        evidence.append(
            Evidence(label="It wrote", value="\n".join(said[-_LINES:]), source=repeated)
        )
    if died.memory_kills:
        evidence.append(
            Evidence(
                label="Ended for want of memory",
                value=f"{died.memory_kills} process{'es' * (died.memory_kills != 1)}",
                source="counted by the system since the kernel was last looked at",
            )
        )
    return Finding(
        about=died.cell,
        severity=severity,
        title=title,
        why=why,
        evidence=tuple(evidence),
        actions=actions,
    )


def _anew(name: str, facts: Facts) -> tuple[Action, ...]:
    """Return the action that puts the files there anew of the package that a module is of."""
    environment, packages = facts.environment.value, facts.packages.value
    top = name.partition(".")[0]
    owners = [package.name for package in packages or () if top in package.imports]
    if environment is None or len(owners) != 1:
        return ()
    (owner,) = owners
    title = f"Install {owner} anew"
    return reinstall(environment, (owner,), title, conda=facts.conda.value)
