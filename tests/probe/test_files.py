"""Kinds of environments, by their files."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from found_pythons import supported
from jupyterlab_envcheck.facts import Package
from jupyterlab_envcheck.probe import conda, files, libraries
from jupyterlab_envcheck.probe.owners import owner_of
from made_environments import dist_info


def kind(prefix: Path, **known: str | None) -> files.Kind:
    told: dict[str, str | None] = {"version": None, "base_prefix": None, "stdlib": None, **known}
    return files.kind_of(str(prefix), **told)


def write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_kind_real_venv(tmp_path: Path) -> None:
    venv.create(tmp_path / "proj" / ".venv", with_pip=False)
    assert kind(tmp_path / "proj" / ".venv") == files.Kind(kind="venv", name="proj", owner="pip")


def test_kind_real_uv_venv(tmp_path: Path) -> None:
    import uv  # noqa: PLC0415

    command = [uv.find_uv_bin(), "venv", "--offline", "-p", sys.executable, str(tmp_path / "fast")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert kind(tmp_path / "fast") == files.Kind(kind="uv-venv", name="fast", owner="uv")


@pytest.mark.parametrize(
    ("marks", "prefix", "expected", "name"),
    [
        pytest.param(
            ["conda-meta/pixi", "conda-meta/history"], "default", "pixi", "default", id="pixi"
        ),
        pytest.param(["conda-meta/history"], "envs/stats", "conda", "stats", id="conda"),
        pytest.param(
            ["conda-meta/history", "condabin/conda", "conda-meta/conda-26.7.0-py313_0.json"],
            "miniforge3",
            "conda-base",
            "base",
            id="conda-base",
        ),
        pytest.param(
            ["conda-meta/history", "bin/conda"], "mamba", "conda", "mamba", id="no-conda-in-it"
        ),
        pytest.param(["pyvenv.cfg:virtualenv = 21.0"], "v", "virtualenv", "v", id="virtualenv"),
        pytest.param(
            ["pyvenv.cfg:home = /usr", "../poetry.lock"], ".venv", "poetry", None, id="poetry"
        ),
        pytest.param(["pyvenv.cfg:home = /usr", "../pdm.lock"], ".venv", "pdm", None, id="pdm"),
        pytest.param(["pyvenv.cfg:home = /usr", ".project"], "x-a1", "pipenv", "x-a1", id="pipenv"),
        pytest.param(
            ["pyvenv.cfg:home = /usr"], "pypoetry/virtualenvs/x", "poetry", "x", id="poetry-central"
        ),
        pytest.param(["pyvenv.cfg:home = /usr"], "pipx/venvs/app", "pipx", "app", id="pipx"),
        pytest.param(["pyvenv.cfg:uv = 1"], "uv/tools/app", "uv-tool", "app", id="uv-tool"),
        pytest.param(
            ["pyvenv.cfg:uv = 1", "../uv.lock"], ".venv", "uv-project", None, id="uv-project"
        ),
        pytest.param(["pyvenv.cfg:home = /", "../uv.lock"], "v", "venv", "v", id="not-uv-made"),
        pytest.param(
            ["pyvenv.cfg:home = /usr"], "hatch/env/virtual/p/h/x", "hatch", "x", id="hatch"
        ),
        pytest.param(["bin/python"], ".pyenv/versions/3.12.1", "pyenv", "Python 3.12", id="pyenv"),
        pytest.param(
            ["bin/python"], "homebrew/opt/python@3.12", "homebrew", "Python 3.12", id="homebrew"
        ),
        pytest.param(
            ["bin/python"], "uv/python/cpython-3.12", "uv-managed", "Python 3.12", id="uv-managed"
        ),
        pytest.param(["bin/python"], "opt/py", "standalone", "Python 3.12", id="standalone"),
    ],
)
def test_kind(
    marks: list[str], prefix: str, expected: str, name: str | None, tmp_path: Path
) -> None:
    place = tmp_path / prefix
    place.mkdir(parents=True)
    for mark in marks:
        file, _, text = mark.partition(":")
        write(place / file, text)
    found = kind(place, version="3.12.1", base_prefix=None)
    assert found.kind == expected
    assert found.name == (name or tmp_path.name)


def test_kind_uv_project_is_not_ours(tmp_path: Path) -> None:
    write(tmp_path / ".venv" / "pyvenv.cfg", "uv = 0.9")
    write(tmp_path / "uv.lock")
    assert kind(tmp_path / ".venv").owner == "uv project"


def test_kind_venv_whose_config_is_gone(tmp_path: Path) -> None:
    assert kind(tmp_path, base_prefix="/usr").kind == "venv"


def test_externally_managed(tmp_path: Path) -> None:
    assert files.externally_managed(str(tmp_path), in_force=True) is False
    write(tmp_path / "EXTERNALLY-MANAGED")
    assert files.externally_managed(str(tmp_path), in_force=True) is True
    assert files.externally_managed(str(tmp_path), in_force=False) is False
    assert files.externally_managed(None, in_force=True) is None


def test_writable(tmp_path: Path) -> None:
    assert files.writable([str(tmp_path / "not" / "made" / "yet")]) is True
    assert files.writable([]) is None
    assert files.writable(["/proc/self/site-packages"]) is False


def test_fingerprint_sees_installs_and_not_bytecode(tmp_path: Path) -> None:
    site = tmp_path / "site"
    dist_info(site, "a")

    def fingerprint() -> str:
        return files.fingerprint(str(tmp_path), [str(site)])

    first = fingerprint()
    (site / "__pycache__").mkdir()
    write(site / "module.py")
    os.utime(site, (1, 1))
    assert fingerprint() == first
    seen = {first}
    dist_info(site, "b")
    seen.add(fingerprint())
    write(site / "a-1.0.dist-info" / "REQUESTED")
    seen.add(fingerprint())
    write(tmp_path / "conda-meta" / "c-1-0.json")
    seen.add(fingerprint())
    assert len(seen) == 4
    write(tmp_path / "conda-meta" / "history", "conda writes it at every look")
    assert fingerprint() in seen


@pytest.mark.parametrize("version", sorted(supported()))
def test_python_of_and_layout(version: str, tmp_path: Path) -> None:
    if version.startswith("pypy"):
        pytest.skip("PyPy makes a venv in its own way; CPython shows the layout")
    subprocess.run(
        [supported()[version], "-m", "venv", "--without-pip", str(tmp_path / "e")], check=True
    )
    python = files.python_of(str(tmp_path / "e"))
    assert python == str(tmp_path / "e" / "bin" / "python")
    found = files.layout(python)
    assert found.prefix == str(tmp_path / "e")
    assert found.site_packages == (str(tmp_path / f"e/lib/python{version}/site-packages"),)
    assert files.python_of(str(tmp_path)) is None


@given(st.binary(max_size=300))
def test_pyvenv_cfg_any_bytes(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    file = tmp_path_factory.mktemp("cfg") / "pyvenv.cfg"
    file.write_bytes(text)
    read = files.pyvenv_cfg(file)
    assert all(key == key.lower() and key for key in read)


def test_pyvenv_cfg_tolerant(tmp_path: Path) -> None:
    write(tmp_path / "c", "Home = /usr/bin\n\nnonsense\nprompt='my env'\nversion=3.12.1\n")
    assert files.pyvenv_cfg(tmp_path / "c") == {
        "home": "/usr/bin",
        "prompt": "my env",
        "version": "3.12.1",
    }


# --- conda ----------------------------------------------------------------------------------------


def test_conda_records_and_requested(tmp_path: Path) -> None:
    meta = tmp_path / "conda-meta"
    for name in (
        "numpy-2.1.0-py313h1_0.json",
        "_openmp_mutex-4.5-2_gnu.json",
        "nonsense.json",
        "-1-0.json",
    ):
        write(meta / name, "not read")
    write(
        meta / "history",
        "==> 2026-01-01 10:00:00 <==\n"
        "# cmd: /opt/conda/bin/conda install numpy --password secret\n"
        "+conda-forge/linux-64::numpy-2.1.0-py313h1_0\n"
        "# update specs: ['python=3.13', 'conda-forge::NumPy[version=\">=2\"]', \"scipy\"]\n"
        "# remove specs: ['scipy']\n"
        "# update specs: pandas,six\n",
    )
    found = conda.read(str(tmp_path))
    assert found is not None
    assert [record.name for record in found.records] == ["_openmp_mutex", "numpy"]
    assert found.requested == ("numpy", "pandas", "python", "six")
    assert "secret" not in repr(found)


def test_conda_none(tmp_path: Path) -> None:
    assert conda.read(str(tmp_path)) is None
    assert conda.read("a\0b") is None


@given(st.text(max_size=300), st.text(max_size=60))
def test_conda_any_text(history: str, name: str) -> None:
    assert isinstance(conda.requested(history), tuple)
    assert isinstance(conda.requested(f"# update specs: {history}"), tuple)
    found = conda.record(name)
    assert found is None or (found.name and found.version and found.build)


# --- libraries and owners -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/x/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "openblas"),
        ("/usr/lib/libopenblasp-r0.3.21.so", "openblas"),
        ("C:\\x\\libscipy_openblas.dll", "openblas"),
        ("/opt/lib/libmkl_intel_thread.so.2", "mkl"),
        ("C:\\x\\mkl_rt.2.dll", "mkl"),
        ("/x/libblis.so.4", "blis"),
        ("/x/libflexiblas.so.3", "flexiblas"),
        ("/x/libnvpl_blas_core.so.0", "nvpl"),
        ("/x/libarmpl_lp64.so", "armpl"),
        ("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "blas"),
        ("/usr/lib/x86_64-linux-gnu/libgomp.so.1.0.0", "libgomp"),
        ("/x/torch/lib/libgomp-a34b3233.so.1", "libgomp"),
        ("/x/libomp.so", "libomp"),
        ("/x/libiomp5.so", "libiomp5"),
        ("C:\\x\\libiomp5md.dll", "libiomp5"),
        ("C:\\x\\vcomp140.dll", "vcomp"),
        ("/x/libtbb.so.12", "tbb"),
        ("/x/libcublas.so.12", "cuda"),
        ("/usr/lib/libcuda.so.1", "cuda"),
        ("/x/libblast.so", None),
        ("/x/libcompress.so", None),
        ("", None),
    ],
)
def test_library(path: str, name: str | None) -> None:
    assert libraries.library(path) == name


@given(st.text(max_size=400))
def test_mapped_paths_any_text(maps: str) -> None:
    assert all(path.startswith("/") for path in libraries.mapped_paths(maps))


def test_mapped_paths_spaces_and_deleted() -> None:
    maps = (
        "7f00-7f01 r-xp 00000000 08:01 1234   /my libs/libomp.so (deleted)\n"
        "7f02-7f03 rw-p 00000000 00:00 0 \n"
        "7f04-7f05 rw-p 00000000 00:00 0      [heap]\n"
    )
    assert list(libraries.mapped_paths(maps)) == ["/my libs/libomp.so"]


def package(folder: Path, name: str) -> Package:
    return Package(
        name=name,
        version="1",
        installer=None,
        location=str(folder),
        metadata=f"{name}-1.0.dist-info",
        editable=False,
        requires=(),
    )


def test_owner_of(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.13" / "site-packages"
    record = "nvidia/cublas/lib/libcublas.so.12,sha256=x,1\n"
    dist_info(site, "nvidia-cublas", RECORD=record)
    installed = [package(site, name) for name in ("scikit-learn", "torch", "nvidia-cublas")]
    write(
        tmp_path / "conda-meta" / "libopenblas-0.3.30-h1_0.json",
        '{"files": ["lib/libopenblasp-r0.3.30.so"]}',
    )

    def owner(path: str, library: str) -> str | None:
        return owner_of(str(tmp_path / path), library, installed, str(tmp_path))

    inside = "lib/python3.13/site-packages"
    assert owner(f"{inside}/scikit_learn.libs/libgomp-a.so", "libgomp") == "scikit-learn"
    assert owner(f"{inside}/torch/lib/libgomp.so", "libgomp") == "torch"
    assert owner(f"{inside}/nvidia/cublas/lib/libcublas.so.12", "cuda") == "nvidia-cublas"
    assert owner(f"{inside}/strange/libomp.so", "libomp") is None
    assert owner("lib/libopenblasp-r0.3.30.so", "openblas") == "libopenblas"
    assert owner("lib/libmkl_rt.so", "mkl") is None
    assert owner_of("/usr/lib/libgomp.so.1", "libgomp", installed, str(tmp_path)) is None
