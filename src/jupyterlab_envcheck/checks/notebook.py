"""Family notebook: what the open notebook asks for."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Environment, Facts, Import
from ..recommendations import Evidence, Finding, Severity, Skip, Source
from .base import Check
from .installs import install


class MissingImport(Check):
    """The notebook imports a package that is not installed here.

    ## What it does
    Reads the imports of the notebook's cells, without running them, and asks the kernel's
    interpreter which of them it would find.

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
        """Return an error for each name not found; a warning where the import is optional."""
        notebook, environment = facts.notebook, facts.environment.value
        if notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        missing = [entry for entry in notebook.value.imports if entry.found is False]
        if missing:
            return tuple(_finding(entry, environment, facts) for entry in missing)
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
            value=f"import {entry.name}, line {entry.line} of a cell",
            source=facts.notebook.source,
        ),
        Evidence(label="Looked in", value=environment.prefix, source=facts.interpreter.source),
    ]
    if spec is None:
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
    return Finding(
        about=entry.name,
        severity=Severity.WARNING if entry.optional else Severity.ERROR,
        title=f"The notebook imports {entry.name}, which is not installed here",
        why=why,
        evidence=tuple(evidence),
        actions=install(environment, (spec,), f"Install {spec}…") if spec else (),
    )
