"""Family notebook: why the kernel died while a cell ran."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.checks.kernel_died import KernelDied
from jupyterlab_envcheck.facts import Bundled, Died, Facts
from jupyterlab_envcheck.recommendations import Finding, Install, Run, Severity, Skip
from make_facts import NOTEBOOK, PACKAGES, imported, make_facts, package

OMP = (
    "OMP: Error #15: Initializing libiomp5.so, but found libomp.so already initialized.\n"
    "OMP: Hint This means that multiple copies of the OpenMP runtime have been linked into the "
    "program."
)
DIED = Died(
    cell="c7",
    modules=("torch", "sklearn"),
    state="ended",
    culprit="sklearn",
    signal="SIGABRT",
    how="was ended by SIGABRT",
    printed="",
    memory_kills=0,
)


def facts_of(died: Died | None, *packages: Any, imports: tuple[str, ...] = ()) -> Facts:
    return make_facts(
        notebook=replace(NOTEBOOK, died=died, imports=tuple(imported(name) for name in imports)),
        packages=(*PACKAGES, *packages),
    )


def the(facts: Facts) -> Finding:
    found = KernelDied.run(facts)
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def test_kernel_died_never_is_silent() -> None:
    assert KernelDied.run(facts_of(None)) == ()


def test_kernel_died_without_a_notebook_is_skipped() -> None:
    assert isinstance(KernelDied.run(make_facts(notebook=None)), Skip)


def test_kernel_died_of_two_openmp_runtimes_names_both_and_offers_one() -> None:
    torch = package(
        "torch",
        "2.15.0",
        imports=("torch",),
        bundles=(Bundled(library="libomp", path="/x/libomp.so"),),
    )
    sklearn = package(
        "scikit-learn",
        "1.9.1",
        imports=("sklearn",),
        bundles=(Bundled(library="libiomp5", path="/x/libiomp5.so"),),
    )
    finding = the(
        facts_of(replace(DIED, printed=OMP), torch, sklearn, imports=("torch", "sklearn"))
    )
    assert finding.about == "c7"
    assert finding.severity is Severity.ERROR
    assert finding.title == "Importing sklearn ends the kernel: two OpenMP runtimes meet in it"
    assert finding.why == (
        "libomp.so was there when libiomp5.so came, and the second stops the process (OMP: Error "
        "#15). Packages that share one runtime get along."
    )
    assert [(one.label, one.value) for one in finding.evidence] == [
        ("Imports", "torch, sklearn"),
        ("import sklearn", "Python was ended by SIGABRT"),
        ("It wrote", OMP),
    ]
    first = finding.actions[0]
    assert isinstance(first, Run)
    assert "scikit-learn" in first.commands[0].argv
    assert "KMP_DUPLICATE_LIB_OK" not in str(finding)


@pytest.mark.parametrize(
    ("signal", "title"),
    [
        ("SIGSEGV", "Importing sklearn ends the kernel: its compiled code crashes (SIGSEGV)"),
        (
            "SIGABRT",
            "Importing sklearn ends the kernel: its compiled code stops the process (SIGABRT)",
        ),
    ],
)
def test_kernel_died_of_compiled_code_offers_its_package_anew(signal: str, title: str) -> None:
    owner = package("scikit-learn", "1.9.1", imports=("sklearn",))
    finding = the(facts_of(replace(DIED, signal=signal), owner))
    assert finding.title == title
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert (action.wish, action.specs) == ("reinstall", ("scikit-learn",))


def test_kernel_died_of_a_module_that_no_package_brings_offers_nothing() -> None:
    assert the(facts_of(replace(DIED, signal="SIGSEGV"))).actions == ()


def test_kernel_died_of_a_module_that_two_packages_bring_offers_neither() -> None:
    two = [package(name, "1", imports=("sklearn",)) for name in ("a", "b")]
    assert the(facts_of(replace(DIED, signal="SIGSEGV"), *two)).actions == ()


@pytest.mark.parametrize(
    ("changes", "severity", "title"),
    [
        pytest.param(
            {"signal": "SIGILL"},
            Severity.ERROR,
            "Importing sklearn ends the kernel: it uses instructions that this processor does not "
            "have (SIGILL)",
            id="processor",
        ),
        pytest.param(
            {"signal": "SIGKILL"},
            Severity.ERROR,
            "Importing sklearn ends the kernel: the system ends the process (SIGKILL)",
            id="killed",
        ),
        pytest.param(
            {"signal": None, "how": "ended with status 3"},
            Severity.ERROR,
            "Importing sklearn ends the kernel",
            id="exit",
        ),
        pytest.param(
            {"signal": "SIGUSR1"},
            Severity.ERROR,
            "Importing sklearn ends the kernel (SIGUSR1)",
            id="other-signal",
        ),
        pytest.param(
            {"state": "late", "signal": None},
            Severity.WARNING,
            "Importing sklearn did not come to an end when it was repeated",
            id="hangs",
        ),
        pytest.param(
            {"state": "untried", "how": "no Python."},
            Severity.INFO,
            "The kernel died while a cell ran, and why is not known",
            id="untried",
        ),
        pytest.param(
            {"state": "survived", "culprit": None, "how": None},
            Severity.WARNING,
            "The kernel died while a cell ran, and not by an import",
            id="survived",
        ),
        pytest.param(
            {"state": "survived", "culprit": None, "how": None, "memory_kills": 1},
            Severity.WARNING,
            "The kernel died while a cell ran: memory may have run out",
            id="memory",
        ),
    ],
)
def test_kernel_died(changes: dict[str, Any], severity: Severity, title: str) -> None:
    finding = the(facts_of(replace(DIED, **changes)))
    assert (finding.severity, finding.title) == (severity, title)
    assert finding.why.endswith(".")
    assert ".." not in finding.why


@pytest.mark.parametrize(
    ("changes", "severity", "begin"),
    [
        pytest.param(
            {"unrepeated": ("mylab", "other")},
            Severity.INFO,
            "In a fresh process, mylab, other could not be imported, so whether that ends the kernel",
            id="unrepeated",
        ),
        pytest.param(
            {"how": "while two was imported, Python did not answer"},
            Severity.WARNING,
            "Its imports alone do no harm in a fresh process. After those of the cells before they "
            "could not be repeated: while two was imported, Python did not answer. Most often memory",
            id="not-after-what-ran-before",
        ),
        pytest.param(
            {"modules": ()},
            Severity.WARNING,
            "It has no import statements. Most often memory ran out",
            id="no-statements",
        ),
    ],
)
def test_kernel_died_clears_no_import_that_was_not_repeated(
    changes: dict[str, Any], severity: Severity, begin: str
) -> None:
    survived = replace(DIED, state="survived", culprit=None, signal=None, how=None)
    finding = the(facts_of(replace(survived, **changes)))
    assert finding.title == "The kernel died while a cell ran, and why is not known"
    assert finding.severity is severity
    assert finding.why.startswith(begin)


def test_kernel_died_counts_what_memory_took() -> None:
    finding = the(facts_of(replace(DIED, state="survived", modules=(), memory_kills=2)))
    (fact,) = finding.evidence
    assert (fact.label, fact.value) == ("Ended for want of memory", "2 processes")


@given(st.text(max_size=300), st.sampled_from(["ended", "late", "untried", "survived"]))
def test_kernel_died_says_something_whatever_was_printed(printed: str, state: Any) -> None:
    finding = the(facts_of(replace(DIED, printed=printed, state=state)))
    assert finding.title
    assert finding.why
