"""Family navigator: the graphical way of Anaconda."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts
from ..installers import CONDA_KINDS, navigator_install
from ..recommendations import Evidence, Finding, Gui, Read, Severity, Skip, Source
from .base import Check


class NavigatorDetected(Check):
    """Anaconda Navigator is installed.

    ## What it does
    Looks for Navigator's record in conda's base, where Jupyter or the kernel runs in a conda
    environment.

    ## Why this matters
    Navigator installs into the environment that is chosen under Environments, and starts JupyterLab
    from the one chosen on Home under "Applications on". These can be two, and neither need be the
    one this kernel runs in.

    ## How to fix it
    Nothing is wrong. In Navigator, choose the same environment in both places.

    ## Example
    pandas was added to `climate` under Environments, and JupyterLab launched on `base (root)`.

    ## Tried on
    Real: a conda base made by rattler, with Navigator's record put there by hand. Navigator's own
    pages were read, not clicked through.
    """

    family = "navigator"
    sources = (
        Source(
            title="Anaconda Navigator, Managing packages",
            url="https://www.anaconda.com/docs/tools/anaconda-navigator/tutorials/manage-packages",
            passage="Packages are installed into the environment that is chosen in the list.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information where it is installed, and can see an environment of the report."""
        jupyter, environment = facts.jupyter, facts.environment.value
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        version = jupyter.value.navigator
        kinds = {jupyter.value.kind, environment.kind if environment is not None else None}
        if not kinds & CONDA_KINDS:
            return ()
        if version is None:
            unknown = "navigator" in jupyter.unknown
            return Skip(reason=jupyter.why_unknown("navigator")) if unknown else ()
        is_seen = environment is not None and environment.kind in CONDA_KINDS
        name = environment.name if is_seen and environment is not None else jupyter.value.name
        return (
            Finding(
                severity=Severity.INFO,
                title=f"Anaconda Navigator {version} is installed",
                why="It installs into the environment chosen under Environments, and starts "
                "JupyterLab from the one chosen on Home: choose the same in both.",
                evidence=(
                    Evidence(label="Navigator", value=version, source=jupyter.source),
                    Evidence(label="Jupyter", value=jupyter.value.prefix, source=jupyter.source),
                ),
                actions=(
                    Gui(
                        title=f"Install a package into {name} with Navigator",
                        steps=navigator_install(name, ("the package",)),
                    ),
                    Read(title="Where installs go", entry="where-installs-go"),
                ),
            ),
        )
