"""Family notebook: what the open notebook asks for."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..facts import Elsewhere, Environment, Facts, Import, InstallLine, Jupyter
from ..recommendations import Action, Evidence, Finding, Gui, Read, Severity, Skip, Source
from .base import Check
from .installs import create, in_navigator, install, terminal

_SHOWN = 5  #: other environments in one finding
#: Names that services bring along which run notebooks, and nobody can install: notebooks that are
#: made to run there, too, ask for them.
_OF_SERVICES = {"google": "google.colab, of Google Colab", "kaggle_secrets": "Kaggle's"}


class MissingImport(Check):
    """The notebook imports a package that is not installed here.

    ## What it does
    Reads the imports of the notebook's cells, without running them, and asks the kernel's
    interpreter which of them it would find. Where a cell installs what is missing, that is said.
    What only a service such as Google Colab brings is an information at most.

    ## Why this matters
    The cell ends with `ModuleNotFoundError`. The name to install is often another than the name to
    import, and a guessed name can be a look-alike that somebody registered.

    ## How to fix it
    Install the package into the kernel's environment. Only names from a checked table get a button;
    any other name is for you to type.

    ## Example
    `import sklearn` needs scikit-learn; the package named `sklearn` is not it.

    ## Tried on
    Real: a venv and a uv venv that lack a package, before and after installing it.
    """

    family = "notebook"
    sources = (
        Source(
            title="Python Packaging User Guide, Installing packages",
            url="https://packaging.python.org/en/latest/tutorials/installing-packages/",
            passage="Install with the Python that will import the package, so that it lands where "
            "that Python looks.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for each name not found.

        A warning where a cell installs it, and an information where the import is optional. Of what
        only a service such as Google Colab has, an information, and nothing where it is optional.
        """
        notebook, environment = facts.notebook, facts.environment.value
        if notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        missing = [entry for entry in notebook.value.imports if entry.found is False]
        if missing:
            return tuple(
                _finding(entry, environment, facts)
                for entry in missing
                if not (entry.optional and entry.name in _OF_SERVICES)
            )
        if any(entry.found is None for entry in notebook.value.imports):
            return Skip(reason=notebook.why_unknown("found"))
        if unreadable := len(notebook.value.unreadable):
            cells = f"{unreadable} cell{'s' * (unreadable != 1)}"
            return Skip(reason=f"{cells} could not be read as Python")
        return ()


def _finding(entry: Import, environment: Environment, facts: Facts) -> Finding:
    known = facts.knowledge.imports.rows.get(entry.name)
    is_conda = environment.kind in {"conda", "conda-base", "pixi"}
    spec = (known.conda or known.pypi if is_conda else known.pypi) if known else None
    evidence = [
        Evidence(
            label="Imported",
            value=f"import {entry.name}, line {entry.line} of a cell"
            if entry.cell
            else f"import {entry.name}, by what a cell uses",
            source=facts.notebook.source,
        ),
        Evidence(label="Looked in", value=environment.prefix, source=facts.interpreter.source),
    ]
    by_cell = _installed_by(entry.name, spec, facts)
    service = _OF_SERVICES.get(entry.name)
    if service is not None:
        why = (
            f"If it is {service}, it is there only, and need not be here. Else find the package's "
            "name in its documentation."
        )
    elif spec is None:
        why = (
            "No package is known for certain to bring this name. If it is one of your own files, "
            "start the notebook in its folder; else find the package's name in its documentation."
        )
    elif spec == entry.name:
        why = "The import ends with ModuleNotFoundError."
    else:
        why = (
            f"The import ends with ModuleNotFoundError. {entry.name} comes with the package {spec}."
        )
        evidence.append(
            Evidence(
                label="Comes with",
                value=spec,
                source=f"our table of import names, as of {facts.knowledge.imports.as_of}",
            )
        )
    if by_cell is not None:
        why = "A cell of the notebook installs it. Run that cell first."
        evidence.append(
            Evidence(label="Installed by", value=by_cell.text, source=facts.notebook.source)
        )
    return Finding(
        about=entry.name,
        severity=_severity(entry, by_cell),
        title=f"The notebook imports {entry.name}, which is not installed here",
        why=why,
        evidence=tuple(evidence),
        actions=_actions(environment, spec, facts, in_channels=spec == known.conda)
        if known and spec
        else (),
    )


def _actions(
    environment: Environment, spec: str, facts: Facts, *, in_channels: bool
) -> tuple[Action, ...]:
    """Return what brings a package; beside what the operating system has, an environment with it."""
    here: tuple[Action, ...] = install(
        environment, (spec,), f"Install {spec}…", conda=facts.conda.value
    )
    if in_channels:
        here += in_navigator(facts, (spec,))
    if not environment.externally_managed:
        return here
    return (*here, create(environment, (spec,), f"Create an environment with {spec}"))


def _severity(entry: Import, by_cell: InstallLine | None) -> Severity:
    if entry.name in _OF_SERVICES:
        return Severity.INFO
    if entry.optional:  # a notebook that does without is well
        return Severity.INFO
    return Severity.WARNING if by_cell is not None else Severity.ERROR


