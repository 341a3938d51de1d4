"""Family gpu: PyTorch's builds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.gpu import GpuArchUnsupported, TorchCpuOnNvidia
from jupyterlab_envcheck.facts import Facts, Gpu, Gpus
from jupyterlab_envcheck.recommendations import Finding, Gui, Severity, Skip
from make_facts import ENVIRONMENT, package
from make_gpus import (
    GTX_1080,
    K40,
    L4,
    RTX_5090,
    action,
    build,
    driver,
    facts,
    gpu,
    gpus,
    lines,
    setting,
    started_with,
    system,
    torch,
    troubled,
)

PYTHON = ENVIRONMENT.python
INDEX = "https://download.pytorch.org/whl/"


def cpu(seen: Facts) -> Finding:
    (finding,) = TorchCpuOnNvidia.run(seen)
    assert isinstance(finding, Finding)
    return finding


def arch(seen: Facts) -> Finding:
    (finding,) = GpuArchUnsupported.run(seen)
    assert isinstance(finding, Finding)
    return finding


# --- torch-cpu-on-nvidia --------------------------------------------------------------------------


def test_torch_cpu_on_nvidia_on_a_machine_with_a_gpu() -> None:
    finding = cpu(facts(torch(), package("torchvision", "0.30.0")))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "PyTorch 2.15.0 is a build for the CPU, beside an NVIDIA GPU (NVIDIA L4)"
    )
    assert "pip does not look" in finding.why
    assert [fact.value for fact in finding.evidence] == [
        "built for the CPU: torch/version.py names no CUDA",
        "NVIDIA L4, compute capability 8.9",
        "610.43.02, for CUDA up to 13.2",
    ]
    again = "--reinstall-package torch --reinstall-package torchvision"
    assert lines(finding) == [
        f"{PYTHON} -m pip uninstall torch torchvision",
        f"{PYTHON} -m pip install torch torchvision --index-url {INDEX}cu132",
        f"uv pip install --python {PYTHON} {again} torch torchvision --torch-backend=auto",
    ]
    assert [one.id for one in finding.actions] == ["run", "read"]


def test_torch_cpu_on_nvidia_names_all_gpus() -> None:
    two = gpus(L4, L4, GTX_1080)
    assert cpu(facts(torch(), gpus=two)).title.endswith(
        "beside 3 NVIDIA GPUs (NVIDIA L4, NVIDIA GeForce GTX 1080)"
    )


@pytest.mark.parametrize(
    ("devices", "version", "cuda", "expected"),
    [
        ((GTX_1080,), "580.65.06", "13.0", "torch<2.15 --index-url {}cu126"),
        ((L4,), "535.129.03", "12.2", "torch<2.15 --index-url {}cu126"),
        ((RTX_5090,), "570.86.10", "12.8", "torch<2.12 --index-url {}cu128"),
        ((L4,), "470.57.02", "11.4", "torch<2.8 --index-url {}cu118"),
        ((L4, GTX_1080), "610.43.02", "13.2", "torch<2.15 --index-url {}cu126"),
        ((gpu(capability=None),), "610.43.02", "13.2", "torch --index-url {}cu132"),
    ],
    ids=["pascal", "driver of CUDA 12", "blackwell", "driver of CUDA 11", "mixed", "unknown"],
)
def test_torch_cpu_on_nvidia_proposes_what_fits(
    devices: tuple[Gpu, ...], version: str, cuda: str, expected: str
) -> None:
    finding = cpu(facts(torch(), gpus=gpus(*devices, is_=driver(version, cuda))))
    assert lines(finding)[1] == f"{PYTHON} -m pip install {expected.format(INDEX)}"


def test_torch_cpu_on_nvidia_an_older_build_is_named_to_uv() -> None:
    finding = cpu(facts(torch(), gpus=gpus(GTX_1080)))
    assert lines(finding)[-1].endswith("torch<2.15 --torch-backend=cu126")


def test_torch_cpu_on_nvidia_with_a_driver_too_old_for_all() -> None:
    finding = cpu(facts(torch(), gpus=gpus(is_=driver("390.157", "9.1"))))
    assert lines(finding) == []
    assert finding.why.endswith("The driver is too old for every build that is known.")
    update = action(finding, "update-driver")
    assert isinstance(update, Gui)
    assert "NVIDIA driver 580 or newer" in update.steps[0]


def test_torch_cpu_on_nvidia_on_windows_says_that_pypi_has_none() -> None:
    finding = cpu(facts(torch(), machine=system("Windows", "AMD64")))
    assert "PyPI's builds for Windows are all for the CPU." in finding.why


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("uv-project", [f"uv add --index pytorch-cu132={INDEX}cu132 torch"]),
        (
            "poetry",
            [
                f"poetry source add --priority=explicit pytorch-cu132 {INDEX}cu132",
                "poetry add --source pytorch-cu132 torch",
            ],
        ),
        ("pdm", []),
        ("homebrew", []),
        (
            "conda",
            [
                f"{PYTHON} -m pip uninstall torch",
                f"{PYTHON} -m pip install torch --index-url {INDEX}cu132",
                (
                    f"uv pip install --python {PYTHON} --reinstall-package torch torch "
                    "--torch-backend=auto"
                ),
            ],
        ),
    ],
)
def test_torch_cpu_on_nvidia_speaks_as_the_environments_tool(
    kind: str, expected: list[str]
) -> None:
    environment = replace(ENVIRONMENT, kind=kind)
    assert lines(cpu(facts(torch(), environment=environment))) == expected


def test_torch_cpu_on_nvidia_offers_no_pip_where_there_is_none() -> None:
    environment = replace(ENVIRONMENT, kind="uv-venv", has_pip=False)
    assert [line.split()[0] for line in lines(cpu(facts(torch(), environment=environment)))] == [
        "uv"
    ]


@pytest.mark.parametrize(
    "packages",
    [
        (),
        (torch("13.2"),),
        (package("torch", "2.15.0", build=build("rocm", "7.2")),),
        (torch(installer="conda"),),
    ],
    ids=["no torch", "for CUDA", "for ROCm", "by conda"],
)
def test_torch_cpu_on_nvidia_is_silent_about_other_builds(packages: Any) -> None:
    assert TorchCpuOnNvidia.run(facts(*packages)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"gpus": Gpus(devices=(), nvidia=None)},
        {"gpus": gpus(K40)},
        {"gpus": Gpus(devices=(replace(L4, vendor="amd"),), nvidia=None)},
        {"gpus": troubled("library-not-found", L4)},
        {"process": started_with(CUDA_VISIBLE_DEVICES="")},
        {"process": started_with(CUDA_VISIBLE_DEVICES="-1")},
        {"process": started_with(CUDA_VISIBLE_DEVICES="NoDevFiles")},
        {"notebook": setting("-1")},
        {"machine": system("Darwin", "arm64")},
    ],
    ids=["none", "Kepler", "AMD", "no driver", "hidden", "-1", "slurm", "in a cell", "macOS"],
)
def test_torch_cpu_on_nvidia_is_silent_where_the_cpu_is_right(changes: dict[str, Any]) -> None:
    assert TorchCpuOnNvidia.run(facts(torch(), **changes)) == ()


def test_torch_cpu_on_nvidia_is_not_hushed_by_a_gpu_that_is_chosen() -> None:
    seen = facts(torch(), process=started_with(CUDA_VISIBLE_DEVICES="0"))
    assert len(TorchCpuOnNvidia.run(seen)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "seen",
    [
        facts(packages=None),
        facts(torch(), gpus=None),
        facts(torch(build=None)),
        facts(torch(), gpus=troubled("timed-out", L4)),
    ],
    ids=["packages", "GPUs", "build", "driver"],
)
def test_torch_cpu_on_nvidia_unknown_is_skipped(seen: Facts) -> None:
    assert isinstance(TorchCpuOnNvidia.run(seen), Skip)


# --- gpu-arch-unsupported -------------------------------------------------------------------------


def test_gpu_arch_unsupported_pascal_and_cuda_13() -> None:
    finding = arch(facts(torch("13.2"), gpus=gpus(GTX_1080)))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "PyTorch 2.15.0 for CUDA 13.2 has no code for NVIDIA GeForce GTX 1080 "
        "(compute capability 6.1)"
    )
    assert finding.evidence[0].value == "compute capability 7.5 to 12.0"
    assert f"{PYTHON} -m pip install torch<2.15 --index-url {INDEX}cu126" in lines(finding)


@pytest.mark.parametrize("cuda", ["11.8", "12.1", "12.6"])
def test_gpu_arch_unsupported_blackwell_and_older_cuda(cuda: str) -> None:
    finding = arch(facts(torch(cuda, "2.5.1"), gpus=gpus(RTX_5090)))
    assert finding.title.startswith(f"PyTorch 2.5.1 for CUDA {cuda} has no code for")
    assert f"{PYTHON} -m pip install torch --index-url {INDEX}cu132" in lines(finding)


def test_gpu_arch_unsupported_one_of_two_is_a_warning() -> None:
    finding = arch(facts(torch("13.2"), gpus=gpus(L4, GTX_1080)))
    assert finding.severity is Severity.WARNING
    assert finding.why.endswith("The other GPUs of this machine can be used.")


@pytest.mark.parametrize(
    ("cuda", "device"),
    [
        ("13.2", L4),
        ("13.2", gpu("NVIDIA GB10", "12.1")),
        ("13.2", gpu("A GPU of the future", "13.0")),
        ("12.6", GTX_1080),
        ("12.6", gpu("NVIDIA H200", "9.0")),
        ("12.4", RTX_5090),
        ("12.8", gpu("NVIDIA B200", "10.0")),
        ("12.8", gpu("Tesla V100", "7.0")),
        ("12.9", GTX_1080),
    ],
    ids=["same major", "12.1", "PTX", "Pascal", "Hopper", "PTX of 12.4", "B200", "V100", "no row"],
)
def test_gpu_arch_unsupported_is_silent_where_there_may_be_code(cuda: str, device: Gpu) -> None:
    assert GpuArchUnsupported.run(facts(torch(cuda), gpus=gpus(device))) == ()


@pytest.mark.parametrize(
    "package_",
    [
        torch(),
        torch("13.2", installer="conda"),
        torch("13.2", installer=None),
        torch("13.2", "2.9.0a0+34c6371d24.nv25.8"),
        torch("13.2", editable=True),
    ],
    ids=["for the CPU", "conda", "of a distribution", "NVIDIA's own", "from source"],
)
def test_gpu_arch_unsupported_judges_pytorchs_own_wheels_alone(package_: Any) -> None:
    assert GpuArchUnsupported.run(facts(package_, gpus=gpus(GTX_1080))) == ()


@pytest.mark.parametrize("value", ["GPU-aaaa", "-1"])
def test_gpu_arch_unsupported_a_gpu_that_is_hidden_is_none(value: str) -> None:
    seen = facts(
        torch("13.2"),
        gpus=gpus(L4, GTX_1080),
        process=started_with(CUDA_VISIBLE_DEVICES=value),
    )
    assert GpuArchUnsupported.run(seen) == ()


def test_gpu_arch_unsupported_the_only_visible_one_is_an_error() -> None:
    seen = facts(
        torch("13.2"),
        gpus=gpus(L4, GTX_1080),
        process=started_with(CUDA_VISIBLE_DEVICES="GPU-bb"),
    )
    assert arch(seen).severity is Severity.ERROR


@pytest.mark.parametrize(
    "seen",
    [
        facts(packages=None),
        facts(torch("13.2"), gpus=None),
        facts(torch("13.2", build=None)),
        facts(torch("13.2"), gpus=gpus(gpu(capability=None))),
        facts(
            torch("13.2"),
            gpus=gpus(L4, GTX_1080),
            process=started_with(CUDA_VISIBLE_DEVICES="0"),
        ),
    ],
    ids=["packages", "GPUs", "build", "capability", "which GPU"],
)
def test_gpu_arch_unsupported_unknown_is_skipped(seen: Facts) -> None:
    assert isinstance(GpuArchUnsupported.run(seen), Skip)
