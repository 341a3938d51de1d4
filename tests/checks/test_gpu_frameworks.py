"""Family gpu: TensorFlow and JAX."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.gpu_frameworks import JaxPluginMismatch, TensorflowWithoutGpu
from jupyterlab_envcheck.facts import Facts, Gpus, Package
from jupyterlab_envcheck.recommendations import Finding, Severity, Skip
from make_facts import ENVIRONMENT, package
from make_gpus import (
    GTX_1080,
    action,
    build,
    driver,
    facts,
    gpus,
    lines,
    started_with,
    system,
    troubled,
)

PYTHON = ENVIRONMENT.python
NO_GPU = Gpus(devices=(), nvidia=None)
TENSORFLOW = package("tensorflow", "2.21.0")
TENSORFLOW_CPU = package("tensorflow-cpu", "2.21.0", build=build("cpu"))
JAX = package("jax", "0.8.1", build=build("cpu"))
JAX_CUDA = package("jax", "0.8.1", build=build("cuda", "13"))
JAXLIB = package("jaxlib", "0.8.1")


def plugin(cuda: str = "13", version: str = "0.8.1") -> Package:
    return package(f"jax-cuda{cuda}-plugin", version)


def tensorflow(seen: Facts) -> Finding:
    (finding,) = TensorflowWithoutGpu.run(seen)
    assert isinstance(finding, Finding)
    return finding


def jax(seen: Facts) -> Finding:
    (finding,) = JaxPluginMismatch.run(seen)
    assert isinstance(finding, Finding)
    return finding


# --- tensorflow-without-gpu -----------------------------------------------------------------------


def test_tensorflow_without_gpu_without_cuda_libraries_is_advice() -> None:
    finding = tensorflow(facts(TENSORFLOW))
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "TensorFlow 2.21.0 has no CUDA libraries beside it, and there is an NVIDIA GPU (NVIDIA L4)"
    )
    assert lines(finding)[0] == f"{PYTHON} -m pip install tensorflow[and-cuda]"


def test_tensorflow_without_gpu_a_build_for_the_cpu_is_removed_first() -> None:
    finding = tensorflow(facts(TENSORFLOW_CPU))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "tensorflow-cpu 2.21.0 is a build for the CPU, beside an NVIDIA GPU (NVIDIA L4)"
    )
    assert lines(finding)[0] == f"{PYTHON} -m pip uninstall tensorflow-cpu"
    assert f"{PYTHON} -m pip install tensorflow[and-cuda]" in lines(finding)


def test_tensorflow_without_gpu_on_windows() -> None:
    finding = tensorflow(facts(TENSORFLOW, machine=system("Windows", "AMD64")))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "TensorFlow 2.21.0 uses no GPU on Windows, beside an NVIDIA GPU (NVIDIA L4)"
    )
    assert "Since version 2.11" in finding.why


def test_tensorflow_without_gpu_old_ones_on_windows_may_use_it() -> None:
    seen = facts(package("tensorflow", "2.10.1"), machine=system("Windows", "AMD64"))
    assert TensorflowWithoutGpu.run(seen) == ()


def test_tensorflow_without_gpu_with_an_old_driver() -> None:
    finding = tensorflow(facts(TENSORFLOW, gpus=gpus(is_=driver("470.57.02", "11.4"))))
    assert lines(finding) == []
    assert "525.60.13" in str(action(finding, "update-driver"))


def test_tensorflow_without_gpu_an_old_one_has_no_such_extra() -> None:
    assert lines(tensorflow(facts(package("tensorflow", "2.12.0")))) == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("conda", f"{PYTHON} -m pip install tensorflow[and-cuda]"),
        ("pixi", "pixi add --pypi tensorflow[and-cuda]"),
        ("poetry", "poetry add tensorflow[and-cuda]"),
    ],
)
def test_tensorflow_without_gpu_asks_pypi(kind: str, line: str) -> None:
    finding = tensorflow(facts(TENSORFLOW, environment=replace(ENVIRONMENT, kind=kind)))
    assert lines(finding) == [line]


@pytest.mark.parametrize(
    ("packages", "changes"),
    [
        ((), {}),
        ((package("tensorflow", "2.21.0", build=build("cuda", "12")),), {}),
        ((replace(TENSORFLOW, installer="conda"),), {}),
        ((TENSORFLOW,), {"gpus": NO_GPU}),
        ((TENSORFLOW,), {"process": started_with(CUDA_VISIBLE_DEVICES="-1")}),
        ((TENSORFLOW,), {"machine": system("Darwin", "arm64")}),
        ((TENSORFLOW,), {"machine": system("Linux", "aarch64")}),
    ],
    ids=["none", "and-cuda", "conda", "no GPU", "hidden", "macOS", "arm"],
)
def test_tensorflow_without_gpu_is_silent(packages: Any, changes: dict[str, Any]) -> None:
    assert TensorflowWithoutGpu.run(facts(*packages, **changes)) == ()


@pytest.mark.parametrize(
    "seen",
    [
        facts(packages=None),
        facts(TENSORFLOW, gpus=None),
        facts(TENSORFLOW, gpus=troubled("nvml-15")),
        facts(TENSORFLOW, process=started_with(LD_LIBRARY_PATH="/usr/local/cuda/lib64")),
        facts(TENSORFLOW, process=started_with(LOADEDMODULES="gcc/13:cuDNN/9.1")),
    ],
    ids=["packages", "GPUs", "driver", "the system's CUDA", "modules"],
)
def test_tensorflow_without_gpu_unknown_is_skipped(seen: Facts) -> None:
    assert isinstance(TensorflowWithoutGpu.run(seen), Skip)


# --- jax-plugin-mismatch --------------------------------------------------------------------------


def test_jax_plugin_mismatch_no_plugin() -> None:
    finding = jax(facts(JAX, JAXLIB))
    assert finding.severity is Severity.WARNING
    assert finding.title == "JAX 0.8.1 has no plugin for an NVIDIA GPU (NVIDIA L4)"
    assert lines(finding)[0] == f"{PYTHON} -m pip install jax[cuda13]"


@pytest.mark.parametrize(
    "told", [gpus(GTX_1080), gpus(is_=driver("535.129.03", "12.2"))], ids=["Pascal", "driver"]
)
def test_jax_plugin_mismatch_older_ones_need_cuda_12(told: Gpus) -> None:
    assert lines(jax(facts(JAX, JAXLIB, gpus=told)))[0].endswith("jax[cuda12]")


def test_jax_plugin_mismatch_with_an_old_driver() -> None:
    finding = jax(facts(JAX, JAXLIB, gpus=gpus(is_=driver("470.57.02", "11.4"))))
    assert "525.60.13" in str(action(finding, "update-driver"))


def test_jax_plugin_mismatch_on_windows_is_an_information() -> None:
    finding = jax(facts(JAX, JAXLIB, machine=system("Windows", "AMD64")))
    assert (finding.severity, lines(finding)) == (Severity.INFO, [])


def test_jax_plugin_mismatch_a_plugin_of_another_version() -> None:
    finding = jax(facts(JAX_CUDA, JAXLIB, plugin(version="0.8.0")))
    assert finding.severity is Severity.ERROR
    assert finding.title == "jax-cuda13-plugin 0.8.0 is not of jaxlib's version 0.8.1"
    assert lines(finding)[0] == f"{PYTHON} -m pip install jax[cuda13]"


def test_jax_plugin_mismatch_two_plugins() -> None:
    runtimes = (package("jax-cuda12-pjrt", "0.8.1"), package("jax-cuda13-pjrt", "0.8.1"))
    finding = jax(facts(JAX_CUDA, JAXLIB, plugin("12"), plugin("13"), *runtimes))
    assert finding.severity is Severity.WARNING
    assert finding.actions[0].kind == "remove"
    assert finding.title == (
        "JAX has plugins for 2 CUDA versions: jax-cuda12-plugin, jax-cuda13-plugin"
    )
    assert lines(finding)[0] == (
        f"{PYTHON} -m pip uninstall jax-cuda12-plugin jax-cuda12-pjrt "
        "jax-cuda13-plugin jax-cuda13-pjrt"
    )


def test_jax_plugin_mismatch_two_plugins_without_their_runtimes() -> None:
    """A removal is of what is installed."""
    finding = jax(facts(JAX_CUDA, JAXLIB, plugin("12"), plugin("13")))
    assert lines(finding)[0] == f"{PYTHON} -m pip uninstall jax-cuda12-plugin jax-cuda13-plugin"


@pytest.mark.parametrize(
    ("packages", "changes"),
    [
        ((), {}),
        ((JAX_CUDA, JAXLIB, plugin()), {}),
        ((JAX_CUDA, JAXLIB, plugin(version="0.8.1.post1")), {}),
        ((JAX_CUDA, replace(JAXLIB, version="0.4.13+cuda12.cudnn89")), {}),
        ((replace(JAX, installer="conda"), JAXLIB), {}),
        ((JAX, JAXLIB), {"gpus": NO_GPU}),
        ((JAX, JAXLIB), {"process": started_with(JAX_PLATFORMS="cpu")}),
        ((JAX, JAXLIB), {"process": started_with(CUDA_VISIBLE_DEVICES="")}),
        ((JAX, JAXLIB), {"machine": system("Darwin", "arm64")}),
    ],
    ids=["none", "fits", "post", "old", "conda", "no GPU", "wish", "hidden", "macOS"],
)
def test_jax_plugin_mismatch_is_silent(packages: Any, changes: dict[str, Any]) -> None:
    assert JaxPluginMismatch.run(facts(*packages, **changes)) == ()


@pytest.mark.parametrize(
    "seen",
    [facts(packages=None), facts(JAX, gpus=None), facts(JAX, gpus=troubled("crashed"))],
    ids=["packages", "GPUs", "driver"],
)
def test_jax_plugin_mismatch_unknown_is_skipped(seen: Facts) -> None:
    assert isinstance(JaxPluginMismatch.run(seen), Skip)
