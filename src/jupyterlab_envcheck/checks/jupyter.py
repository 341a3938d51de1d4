"""Family jupyter: how kernel and server are wired together."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts
from ..recommendations import Evidence, Finding, Read, Severity, Skip
from .base import Check
from .sources import IPYTHON_PIP


class KernelNotServerEnv(Check):
    """Kernel and Jupyter run in different environments.

    ## What it does
    Compares the prefix of the kernel's Python with the prefix of the Python that runs Jupyter.

    ## Why this matters
    JupyterLab's terminals, and `!pip` in a cell, find the programs of the environment Jupyter was
    started in. What they install is not seen by a kernel that lives elsewhere: the commonest cause
    of "I installed it and it is still missing".

    ## How to fix it
    Nothing is broken. Install with `%pip` or from the panel: both act in the kernel's environment.

    ## Example
    Jupyter runs in `base`, the kernel in `climate`. `!pip install xarray` ends up in `base`.

    ## Tried on
    Real environments: a venv kernel under a server in another venv, and both in one.
    """

    family = "jupyter"
    sources = (IPYTHON_PIP,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information where the two differ."""
        jupyter, environment = facts.jupyter, facts.environment
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        if environment.value is None:
            return Skip(reason=environment.why_unknown())
        if jupyter.value.same_environment is None:
            return Skip(reason=jupyter.why_unknown("same_environment"))
        if jupyter.value.same_environment:
            return ()
        kernel, server = environment.value, jupyter.value
        return (
            Finding(
                severity=Severity.INFO,
                title=f"This kernel runs in {kernel.name}, Jupyter itself in {server.name}",
                why="Terminals and !pip act where Jupyter runs, so what they install is not seen "
                "here. %pip and this panel install where the kernel runs.",
                evidence=(
                    Evidence(label="Kernel", value=kernel.prefix, source=environment.source),
                    Evidence(label="Jupyter", value=server.prefix, source=jupyter.source),
                ),
                actions=(Read(title="Where installs go", entry="where-installs-go"),),
            ),
        )
