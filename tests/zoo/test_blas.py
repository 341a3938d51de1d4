"""NumPy that is broken, or slow, made for real."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conda_channel import why_not
from conda_world import make_conda_env, rewrite_record
from conda_zoo import with_blas
from environments import make_uv_venv, site_packages
from jupyterlab_envcheck.checks.base import Check
from jupyterlab_envcheck.checks.blas import BlasReport, SlowBlas
from jupyterlab_envcheck.checks.conda_blas import CondaBlasVariant, MklSizeAndLicence
from jupyterlab_envcheck.checks.numpy_import import NumpyImportFails
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Outcome

TODAY = date(2026, 11, 21)
CHECKS = (NumpyImportFails, SlowBlas, CondaBlasVariant, MklSizeAndLicence, BlasReport)
no_conda = pytest.mark.skipif(bool(why_not()), reason="a conda channel cannot be made here")
DEBIANS = Path("/usr/bin/python3")
#: NumPy of Debian, and the two BLASes it can stand on.
PACKAGES = ("python3-numpy", "libblas3", "liblapack3", "libgfortran5", "libquadmath0",
            "libopenblas0-pthread")  # fmt: skip


def outcomes(
    python: Path,
    *,
    env: Mapping[str, str] | None = None,
    checks: Sequence[type[Check]] = CHECKS,
    cells: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, Outcome]:
    """Return what the checks make of a real environment, by their ids."""
    subject = replace(subject_of_interpreter(str(python)), env=env)
    facts = gather(subject, cells=cells, server=False, now=TODAY)
    found = judge(facts, checks)
    assert not [one for one in found if one.status == "crash"]
    return {one.id: one for one in found}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a healthy environment with numpy."""
    return make_uv_venv(tmp_path_factory.mktemp("whole") / "whole", "numpy")


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of an environment with a numpy to be broken."""
    return make_uv_venv(tmp_path / "broken", "numpy")


def test_numpy_import_fails_not_in_a_healthy_environment(whole: Path) -> None:
    found = outcomes(whole)
    assert found["numpy-import-fails"].status == "pass"
    assert found["slow-blas"].status == "pass"
    assert found["conda-blas-variant"].status == "pass"
    assert found["mkl-size-and-licence"].status == "pass"
    assert found["blas-report"].title.startswith("NumPy uses OpenBLAS ")


def broken(python: Path, cells: Sequence[Mapping[str, str]] | None = None) -> Outcome:
    found = outcomes(python, cells=cells)
    assert found["slow-blas"].status == found["blas-report"].status == "skip"
    one = found["numpy-import-fails"]
    assert (one.status, one.severity) == ("finding", "error")
    assert [action.id for action in one.actions] == ["install", "read"]
    return one


def test_numpy_import_fails_with_extension_modules_of_another_python(python: Path) -> None:
    for file in list(site_packages(python).glob("numpy/**/*.cpython-*.so")):
        file.rename(file.with_name(re.sub(r"cpython-3\d+", "cpython-39", file.name)))
    assert re.fullmatch(
        r"NumPy [\d.]+ was built for Python 3\.9, and this is Python 3\.\d+", broken(python).title
    )


def test_numpy_import_fails_without_one_of_its_modules(python: Path) -> None:
    (site_packages(python) / "numpy/_core/multiarray.py").unlink()
    one = broken(python)
    assert one.title.endswith(" is incomplete: files of it are missing")
    assert one.evidence[0].value.startswith("cannot import name 'multiarray'")


def test_numpy_import_fails_without_one_of_its_folders(python: Path) -> None:
    shutil.rmtree(site_packages(python) / "numpy/lib")
    one = broken(python)
    assert one.title.endswith(" is incomplete: files of it are missing")
    assert "No module named 'numpy.lib'" in one.evidence[0].value


def test_numpy_import_fails_without_its_compiled_core(python: Path) -> None:
    next(site_packages(python).glob("numpy/_core/_multiarray_umath*.so")).unlink()
    assert broken(python).title.endswith(" is incomplete: files of it are missing")


def test_numpy_import_fails_without_its_openblas(python: Path) -> None:
    library = next(site_packages(python).glob("numpy.libs/libscipy_openblas*"))
    library.unlink()
    one = broken(python, cells=[{"id": "a", "source": "import numpy"}])
    assert one.title.endswith(f" needs {library.name}, which is gone")


@pytest.mark.parametrize("number", [signal.SIGILL, signal.SIGSEGV])
def test_numpy_import_fails_by_a_signal(python: Path, number: signal.Signals) -> None:
    file = site_packages(python) / "numpy/__init__.py"
    text = file.read_text()
    file.unlink()  # a link into uv's cache, which outlives this test
    file.write_text(f"import os\nos.kill(os.getpid(), {number.value})\n{text}")
    one = outcomes(python)["numpy-import-fails"]
    assert one.severity == "error"
    assert f"({number.name})" in one.title


def test_numpy_import_fails_of_another_python_on_pythonpath(python: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    site_packages(python).rename(theirs)
    for file in list(theirs.glob("numpy/**/*.cpython-*.so")):
        file.rename(file.with_name(re.sub(r"cpython-3\d+", "cpython-39", file.name)))
    own = make_uv_venv(tmp_path / "own", "numpy")
    one = outcomes(own, env={**os.environ, "PYTHONPATH": str(theirs)})["numpy-import-fails"]
    assert one.severity == "error"
    assert f"{theirs}, which is not of this environment" in one.why
    assert [action.id for action in one.actions] == ["set-environment", "read"]


# --- Debian ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that Debian's NumPy and its BLASes are unpacked in."""
    if not DEBIANS.exists() or shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip("this is no Debian")
    folder = tmp_path_factory.mktemp("debian")
    got = subprocess.run(
        ["apt-get", "download", "-o", "APT::Sandbox::User=root", *PACKAGES],
        cwd=folder, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if got.returncode != 0:
        pytest.skip(f"Debian's packages cannot be fetched: {got.stderr.strip()[-200:]}")
    for file in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", file.name, "."], cwd=folder, check=True)
    return folder / "usr/lib"


@pytest.mark.soak
@pytest.mark.parametrize("blas", ["blas", "openblas-pthread"])
def test_slow_blas_of_debians_numpy_on_the_reference_alone(debian: Path, blas: str) -> None:
    libraries = next(debian.glob("*-linux-gnu*"))
    folders = [libraries / blas, libraries / "lapack", libraries]
    env = {
        **os.environ,
        "LD_LIBRARY_PATH": ":".join(map(str, folders)),
        "PYTHONPATH": str(debian / "python3/dist-packages"),
    }
    found = outcomes(DEBIANS, env=env)
    assert found["numpy-import-fails"].status == "pass"
    if blas == "blas":
        assert found["slow-blas"].title == "NumPy uses the reference BLAS, which is slow"
        assert found["blas-report"].title == "NumPy uses the reference BLAS"
    else:
        assert found["slow-blas"].status == "pass"
        assert found["blas-report"].title.startswith("NumPy uses OpenBLAS 0.3")


# --- conda ----------------------------------------------------------------------------------------


@no_conda
@pytest.mark.parametrize(
    ("variant", "called"),
    [("openblas", "OpenBLAS"), ("mkl", "Intel MKL"), ("netlib", "the reference BLAS")],
)
def test_conda_blas_variant_of_real_records(tmp_path: Path, variant: str, called: str) -> None:
    found = outcomes(with_blas(tmp_path / "env", variant))
    one = found["conda-blas-variant"]
    assert (one.severity, one.title) == ("info", f"conda's BLAS in env is {called}")
    has_mkl = found["mkl-size-and-licence"].status == "finding"
    assert has_mkl == (variant == "mkl")
    if has_mkl:
        assert found["mkl-size-and-licence"].title.startswith("Intel MKL 2025.3.0 is installed")


@no_conda
def test_conda_blas_variant_of_records_that_disagree(tmp_path: Path) -> None:
    python = with_blas(tmp_path / "env", "openblas")
    file = next((tmp_path / "env/conda-meta").glob("liblapack-*.json"))
    rewrite_record(tmp_path / "env", "liblapack", build="5_hd7b6a1c_mkl")
    file.rename(file.with_name("liblapack-3.11.0-5_hd7b6a1c_mkl.json"))
    one = outcomes(python)["conda-blas-variant"]
    assert one.severity == "warning"
    assert one.title.endswith("libblas openblas, libcblas openblas, liblapack mkl")


@no_conda
def test_slow_blas_is_silent_for_a_wheel_in_condas_environment(tmp_path: Path) -> None:
    # conda's reference BLAS lies there, and this numpy has an OpenBLAS of its own.
    python = make_conda_env(tmp_path / "env", "python", "numpy", "libblas * *_netlib")
    found = outcomes(python)
    assert found["slow-blas"].status == "pass"
    assert found["numpy-import-fails"].status == "pass"
