"""Family blas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jupyterlab_envcheck.checks.blas import BlasReport, SlowBlas
from jupyterlab_envcheck.recommendations import (
    Finding,
    Install,
    Run,
    SetEnvironment,
    Severity,
    Skip,
)
from make_facts import ENVIRONMENT, OPENBLAS, PACKAGES, conda, conda_record, make_facts, package


def test_blas_report_of_numpys_own_openblas() -> None:
    (finding,) = BlasReport.run(make_facts())
    assert finding.title == "NumPy uses OpenBLAS 0.3.30 from its own wheel, with 4 threads"


def test_blas_report_does_not_take_scipys_copy_for_numpys() -> None:
    scipys = replace(OPENBLAS, owner="scipy", version="0.3.28")
    (finding,) = BlasReport.run(make_facts(blas=(scipys, OPENBLAS)))
    assert "0.3.30" in finding.title


def test_blas_report_names_condas_variant() -> None:
    mkl = replace(OPENBLAS, library="mkl", version="2025.1", owner="mkl", threads=1)
    known = conda(conda_record("libblas", "3.11.0", "5_h1_mkl"))
    (finding,) = BlasReport.run(make_facts(blas=(mkl,), conda=known))
    assert (
        finding.title
        == "NumPy uses Intel MKL 2025.1 chosen by conda (libblas 5_h1_mkl), with 1 thread"
    )


def test_blas_report_of_pips_numpy_is_not_called_condas_choice() -> None:
    known = conda(conda_record("libblas", "3.11.0", "5_h1_mkl"))
    (finding,) = BlasReport.run(make_facts(conda=known))
    assert finding.title == "NumPy uses OpenBLAS 0.3.30 from its own wheel, with 4 threads"


def test_blas_report_without_numpy_is_skipped() -> None:
    without = tuple(p for p in PACKAGES if p.name != "numpy")
    assert BlasReport.run(make_facts(packages=without)) == Skip(
        reason="NumPy is not installed here"
    )


def test_blas_report_with_two_foreign_libraries_does_not_guess() -> None:
    foreign = replace(OPENBLAS, owner=None)
    assert isinstance(BlasReport.run(make_facts(blas=(foreign, foreign))), Skip)


REFERENCE = replace(
    OPENBLAS,
    library="reference",
    version=None,
    path="/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0",
    owner="libblas3",
    threads=None,
)


def slow(**changes: Any) -> Finding:
    found = SlowBlas.run(make_facts(**changes))
    assert not isinstance(found, Skip)
    (finding,) = found
    assert finding.severity is Severity.WARNING
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def first_argv(finding: Finding) -> tuple[str, ...]:
    run = finding.actions[0]
    assert isinstance(run, Run | Install)
    return run.commands[0].argv


def test_slow_blas_of_debian() -> None:
    finding = slow(blas=(REFERENCE,), environment=replace(ENVIRONMENT, kind="system"))
    assert finding.title == "NumPy uses the reference BLAS, which is slow"
    assert finding.evidence[0].value == f"{REFERENCE.path}, of libblas3"
    assert first_argv(finding) == ("sudo", "apt", "install", "libopenblas0-pthread")
    choose = finding.actions[1]
    assert isinstance(choose, Run)
    assert [command.argv[-1] for command in choose.commands] == [
        "libblas.so.3-x86_64-linux-gnu", "liblapack.so.3-x86_64-linux-gnu",
    ]  # fmt: skip


def test_slow_blas_of_conda() -> None:
    finding = slow(
        blas=(replace(REFERENCE, path="/home/ada/climate/lib/libblas.so.3.11.0", owner="libblas"),),
        environment=replace(ENVIRONMENT, kind="conda"),
        conda=conda(
            conda_record("libblas", "3.11.0", "5_h1_netlib"), variants={"libblas": "netlib"}
        ),
        packages=(package("numpy", "2.5.5", installer="conda"),),
    )
    assert first_argv(finding) == (
        "conda", "install", "-p", "/home/ada/climate", "-c", "conda-forge",
        "--override-channels", "libblas=*=*openblas",
    )  # fmt: skip


def test_slow_blas_of_a_numpy_built_without_any() -> None:
    finding = slow(blas=(replace(REFERENCE, library="none", path=None, owner=None),))
    assert finding.title.startswith("NumPy was built without a BLAS library")
    assert first_argv(finding)[-2:] == (":all:", "numpy")


def test_slow_blas_behind_flexiblas() -> None:
    flexi = replace(
        REFERENCE, library="flexiblas", backend="NETLIB", backends=("NETLIB", "BLIS", "OPENBLAS")
    )
    finding = slow(blas=(flexi,))
    action = finding.actions[0]
    assert isinstance(action, SetEnvironment)
    assert action.variables == {"FLEXIBLAS": "OPENBLAS"}
    assert SlowBlas.run(make_facts(blas=(replace(flexi, backend="OPENBLAS"),))) == ()


def test_slow_blas_is_silent_for_a_fast_one() -> None:
    assert SlowBlas.run(make_facts()) == ()
    # The reference beside another may be its mere interface, or of a package that is not NumPy.
    assert SlowBlas.run(make_facts(blas=(REFERENCE, OPENBLAS))) == ()


def test_slow_blas_takes_no_interface_of_conda_for_the_reference() -> None:
    facts = make_facts(
        blas=(REFERENCE,),
        conda=conda(conda_record("libblas"), variants={"libblas": "newaccelerate"}),
        packages=(package("numpy", "2.5.5", installer="conda"),),
    )
    assert SlowBlas.run(facts) == ()


def test_slow_blas_believes_no_name_that_numpy_was_built_against() -> None:
    # conda-forge and Debian build against an interface called blas; what runs is another matter.
    assert SlowBlas.run(make_facts(blas=(replace(REFERENCE, library="blas", path=None),))) == ()


def test_slow_blas_unknown_is_skipped_and_without_numpy_silent() -> None:
    assert SlowBlas.run(make_facts(blas=None)) == Skip(reason="it could not be read")
    without = tuple(p for p in PACKAGES if p.name != "numpy")
    assert SlowBlas.run(make_facts(blas=None, packages=without)) == ()
