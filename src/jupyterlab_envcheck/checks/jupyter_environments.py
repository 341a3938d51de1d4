"""Family jupyter: environments of this machine that no kernelspec starts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Facts, Jupyter, OtherEnvironment
from ..installers import CONDA_KINDS, commands_for
from ..recommendations import (
    Action,
    Command,
    Evidence,
    Finding,
    Gui,
    RegisterKernel,
    Run,
    Severity,
    Skip,
    Source,
)
from .base import Check
from .jupyter import GUIDE, IPYKERNEL

_NB_CONDA_KERNELS = Source(
    title="nb_conda_kernels",
    url="https://github.com/anaconda/nb_conda_kernels",
    passage="Installed where Jupyter runs, it offers every conda environment that has a kernel "
    "package, and activates it before the kernel starts.",
)
_SHOWN = 5  #: environments that are named; the rest is counted


class CondaEnvsNotOffered(Check):
    """Conda environments are not offered as kernels.

    ## What it does
    Where Jupyter runs in a conda environment, counts the other conda environments of this machine
    whose Python no kernelspec starts, and looks for nb_conda_kernels beside Jupyter.

    ## Why this matters
    A notebook cannot use them, although they are there. People then install everything into the
    environment that Jupyter runs in.

    ## How to fix it
    Install nb_conda_kernels beside Jupyter and ipykernel into each environment; or make a kernelspec
    for each. Environments with a JupyterLab of their own need neither.

    ## Example
    JupyterLab runs in `base`; `climate` and `ocean` have packages but are not in the launcher.

    ## Tried on
    Real: a base and two conda environments made by rattler, with and without kernelspecs. No real
    nb_conda_kernels: its folder was made by hand.
    """

    family = "jupyter"
    sources = (_NB_CONDA_KERNELS, IPYKERNEL)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice where there are such environments.

        None where Jupyter runs in one of several and no other has a kernel: each may have its own.
        """
        jupyter = facts.jupyter
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        server = jupyter.value
        if server.kind not in CONDA_KINDS:
            return ()
        # Not base, which is no place to work in.
        missing = [e for e in server.environments if e.kind == "conda" and not e.offered]
        ready = [environment for environment in missing if environment.has_ipykernel]
        if not missing or (server.kind != "conda-base" and not ready):
            return ()
        if server.finds_conda_kernels is None:
            return Skip(reason=jupyter.why_unknown("finds_conda_kernels"))
        if server.finds_conda_kernels:
            return ()
        count = len(missing)
        title = (
            f"The conda environment {missing[0].name} is not offered as a kernel"
            if count == 1
            else f"{count} conda environments are not offered as kernels"
        )
        return (
            Finding(
                severity=Severity.ADVICE,
                title=title,
                why="No kernelspec starts them, and nb_conda_kernels, which would find them, is "
                f"not installed in {server.name}. Those with a JupyterLab of their own need it not.",
                evidence=(
                    Evidence(label="Not offered", value=_names(missing), source=jupyter.source),
                    Evidence(
                        label="With ipykernel",
                        value=_names(ready) or "none of them",
                        source=jupyter.source,
                    ),
                ),
                actions=_offering(server, missing, ready),
            ),
        )


def _offering(
    server: Jupyter, missing: Sequence[OtherEnvironment], ready: Sequence[OtherEnvironment]
) -> tuple[Action, ...]:
    """Return what offers environments as kernels: all at once, or the first few one by one."""
    without = [environment for environment in missing if environment not in ready][:_SHOWN]
    finder = commands_for(server.kind, server.python, server.prefix, ("nb_conda_kernels",))
    actions: list[Action] = [
        RegisterKernel(
            id="register-kernel" if number == 1 else f"register-kernel-{number}",
            title=f"Make {environment.name} a kernel…",
            prefix=environment.prefix,
            commands=(_kernelspec(environment),),
        )
        for number, environment in enumerate(ready[:_SHOWN], start=1)
    ]
    actions.append(
        Run(
            id="run-finder",
            title=f"Install nb_conda_kernels into {server.name}, then start Jupyter anew",
            commands=finder,
        )
    )
    if without:
        lines = [
            Command(manager="conda", argv=("conda", "install", "-p", e.prefix, "ipykernel"))
            for e in without
        ]
        title = f"Install ipykernel into {_names(without)}"
        actions.append(Run(id="run-ipykernel", title=title, commands=tuple(lines)))
        title = f"Then make a kernelspec for {_names(without)}"
        actions.append(Run(title=title, commands=tuple(map(_kernelspec, without))))
    if server.navigator is not None:
        actions.append(
            Gui(
                title="In Anaconda Navigator",
                steps=(
                    "Open Environments and choose the environment.",
                    "Show the packages that are not installed, and search ipykernel.",
                    "Tick it and apply.",
                    "Do the same with nb_conda_kernels in the environment Jupyter runs in.",
                ),
            )
        )
    return (*actions, GUIDE)


def _kernelspec(environment: OtherEnvironment) -> Command:
    """Return the line that makes a kernelspec for an environment with ipykernel."""
    argv = (
        *("conda", "run", "-p", environment.prefix, "python", "-m", "ipykernel", "install"),
        *("--user", "--name", _kernel_name(environment.name)),
        *("--display-name", f"Python ({environment.name})"),
    )
    return Command(manager="conda", argv=argv)


def _kernel_name(name: str) -> str:
    """Return a name that jupyter_client takes for a kernel's."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "conda"


def _names(environments: Sequence[OtherEnvironment]) -> str:
    more = len(environments) - _SHOWN
    names = ", ".join(environment.name for environment in environments[:_SHOWN])
    return f"{names} and {more} more" if more > 0 else names
