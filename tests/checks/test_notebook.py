"""Family notebook."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.notebook import MissingImport
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.recommendations import Install, Severity, Skip
from make_facts import ENVIRONMENT, NOTEBOOK, imported, make_facts


def missing(*names: str, optional: bool = False) -> Facts:
    return make_facts(
        notebook=replace(
            NOTEBOOK,
            imports=tuple(imported(name, found=False, optional=optional) for name in names),
        )
    )


def test_missing_import_of_a_known_name_offers_its_distribution() -> None:
    (finding,) = MissingImport.run(missing("sklearn"))
    assert finding.severity is Severity.ERROR
    assert finding.title == "The notebook imports sklearn, which is not installed here"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.title == "Install scikit-learn…"
    assert action.commands[0].argv == (
        ENVIRONMENT.python, "-m", "pip", "install", "scikit-learn",
    )  # fmt: skip


def test_missing_import_of_an_unknown_name_has_no_action() -> None:
    (finding,) = MissingImport.run(missing("skleam"))
    assert finding.actions == ()
    assert "No package is known for certain" in finding.why


def test_missing_import_that_only_conda_has_is_not_offered_to_pip() -> None:
    (finding,) = MissingImport.run(missing("xesmf"))
    assert finding.actions == ()


def test_missing_import_that_only_conda_has_in_a_conda_environment() -> None:
    facts = replace(
        missing("xesmf"),
        environment=replace(
            make_facts().environment, value=replace(ENVIRONMENT, kind="conda", owner="conda")
        ),
    )
    (finding,) = MissingImport.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.recommended == "conda"


def test_missing_import_that_is_optional_is_a_warning() -> None:
    (finding,) = MissingImport.run(missing("sklearn", optional=True))
    assert finding.severity is Severity.WARNING


def test_missing_import_has_an_outcome_for_each_name() -> None:
    outcomes = judge(missing("sklearn", "requests"), [MissingImport])
    assert [outcome.id for outcome in outcomes] == [
        "missing-import:sklearn", "missing-import:requests",
    ]  # fmt: skip


def test_missing_import_is_silent_when_all_is_found() -> None:
    assert MissingImport.run(make_facts()) == ()


def test_missing_import_does_not_call_an_unknown_import_missing_or_found() -> None:
    facts = make_facts(notebook=replace(NOTEBOOK, imports=(imported("numpy", found=None),)))
    assert isinstance(MissingImport.run(facts), Skip)


def test_missing_import_with_a_cell_that_is_no_python_does_not_say_that_all_is_there() -> None:
    facts = make_facts(notebook=replace(NOTEBOOK, unreadable=("c2",)))
    assert MissingImport.run(facts) == Skip(reason="1 cell could not be read as Python")
