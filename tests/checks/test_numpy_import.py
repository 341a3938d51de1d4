"""Family blas: NumPy that cannot be imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.numpy_import import NumpyImportFails
from jupyterlab_envcheck.facts import Bundled, Facts
from jupyterlab_envcheck.recommendations import (
    CreateEnvironment,
    Finding,
    Install,
    Run,
    SetEnvironment,
    Severity,
    Skip,
)
from make_facts import (
    ENVIRONMENT,
    INTERPRETER,
    NOTEBOOK,
    PACKAGES,
    PROCESS,
    conda,
    conda_record,
    imported,
    make_facts,
    package,
    section,
)

#: What NumPy 2 says around the error itself, shortened.
AROUND = (
    "ImportError: \n\nIMPORTANT: PLEASE READ THIS FOR ADVICE ON HOW TO SOLVE THIS ISSUE!\n\n"
    "Importing the numpy C-extensions failed.\n{}\n  * The Python version is: Python 3.13\n"
    "Original error was: {}\n"
)
OTHER_PYTHON = AROUND.format(
    "The following compiled module files exist, but seem incompatible\n"
    "with with either python 'cpython-313' or the platform 'linux':\n\n"
    "  * _multiarray_umath.cpython-39-x86_64-linux-gnu.so\n",
    "No module named 'numpy._core._multiarray_umath'",
)


def facts(why: str, **changes: object) -> Facts:
    blas = section(None, "numpy, imported in a child process", value=why)
    return replace(make_facts(**changes), blas=blas)


def failed(error: str, **changes: object) -> Finding:
    found = NumpyImportFails.run(facts(f"numpy cannot be imported: {error}", **changes))
    assert not isinstance(found, Skip)
    (finding,) = found
    assert finding.severity is Severity.ERROR
    assert finding.actions[-1].id == "read"
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def test_numpy_import_fails_with_files_of_another_python() -> None:
    finding = failed(OTHER_PYTHON)
    assert finding.title == "NumPy 2.5.5 was built for Python 3.9, and this is Python 3.13"
    assert finding.evidence[0].value == "No module named 'numpy._core._multiarray_umath'"
    anew = finding.actions[0]
    assert isinstance(anew, Install)
    assert anew.wish == "reinstall"
    # Not the same version by name: it may have no wheel for this Python.
    assert anew.specs == ("numpy",)
    assert anew.commands[0].argv[-1] == "numpy"
    assert anew.commands[0].argv[0] == ENVIRONMENT.python


def test_numpy_import_fails_with_files_of_another_machine() -> None:
    finding = failed(OTHER_PYTHON.replace("cpython-39-x86_64", "cpython-313-aarch64"))
    assert "another kind of machine" in finding.title


@pytest.mark.parametrize(
    ("interpreter", "variables", "expected"),
    [
        ({}, {"PYTHONPATH": "/opt/modules/lib"}, {"PYTHONPATH": ""}),
        ({"user_site": "/opt/modules/lib"}, {}, {"PYTHONNOUSERSITE": "1"}),
    ],
    ids=["pythonpath", "user-site"],
)
def test_numpy_import_fails_by_a_numpy_from_elsewhere(
    interpreter: dict[str, Any], variables: dict[str, str], expected: dict[str, str]
) -> None:
    finding = failed(
        OTHER_PYTHON,
        packages=(package("numpy", "1.26.4", location="/opt/modules/lib"),),
        interpreter=replace(INTERPRETER, **interpreter),
        process=replace(PROCESS, variables=variables),
    )
    assert "/opt/modules/lib, which is not of this environment" in finding.why
    # To install it here would not help: the other lies earlier on the path.
    first, last = finding.actions
    assert isinstance(first, SetEnvironment)
    assert first.variables == expected
    assert last.id == "read"


def test_numpy_import_fails_without_its_own_openblas() -> None:
    library = "libscipy_openblas64_-32a4b2a6.so"
    numpy = package("numpy", "2.4.6", bundles=(Bundled(library="openblas", path=f"n/{library}"),))
    finding = failed(
        AROUND.format("", f"{library}: cannot open shared object file: No such file"),
        packages=(numpy,),
    )
    assert finding.title == f"NumPy 2.4.6 needs {library}, which is gone"
    anew = finding.actions[0]
    assert isinstance(anew, Install)
    assert (anew.wish, anew.specs) == ("reinstall", ("numpy==2.4.6",))
    assert anew.commands[0].argv[-1] == "numpy==2.4.6"


def test_numpy_import_fails_without_condas_openblas() -> None:
    lost = conda_record("libopenblas", missing=("lib/libopenblas.so.0",))
    finding = failed(
        AROUND.format("", "libopenblas.so.0: cannot open shared object file: No such file"),
        conda=conda(lost, conda_record("numpy")),
        environment=replace(ENVIRONMENT, kind="conda"),
        packages=(package("numpy", "2.4.6", installer="conda"),),
    )
    assert finding.title == "NumPy 2.4.6 needs libopenblas.so.0, which is gone"
    assert "It came with libopenblas" in finding.why
    assert ("Gone of libopenblas", "lib/libopenblas.so.0") in [
        (fact.label, fact.value) for fact in finding.evidence
    ]
    anew = finding.actions[0]
    assert isinstance(anew, Install)
    assert (anew.wish, anew.specs) == ("reinstall", ("libopenblas",))
    assert anew.commands[0].argv[0] == "conda"
    assert anew.commands[0].argv[-1] == "libopenblas"


def test_numpy_import_fails_on_a_raspberry_pi() -> None:
    finding = failed("ImportError: libf77blas.so.3: cannot open shared object file: No such file")
    assert finding.title == "NumPy 2.5.5 needs libf77blas.so.3, which is not on this system"
    first = finding.actions[0]
    assert isinstance(first, Run)
    assert first.commands[0].argv == ("sudo", "apt", "install", "libatlas-base-dev")


@pytest.mark.parametrize(
    ("kind", "variables", "word"),
    [
        ("conda", {}, "without activating"),
        ("conda", {"CONDA_PREFIX": "/home/ada/climate"}, "A library that NumPy loads is gone"),
        ("venv", {}, "A library that NumPy loads is gone"),
    ],
)
def test_numpy_import_fails_for_a_dll(kind: str, variables: dict[str, str], word: str) -> None:
    finding = failed(
        AROUND.format("", "DLL load failed while importing _multiarray_umath: not found."),
        environment=replace(ENVIRONMENT, kind=kind),
        process=replace(PROCESS, variables=variables),
    )
    assert finding.title == "NumPy 2.5.5 needs a DLL that Windows does not find"
    assert word in finding.why


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (
            "ModuleNotFoundError: No module named 'numpy.lib'",
            "NumPy 2.5.5 is incomplete: files of it are missing",
        ),
        (
            AROUND.format("We found no compiled module, did NumPy build successfully?", "x"),
            "NumPy 2.5.5 is incomplete: files of it are missing",
        ),
        (
            "RuntimeError: NumPy was built with baseline optimizations: \n(X86_V2) but not here",
            "NumPy 2.5.5 was built for newer processors than this one",
        ),
        (
            "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found",
            "NumPy 2.5.5 was built for a newer Linux than this one: it needs GLIBC_2.34",
        ),
        (
            "ImportError: Library not loaded: @rpath/libopenblas.0.dylib",
            "NumPy 2.5.5 needs libopenblas.0.dylib, which is not found",
        ),
        ("ValueError: something new", "NumPy 2.5.5 cannot be imported"),
    ],
)
def test_numpy_import_fails_in_other_ways(error: str, title: str) -> None:
    assert failed(error).title == title


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("was ended by SIGILL", "instructions that this processor does not have (SIGILL)"),
        ("was ended by SIGSEGV", "ends Python when it is imported (SIGSEGV)"),
        ("was ended by SIGKILL", "the system killed it (SIGKILL)"),
        ("ended with status 1", "ends Python when it is imported"),
    ],
)
def test_numpy_import_fails_and_takes_python_along(how: str, word: str) -> None:
    (finding,) = NumpyImportFails.run(facts(f"while importing numpy, Python {how}"))
    assert finding.severity is Severity.ERROR
    assert word in finding.title


@pytest.mark.parametrize(
    "why",
    [
        "while importing numpy, Python did not answer within 20 seconds and was ended",
        "while importing numpy, Python printed without end and was ended",
        "while reading the thread pools, Python was ended by SIGSEGV",
        "numpy shows no BLAS that is known, and does not say which it is",
    ],
)
def test_numpy_import_fails_not_where_the_import_was_not_seen_to_fail(why: str) -> None:
    assert NumpyImportFails.run(facts(why)) == Skip(reason=why)


def test_numpy_import_fails_as_the_notebook_says() -> None:
    broken = replace(imported("numpy"), tried=True, error="ModuleNotFoundError: No module named "
                     "'numpy.lib'")  # fmt: skip
    found = NumpyImportFails.run(make_facts(notebook=replace(NOTEBOOK, imports=(broken,))))
    assert not isinstance(found, Skip)
    assert found[0].evidence[0].source == "the notebook's cells"


def test_numpy_import_fails_of_two_installers() -> None:
    finding = failed(
        "ModuleNotFoundError: No module named 'numpy.lib'",
        conda=conda(conda_record("numpy", "1.26.4", "py312_0")),
        environment=replace(ENVIRONMENT, kind="conda"),
    )
    assert "More than one NumPy" in finding.why
    assert [fact.value for fact in finding.evidence[1:]] == [
        f"2.5.5 in {INTERPRETER.site_packages[0]}", "1.26.4 py312_0",
    ]  # fmt: skip


def test_numpy_import_fails_where_nothing_may_be_installed() -> None:
    system = replace(ENVIRONMENT, kind="system", externally_managed=True)
    finding = failed("ModuleNotFoundError: No module named 'numpy.lib'", environment=system)
    assert isinstance(finding.actions[0], CreateEnvironment)


def test_numpy_import_fails_is_silent_where_numpy_works_or_is_absent() -> None:
    assert NumpyImportFails.run(make_facts()) == ()
    without = tuple(p for p in PACKAGES if p.name != "numpy")
    assert NumpyImportFails.run(facts("the child did not tell", packages=without)) == ()
