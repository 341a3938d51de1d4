"""Family gpu: conda's records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.gpu_conda import CondaCpuVariant, RetiredPytorchChannel
from jupyterlab_envcheck.facts import Conda, Condarc, Facts, Gpus
from jupyterlab_envcheck.recommendations import CreateEnvironment, Finding, Severity, Skip
from make_facts import ENVIRONMENT, conda, conda_record
from make_gpus import K40, action, driver, facts, gpus, lines, started_with, system, troubled

NO_GPU = Gpus(devices=(), nvidia=None)
CONDA_ENV = replace(ENVIRONMENT, kind="conda", name="proj", prefix="/c/envs/proj")
CPU = conda_record("pytorch", "2.9.1", "cpu_generic_py313_hc4bb9d7_0")
CUDA = conda_record("pytorch", "2.9.1", "cuda129_mkl_py313_hf3e3f2b_300")


def in_conda(*records: Any, requested: tuple[str, ...] = (), **changes: Any) -> Facts:
    """Return the facts of a conda environment beside an L4."""
    of_conda = {name: changes.pop(name) for name in ("config", "pinned") if name in changes}
    known: Conda = conda(*records, requested=requested, **of_conda)
    return facts(**{"environment": CONDA_ENV, "conda": known, **changes})


def condarc(*channels: str) -> Condarc:
    return Condarc(
        files=("/home/ada/.condarc",),
        channels=channels,
        default_channels=None,
        channel_priority=None,
        solver=None,
        pkgs_dirs=(),
    )


def of(check: Any, seen: Facts) -> Finding:
    (finding,) = check.run(seen)
    assert isinstance(finding, Finding)
    return finding


# --- retired-pytorch-channel ----------------------------------------------------------------------


def test_retired_pytorch_channel_a_package_from_there() -> None:
    record = conda_record("pytorch", "2.4.1", "py3.12_cuda12.4_cudnn9.1.0_0", channel="pytorch")
    finding = of(RetiredPytorchChannel, in_conda(record))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "pytorch 2.4.1 comes from the conda channel pytorch, which is no longer fed"
    )
    assert finding.why.startswith("PyTorch 2.5 was its last release")
    assert lines(finding)[0].startswith("conda create -n proj -c conda-forge --override-channels")
    assert lines(finding)[0].endswith("pytorch-gpu")


def test_retired_pytorch_channel_several_packages() -> None:
    names = ("pytorch", "torchvision", "pytorch-cuda")
    records = [conda_record(name, "2.5.1", channel="pytorch-nightly") for name in names]
    assert of(RetiredPytorchChannel, in_conda(*records)).title == (
        "3 packages come from the conda channel pytorch-nightly, which is no longer fed"
    )


@pytest.mark.parametrize(
    "changes",
    [{"gpus": NO_GPU}, {"gpus": None}, {"machine": system("Darwin", "arm64")}],
    ids=["no GPU", "unknown", "macOS"],
)
def test_retired_pytorch_channel_without_a_gpu_asks_for_no_gpu_build(
    changes: dict[str, Any],
) -> None:
    record = conda_record("pytorch", "2.4.1", channel="pytorch")
    assert lines(of(RetiredPytorchChannel, in_conda(record, **changes)))[0].endswith(" pytorch")


def test_retired_pytorch_channel_only_configured_is_advice() -> None:
    finding = of(RetiredPytorchChannel, in_conda(config=condarc("pytorch", "conda-forge")))
    assert finding.severity is Severity.ADVICE
    assert finding.title == ("conda is set up to use the channel pytorch, which is no longer fed")
    assert finding.evidence[0].value == "/home/ada/.condarc"
    assert lines(finding) == ["conda config --show-sources"]


@pytest.mark.parametrize(
    "seen",
    [
        in_conda(CUDA),
        in_conda(config=condarc("conda-forge")),
        in_conda(conda_record("faiss-cpu", "1.12.0", channel="pytorch"), config=condarc("pytorch")),
        in_conda(conda_record("pytorch", "2.9.1", channel=None)),
        facts(conda=None),
    ],
    ids=["conda-forge", "condarc", "faiss lives there", "channel unknown", "no conda"],
)
def test_retired_pytorch_channel_is_silent(seen: Facts) -> None:
    assert RetiredPytorchChannel.run(seen) == ()


@pytest.mark.parametrize("check", [RetiredPytorchChannel, CondaCpuVariant])
def test_unknown_records_are_skipped(check: Any) -> None:
    assert isinstance(check.run(facts(conda=None, environment=CONDA_ENV)), Skip)
    assert isinstance(check.run(facts(conda=None, environment=None)), Skip)


# --- conda-cpu-variant ----------------------------------------------------------------------------


def test_conda_cpu_variant_of_pytorch() -> None:
    finding = of(CondaCpuVariant, in_conda(CPU, conda_record("libtorch", "2.9.1", CPU.build)))
    assert finding.severity is Severity.WARNING
    assert finding.about == "pytorch"
    assert finding.title == (
        "conda installed pytorch 2.9.1 as a build for the CPU, beside an NVIDIA GPU (NVIDIA L4)"
    )
    assert finding.evidence[0].value == "cpu_generic_py313_hc4bb9d7_0"
    assert [action.kind for action in finding.actions] == ["install", "read"]
    assert lines(finding)[0] == (
        "conda install -p /c/envs/proj -c conda-forge --override-channels pytorch=*=cuda*"
    )


def test_conda_cpu_variant_each_framework() -> None:
    records = (
        conda_record("jaxlib", "0.8.1", "cpu_py313h1c8ab2c_0"),
        conda_record("tensorflow", "2.19.1", "cpu_py312h69ecde4_0"),
    )
    found = CondaCpuVariant.run(in_conda(*records))
    assert not isinstance(found, Skip)
    assert [finding.about for finding in found] == ["tensorflow", "jaxlib"]
    assert lines(found[1])[0].endswith("jaxlib=*=*cuda*")


def test_conda_cpu_variant_of_another_channel_needs_an_environment_of_its_own() -> None:
    record = conda_record("pytorch", "2.6.0", "cpu_mkl_py312_h446997d_100", channel="defaults")
    finding = of(CondaCpuVariant, in_conda(record))
    create = action(finding, "create-environment")
    assert isinstance(create, CreateEnvironment)
    assert create.channels == ("conda-forge",)
    assert "-c conda-forge --override-channels" in lines(finding)[0]


@pytest.mark.parametrize(
    "seen",
    [
        in_conda(CUDA),
        in_conda(CPU, gpus=NO_GPU),
        in_conda(CPU, gpus=gpus(K40)),
        in_conda(CPU, gpus=troubled("not-loaded")),
        in_conda(CPU, requested=("pytorch-cpu",)),
        in_conda(CPU, conda_record("pytorch-cpu", "2.9.1")),
        in_conda(CPU, pinned=("pytorch=*=cpu*",)),
        in_conda(CPU, process=started_with(CUDA_VISIBLE_DEVICES="")),
        in_conda(CPU, process=started_with(CONDA_OVERRIDE_CUDA="")),
        in_conda(CPU, machine=system("Darwin", "arm64")),
        in_conda(conda_record("jaxlib", "0.8.1", "cpu_py313h1c8ab2c_0"), machine=system("Windows")),
        facts(conda=None),
    ],
    ids=[
        *("for CUDA", "no GPU", "Kepler", "login node", "asked for", "its name", "pinned"),
        *("hidden", "no __cuda by wish", "macOS", "Windows has none", "no conda"),
    ],
)
def test_conda_cpu_variant_is_silent(seen: Facts) -> None:
    assert CondaCpuVariant.run(seen) == ()


def test_conda_cpu_variant_unknown_gpus_are_skipped() -> None:
    assert isinstance(CondaCpuVariant.run(in_conda(CPU, gpus=None)), Skip)
    assert isinstance(CondaCpuVariant.run(in_conda(CPU, gpus=troubled("timed-out"))), Skip)


def test_conda_cpu_variant_shows_the_driver() -> None:
    finding = of(CondaCpuVariant, in_conda(CPU, gpus=gpus(is_=driver("470.57.02", "11.4"))))
    assert finding.evidence[-1].value == "470.57.02, for CUDA up to 11.4"
