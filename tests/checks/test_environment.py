"""Family environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_envcheck.checks.environment import ExternallyManagedPython, KernelInCondaBase
from jupyterlab_envcheck.facts import CondaRecord
from jupyterlab_envcheck.recommendations import CreateEnvironment, Run, Severity, Skip
from make_facts import ENVIRONMENT, INTERPRETER, MACHINE, conda, conda_record, make_facts

BASE = replace(ENVIRONMENT, kind="conda-base", name="base", owner="conda")


def records(*names: str, more: int = 0) -> tuple[CondaRecord, ...]:
    every = (*names, *(f"lib{n}" for n in range(more)))
    return tuple(conda_record(name, version="1") for name in every)


def test_kernel_in_conda_base_with_packages_asked_for() -> None:
    known = conda(*records("conda", "xarray"), requested=("python", "conda", "xarray"))
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known))
    assert finding.severity is Severity.WARNING
    assert finding.title == "This kernel runs in conda's base, which holds 2 packages"
    assert finding.evidence[1].value == "xarray"


def test_kernel_in_conda_base_that_only_holds_conda_and_jupyter() -> None:
    known = conda(*records("conda"), requested=("python", "conda", "jupyterlab", "pip"))
    assert KernelInCondaBase.run(make_facts(environment=BASE, conda=known)) == ()


def test_kernel_in_conda_base_with_more_than_150_packages() -> None:
    known = conda(*records("conda", more=150))
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known))
    assert finding.severity is Severity.WARNING


def test_kernel_in_conda_base_of_a_full_anaconda_is_advice_with_navigators_steps() -> None:
    known = conda(*records("conda", "anaconda", more=400))
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known))
    assert finding.severity is Severity.ADVICE
    assert [action.kind for action in finding.actions] == ["create-environment", "gui", "read"]


def test_kernel_in_conda_base_of_a_miniforge_speaks_of_no_navigator() -> None:
    known = conda(*records("conda", "xarray"), requested=("xarray",))
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known))
    assert [action.kind for action in finding.actions] == ["create-environment", "read"]


def test_kernel_in_conda_base_of_a_container_is_advice() -> None:
    known = conda(*records("conda", "xarray"), requested=("xarray",))
    machine = replace(MACHINE, container="docker")
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known, machine=machine))
    assert finding.severity is Severity.ADVICE


def test_kernel_in_conda_base_is_silent_in_a_named_environment() -> None:
    known = conda(*records("xarray", more=400), requested=("xarray",))
    named = replace(BASE, kind="conda", name="climate")
    assert KernelInCondaBase.run(make_facts(environment=named, conda=known)) == ()


@pytest.mark.parametrize("stdlib", ["/usr/lib/python3.13", "/opt/homebrew/lib/python3.13"])
def test_externally_managed_python_marker_in_force(stdlib: str) -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind="system", externally_managed=True),
        interpreter=replace(
            INTERPRETER,
            stdlib=stdlib,
            path=(stdlib, "/usr/lib/python3/dist-packages")
            if stdlib.startswith("/usr")
            else (stdlib,),
        ),
    )
    (finding,) = ExternallyManagedPython.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.evidence[0].value == f"{stdlib}/EXTERNALLY-MANAGED"
    is_debian = stdlib.startswith("/usr/lib")
    assert [type(action) for action in finding.actions] == [CreateEnvironment, Run][: 1 + is_debian]


def test_externally_managed_python_of_arch_is_not_told_of_apt() -> None:
    stdlib = "/usr/lib/python3.13"
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind="system", externally_managed=True),
        interpreter=replace(INTERPRETER, stdlib=stdlib, path=(stdlib, f"{stdlib}/site-packages")),
    )
    (finding,) = ExternallyManagedPython.run(facts)
    assert [type(action) for action in finding.actions] == [CreateEnvironment]


def test_externally_managed_python_never_offers_to_force_it() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, externally_managed=True))
    (finding,) = ExternallyManagedPython.run(facts)
    argvs = [
        " ".join(command.argv)
        for action in finding.actions
        if isinstance(action, CreateEnvironment | Run)
        for command in action.commands
    ]
    assert argvs
    assert not any("break-system" in argv or "--user" in argv for argv in argvs)


def test_externally_managed_python_without_marker() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, kind="system", externally_managed=False))
    assert ExternallyManagedPython.run(facts) == ()


def test_kernel_in_conda_base_of_micromamba_where_no_conda_runs_is_advice() -> None:
    known = conda(*records("xarray"), requested=("xarray",))
    (finding,) = KernelInCondaBase.run(make_facts(environment=BASE, conda=known))
    assert finding.severity is Severity.ADVICE
    assert "conda itself" not in finding.why


@pytest.mark.parametrize(
    ("kind", "manager"),
    [("system", "The operating system"), ("uv-managed", "uv"), ("homebrew", "Homebrew")],
)
def test_externally_managed_python_names_what_manages_it(kind: str, manager: str) -> None:
    managed = replace(ENVIRONMENT, kind=kind, externally_managed=True)
    (finding,) = ExternallyManagedPython.run(make_facts(environment=managed))
    assert finding.title == f"{manager} manages this Python, so pip will not install into it"


def test_externally_managed_python_unknown() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, externally_managed=None))
    assert isinstance(ExternallyManagedPython.run(facts), Skip)
