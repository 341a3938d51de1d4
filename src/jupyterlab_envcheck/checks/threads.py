"""Family threads: how many there are, and how many CPUs they share."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts
from ..recommendations import Evidence, Finding, Read, SetEnvironment, Severity, Skip, Source
from .base import Check
from .naming import library_name
from .sources import NUMPY_BLAS
from .started import started

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS")
_FAR_TOO_MANY = 4  #: times the CPUs; from here on the wording is stronger (our own bar)


class ThreadsExceedCpus(Check):
    """A library starts more threads than the kernel has CPUs.

    ## What it does
    Compares the thread pools of BLAS and OpenMP libraries, as they come up in a fresh process with
    the kernel's start environment, with the CPUs the kernel may use: affinity, the CPU quota of
    every cgroup up to the root, and the scheduler's limit.

    ## Why this matters
    The threads take turns on the same CPUs. Linear algebra becomes slower, in containers with a
    small share of a large machine much slower.

    ## How to fix it
    Set `OMP_NUM_THREADS`, `OPENBLAS_NUM_THREADS` and `MKL_NUM_THREADS` in the kernel's environment
    before it starts; after the library is loaded most of them are not read again.

    ## Example
    On a 64-core host a container limited to 4 CPUs starts 64 OpenBLAS threads: OpenBLAS sees the
    cores, not the quota.

    ## Tried on
    Real: a uv venv under a hub's `CPU_LIMIT` below its CPUs, and without; a process in a control
    group with a quota of half a CPU. Not in a container.
    """

    family = "threads"
    sources = (
        NUMPY_BLAS,
        Source(
            title="OpenBLAS issue 6059, Missing cgroup awareness",
            url="https://github.com/OpenMathLib/OpenBLAS/issues/6059",
            passage="OpenBLAS sizes its pool by the host's cores and does not see a CPU quota.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one warning that names every pool above the usable CPUs."""
        pools, machine = facts.thread_pools, facts.machine
        if pools.value is None:
            return Skip(reason=pools.why_unknown())
        if machine.value is None or machine.value.cpus.usable is None:
            return Skip(reason=machine.why_unknown("cpus.usable" if machine.value else "value"))
        cpus, usable = machine.value.cpus, machine.value.cpus.usable
        over = [pool for pool in pools.value if pool.threads is not None and pool.threads > usable]
        if not over:
            return ()
        worst = max(over, key=lambda pool: pool.threads or 0)
        threads = worst.threads or 0
        where = "this container may use" if machine.value.container else "this kernel may use"
        how_bad = ", often badly" if threads >= _FAR_TOO_MANY * usable else ""
        start = started(facts)
        return (
            Finding(
                severity=Severity.WARNING,
                title=f"{library_name(worst.library)} starts {threads} threads on the "
                f"{usable} CPU{'s' * (usable != 1)} {where}",
                why=f"The threads take turns on the same CPUs, and linear algebra slows down"
                f"{how_bad}. The number is read when the library is loaded, so it must be set "
                f"before the kernel starts.",
                evidence=(
                    *(
                        Evidence(
                            label=f"{library_name(pool.library)}"
                            f"{f' {pool.version}' if pool.version else ''}",
                            value=f"{pool.threads} threads",
                            source=pools.source,
                        )
                        for pool in over
                    ),
                    Evidence(
                        label="Usable CPUs",
                        value=f"{usable} of {cpus.logical}"
                        f"{f', {cpus.limited_by}' if cpus.limited_by else ''}",
                        source=machine.source,
                    ),
                    *(
                        Evidence(label=name, value=start.variables[name], source=start.source)
                        for name in _VARIABLES
                        if start is not None and name in start.variables
                    ),
                ),
                actions=(
                    SetEnvironment(
                        title=f"Start the kernel with {usable} thread{'s' * (usable != 1)}",
                        variables=dict.fromkeys(_VARIABLES, str(usable)),
                    ),
                    Read(title="Which variable rules which library", entry="threads"),
                ),
            ),
        )
