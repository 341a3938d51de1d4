"""Family support."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jupyterlab_envcheck.checks.support import PythonEndOfLife, PythonOutsideSpec0
from jupyterlab_envcheck.checks.support_numpy import NumpyAbiBreak, NumpyOutsideSpec0
from jupyterlab_envcheck.facts import Environment, Facts, Import
from jupyterlab_envcheck.recommendations import CreateEnvironment, Install, Severity, Skip
from make_facts import (
    ENVIRONMENT,
    INTERPRETER,
    NOTEBOOK,
    PACKAGES,
    conda,
    conda_record,
    imported,
    make_facts,
    package,
)

VENV = ENVIRONMENT.venv
assert VENV is not None
#: On a Python of one's own, which no operating system mends.
ON_PYENV = replace(ENVIRONMENT, venv=replace(VENV, base_kind="pyenv"))

PRINTED = """\
A module that was compiled using NumPy 1.x cannot be run in
NumPy 2.4.6 as it may crash.
AttributeError: _ARRAY_API not found"""
NUMPY_1_C = "ImportError: numpy.core.multiarray failed to import"
NUMPY_1_CYTHON = (
    "ValueError: numpy.dtype size changed, may indicate binary incompatibility. "
    "Expected 96 from C header, got 88 from PyObject"
)


def with_python(
    version: str,
    *,
    today: date = date(2026, 11, 21),
    environment: Environment = ON_PYENV,
    **changes: Any,
) -> Facts:
    return make_facts(
        interpreter=replace(INTERPRETER, version=version),
        environment=environment,
        now=today,
        **changes,
    )


def test_python_end_of_life_reached() -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.9.18"))
    assert finding.severity is Severity.ERROR
    assert finding.title == "Python 3.9 has had no security fixes since 2025-10-31"
    (action,) = finding.actions
    assert isinstance(action, CreateEnvironment)
    assert action.commands[0].argv == ("python3.13", "-m", "venv", "proj")
    assert action.python == "3.13"


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param(replace(ENVIRONMENT, kind="system", venv=None), id="itself"),
        pytest.param(ENVIRONMENT, id="venv-on-it"),
    ],
)
def test_python_end_of_life_of_the_operating_systems_python_is_a_warning(
    environment: Environment,
) -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.9.18", environment=environment))
    assert finding.severity is Severity.WARNING
    assert finding.title == "Python 3.9 has had no fixes from python.org since 2025-10-31"
    assert "operating system" in finding.why


def test_python_end_of_life_within_half_a_year() -> None:
    (finding,) = PythonEndOfLife.run(with_python("3.11.7", today=date(2027, 6, 1)))
    assert finding.severity is Severity.WARNING
    assert finding.title == "Python 3.11 gets its last security fixes on 2027-10-31"


def test_python_end_of_life_is_silent_before_that() -> None:
    assert PythonEndOfLife.run(with_python("3.11.7")) == ()


def test_python_end_of_life_is_silent_on_pypy_whose_releases_are_others() -> None:
    facts = make_facts(interpreter=replace(INTERPRETER, version="3.9.18", implementation="pypy"))
    assert PythonEndOfLife.run(facts) == ()


def test_python_end_of_life_of_a_version_not_in_the_table_is_skipped() -> None:
    assert PythonEndOfLife.run(with_python("3.99.0")) == Skip(
        reason="Python 3.99 is not in the table of 2026-08-22"
    )


def test_python_end_of_life_of_a_python_too_old_to_be_asked() -> None:
    healthy = make_facts(environment=ON_PYENV)
    told = {"value": "It is Python 3.6.15; envcheck needs 3.8.", "version": "3.6.15"}
    facts = replace(healthy, interpreter=replace(healthy.interpreter, value=None, unknown=told))
    (finding,) = PythonEndOfLife.run(facts)
    assert finding.severity is Severity.ERROR


def test_python_outside_spec0_with_what_does_not_run_on_it() -> None:
    packages = (package("numpy", "2.4.6"), package("scipy", "1.17.1"), package("pandas", "3.1.1"))
    (finding,) = PythonOutsideSpec0.run(with_python("3.11.7", packages=packages))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "The newest numpy (2.5.5) and scipy (1.18.1) do not run on Python 3.11"
    assert "that is all right" in finding.why
    assert finding.evidence[2].value == "needs Python 3.12; 2.4.6 is installed"


def test_python_outside_spec0_where_all_still_runs_on_it() -> None:
    (finding,) = PythonOutsideSpec0.run(with_python("3.12.1"))
    assert finding.title == (
        "Python 3.12 left the window that SPEC 0 asks packages to support on 2026-10-02"
    )
    assert "may ask" in finding.why


def test_python_outside_spec0_is_silent_where_nothing_scientific_is_installed() -> None:
    packages = (package("requests", "2.34.0"),)
    assert PythonOutsideSpec0.run(with_python("3.11.7", packages=packages)) == ()


def test_python_outside_spec0_is_silent_within_the_window_and_on_pypy() -> None:
    assert PythonOutsideSpec0.run(with_python("3.13.1")) == ()
    pypy = replace(INTERPRETER, version="3.11.1", implementation="pypy")
    assert PythonOutsideSpec0.run(make_facts(interpreter=pypy)) == ()


def test_python_outside_spec0_unknown() -> None:
    assert isinstance(PythonOutsideSpec0.run(make_facts(interpreter=None)), Skip)
    assert PythonOutsideSpec0.run(with_python("3.99.1")) == Skip(
        reason="Python 3.99 is not in the table of 2026-06-30"
    )


def test_numpy_outside_spec0_of_the_first_generation_is_a_warning() -> None:
    facts = make_facts(packages=(package("numpy", "1.26.4"),))
    (finding,) = NumpyOutsideSpec0.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "numpy 1.26.4 left SPEC 0's support window on 2025-09-16"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.specs == ("numpy>=2.2",)


def test_numpy_outside_spec0_names_all_and_updates_them_together() -> None:
    packages = (package("numpy", "2.0.2"), package("pandas", "2.2.3"), package("scipy", "1.17.1"))
    (finding,) = NumpyOutsideSpec0.run(make_facts(packages=packages))
    assert finding.severity is Severity.INFO
    assert finding.title == "numpy 2.0.2 and pandas 2.2.3 have left SPEC 0's support window"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.specs == ("numpy>=2.2", "pandas>=2.3")


def test_numpy_outside_spec0_older_than_the_table() -> None:
    (finding,) = NumpyOutsideSpec0.run(make_facts(packages=(package("numpy", "1.16.6"),)))
    assert finding.title == "numpy 1.16.6 left SPEC 0's support window on 2023-12-31"


def test_numpy_outside_spec0_offers_no_update_that_others_forbid() -> None:
    packages = (
        package("numpy", "1.26.4"),
        package("numba", "0.59.1", requires=("numpy<1.27,>=1.22",)),
        package("pandas", "3.1.1", requires=("numpy>=1.26",)),
    )
    (finding,) = NumpyOutsideSpec0.run(make_facts(packages=packages))
    assert finding.actions == ()
    assert finding.evidence[-1].label == "numba"
    assert finding.evidence[-1].value == "needs numpy<1.27,>=1.22"


def test_numpy_outside_spec0_offers_a_newer_python_where_this_one_is_at_its_end() -> None:
    (finding,) = NumpyOutsideSpec0.run(
        with_python("3.9.18", packages=(package("numpy", "1.26.4"),))
    )
    assert [action.kind for action in finding.actions] == ["create-environment"]


def test_numpy_outside_spec0_of_the_systems_numpy_is_an_information() -> None:
    system = replace(ENVIRONMENT, kind="system", venv=None, externally_managed=True)
    facts = make_facts(environment=system, packages=(package("numpy", "1.24.2", installer=None),))
    (finding,) = NumpyOutsideSpec0.run(facts)
    assert finding.severity is Severity.INFO
    assert finding.actions == ()


def test_numpy_outside_spec0_of_a_conda_environment_takes_from_its_channel() -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind="conda", venv=None),
        conda=conda(conda_record("numpy", "1.26.4")),
        packages=(package("numpy", "1.26.4", installer="conda"),),
    )
    (finding,) = NumpyOutsideSpec0.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.commands[0].argv == (
        *("conda", "install", "-p", "/home/ada/climate"),
        *("-c", "conda-forge", "--override-channels", "numpy>=2.2"),
    )


@pytest.mark.parametrize("version", ["2.2.6", "2.5.5", "3.0.0", None, "banana"])
def test_numpy_outside_spec0_is_silent_for(version: str | None) -> None:
    assert NumpyOutsideSpec0.run(make_facts(packages=(package("numpy", version),))) == ()


def test_numpy_outside_spec0_unknown() -> None:
    assert isinstance(NumpyOutsideSpec0.run(make_facts(packages=None)), Skip)


def broken(name: str, error: str | None, *, tried: bool = True) -> Import:
    return replace(imported(name), tried=tried, error=error)


def importing(*imports: Import, numpy: str = "2.4.6", python: str = "3.12.1") -> Facts:
    return with_python(
        python,
        packages=(*PACKAGES[:1], package("numpy", numpy), package("numexpr", "2.8.4")),
        notebook=replace(NOTEBOOK, imports=(imported("numpy"), *imports)),
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (f"{NUMPY_1_C}\n{PRINTED}", NUMPY_1_C),
        (PRINTED, "A module that was compiled using NumPy 1.x cannot be run in"),
        (NUMPY_1_C, NUMPY_1_C),
        (NUMPY_1_CYTHON, NUMPY_1_CYTHON),
        (
            "RuntimeError: module was compiled against NumPy C-API version 0x10 (NumPy 1.23)",
            "RuntimeError: module was compiled against NumPy C-API version 0x10 (NumPy 1.23)",
        ),
    ],
)
def test_numpy_abi_break(error: str, said: str) -> None:
    (finding,) = NumpyAbiBreak.run(importing(broken("numexpr", error)))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "numexpr cannot be imported with NumPy 2.4.6: it, or what it needs, was compiled for an "
        "older NumPy"
    )
    assert finding.evidence[0].value == said
    update, back = finding.actions
    assert isinstance(update, Install)
    assert update.specs == ("numexpr>2.8.4",)
    assert isinstance(back, Install)
    assert (back.id, back.specs) == ("install-2", ("numpy<2",))


def test_numpy_abi_break_of_several() -> None:
    (finding,) = NumpyAbiBreak.run(
        importing(broken("cftime", NUMPY_1_CYTHON), broken("numexpr", NUMPY_1_C))
    )
    assert finding.title.startswith("cftime and numexpr cannot be imported with NumPy 2.4.6: they")


def test_numpy_abi_break_on_a_python_for_which_numpy_1_was_never_made() -> None:
    (finding,) = NumpyAbiBreak.run(importing(broken("numexpr", NUMPY_1_C), python="3.13.1"))
    assert [action.id for action in finding.actions] == ["install"]


def test_numpy_abi_break_of_a_numpy_that_is_too_old() -> None:
    (finding,) = NumpyAbiBreak.run(importing(broken("numexpr", NUMPY_1_CYTHON), numpy="1.21.0"))
    assert finding.title.endswith("compiled for another NumPy")
    assert [action.id for action in finding.actions] == ["install"]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(broken("numexpr", None), id="works"),
        pytest.param(broken("numexpr", "ImportError: libmkl_rt.so.2: no such file"), id="another"),
        pytest.param(
            broken("numexpr", "ImportError: numpy._core.multiarray failed to import"), id="numpy-2s"
        ),
        pytest.param(imported("requests"), id="pure"),
    ],
)
def test_numpy_abi_break_is_silent_where_an_import(entry: Import) -> None:
    assert NumpyAbiBreak.run(importing(entry)) == ()


def test_numpy_abi_break_is_silent_without_numpy() -> None:
    assert NumpyAbiBreak.run(make_facts(packages=(package("six", "1.17.0"),))) == ()


def test_numpy_abi_break_where_numpy_itself_fails() -> None:
    facts = importing(broken("numexpr", NUMPY_1_C))
    assert facts.notebook.value is not None
    imports = (broken("numpy", NUMPY_1_C), broken("numexpr", NUMPY_1_C))
    notebook = replace(facts.notebook.value, imports=imports)
    facts = replace(facts, notebook=replace(facts.notebook, value=notebook))
    assert NumpyAbiBreak.run(facts) == Skip(reason="numpy itself cannot be imported")


def test_numpy_abi_break_where_nothing_could_be_tried() -> None:
    facts = importing(broken("numexpr", "the kernel was not asked", tried=False))
    assert NumpyAbiBreak.run(facts) == Skip(
        reason="numexpr was not imported: the kernel was not asked"
    )


def test_numpy_abi_break_unknown() -> None:
    assert isinstance(NumpyAbiBreak.run(make_facts(notebook=None)), Skip)
    assert isinstance(NumpyAbiBreak.run(make_facts(packages=None)), Skip)
