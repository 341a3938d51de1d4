"""Family support."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jupyterlab_envcheck.checks.support import PythonEndOfLife
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.recommendations import CreateEnvironment, Severity, Skip
from make_facts import ENVIRONMENT, INTERPRETER, make_facts


def with_python(version: str, *, today: date = date(2026, 11, 21), kind: str = "venv") -> Facts:
    return make_facts(
        interpreter=replace(INTERPRETER, version=version),
        environment=replace(ENVIRONMENT, kind=kind),
        now=today,
    )


def test_python_end_of_life_reached() -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.9.18"))
    assert finding.severity is Severity.ERROR
    assert finding.title == "Python 3.9 has had no security fixes since 2025-10-31"
    (action,) = finding.actions
    assert isinstance(action, CreateEnvironment)
    assert action.commands[0].argv == ("python3.13", "-m", "venv", "proj")


def test_python_end_of_life_of_the_operating_systems_python_is_a_warning() -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.9.18", kind="system"))
    assert finding.severity is Severity.WARNING
    assert "operating system" in finding.why


def test_python_end_of_life_within_half_a_year() -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.11.7", today=date(2027, 6, 1)))
    assert finding.severity is Severity.WARNING
    assert finding.title == "Python 3.11 gets its last security fixes on 2027-10-31"


def test_python_end_of_life_is_silent_before_that() -> None:
    assert PythonEndOfLife.run(with_python("3.11.7")) == ()


def test_python_end_of_life_of_a_version_not_in_the_table_is_skipped() -> None:
    assert PythonEndOfLife.run(with_python("3.99.0")) == Skip(
        reason="Python 3.99 is not in the table of 2026-08-22"
    )


def test_python_end_of_life_of_a_python_too_old_to_be_asked() -> None:
    healthy = make_facts()
    told = {"value": "It is Python 3.6.15; envcheck needs 3.8.", "version": "3.6.15"}
    facts = replace(healthy, interpreter=replace(healthy.interpreter, value=None, unknown=told))
    (finding,) = PythonEndOfLife.run(facts)
    assert finding.severity is Severity.ERROR