def _installed_by(name: str, spec: str | None, facts: Facts) -> InstallLine | None:
    """Return the line of a cell that installs into this kernel's environment what brings `name`."""
    notebook = facts.notebook.value
    wanted = {canonicalize_name(one) for one in (name, spec) if one is not None}
    for line in notebook.installs if notebook is not None else ():
        own = line.way == "magic" and line.target is None
        if (own or line.target == "{sys.executable}") and "uninstall" not in line.text:
            for one in line.specs:
                if canonicalize_name(_name_of(one)) in wanted:
                    return line
    return None


def _name_of(spec: str) -> str:
    try:
        return Requirement(spec).name
    except InvalidRequirement:
        return spec.partition("=")[0]  # conda's `numpy=2.1`


class InstalledElsewhere(Check):
    """An imported package is installed, but in another environment.

    ## What it does
    Looks for what the notebook imports and this kernel lacks in Jupyter's own environment and in
    those of the other kernels.

    ## Why this matters
    Environments share no packages: an install into one is not seen from another. A package that
    "is installed, and yet is not found" is most often this.

    ## How to fix it
    Install the package into this kernel's environment as well, which the finding on the import
    offers, or change to a kernel that runs where it is.

    ## Example
    `conda install pandas` in a terminal went into *base*, and the kernel runs in *climate*.

    ## Tried on
    Real: two uv venvs, idna in one of them. That it lies in the other was recorded, not looked for.
    """

    family = "notebook"
    sources = (
        Source(
            title="conda, Troubleshooting",
            url="https://docs.conda.io/projects/conda/en/stable/user-guide/troubleshooting.html",
            passage="A package can seem to be missing because another environment is active than "
            "the one it was installed into.",
        ),
        Source(
            title="IPython documentation, Installing the IPython kernel",
            url="https://ipython.readthedocs.io/en/stable/install/kernel_install.html",
            passage="An environment with ipykernel can be offered as a kernel under a name.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for each name; an information where its import is optional."""
        notebook, environment = facts.notebook, facts.environment.value
        if notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        missing = [entry for entry in notebook.value.imports if entry.found is False]
        if missing and "elsewhere" in notebook.unknown:
            return Skip(reason=notebook.why_unknown("elsewhere"))
        return tuple(_elsewhere(entry, environment, facts) for entry in missing if entry.elsewhere)


def _elsewhere(entry: Import, environment: Environment, facts: Facts) -> Finding:
    others = entry.elsewhere
    where = others[0].name if len(others) == 1 else f"{len(others)} other environments"
    return Finding(
        about=entry.name,
        severity=Severity.INFO if entry.optional else Severity.WARNING,
        title=f"{entry.name} is installed in {where}, but not in {environment.name}",
        why="An install into one environment is not seen from another. Install it here as well, or "
        "change to a kernel that has it.",
        evidence=tuple(
            Evidence(
                label=other.name,
                value=f"{other.prefix}{f', version {other.version}' if other.version else ''}",
                source="the files of that environment",
            )
            for other in others[:_SHOWN]
        ),
        actions=(
            *_use(others, facts),
            Read(title="One environment for each project", entry="environments"),
        ),
    )


def _use(others: Sequence[Elsewhere], facts: Facts) -> tuple[Action, ...]:
    """Return how to run the notebook in one of those environments; a kernel offered comes first."""
    jupyter = facts.jupyter.value
    if jupyter is None:
        return ()
    for other in others:
        kernel = _kernel_in(other.prefix, jupyter)
        if kernel is not None:
            return (
                Gui(
                    title=f"Use the kernel “{kernel}”",
                    steps=(
                        "Open the menu Kernel and choose Change Kernel…",
                        f"Choose {kernel}, which runs in {other.name}.",
                    ),
                ),
            )
    for other in others:
        if any(
            known.prefix == other.prefix and known.has_ipykernel for known in jupyter.environments
        ):
            register = (_python_in(other.prefix, facts), "-m", "ipykernel", "install", "--user")
            line = (*register, "--name", other.name, "--display-name", other.name)
            return (terminal(f"Offer {other.name} as a kernel", line),)
    return ()


def _kernel_in(prefix: str, jupyter: Jupyter) -> str | None:
    inside = tuple(prefix.rstrip("/\\") + separator for separator in "/\\")
    for spec in jupyter.kernelspecs:
        if (
            spec.python is not None
            and spec.works is not False
            and spec.hides is None
            and spec.python.startswith(inside)
        ):
            return spec.display_name
    return None


def _python_in(prefix: str, facts: Facts) -> str:
    """Return the Python of an environment; on Windows conda's lies beside its folders."""
    windows = "\\" in prefix
    if not windows:
        return f"{prefix}/bin/python"
    kinds = facts.jupyter.value.environments if facts.jupyter.value is not None else ()
    is_conda = any(one.prefix == prefix and one.kind.startswith("conda") for one in kinds)
    return f"{prefix}\\python.exe" if is_conda else f"{prefix}\\Scripts\\python.exe"
