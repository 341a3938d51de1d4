"""Family threads: OpenMP runtimes together in one process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.openmp import ConflictingOpenmp, KmpDuplicateLibOk
from jupyterlab_envcheck.facts import Bundled, Library, MappedLibrary, Setting
from jupyterlab_envcheck.recommendations import (
    Finding,
    RestartKernel,
    Run,
    SetEnvironment,
    Severity,
    Skip,
)
from make_facts import (
    INTERPRETER,
    MACHINE,
    NOTEBOOK,
    OPENBLAS,
    PACKAGES,
    PROCESS,
    imported,
    make_facts,
    package,
    section,
)


def mapped(*libraries: str, owner: str | None = None) -> Any:
    seen = tuple(
        MappedLibrary(library=name, path=f"/x/{number}/{name}.so", owner=owner)
        for number, name in enumerate(libraries)
    )
    return replace(PROCESS, libraries=seen)


def pool(library: str, path: str) -> Library:
    return replace(OPENBLAS, library=library, path=path, owner=None)


def the(found: Any) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    assert isinstance(finding, Finding)
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def test_conflicting_openmp_loaded_in_the_kernel_is_an_error() -> None:
    finding = the(ConflictingOpenmp.run(make_facts(process=mapped("libiomp5", "libomp"))))
    assert finding.severity is Severity.ERROR
    assert finding.title == "Intel's and LLVM's OpenMP are both loaded in this kernel"
    assert [fact.value for fact in finding.evidence] == ["/x/0/libiomp5.so", "/x/1/libomp.so"]


def test_conflicting_openmp_that_the_child_dared_not_ask_is_an_error() -> None:
    why = "libiomp5 and libomp are both loaded: asking them could hang"
    facts = replace(make_facts(), thread_pools=section(None, "a child", value=why))
    finding = the(ConflictingOpenmp.run(facts))
    assert finding.severity is Severity.ERROR
    assert finding.title.startswith("What this notebook imports loads Intel's and LLVM's")


def test_conflicting_openmp_with_mkl_offers_gnus_threads() -> None:
    facts = make_facts(
        process=mapped("libiomp5", "libomp"),
        thread_pools=(replace(OPENBLAS, library="mkl", path="/x/libmkl_rt.so"),),
    )
    action = the(ConflictingOpenmp.run(facts)).actions[0]
    assert isinstance(action, SetEnvironment)
    assert action.variables == {"MKL_THREADING_LAYER": "GNU"}


def test_conflicting_openmp_in_two_copies_is_a_warning() -> None:
    finding = the(ConflictingOpenmp.run(make_facts(process=mapped("libomp", "libomp"))))
    assert finding.severity is Severity.WARNING
    assert finding.title == "2 copies of LLVM OpenMP (libomp) are loaded together"


@pytest.mark.parametrize("imports", [("torch", "sklearn"), ("torch",)])
def test_conflicting_openmp_of_wheels_on_macos(imports: tuple[str, ...]) -> None:
    packages = (
        *PACKAGES,
        package("torch", "2.15.0", bundles=(Bundled(library="libomp", path="torch/lib/libomp.dylib"),)),
        package(
            "scikit-learn",
            "1.9.1",
            imports=("sklearn",),
            bundles=(Bundled(library="libomp", path="sklearn/.dylibs/libomp.dylib"),),
        ),
    )  # fmt: skip
    facts = make_facts(
        packages=packages,
        machine=replace(MACHINE, system="Darwin"),
        process=replace(PROCESS, libraries=None),
        notebook=replace(NOTEBOOK, imports=tuple(imported(name) for name in imports)),
    )
    found = ConflictingOpenmp.run(facts)
    if len(imports) == 1:  # what is installed and not imported is not loaded
        assert found == ()
        return
    finding = the(found)
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "What this notebook imports brings 2 OpenMP runtimes: libomp by torch, libomp by "
        "scikit-learn"
    )
    create = finding.actions[0]
    assert isinstance(create, Run)
    assert create.commands[0].argv[0] == "conda"
    assert create.commands[0].argv[-2:] == ("torch", "scikit-learn")


def test_conflicting_openmp_that_get_along_is_an_information() -> None:
    finding = the(ConflictingOpenmp.run(make_facts(process=mapped("libgomp", "libiomp5"))))
    assert finding.severity is Severity.INFO
    assert finding.title == ("GNU OpenMP (libgomp) and Intel OpenMP (libiomp5) share one process")
    twice = (pool("libgomp", "/sk/libgomp.so.1"), pool("libgomp", "/torch/libgomp.so.1"))
    finding = the(ConflictingOpenmp.run(make_facts(thread_pools=twice)))
    assert finding.title == "2 copies of GNU OpenMP (libgomp) share one process"


def test_conflicting_openmp_is_silent_for_one_runtime() -> None:
    assert ConflictingOpenmp.run(make_facts()) == ()
    one = (pool("libgomp", "/sk/libgomp.so.1"),)
    assert ConflictingOpenmp.run(make_facts(thread_pools=one)) == ()


def test_conflicting_openmp_is_silent_for_one_package_with_two_names() -> None:
    # conda-forge's LLVM runtime lies there under Intel's and GNU's names, too.
    facts = make_facts(process=mapped("libiomp5", "libomp", owner="llvm-openmp"))
    assert ConflictingOpenmp.run(facts) == ()


def test_conflicting_openmp_is_silent_on_windows() -> None:
    facts = make_facts(
        process=mapped("libiomp5", "vcomp"), machine=replace(MACHINE, system="Windows")
    )
    assert ConflictingOpenmp.run(facts) == ()


def test_conflicting_openmp_unknown_is_skipped() -> None:
    assert ConflictingOpenmp.run(make_facts(thread_pools=None)) == Skip(
        reason="it could not be read"
    )


def kmp(value: str | None) -> Setting:
    return Setting(variable="KMP_DUPLICATE_LIB_OK", value=value, cell="c1", line=2, after=None)


def test_kmp_duplicate_lib_ok_in_the_kernelspec() -> None:
    variables = {"KMP_DUPLICATE_LIB_OK": "TRUE"}
    finding = the(KmpDuplicateLibOk.run(make_facts(process=replace(PROCESS, variables=variables))))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "KMP_DUPLICATE_LIB_OK is set in the environment the kernel starts with"
    )
    assert all("KMP" not in str(getattr(action, "variables", "")) for action in finding.actions)


def test_kmp_duplicate_lib_ok_of_a_kernel_that_would_be_started() -> None:
    would = replace(INTERPRETER, variables={"KMP_DUPLICATE_LIB_OK": "1"})
    finding = the(KmpDuplicateLibOk.run(make_facts(process=None, interpreter=would)))
    assert finding.evidence[0].value == "1"


def test_kmp_duplicate_lib_ok_in_a_cell() -> None:
    notebook = replace(NOTEBOOK, settings=(kmp("True"),))
    finding = the(KmpDuplicateLibOk.run(make_facts(notebook=notebook)))
    assert finding.title == "KMP_DUPLICATE_LIB_OK is set by this notebook"
    assert finding.evidence[0].label == "Line 2 of a cell sets it to"
    assert isinstance(finding.actions[0], RestartKernel)


def test_kmp_duplicate_lib_ok_is_silent_where_it_is_off() -> None:
    assert KmpDuplicateLibOk.run(make_facts()) == ()
    off = replace(PROCESS, variables={"KMP_DUPLICATE_LIB_OK": "FALSE"})
    cells = replace(NOTEBOOK, settings=(kmp("0"), kmp(None)))
    assert KmpDuplicateLibOk.run(make_facts(process=off, notebook=cells)) == ()


def test_kmp_duplicate_lib_ok_asks_the_running_kernel_first() -> None:
    # The server that would start another may have loaded threadpoolctl since.
    would = replace(INTERPRETER, variables={"KMP_DUPLICATE_LIB_OK": "True"})
    assert KmpDuplicateLibOk.run(make_facts(interpreter=would)) == ()


def test_kmp_duplicate_lib_ok_unknown_is_skipped() -> None:
    assert isinstance(KmpDuplicateLibOk.run(make_facts(process=None, interpreter=None)), Skip)
