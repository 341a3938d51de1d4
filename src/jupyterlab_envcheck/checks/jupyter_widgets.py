"""Family jupyter: widgets, of which one half runs in the kernel and one in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packaging.version import InvalidVersion, Version

from ..facts import Facts, Jupyter, Package, Table, WidgetHalves
from ..installers import commands_for
from ..recommendations import Action, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .installs import install

_MOST_PARTS = 2  #: of a version: a series is a major, or below 1.0 a minor


class WidgetVersionsDiffer(Check):
    """The two halves of a widget library do not fit.

    ## What it does
    Compares ipywidgets, ipympl, anywidget and jupyter-bokeh in the kernel's environment with the
    extensions that JupyterLab finds where it runs.

    ## Why this matters
    A widget is made in the kernel and drawn in the browser. Where the two speak of different
    versions, a cell shows "Error displaying widget" or "Loading widget…" and nothing more.

    ## How to fix it
    Bring the half that is behind to the other one's version: with a plan in the kernel's
    environment, or in a terminal where Jupyter runs, and then load the page anew.

    ## Example
    JupyterLab has the manager of ipywidgets 8, an old environment ipywidgets 7.

    ## Tried on
    Real: ipywidgets 7 and 8 in uv venvs beside the extension's package.json of either, as
    jupyterlab_widgets installs it. The error in the browser is from its project's issues.
    """

    family = "jupyter"
    sources = (
        Source(
            title="ipywidgets, Installation: JupyterLab and kernels in different environments",
            url="https://ipywidgets.readthedocs.io/en/stable/user_install.html",
            passage="jupyterlab_widgets belongs where JupyterLab runs, ipywidgets into the "
            "environment of each kernel.",
        ),
        Source(
            title="ipywidgets issue 3577, Error displaying widget: model not found",
            url="https://github.com/jupyter-widgets/ipywidgets/issues/3577",
            passage="ipywidgets 8 and jupyterlab_widgets 3 go together; with one of them older, "
            "nothing is displayed.",
        ),
        Source(
            title="ipympl, Installing: mixing frontend and backend versions",
            url="https://matplotlib.org/ipympl/installing.html",
            passage="Installed in one environment the halves fit; in two you look after that "
            "yourself.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for each library that cannot work; advice where it is not seen in use."""
        packages, jupyter = facts.packages, facts.jupyter
        if packages.value is None:
            return Skip(reason=packages.why_unknown())
        if jupyter.value is None:
            return Skip(reason=jupyter.why_unknown())
        kernels = {package.name: package for package in packages.value}
        table, findings = facts.knowledge.widgets, []
        untold = False
        for name in dict.fromkeys(key.partition(" ")[0] for key in table.rows):
            package = kernels.get(name)
            row = _row(package, table.rows) if package is not None else None
            if package is None or row is None:
                continue
            version = jupyter.value.labextensions.get(row.labextension)
            if version is None and "labextensions" in jupyter.unknown:
                untold = True
            elif version is None:
                findings.append(_alone(package, row, jupyter.value, facts))
            elif not _begins(version, row.fits):
                findings.append(_different(package, row, version, jupyter.value, facts))
        if untold and not findings:
            return Skip(reason=jupyter.why_unknown("labextensions"))
        return tuple(findings)


def _row(package: Package, rows: Mapping[str, WidgetHalves]) -> WidgetHalves | None:
    """Return what fits a version in the kernel, None for one that the table does not have."""
    parts = (package.version or "").split(".")
    keys = (f"{package.name} {'.'.join(parts[:n])}" for n in range(1, _MOST_PARTS + 1))
    return next((rows[key] for key in keys if key in rows), None)


def _begins(version: str, series: str) -> bool:
    return version == series or version.startswith(f"{series}.")


def _alone(package: Package, row: WidgetHalves, server: Jupyter, facts: Facts) -> Finding:
    used = _in_use(package, facts)
    return Finding(
        about=package.name,
        severity=Severity.WARNING if used else Severity.ADVICE,
        title=f"{server.name}, where JupyterLab runs, has no extension for this kernel's "
        f"{package.name} {package.version}",
        why=f"{row.labextension} draws its widgets, and is not installed there. Cells then show "
        "“Loading widget…” or an error. Other front ends, such as VS Code, bring their own.",
        evidence=_evidence(package, row, None, facts),
        actions=(*_on_the_server(row, server), _READ),
    )


def _different(
    package: Package, row: WidgetHalves, version: str, server: Jupyter, facts: Facts
) -> Finding:
    table = facts.knowledge.widgets
    theirs = _of_server(package.name, version, table)
    kernel_is_behind = theirs is not None and _series(theirs.fits) > _series(row.fits)
    actions: list[Action] = []
    if kernel_is_behind and theirs is not None and facts.environment.value is not None:
        title = f"Install {theirs.kernel} for this kernel…"
        actions += install(
            facts.environment.value, (theirs.kernel,), title, conda=facts.conda.value
        )
    actions += _on_the_server(row, server) if not actions else ()
    return Finding(
        about=package.name,
        severity=Severity.WARNING,
        title=f"{package.name} {package.version} of this kernel does not fit JupyterLab's "
        f"{row.labextension} {version}",
        why=f"It needs {row.labextension} {row.fits}, so its widgets are not displayed here. "
        f"{'The kernel' if kernel_is_behind else 'JupyterLab'} has the older half.",
        evidence=_evidence(package, row, version, facts),
        actions=(*actions, _READ),
    )


def _of_server(name: str, version: str, table: Table[WidgetHalves]) -> WidgetHalves | None:
    """Return the row of the kernel's half that an extension's version fits."""
    rows = (row for key, row in table.rows.items() if key.partition(" ")[0] == name)
    return next((row for row in rows if _begins(version, row.fits)), None)


def _series(fits: str) -> Version:
    try:
        return Version(fits)
    except InvalidVersion:
        return Version("0")


def _in_use(package: Package, facts: Facts) -> bool:
    """Tell whether the notebook imports it, or the kernel has it loaded."""
    names = set(package.imports)
    asked = facts.notebook.value.imports if facts.notebook.value is not None else ()
    process = facts.process.value
    loaded = (process.modules if process is not None else None) or ()
    return any(one.name in names for one in asked) or any(one.name in names for one in loaded)


def _on_the_server(row: WidgetHalves, server: Jupyter) -> tuple[Run, ...]:
    commands = commands_for(
        server.kind,
        server.python,
        server.prefix,
        (row.server,),
        externally_managed=server.kind == "system",
    )
    title = f"Install {row.server} into {server.name}, then load the page anew"
    return (Run(title=title, commands=commands),) if commands else ()


def _evidence(
    package: Package, row: WidgetHalves, version: str | None, facts: Facts
) -> tuple[Evidence, ...]:
    table = facts.knowledge.widgets
    return (
        Evidence(
            label="Kernel",
            value=f"{package.name} {package.version}",
            source=facts.packages.source,
        ),
        Evidence(
            label="JupyterLab",
            value=f"{row.labextension} {version or 'is not installed'}",
            source=facts.jupyter.source,
        ),
        Evidence(
            label="They fit",
            value=f"{row.kernel} with {row.labextension} {row.fits}",
            source=f"our table of widgets, as of {table.as_of}",
        ),
    )


_READ = Read(title="How Jupyter finds kernels", entry="kernels")
