"""Family gpu on real environments, beside a stub driver: NVIDIA's library, made of our own source."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from conda_channel import why_not
from conda_world import make_conda_env, record_file, rewrite_record
from environments import make_kernelspec, make_uv_venv, site_packages
from jupyterlab_envcheck.checks.base import Check
from jupyterlab_envcheck.checks.gpu import GpuArchUnsupported, TorchCpuOnNvidia
from jupyterlab_envcheck.checks.gpu_conda import CondaCpuVariant, RetiredPytorchChannel
from jupyterlab_envcheck.checks.gpu_driver import DriverBroken, DriverTooOld
from jupyterlab_envcheck.checks.gpu_frameworks import JaxPluginMismatch, TensorflowWithoutGpu
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.flow import find_target
from jupyterlab_envcheck.probe import gpus
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.recommendations import Outcome
from made_environments import dist_info

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stub is Linux's library")

CHECKS: tuple[type[Check], ...] = (
    DriverBroken,
    DriverTooOld,
    GpuArchUnsupported,
    TorchCpuOnNvidia,
    CondaCpuVariant,
    TensorflowWithoutGpu,
    JaxPluginMismatch,
    RetiredPytorchChannel,
)
STUB = Path(__file__).parents[1] / "probe" / "nvml_stub.c"
BOTH = "2 NVIDIA GPUs (NVIDIA L4, NVIDIA H200)"

Driver = Callable[..., dict[str, str]]
Look = Callable[..., list[Outcome]]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """Return what makes a driver's library, and returns the variables a kernel finds it by."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    made: dict[tuple[str, ...], Path] = {}

    def make(
        version: str = "610.43.02", cuda: str = "13020", capability: str = "", mode: str = ""
    ) -> dict[str, str]:
        key = (version, cuda, capability)
        if key not in made:
            folder = made[key] = tmp_path_factory.mktemp("stub")
            source = STUB.read_text().replace("610.43.02", version).replace("13020", cuda)
            if capability:
                major, minor = capability.split(".")
                source = re.sub(r"\*major = [^;]+;", f"*major = {major};", source)
                source = re.sub(r"\*minor = [^;]+;", f"*minor = {minor};", source)
            (folder / "stub.c").write_text(source)
            subprocess.run(
                [compiler, "-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", folder / "stub.c",
                 "-o", folder / "libnvidia-ml.so.1"],
                check=True,
            )  # fmt: skip
        return {"LD_LIBRARY_PATH": str(made[key])} | ({"NVML_STUB": mode} if mode else {})

    return make


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Return what has a kernelspec's environment judged, and returns what is found."""
    gpus.forget()
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def at(python: Path, variables: Mapping[str, str]) -> list[Outcome]:
        make_kernelspec(tmp_path / "jupyter", "trial", python, **variables)
        subject, _ = find_target("trial")
        outcomes = judge(gather(subject, server=False, now=date(2026, 11, 21)), CHECKS)
        assert not [outcome for outcome in outcomes if outcome.status == "crash"]
        return [outcome for outcome in outcomes if outcome.status == "finding"]

    return at


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bare venv's Python."""
    return make_uv_venv(tmp_path_factory.mktemp("venv") / "proj")


