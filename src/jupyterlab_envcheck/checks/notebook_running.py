"""Family notebook: the running kernel and what is installed by now."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.version import InvalidVersion, Version

from ..facts import Facts, Module
from ..recommendations import Evidence, Finding, RestartKernel, Severity, Skip
from .base import Check
from .sources import IPYTHON_PIP

_SHOWN = 8  #: modules in the finding


class RestartNeeded(Check):
    """A package has changed on disk, or is gone, since the kernel imported it.

    ## What it does
    Compares the version of each module in the running kernel with the one that is installed now, and
    looks whether its files are there still.

    ## Why this matters
    The kernel keeps what it has imported: the new version is not used, and a part of the package
    that is imported only now is of the new one. The two need not fit together. What is gone works on
    until the kernel ends, and is missing when the notebook runs the next time.

    ## How to fix it
    Restart the kernel. That ends what it holds in memory.

    ## Example
    `%pip install -U numpy` in a kernel that has numpy loaded; `numpy.__version__` stays the old one.

    ## Tried on
    Real: a kernel whose package uv upgrades under it, before and after; a kernel with numpy, scipy,
    pandas, scikit-learn and matplotlib.
    """

    family = "notebook"
    sources = (IPYTHON_PIP,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information; a warning where the notebook imports what has changed."""
        process, packages = facts.process, facts.packages
        if process.value is None:
            return Skip(reason=process.why_unknown())
        if process.value.modules is None:
            return Skip(reason=process.why_unknown("modules"))
        if packages.value is None:
            return Skip(reason=packages.why_unknown())
        editable = {package.name for package in packages.value if package.editable}
        stale = [
            module
            for module in process.value.modules
            if module.gone or (module.distribution not in editable and _has_changed(module))
        ]
        if not stale:
            return ()
        notebook = facts.notebook.value
        names = {one.name for one in notebook.imports} if notebook is not None else set()
        first = next((one for one in stale if one.name in names), stale[0])
        others = len(stale) - 1
        more = f", and {others} more package{'s' * (others != 1)}" if others else ""
        return (
            Finding(
                severity=Severity.WARNING
                if any(one.name in names for one in stale)
                else Severity.INFO,
                title=f"The kernel runs {_called(first)}, {_by_now(first)}{more}",
                why="A kernel keeps what it has imported until it is restarted. What it imports "
                "only now comes from the new version, and need not fit the old one; of what is "
                "gone it can import nothing more.",
                evidence=tuple(
                    Evidence(
                        label=one.name,
                        value=f"{one.version or 'some version'} in the kernel, "
                        f"{'gone from' if one.gone else f'{one.installed} on'} disk",
                        source=process.source,
                    )
                    for one in stale[:_SHOWN]
                ),
                actions=(RestartKernel(title="Restart the kernel"),),
            ),
        )


def _called(module: Module) -> str:
    return module.name if module.version is None else f"{module.name} {module.version}"


def _by_now(module: Module) -> str:
    return "which is gone by now" if module.gone else f"and {module.installed} is installed by now"


def _has_changed(module: Module) -> bool:
    """Tell whether a module is of another release than what is installed.

    A package may leave a part of its version away: cv2 is 4.10.0 in opencv-python 4.10.0.84.
    """
    if module.distribution is None or module.version is None or module.installed is None:
        return False
    try:
        running, installed = Version(module.version), Version(module.installed)
    except InvalidVersion:
        return False
    if running.public == installed.public:
        return False
    shorter = min(len(running.release), len(installed.release))
    if len(running.release) != len(installed.release):
        return running.release[:shorter] != installed.release[:shorter]
    return True
