"""Family installing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_envcheck.checks.installing import (
    LeftoverMetadata,
    PipMissing,
    UnsatisfiedRequirements,
)
from jupyterlab_envcheck.recommendations import Install, Severity
from make_facts import ENVIRONMENT, NOTEBOOK, imported, make_facts, package

OLD_REQUESTS = package("requests", "2.28.0", requires=("urllib3<1.27,>=1.21.1",))


def test_pip_missing_in_a_uv_venv() -> None:
    environment = replace(ENVIRONMENT, kind="uv-venv", owner="uv", has_pip=False)
    (finding,) = PipMissing.run(make_facts(environment=environment))
    assert finding.severity is Severity.INFO
    assert finding.title == "pip is not installed in climate"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.recommended == "uv"
    assert [command.manager for command in action.commands] == ["uv"]


def test_pip_missing_is_silent_where_pip_is() -> None:
    assert PipMissing.run(make_facts()) == ()


def test_unsatisfied_requirements_version_too_new() -> None:
    facts = make_facts(packages=(OLD_REQUESTS, package("urllib3", "2.2.0")))
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "1 requirement of installed packages is not met"
    assert finding.evidence[0].label == "requests"
    assert finding.evidence[0].value == "needs urllib3<1.27,>=1.21.1, and 2.2.0 is there"


def test_unsatisfied_requirements_missing_package_is_offered_in_one_command() -> None:
    facts = make_facts(
        packages=(OLD_REQUESTS, package("pandas", "3.1.1", requires=("numpy>=2", "tzdata")))
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.specs == ("numpy>=2", "tzdata", "urllib3<1.27,>=1.21.1")


def test_unsatisfied_requirements_of_a_package_the_notebook_imports_is_an_error() -> None:
    facts = make_facts(
        packages=(OLD_REQUESTS,),
        notebook=replace(NOTEBOOK, imports=(imported("requests"),)),
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.ERROR


def test_unsatisfied_requirements_of_a_conda_package_is_an_information() -> None:
    facts = make_facts(packages=(replace(OLD_REQUESTS, installer="conda"),))
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    "requires",
    [
        pytest.param("colorama; sys_platform == 'win32'", id="other-platform"),
        pytest.param("tomli; python_version < '3.11'", id="other-python"),
        pytest.param("urllib3>=2", id="met"),
        pytest.param("urllib3>=2.2.0rc1", id="met-by-prerelease-rule"),
        pytest.param("not a requirement at all ==", id="unreadable"),
    ],
)
def test_unsatisfied_requirements_is_silent_for(requires: str) -> None:
    facts = make_facts(
        packages=(package("x", "1", requires=(requires,)), package("urllib3", "2.2.0"))
    )
    assert UnsatisfiedRequirements.run(facts) == ()


@pytest.mark.parametrize("version", [None, "banana"])
def test_unsatisfied_requirements_does_not_call_an_unreadable_version_wrong(
    version: str | None,
) -> None:
    facts = make_facts(packages=(OLD_REQUESTS, replace(package("urllib3", "0"), version=version)))
    assert UnsatisfiedRequirements.run(facts) == ()


def test_leftover_metadata_names_every_path() -> None:
    paths = ("/e/site-packages/~umpy", "/e/site-packages/~cipy-1.0.dist-info")
    facts = make_facts(environment=replace(ENVIRONMENT, leftovers=paths))
    (finding,) = LeftoverMetadata.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "2 leftovers of interrupted installs lie in climate"
    assert tuple(fact.value for fact in finding.evidence) == paths


def test_leftover_metadata_is_silent_without_any() -> None:
    assert LeftoverMetadata.run(make_facts()) == ()
