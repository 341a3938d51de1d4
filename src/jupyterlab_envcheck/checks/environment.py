"""Family environment: which environment this is, and whether it is meant to be changed."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts
from ..installers import create_commands, navigator_create, system_manager
from ..recommendations import (
    Command,
    CreateEnvironment,
    Evidence,
    Finding,
    Gui,
    Read,
    Run,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .sources import NUMPY_ENVIRONMENTS, PEP_668

#: What a base environment is made of, by first word: conda itself, its solver, and Jupyter.
_BASE_STACK = frozenset(
    {"python", "conda", "mamba", "pip", "jupyter", "jupyterlab", "notebook", "ipykernel"}
    | {"ipython", "ipywidgets", "nb", "setuptools", "wheel", "miniforge", "menuinst", "uv"}
)
_SYSTEM = "The operating system"
#: Whose Pythons bear the marker of PEP 668, too.
_MANAGERS = {
    "conda": "conda",
    "conda-base": "conda",
    "homebrew": "Homebrew",
    "macports": "MacPorts",
    "uv-managed": "uv",
}
_FULL_BASE = 150  #: packages: more than conda, its tools and Jupyter bring (our own bar)


class KernelInCondaBase(Check):
    """The kernel runs in conda's base environment.

    ## What it does
    Looks whether the kernel's prefix is the root of a conda installation, and whether work is done
    in it: packages were asked for beyond conda, pip and Jupyter, or there are more than 150.

    ## Why this matters
    conda itself runs in base. An install there can change what conda needs, and every project
    shares one set of versions.

    ## How to fix it
    Create an environment for the project. Installing into base stays possible, with a plan that
    shows what would change.

    ## Example
    A package asked for in base wants a newer OpenSSL; the plan moves Python, and conda with it.

    ## Tried on
    Real: a base environment made as conda makes it, with and without packages asked for, and a
    named one. Anaconda's and micromamba's from recorded facts.
    """

    family = "environment"
    sources = (
        NUMPY_ENVIRONMENTS,
        Source(
            title="NumPy installation guide, Recommendations",
            url="https://numpy.org/install/",
            passage="Keep base small, and make an environment for each task.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning; advice where it is meant to be so.

        That is in a container, on a full Anaconda, and in micromamba's base, where no conda runs.
        """
        environment = facts.environment.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        if environment.kind != "conda-base":
            return ()
        conda = facts.conda.value
        if conda is None:
            return Skip(reason=facts.conda.why_unknown())
        asked = sorted({name for name in conda.requested if name.split("-")[0] not in _BASE_STACK})
        if not asked and len(conda.records) <= _FULL_BASE:
            return ()
        names = {record.name for record in conda.records}
        anaconda, conda_runs_here = "anaconda" in names, not names.isdisjoint({"conda", "mamba"})
        container = facts.machine.value.container if facts.machine.value else None
        meant = anaconda or container is not None
        return (
            Finding(
                severity=Severity.WARNING if conda_runs_here and not meant else Severity.ADVICE,
                title=f"This kernel runs in conda's base, which holds {len(conda.records)} packages",
                why="conda itself runs in base, and every project shares its versions. "
                "An environment for this project keeps both safe."
                if conda_runs_here
                else "Every project shares its versions. An environment for each keeps them apart.",
                evidence=(
                    Evidence(
                        label="Prefix", value=environment.prefix, source=facts.environment.source
                    ),
                    Evidence(
                        label="Asked for",
                        value=", ".join(asked[:8]) or "nothing beyond Jupyter",
                        source=facts.conda.source,
                    ),
                ),
                actions=(
                    CreateEnvironment(
                        title="Create an environment",
                        commands=create_commands(environment.kind, "proj", ()),
                    ),
                    *(
                        (Gui(title="In Anaconda Navigator", steps=navigator_create("proj")),)
                        if anaconda or "anaconda-navigator" in names
                        else ()
                    ),
                    Read(title="One environment for each project", entry="environments"),
                ),
            ),
        )


class ExternallyManagedPython(Check):
    """The operating system, or another program, looks after this Python.

    ## What it does
    Looks for the marker `EXTERNALLY-MANAGED` beside the standard library, outside virtual
    environments, which do not inherit it. The Pythons of uv and Homebrew bear it, too.

    ## Why this matters
    What manages this Python runs programs on it, or replaces it at its own times. pip refuses to
    install into it, and forcing it can break them.

    ## How to fix it
    Create a virtual environment, or install the operating system's own package of the library.

    ## Example
    On Debian 12 `python3 -m pip install numpy` answers `error: externally-managed-environment`.

    ## Tried on
    Real: Debian 12's Python, and a venv made from it, which is silent.
    """

    family = "environment"
    sources = (PEP_668,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning where the marker is in force."""
        environment, interpreter = facts.environment.value, facts.interpreter.value
        if environment is None or environment.externally_managed is None:
            name = "externally_managed" if environment else "value"
            return Skip(reason=facts.environment.why_unknown(name))
        if not environment.externally_managed:
            return ()
        stdlib = interpreter.stdlib if interpreter else None
        create = CreateEnvironment(
            title="Create an environment", commands=create_commands("venv", ".venv", ())
        )
        debian = Run(
            title="On Debian and Ubuntu, first install what venv needs",
            commands=(Command(manager="apt", argv=("sudo", "apt", "install", "python3-venv")),),
        )
        manager = _MANAGERS.get(environment.kind, _SYSTEM)
        path = interpreter.path if interpreter else ()
        is_debian = system_manager(environment.kind, path) == "apt"
        return (
            Finding(
                severity=Severity.WARNING,
                title=f"{manager} manages this Python, so pip will not install into it",
                why="Programs of the operating system run on it. A virtual environment is yours to "
                "change."
                if manager == _SYSTEM
                else f"{manager} replaces it when it is updated. A virtual environment is yours to "
                "change.",
                evidence=(
                    Evidence(
                        label="Marker",
                        value=f"{stdlib}/EXTERNALLY-MANAGED" if stdlib else "EXTERNALLY-MANAGED",
                        source=facts.environment.source,
                    ),
                ),
                actions=(create, debian) if is_debian else (create,),
            ),
        )