@pytest.fixture
def holding(venv: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return what puts distributions' metadata into a venv of the test's own, and returns its Python."""
    prefix = tmp_path / "proj"
    shutil.copytree(venv.parents[1], prefix, symlinks=True)
    python = prefix / "bin" / "python"

    def put(cuda: str | None = None, **versions: str) -> Path:
        folder = site_packages(python)
        for name, version in versions.items():
            dist_info(folder, name, version)
            if name == "torch":
                (folder / "torch").mkdir()
                text = f"__version__ = '{version}'\ncuda = {cuda!r}\nhip = None\n"
                (folder / "torch" / "version.py").write_text(text)
        return python

    return put


def titles(found: list[Outcome]) -> list[tuple[str, str]]:
    return [(outcome.id, outcome.title) for outcome in found]


# --- virtual environments -------------------------------------------------------------------------


def test_a_build_for_the_cpu(holding: Callable[..., Path], look: Look, driver: Driver) -> None:
    python = holding(torch="2.15.0")
    assert titles(look(python, driver())) == [
        ("torch-cpu-on-nvidia", f"PyTorch 2.15.0 is a build for the CPU, beside {BOTH}")
    ]
    assert look(python, driver() | {"CUDA_VISIBLE_DEVICES": "-1"}) == []
    assert look(python, driver(mode="none")) == []


def test_a_build_that_fits(holding: Callable[..., Path], look: Look, driver: Driver) -> None:
    assert look(holding("13.2", torch="2.15.0"), driver()) == []


def test_a_driver_that_is_too_old(holding: Callable[..., Path], look: Look, driver: Driver) -> None:
    found = look(holding("13.2", torch="2.15.0"), driver("535.129.03", "12020"))
    assert titles(found) == [
        (
            "driver-too-old:torch",
            "NVIDIA's driver 535.129.03 is too old for PyTorch 2.15.0, which needs 580 or newer",
        )
    ]


def test_a_gpu_that_is_too_old(holding: Callable[..., Path], look: Look, driver: Driver) -> None:
    found = look(holding("13.2", torch="2.15.0"), driver(capability="6.1"))
    assert titles(found) == [
        (
            "gpu-arch-unsupported",
            (
                "PyTorch 2.15.0 for CUDA 13.2 has no code for NVIDIA L4, NVIDIA H200 "
                "(compute capability 6.1)"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("mode", "severity", "title"),
    [
        ("18", "error", "NVIDIA's library and its kernel module are of different versions"),
        ("4", "error", "This user may not use the NVIDIA GPU"),
        ("15", "error", "NVIDIA's driver reports error 15"),
        ("aborts", "warning", "NVIDIA's driver ended the process that asked it"),
    ],
)
def test_a_driver_that_does_not_work(
    mode: str, severity: str, title: str, holding: Callable[..., Path], look: Look, driver: Driver
) -> None:
    python = holding("13.2", torch="2.15.0")
    found = look(python, driver(mode=mode))
    assert titles(found) == [("driver-broken", title)]
    assert found[0].severity == severity
    assert look(python, driver(mode=mode) | {"CUDA_VISIBLE_DEVICES": ""}) == []


def test_a_driver_without_a_gpu_as_on_a_login_node(
    holding: Callable[..., Path], look: Look, driver: Driver
) -> None:
    assert look(holding("13.2", torch="2.15.0"), driver(mode="9")) == []


def test_tensorflow_and_its_libraries(
    holding: Callable[..., Path], look: Look, driver: Driver
) -> None:
    python = holding(tensorflow="2.21.0")
    assert titles(look(python, driver())) == [
        (
            "tensorflow-without-gpu",
            f"TensorFlow 2.21.0 has no CUDA libraries beside it, and there is {BOTH}",
        )
    ]
    dist_info(site_packages(python), "nvidia_cudnn_cu12", "9.15.0")
    assert look(python, driver()) == []


def test_jax_and_its_plugin(holding: Callable[..., Path], look: Look, driver: Driver) -> None:
    python = holding(jax="0.8.1", jaxlib="0.8.1")
    assert titles(look(python, driver())) == [
        ("jax-plugin-mismatch", f"JAX 0.8.1 has no plugin for {BOTH}")
    ]
    stale = dist_info(site_packages(python), "jax_cuda13_plugin", "0.8.0")
    assert titles(look(python, driver())) == [
        (
            "jax-plugin-mismatch:jax-cuda13-plugin",
            "jax-cuda13-plugin 0.8.0 is not of jaxlib's version 0.8.1",
        )
    ]
    shutil.rmtree(stale)
    dist_info(site_packages(python), "jax_cuda13_plugin", "0.8.1")
    assert look(python, driver()) == []


def test_an_environment_without_frameworks(
    holding: Callable[..., Path], look: Look, driver: Driver
) -> None:
    assert look(holding(numpy="2.5.5"), driver()) == []


# --- conda ----------------------------------------------------------------------------------------


def record(prefix: Path, name: str, version: str, build: str, channel: str) -> None:
    """Have conda's records name a package too large to install here, beside the six there is."""
    six = record_file(prefix, "six")
    told = json.loads(six.read_bytes()) | {"name": name, "version": version, "build": build}
    (prefix / "conda-meta" / f"{name}-{version}-{build}.json").write_text(
        json.dumps(told | {"files": [], "paths_data": {"paths_version": 1, "paths": []}})
    )
    rewrite_record(prefix, name, channel=f"https://conda.anaconda.org/{channel}/linux-64")


@pytest.fixture
def conda_env(tmp_path: Path) -> Path:
    """Return the prefix of a conda environment."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    prefix = tmp_path / "envs" / "proj"
    make_conda_env(prefix, "python", "six")
    return prefix


def test_condas_builds_for_the_cpu(conda_env: Path, look: Look, driver: Driver) -> None:
    record(conda_env, "pytorch", "2.9.1", "cpu_generic_py313_hc4bb9d7_0", "conda-forge")
    python = conda_env / "bin" / "python"
    (found,) = look(python, driver())
    assert (found.id, found.title) == (
        "conda-cpu-variant:pytorch",
        f"conda installed pytorch 2.9.1 as a build for the CPU, beside {BOTH}",
    )
    assert look(python, driver(mode="none")) == []


def test_condas_builds_for_gpus(conda_env: Path, look: Look, driver: Driver) -> None:
    record(conda_env, "pytorch", "2.9.1", "cuda129_mkl_py313_hf3e3f2b_300", "conda-forge")
    assert look(conda_env / "bin" / "python", driver()) == []


def test_condas_channel_that_ended(conda_env: Path, look: Look, driver: Driver) -> None:
    record(conda_env, "pytorch", "2.4.1", "py3.12_cuda12.4_cudnn9.1.0_0", "pytorch")
    assert titles(look(conda_env / "bin" / "python", driver())) == [
        (
            "retired-pytorch-channel",
            "pytorch 2.4.1 comes from the conda channel pytorch, which is no longer fed",
        )
    ]
