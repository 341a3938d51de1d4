"""Family jupyter: how kernel and server are wired together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Facts, Jupyter, Kernelspec
from ..installers import commands_for
from ..recommendations import (
    Action,
    Command,
    Evidence,
    Finding,
    Read,
    Run,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .installs import in_navigator, install
from .sources import IPYTHON_PIP

_KERNELSPECS = Source(
    title="Jupyter Client, Making kernels for Jupyter: kernel specs",
    url="https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs",
    passage="A kernel is offered by a folder with a kernel.json in it; of two folders of one name "
    "the first on Jupyter's path counts.",
)
_DIRECTORIES = Source(
    title="Jupyter, Common directories and file locations",
    url="https://docs.jupyter.org/en/latest/use/jupyter-directories.html",
    passage="Data files are looked for in a person's own folder, in the environment and in the "
    "system's folders; a variable says which of the first two goes first.",
)
IPYKERNEL = Source(
    title="IPython, Installing the IPython kernel",
    url="https://ipython.readthedocs.io/en/stable/install/kernel_install.html",
    passage="Any environment that has ipykernel can be made a kernel, under a name of its own.",
)
GUIDE = Read(title="How Jupyter finds kernels", entry="kernels")

#: What jupyter_client takes for a kernel's name; of another one no command is made.
_NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*", re.IGNORECASE)
#: Where Jupyter was put for everybody: a kernelspec of one's own beside it is as likely meant.
_EVERYBODYS = frozenset({"system", "module", "spack", "nix", "guix"})


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


class BrokenKernelspec(Check):
    """A kernelspec starts no kernel.

    ## What it does
    Reads every kernelspec that Jupyter offers, and looks whether the Python it starts is there and
    has ipykernel. Kernelspecs that leave the choice to another program are not judged.

    ## Why this matters
    The kernel stands in the launcher, and starting it ends in "Kernel error" or waits for nothing.

    ## How to fix it
    Install ipykernel into its environment; or remove the kernelspec, where the environment is gone.

    ## Example
    `climate` was made with `python -m ipykernel install --user`, and its environment deleted since.

    ## Tried on
    Real: kernelspecs whose Python is gone, and of uv venvs with and without ipykernel.
    """

    family = "jupyter"
    sources = (_KERNELSPECS, IPYKERNEL)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for the kernelspec that the report is on, advice for each other one."""
        jupyter = facts.jupyter
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        broken = [spec for spec in jupyter.value.kernelspecs if spec.works is False]
        findings = [
            _broken(spec, jupyter.value, facts)
            for spec in broken
            if not (_is_reported(spec, facts) and _runs(facts))
        ]
        if not findings and "kernelspecs" in jupyter.unknown:
            return Skip(reason=jupyter.why_unknown("kernelspecs"))
        return tuple(findings)


