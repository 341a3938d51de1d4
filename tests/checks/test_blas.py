"""Family blas."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.blas import BlasReport
from jupyterlab_envcheck.facts import Conda, CondaRecord
from jupyterlab_envcheck.recommendations import Skip
from make_facts import OPENBLAS, PACKAGES, make_facts


def test_blas_report_of_numpys_own_openblas() -> None:
    (finding,) = BlasReport.run(make_facts())
    assert finding.title == "NumPy uses OpenBLAS 0.3.30 from its own wheel, with 4 threads"


def test_blas_report_does_not_take_scipys_copy_for_numpys() -> None:
    scipys = replace(OPENBLAS, owner="scipy", version="0.3.28")
    (finding,) = BlasReport.run(make_facts(blas=(scipys, OPENBLAS)))
    assert "0.3.30" in finding.title


def test_blas_report_names_condas_variant() -> None:
    mkl = replace(OPENBLAS, library="mkl", version="2025.1", owner="mkl", threads=1)
    conda = Conda(
        records=(CondaRecord(name="libblas", version="3.11.0", build="5_h1_mkl"),), requested=()
    )
    (finding,) = BlasReport.run(make_facts(blas=(mkl,), conda=conda))
    assert (
        finding.title
        == "NumPy uses Intel MKL 2025.1 chosen by conda (libblas 5_h1_mkl), with 1 thread"
    )


def test_blas_report_without_numpy_is_skipped() -> None:
    without = tuple(p for p in PACKAGES if p.name != "numpy")
    assert BlasReport.run(make_facts(packages=without)) == Skip(
        reason="NumPy is not installed here"
    )


def test_blas_report_with_two_foreign_libraries_does_not_guess() -> None:
    foreign = replace(OPENBLAS, owner=None)
    assert isinstance(BlasReport.run(make_facts(blas=(foreign, foreign))), Skip)
