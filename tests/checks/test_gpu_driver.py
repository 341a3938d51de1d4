"""Family gpu: NVIDIA's driver."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.gpu_driver import DriverBroken, DriverTooOld
from jupyterlab_envcheck.facts import Facts, Gpus, Package
from jupyterlab_envcheck.recommendations import Finding, Gui, Install, Severity, Skip
from make_facts import ENVIRONMENT, conda, conda_record, package
from make_gpus import (
    GTX_1080,
    L4,
    action,
    build,
    driver,
    facts,
    gpus,
    in_wsl,
    lines,
    started_with,
    system,
    torch,
    troubled,
)

CUDA_TORCH = torch("13.2")


def broken(seen: Facts) -> Finding:
    (finding,) = DriverBroken.run(seen)
    assert isinstance(finding, Finding)
    return finding


def old(seen: Facts) -> Finding:
    (finding,) = DriverTooOld.run(seen)
    assert isinstance(finding, Finding)
    return finding


def gui(finding: Finding, id: str) -> str:  # noqa: A002 - the action's own word
    found = action(finding, id)
    assert isinstance(found, Gui)
    return " ".join(found.steps)


# --- driver-broken --------------------------------------------------------------------------------


def test_driver_broken_versions_that_differ() -> None:
    told = troubled("version-mismatch", L4, version="580.65.06", module="575.51.03")
    finding = broken(facts(CUDA_TORCH, gpus=told))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "NVIDIA's library 580.65.06 and its kernel module 575.51.03 are of different versions"
    )
    assert [fact.value for fact in finding.evidence] == [
        "the driver's own words",
        "580.65.06",
        "575.51.03",
        "torch 2.15.0",
    ]
    assert gui(finding, "restart-machine") == (
        "Restart the machine, so that the module is loaded anew."
    )


@pytest.mark.parametrize(
    ("trouble", "severity", "title"),
    [
        (
            "version-mismatch",
            Severity.ERROR,
            "NVIDIA's library and its kernel module are of different versions",
        ),
        (
            "not-loaded",
            Severity.ERROR,
            "NVIDIA's driver is installed, but its kernel module is not loaded",
        ),
        ("no-permission", Severity.ERROR, "This user may not use the NVIDIA GPU"),
        ("timed-out", Severity.WARNING, "NVIDIA's driver did not answer"),
        ("crashed", Severity.WARNING, "NVIDIA's driver ended the process that asked it"),
        ("nvml-15", Severity.ERROR, "NVIDIA's driver reports error 15"),
        (
            "library-not-found",
            Severity.ADVICE,
            "This machine has an NVIDIA GPU, and NVIDIA's driver is not found",
        ),
    ],
)
def test_driver_broken_each_trouble(trouble: str, severity: Severity, title: str) -> None:
    finding = broken(facts(CUDA_TORCH, gpus=troubled(trouble, L4)))
    assert (finding.severity, finding.title) == (severity, title)


def test_driver_broken_a_module_without_its_library() -> None:
    finding = broken(facts(CUDA_TORCH, gpus=troubled("library-not-found", L4, module="575.51.03")))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "NVIDIA's kernel module 575.51.03 is loaded, but its library is not found"
    )


def test_driver_broken_where_nothing_is_made_for_cuda_is_advice() -> None:
    assert broken(facts(gpus=troubled("version-mismatch", L4))).severity is Severity.ADVICE


@pytest.mark.parametrize(
    ("container", "line"),
    [
        ("docker", ["docker run --gpus all IMAGE"]),
        ("podman", ["podman run --device nvidia.com/gpu=all IMAGE"]),
        ("kubernetes", []),
    ],
)
def test_driver_broken_a_container_without_the_gpu(container: str, line: list[str]) -> None:
    told = troubled("library-not-found", L4, module="575.51.03", version="575.51.03")
    finding = broken(facts(CUDA_TORCH, gpus=told, machine=system("Linux", container=container)))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "This container was started without the machine's NVIDIA GPU"
    assert lines(finding) == line


def test_driver_broken_inside_wsl_the_driver_is_windows_own() -> None:
    finding = broken(facts(CUDA_TORCH, gpus=troubled("nvml-9", L4), interpreter=in_wsl()))
    assert gui(finding, "restart-machine") == (
        "Inside WSL the driver is Windows' own: update it on Windows."
    )


def test_driver_broken_in_a_container_the_driver_is_the_hosts() -> None:
    machine = system("Linux", container="docker")
    finding = broken(facts(CUDA_TORCH, gpus=troubled("nvml-15", L4), machine=machine))
    assert gui(finding, "restart-machine").startswith("Restart the container")


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        (gpus(), {}),
        (Gpus(devices=(), nvidia=None), {}),
        (troubled("not-loaded"), {}),
        (troubled("library-not-found"), {}),
        (
            troubled("library-not-found", module="575.5"),
            {"machine": system("Linux", "x", "docker")},
        ),
        (troubled("version-mismatch", L4), {"process": started_with(CUDA_VISIBLE_DEVICES="")}),
        (troubled("not-loaded", L4), {"process": started_with(NVIDIA_VISIBLE_DEVICES="void")}),
    ],
    ids=["works", "none", "login node", "nothing", "GPU elsewhere", "hidden", "withheld"],
)
def test_driver_broken_is_silent(told: Gpus, changes: dict[str, Any]) -> None:
    assert DriverBroken.run(facts(CUDA_TORCH, gpus=told, **changes)) == ()


@pytest.mark.parametrize("module", [None, "575.51.03"])
def test_driver_broken_lacking_where_nothing_needs_it_is_silent(module: str | None) -> None:
    told = troubled("library-not-found", L4, module=module)
    machine = system("Linux", container="docker" if module else None)
    assert DriverBroken.run(facts(gpus=told, machine=machine)) == ()


def test_driver_broken_unknown_is_skipped() -> None:
    assert isinstance(DriverBroken.run(facts(gpus=None)), Skip)
    assert DriverBroken.run(facts(gpus=troubled("not-asked", L4))) == Skip(
        reason="the driver's own words"
    )


def test_driver_broken_where_gpus_cannot_be_listed_is_skipped() -> None:
    seen = facts(CUDA_TORCH, gpus=troubled("not-loaded"))
    section = replace(seen.gpus, unknown={"devices": "the system has no list of PCI devices here"})
    assert DriverBroken.run(replace(seen, gpus=section)) == Skip(
        reason="the system has no list of PCI devices here"
    )


# --- driver-too-old -------------------------------------------------------------------------------


def test_driver_too_old_for_torch() -> None:
    finding = old(facts(CUDA_TORCH, gpus=gpus(is_=driver("535.129.03", "12.2"))))
    assert finding.severity is Severity.ERROR
    assert finding.about == "torch"
    assert finding.title == (
        "NVIDIA's driver 535.129.03 is too old for PyTorch 2.15.0, which needs 580 or newer"
    )
    assert "built for CUDA 13.2" in finding.why
    assert "Install NVIDIA driver 580 or newer" in gui(finding, "update-driver")
    index = "https://download.pytorch.org/whl/cu126"
    assert f"{ENVIRONMENT.python} -m pip install torch<2.15 --index-url {index}" in lines(finding)


@pytest.mark.parametrize(
    ("package_", "line"),
    [
        (package("jax", "0.8.1", build=build("cuda", "13")), "jax[cuda12]"),
        (package("cupy-cuda13x", "14.2.0", build=build("cuda", "13")), "cupy-cuda12x"),
    ],
)
def test_driver_too_old_offers_an_older_cuda(package_: Package, line: str) -> None:
    finding = old(facts(package_, gpus=gpus(is_=driver("535.129.03", "12.2"))))
    assert f"{ENVIRONMENT.python} -m pip install {line}" in lines(finding)


def test_driver_too_old_each_framework_by_its_name() -> None:
    both = (CUDA_TORCH, package("tensorflow", "2.21.0", build=build("cuda", "12")))
    found = DriverTooOld.run(facts(*both, gpus=gpus(is_=driver("470.57.02", "11.4"))))
    assert not isinstance(found, Skip)
    assert [finding.about for finding in found] == ["torch", "tensorflow"]
    assert found[1].title == (
        "NVIDIA's driver 470.57.02 is too old for TensorFlow 2.21.0, which needs 525.60.13 or newer"
    )


def test_driver_too_old_for_conda_steps_down_by_cuda_version() -> None:
    made = torch("13.0", installer="conda")
    environment = replace(ENVIRONMENT, kind="conda", prefix="/c/envs/proj")
    told = gpus(is_=driver("535.129.03", "12.2"))
    finding = old(facts(made, gpus=told, environment=environment))
    assert any(
        line.startswith("conda install -p /c/envs/proj") and line.endswith("cuda-version=12")
        for line in lines(finding)
    )
    assert [a.specs for a in finding.actions if isinstance(a, Install)] == [("cuda-version=12",)]


def test_driver_too_old_for_libraries_alone_is_a_warning() -> None:
    runtime = package("nvidia-cuda-runtime", "13.2.75")
    told = gpus(is_=driver("535.129.03", "12.2"))
    finding = old(facts(runtime, gpus=told))
    assert finding.severity is Severity.WARNING
    assert finding.title.startswith(
        "NVIDIA's driver 535.129.03 is too old for nvidia-cuda-runtime 13.2.75"
    )
    seen = facts(gpus=told, conda=conda(conda_record("cuda-version", "13.0")))
    assert old(seen).title == (
        "NVIDIA's driver 535.129.03 is too old for conda's CUDA 13.0, which needs 580 or newer"
    )


def test_driver_too_old_in_wsl_counts_windows_versions() -> None:
    told = gpus(is_=driver("527.41", "11.8"))
    made = torch("12.6")
    assert DriverTooOld.run(facts(made, gpus=told)) == ()
    finding = old(facts(made, gpus=told, interpreter=in_wsl()))
    assert "which needs 528.33 or newer" in finding.title
    assert "On Windows, not inside WSL" in gui(finding, "update-driver")
    assert "528.33" in old(facts(made, gpus=told, machine=system("Windows"))).title


def test_driver_too_old_in_a_container_is_the_hosts() -> None:
    told = gpus(is_=driver("535.129.03", "12.2"))
    machine = system("Linux", container="docker")
    finding = old(facts(CUDA_TORCH, gpus=told, machine=machine))
    assert "The driver is the host's" in gui(finding, "update-driver")


@pytest.mark.parametrize(
    ("package_", "version", "cuda"),
    [
        (CUDA_TORCH, "580.65.06", "13.0"),
        (torch("12.8"), "525.60.13", "12.0"),
        (torch("11.8"), "470.57.02", "11.4"),
        (CUDA_TORCH, "535.129.03", "13.2"),
        (torch(), "390.157", "9.1"),
        (package("torch", "2.15.0", build=build("rocm", "7.2")), "390.157", "9.1"),
        (package("tensorflow", "2.15.0", build=build("cuda")), "390.157", "9.1"),
    ],
    ids=["13", "minor", "11", "the driver says so", "cpu", "rocm", "which CUDA is unknown"],
)
def test_driver_too_old_is_silent(package_: Package, version: str, cuda: str) -> None:
    assert DriverTooOld.run(facts(package_, gpus=gpus(is_=driver(version, cuda)))) == ()


def test_driver_too_old_hidden_gpus_need_none() -> None:
    told = gpus(is_=driver("535.129.03", "12.2"))
    seen = facts(CUDA_TORCH, gpus=told, process=started_with(CUDA_VISIBLE_DEVICES="-1"))
    assert DriverTooOld.run(seen) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"process": started_with(LD_LIBRARY_PATH="/opt/x:/usr/local/cuda-13.0/compat")},
        {"conda": conda(conda_record("cuda-compat", "13.0"))},
    ],
    ids=["folder", "conda"],
)
def test_driver_too_old_with_forward_compatibility_is_skipped(changes: dict[str, Any]) -> None:
    told = gpus(is_=driver("535.129.03", None))
    assert isinstance(DriverTooOld.run(facts(CUDA_TORCH, gpus=told, **changes)), Skip)


@pytest.mark.parametrize(
    "seen",
    [
        facts(packages=None),
        facts(CUDA_TORCH, gpus=None),
        facts(CUDA_TORCH, gpus=gpus(is_=driver(None, None))),
        facts(CUDA_TORCH, gpus=troubled("crashed", GTX_1080)),
    ],
    ids=["packages", "GPUs", "version", "driver"],
)
def test_driver_too_old_unknown_is_skipped(seen: Facts) -> None:
    assert isinstance(DriverTooOld.run(seen), Skip)