class KernelspecShadowed(Check):
    """A kernelspec of your own hides the python3 of Jupyter's environment.

    ## What it does
    Looks whether `python3` is found in your own Jupyter folder before that of the environment that
    Jupyter runs in, and starts another Python.

    ## Why this matters
    JupyterLab, started from one environment, offers "Python 3" and runs another one. What is
    installed beside JupyterLab cannot be imported.

    ## How to fix it
    Remove your own `python3`, unless you put it there on purpose; under another name it can stay.

    ## Example
    `python -m ipykernel install --user` was run in an old environment once, without a name.

    ## Tried on
    Real: two uv venvs, and a user's folder that Jupyter looks into first.
    """

    family = "jupyter"
    sources = (_DIRECTORIES, _KERNELSPECS)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning; advice where Jupyter was installed for everybody on the machine."""
        jupyter = facts.jupyter
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        server = jupyter.value
        spec = next((spec for spec in server.kernelspecs if spec.name == "python3"), None)
        if spec is None and "kernelspecs" in jupyter.unknown:
            return Skip(reason=jupyter.why_unknown("kernelspecs"))
        if spec is None or not spec.by_user or not _lies_in(spec.hides, server.prefix):
            return ()
        if spec.works is False or spec.python == server.python:
            return ()  # the first is told by broken-kernelspec
        if spec.python is None:
            return Skip(reason=jupyter.why_unknown("kernelspecs.python3.works"))
        return (
            Finding(
                severity=Severity.ADVICE if server.kind in _EVERYBODYS else Severity.WARNING,
                title=f"Your own kernelspec python3 hides the one of {server.name}, where Jupyter "
                f"runs",
                why="“Python 3” in the launcher starts another environment than the one beside "
                "JupyterLab. Unless that is meant, remove your own.",
                evidence=(
                    Evidence(label="Your own", value=spec.folder, source=jupyter.source),
                    Evidence(label="It starts", value=spec.python, source=jupyter.source),
                    Evidence(label="It hides", value=spec.hides or "", source=jupyter.source),
                    Evidence(label="Jupyter", value=server.python, source=jupyter.source),
                ),
                actions=(*_remove(spec, server, "Remove your own python3"), GUIDE),
            ),
        )


def _is_reported(spec: Kernelspec, facts: Facts) -> bool:
    """Tell whether the report is on what a kernelspec starts, or on why it starts nothing."""
    environment = facts.environment
    if environment.value is not None:
        return spec.python == environment.value.python
    return spec.trouble is not None and spec.trouble == environment.why_unknown()


def _runs(facts: Facts) -> bool:
    """Tell whether a kernel is seen alive there: then its ipykernel lies where nobody looked."""
    process = facts.process.value
    return process is not None and process.pid is not None and process.state != "dead"


def _broken(spec: Kernelspec, server: Jupyter, facts: Facts) -> Finding:
    jupyter, reported = facts.jupyter, _is_reported(spec, facts)
    actions: list[Action] = []
    if spec.python is not None:
        if reported and (here := facts.environment.value) is not None:
            title = "Install ipykernel…"
            actions += install(here, ("ipykernel",), title, conda=facts.conda.value)
            actions += in_navigator(facts, ("ipykernel",))
        else:
            actions += _install_elsewhere(spec.python, server)
    actions += _remove(spec, server, f"Remove the kernelspec {spec.name}")
    title = (
        f"The kernelspec {spec.name} starts a Python that has no ipykernel"
        if spec.python is not None
        else f"The kernelspec {spec.name} cannot start a kernel"
    )
    return Finding(
        about=spec.name,
        severity=Severity.ERROR if reported else Severity.ADVICE,
        title=title,
        why=f"“{spec.display_name}” stands in the launcher, but no kernel will come of it.",
        evidence=(
            Evidence(label="Trouble", value=spec.trouble or "unknown", source=jupyter.source),
            Evidence(label="Kernelspec", value=spec.folder, source=jupyter.source),
        ),
        actions=(*actions, GUIDE),
    )


def _install_elsewhere(python: str, server: Jupyter) -> tuple[Run, ...]:
    """Return the lines that install ipykernel for a Python of an environment that is known."""
    of = next((e for e in server.environments if _lies_in(python, e.prefix)), None)
    if of is None:
        return ()
    commands = commands_for(of.kind, python, of.prefix, ("ipykernel",))
    return (Run(id="run-install", title=f"Install ipykernel into {of.name}", commands=commands),)


def _remove(spec: Kernelspec, server: Jupyter, title: str) -> tuple[Run, ...]:
    if not _NAME.fullmatch(spec.name):
        return ()
    argv = (server.python, "-m", "jupyter", "kernelspec", "remove", spec.name)
    return (Run(title=title, commands=(Command(manager="jupyter", argv=argv),)),)


def _lies_in(path: str | None, prefix: str) -> bool:
    bare = prefix.rstrip("/\\")
    return path is not None and path.startswith((f"{bare}/", f"{bare}\\"))
