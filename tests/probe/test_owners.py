"""Whom a mapped library belongs to."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import Bundled, Package
from jupyterlab_envcheck.probe.owners import owner_of
from made_environments import dist_info

SITE = "lib/python3.13/site-packages"


def package(folder: Path, name: str, *imports: str, bundles: tuple[str, ...] = ()) -> Package:
    return Package(
        name=name,
        version="1",
        installer=None,
        location=str(folder),
        metadata=f"{name}-1.0.dist-info",
        form="dist-info",
        editable=False,
        requested=None,
        direct_url=None,
        requires=(),
        imports=imports,
        compiled=None,
        bundles=tuple(Bundled(library="libgomp", path=path) for path in bundles),
        build=None,
    )


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def owner(root: Path, path: str, library: str, *packages: Package) -> str | None:
    return owner_of(str(root / path), library, packages, str(root), dpkg=root / "dpkg")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("scikit_learn.libs/libgomp-a.so", "scikit-learn"),
        ("torch/lib/libgomp.so", "torch"),
        ("nvidia/cublas/lib/libcublas.so.12", "nvidia-cublas"),
        ("nvidia/cudnn, new/libcublas.so", "nvidia-cudnn"),
        ("odd/libgomp.so", "bringer"),
        ("strange/libomp.so", None),
        ("libomp.so", None),
    ],
)
def test_owner_of_in_site_packages(path: str, expected: str | None, tmp_path: Path) -> None:
    site = tmp_path / SITE
    dist_info(site, "nvidia-cublas", RECORD="nvidia/cublas/lib/libcublas.so.12,sha256=x,1\n")
    dist_info(site, "nvidia-cudnn", RECORD='"nvidia/cudnn, new/libcublas.so",,\n')
    installed = (
        package(site, "scikit-learn", "sklearn"),
        package(site, "torch", "torch"),
        package(site, "nvidia-cublas", "nvidia"),
        package(site, "nvidia-cudnn"),
        package(site, "bringer", "bringer", bundles=("odd/libgomp.so",)),
    )
    assert owner(tmp_path, f"{SITE}/{path}", "cuda", *installed) == expected


def test_owner_of_in_an_environment_inside_a_project(tmp_path: Path) -> None:
    site = tmp_path / ".venv" / SITE
    numpy = package(site, "numpy", "numpy", bundles=("numpy.libs/libgomp.so",))
    project = package(tmp_path, "a-project", "project")
    path = f".venv/{SITE}/numpy.libs/libgomp.so"
    assert owner(tmp_path, path, "libgomp", project, numpy) == "numpy"


def test_owner_of_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    site = tmp_path / "link" / SITE
    assert owner(tmp_path, f"real/{SITE}/torch/a.so", "libgomp", package(site, "torch")) == "torch"


@pytest.mark.parametrize(
    ("path", "library", "expected"),
    [
        ("lib/libopenblasp-r0.3.30.so", "openblas", "libopenblas"),
        ("lib/libgomp.so.1.0.0", "libgomp", "_openmp_mutex"),
        ("lib/libmkl_rt.so", "mkl", None),
        ("lib/libblas.so.3.9.0", "reference", "libblas"),
    ],
)
def test_owner_of_in_a_conda_environment(
    path: str, library: str, expected: str | None, tmp_path: Path
) -> None:
    for name, file in {
        "libopenblas-0.3.30-h1_0": "lib/libopenblasp-r0.3.30.so",
        "libgomp-15.1-h2_1": "lib/libgomp.so.1.0.1",
        "libgomp-devel-15.1-h2_1": "lib/libgomp.so.1.0.0",
        "_openmp_mutex-4.5-2_gnu": "lib/libgomp.so.1.0.0",
        "libblas-3.9.0-1_netlib": "lib/libblas.so.3.9.0",
    }.items():
        write(tmp_path / "conda-meta" / f"{name}.json", f'{{"files": ["{file}"]}}')
    assert owner(tmp_path, path, library) == expected


def test_owner_of_a_file_of_debians(tmp_path: Path) -> None:
    lists = tmp_path / "dpkg"
    write(lists / "libgomp1:amd64.list", "/.\n/usr/lib/x86_64-linux-gnu/libgomp.so.1.0.0\n")
    write(lists / "libblas3:amd64.list", "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0\n")
    write(lists / "libopenblas0-pthread:amd64.list", "/lib/x86_64-linux-gnu/libopenblas.so.0\n")

    def found(path: str, library: str) -> str | None:
        return owner_of(f"/usr/lib/x86_64-linux-gnu/{path}", library, (), "/usr", dpkg=lists)

    assert found("libgomp.so.1.0.0", "libgomp") == "libgomp1"
    assert found("libgomp.so.1", "libgomp") is None
    assert found("blas/libblas.so.3.11.0", "reference") == "libblas3"
    assert found("libopenblas.so.0", "openblas") == "libopenblas0-pthread"
    assert found("libtbb.so.12", "tbb") is None
    assert found("libm.so.6", "libm") is None


@pytest.mark.skipif(
    not Path("/var/lib/dpkg/info/libgomp1:amd64.list").is_file(), reason="not Debian's libgomp"
)
def test_owner_of_debians_own_libgomp() -> None:
    path = os.path.realpath("/usr/lib/x86_64-linux-gnu/libgomp.so.1")
    began = time.perf_counter()
    assert owner_of(path, "libgomp", (), sys.prefix) == "libgomp1"
    assert time.perf_counter() - began < 0.5


def test_owner_of_records_that_cannot_be_read(tmp_path: Path) -> None:
    site = tmp_path / SITE
    (site / "a-1.0.dist-info" / "RECORD").mkdir(parents=True)
    (site / "b-1.0.dist-info").mkdir()
    os.mkfifo(site / "b-1.0.dist-info" / "RECORD")
    (site / "c-1.0.dist-info").symlink_to("c-1.0.dist-info")
    installed = [package(site, name) for name in "abc"]
    assert owner(tmp_path, f"{SITE}/x/libomp.so", "libomp", *installed) is None
    (tmp_path / "conda-meta" / "tbb-1-0.json").mkdir(parents=True)
    (tmp_path / "dpkg" / "libtbb12.list").mkdir(parents=True)
    assert owner(tmp_path, "lib/libtbb.so", "tbb") is None


@given(st.text(), st.text(), st.text())
def test_owner_of_any_text(path: str, library: str, prefix: str) -> None:
    installed = [package(Path("/nowhere"), "a"), package(Path("/nowhere"), "b", "b")]
    assert owner_of(path, library, installed, prefix, dpkg=Path("/nowhere")) is None
    assert owner_of(f"/nowhere/{path}", "tbb", installed, "/nowhere") in {None, "a", "b"}
