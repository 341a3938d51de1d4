"""Family blas: conda's variants, and MKL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.conda_blas import CondaBlasVariant, MklSizeAndLicence
from jupyterlab_envcheck.facts import Conda, Facts
from jupyterlab_envcheck.recommendations import Finding, Install, Remove, Severity, Skip
from make_facts import ENVIRONMENT, PACKAGES, conda, conda_record, make_facts, package

CONDA_ENV = replace(ENVIRONMENT, kind="conda", owner="conda")
BY_CONDA = (package("numpy", "2.5.5", installer="conda"),)


def with_variant(variant: str, *more: Any, **changes: Any) -> Conda:
    names = ("libblas", "libcblas", "liblapack")
    records = (conda_record(name, "3.11.0", f"5_h1_{variant}") for name in names)
    return conda(*records, *more, **{"variants": dict.fromkeys(names, variant), **changes})


def facts(known: Conda, **changes: Any) -> Facts:
    given = {"environment": CONDA_ENV, "packages": BY_CONDA, "conda": known, **changes}
    return make_facts(**given)


def variant(known: Conda, **changes: Any) -> Finding:
    found = CondaBlasVariant.run(facts(known, **changes))
    assert not isinstance(found, Skip)
    (finding,) = found
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def specs(finding: Finding) -> list[str]:
    installs = [action for action in finding.actions if isinstance(action, Install)]
    assert all(install.commands[0].argv[0] == "conda" for install in installs)
    return [install.specs[-1] for install in installs]


def test_conda_blas_variant_is_shown_with_the_others() -> None:
    finding = variant(with_variant("openblas"))
    assert finding.severity is Severity.INFO
    assert finding.title == "conda's BLAS in climate is OpenBLAS"
    assert specs(finding) == ["libblas=*=*mkl", "libblas=*=*blis"]
    install = finding.actions[0]
    assert isinstance(install, Install)
    assert install.pins == ("libblas=*=*mkl",)
    assert install.commands[0].argv == (
        "conda", "install", "-p", "/home/ada/climate", "-c", "conda-forge",
        "--override-channels", "libblas=*=*mkl",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subdir", "kind", "offered"),
    [
        ("osx-arm64", "openblas", ["libblas=*=*accelerate"]),
        ("linux-aarch64", "openblas", ["libblas=*=*nvpl"]),
        ("win-64", "mkl", ["libblas=*=*openblas", "libblas=*=*blis"]),
        ("linux-ppc64le", "openblas", []),
    ],
)
def test_conda_blas_variant_offers_what_the_platform_has(
    subdir: str, kind: str, offered: list[str]
) -> None:
    # MKL is neither for macOS nor for ARM.
    known = with_variant(kind)
    known = replace(known, records=tuple(replace(r, subdir=subdir) for r in known.records))
    assert specs(variant(known)) == offered


def test_conda_blas_variant_that_differs_is_a_warning() -> None:
    known = with_variant("openblas")
    known = replace(known, variants={**known.variants, "liblapack": "mkl"})
    finding = variant(known)
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "conda's BLAS packages are of different kinds: libblas openblas, libcblas openblas, "
        "liblapack mkl"
    )
    install = finding.actions[0]
    assert isinstance(install, Install)
    assert install.pins == ("libblas=*=*openblas",)
    assert install.specs == ("libblas=*=*openblas", "libcblas=*=*openblas", "liblapack=*=*openblas")


def test_conda_blas_variant_is_not_mixed_by_the_mutex_of_openmp() -> None:
    known = with_variant("openblas")
    known = replace(known, variants={**known.variants, "_openmp_mutex": "gnu"})
    assert variant(known).severity is Severity.INFO


def test_conda_blas_variant_that_is_pinned() -> None:
    finding = variant(with_variant("mkl", pinned=("python 3.13.*", "libblas=*=*mkl")))
    assert "It is pinned here (libblas=*=*mkl)" in finding.why
    assert ("Pinned", "libblas=*=*mkl") in [(e.label, e.value) for e in finding.evidence]


def test_conda_blas_variant_does_not_reach_a_wheel() -> None:
    finding = variant(with_variant("mkl"), packages=PACKAGES)
    assert "does not reach it" in finding.why
    assert specs(finding) == []


def test_conda_blas_variant_of_a_frozen_environment_offers_nothing() -> None:
    assert specs(variant(with_variant("mkl", frozen=True))) == []


def test_conda_blas_variant_of_defaults_offers_no_build_of_conda_forge() -> None:
    known = conda(conda_record("blas", "1.0", "mkl", channel="defaults"), variants={"blas": "mkl"})
    finding = variant(known)
    assert finding.title == "conda's BLAS in climate is Intel MKL"
    assert specs(finding) == []


def test_conda_blas_variant_is_silent_outside_conda_and_without_blas() -> None:
    assert CondaBlasVariant.run(make_facts()) == ()
    assert CondaBlasVariant.run(facts(conda(conda_record("six")))) == ()


def test_conda_blas_variant_with_unreadable_records_is_skipped() -> None:
    found = CondaBlasVariant.run(make_facts(environment=CONDA_ENV, conda=None))
    assert found == Skip(reason="it could not be read")


MKL = conda_record("mkl", "2025.3.0", "h0_463", size=700_000_000)


def mkl(known: Conda | None, **changes: Any) -> Finding:
    given = {"conda": known, "environment": CONDA_ENV, "packages": BY_CONDA, **changes}
    found = MklSizeAndLicence.run(make_facts(**given))
    assert not isinstance(found, Skip)
    (finding,) = found
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def test_mkl_size_and_licence_by_condas_records() -> None:
    runtime = conda_record("intel-openmp", size=50_000_000)
    service = conda_record("mkl-service", size=None)
    finding = mkl(with_variant("mkl", MKL, runtime, service))
    assert finding.severity is Severity.INFO
    assert finding.title == "Intel MKL 2025.3.0 is installed, and takes 750 MB on disk"
    assert [(e.label, e.value) for e in finding.evidence] == [
        ("mkl", "700 MB"), ("intel-openmp", "50 MB"),
    ]  # fmt: skip
    change, remove, _ = finding.actions
    assert isinstance(change, Install)
    assert isinstance(remove, Remove)
    assert change.specs == change.pins == ("libblas=*=*openblas",)
    assert remove.specs == ("mkl", "mkl-service")
    assert remove.commands[0].argv == (
        "conda", "remove", "-p", "/home/ada/climate", "mkl", "mkl-service",
    )  # fmt: skip


def test_mkl_size_and_licence_on_a_nearly_full_disk_is_advice() -> None:
    finding = mkl(with_variant("mkl", MKL), environment=replace(CONDA_ENV, free=1_500_000_000))
    assert finding.severity is Severity.ADVICE
    assert finding.title.endswith("takes 700 MB on disk of which 1,500 MB are free")


def test_mkl_size_and_licence_where_something_else_needs_it() -> None:
    torch = conda_record("pytorch", depends=("mkl >=2025.3,<2026.0a0", "python"))
    finding = mkl(with_variant("mkl", MKL, torch))
    assert "pytorch needs it" in finding.why
    assert specs(finding) == []


def test_mkl_size_and_licence_of_defaults() -> None:
    known = conda(replace(MKL, channel="defaults"), variants={"blas": "mkl"})
    finding = mkl(known)
    assert specs(finding) == ["numpy"]
    install = finding.actions[0]
    assert isinstance(install, Install)
    assert (install.specs, install.pins) == (("nomkl", "numpy"), ())


def test_mkl_size_and_licence_of_the_wheel() -> None:
    finding = mkl(None, environment=ENVIRONMENT, packages=(*PACKAGES, package("mkl", "2026.2.0")))
    assert finding.title == "Intel MKL 2026.2.0 is installed"
    assert specs(finding) == []


def test_mkl_size_and_licence_is_silent_without_mkl() -> None:
    assert MklSizeAndLicence.run(make_facts()) == ()
    assert MklSizeAndLicence.run(facts(with_variant("openblas"))) == ()


def test_mkl_size_and_licence_with_unreadable_records_is_skipped() -> None:
    assert isinstance(MklSizeAndLicence.run(make_facts(environment=CONDA_ENV, conda=None)), Skip)
