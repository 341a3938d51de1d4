"""Family gpu: whether PyTorch's build fits the NVIDIA GPUs."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts, Gpu, Package, TorchBuild
from ..recommendations import Evidence, Finding, Severity, Skip, Source
from .base import Check
from .gpu_installs import GUIDE, install_torch, too_old_for_torch, torch_choice, update_driver
from .nvidia import (
    Nvidia,
    device_in_words,
    evidence,
    has_code,
    in_words,
    installed,
    nvidia,
    on_macos,
    on_windows,
    version,
    visible,
)

_UV_TORCH = Source(
    title="uv, Using uv with PyTorch",
    url="https://docs.astral.sh/uv/guides/integration/pytorch/",
    passage="PyTorch has a build for the CPU and one for each CUDA version, on indexes of their own; "
    "PyPI has one of them for each system, and uv can choose by the driver it finds.",
)
_TORCH_MATRIX = Source(
    title="PyTorch issue 190385, CUDA support matrix for release 2.15",
    url="https://github.com/pytorch/pytorch/issues/190385",
    passage="Which GPU architectures the wheels for each CUDA version have code for; CUDA 13 has none "
    "for what is older than Turing.",
)


class TorchCpuOnNvidia(Check):
    """PyTorch is a build for the CPU on a machine with an NVIDIA GPU.

    ## What it does
    Reads from `torch/version.py` what PyTorch was built for, and asks NVIDIA's driver for GPUs.
    The package's version does not tell: on PyPI the builds for all systems are called alike. Silent
    where `CUDA_VISIBLE_DEVICES` hides all GPUs, where no PyTorch has code for the GPU, and where
    conda installed PyTorch (see conda-cpu-variant).

    ## Why this matters
    Models train on the CPU, often ten times slower or more, and nothing says so.

    ## How to fix it
    Install the build for the GPU's CUDA version: pip does not look for GPUs and has to be told the
    index; uv chooses with `--torch-backend=auto`.

    ## Example
    On Windows `pip install torch` always brings the build for the CPU.

    ## Tried on
    Real: a uv venv with PyTorch's metadata and version file, beside a stub driver; no real GPU.
    """

    family = "gpu"
    sources = (_UV_TORCH, _TORCH_MATRIX)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning with the build that fits the GPUs and their driver."""
        if facts.packages.value is None:
            return Skip(reason=facts.packages.why_unknown())
        torch = installed(facts.packages.value, "torch")
        if torch is None or torch.installer == "conda" or on_macos(facts):
            return ()
        if torch.build is None or torch.build.flavour != "cpu":
            return _unless_unknown(facts, torch)
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        if too_old_for_torch(facts, gpus):
            return ()
        return (_cpu_build(facts, facts.packages.value, torch, gpus),)


class GpuArchUnsupported(Check):
    """PyTorch's build has no code for the GPU.

    ## What it does
    Compares the GPUs' compute capability with what PyTorch's own wheels hold for their CUDA version.
    Builds by conda, by distributions and from source hold other code and are not judged.

    ## Why this matters
    The first computation on the GPU fails with `no kernel image is available for execution on the
    device`.

    ## How to fix it
    Install wheels for another CUDA version: older ones for Maxwell, Pascal and Volta, newer ones
    for Blackwell.

    ## Example
    PyTorch 2.15 from PyPI is built for CUDA 13, which knows nothing older than Turing: a GTX 1080
    needs PyTorch 2.14 or older for CUDA 12.6.

    ## Tried on
    Real: a uv venv with PyTorch's metadata and version file, beside a stub driver; no real GPU.
    """

    family = "gpu"
    sources = (_TORCH_MATRIX,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error; a warning where another GPU of the machine can be used."""
        if facts.packages.value is None:
            return Skip(reason=facts.packages.why_unknown())
        torch = installed(facts.packages.value, "torch")
        if torch is None or not _is_pytorchs_own(torch):
            return ()
        row = _row(facts, torch)
        if row is None:
            return _unless_unknown(facts, torch)
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        without = _without_code(facts, gpus, row)
        if not isinstance(without, tuple):
            return without
        return _no_code(facts, facts.packages.value, torch, gpus, without)


def _cpu_build(facts: Facts, packages: Sequence[Package], torch: Package, gpus: Nvidia) -> Finding:
    choice, environment = torch_choice(facts, gpus), facts.environment.value
    chose = (
        "PyPI's builds for Windows are all for the CPU."
        if on_windows(facts)
        else "pip does not look for a GPU when it chooses a build."
    )
    mend = install_torch(environment, packages, choice) if environment and choice else ()
    old_driver = () if choice is not None else (update_driver(facts, _newest_cuda(facts)),)
    return Finding(
        severity=Severity.WARNING,
        title=f"PyTorch {torch.version} is a build for the CPU, beside {in_words(gpus.devices)}",
        why=f"It computes on the CPU alone, and says nothing. {chose}"
        + (" The driver is too old for every build that is known." if old_driver else ""),
        evidence=(
            Evidence(
                label="PyTorch", value="built for the CPU: torch/version.py names no CUDA",
                source=facts.packages.source,
            ),
            *evidence(facts, gpus),
        ),
        actions=(*mend, *old_driver, GUIDE),
    )  # fmt: skip


def _unless_unknown(facts: Facts, torch: Package) -> Sequence[Finding] | Skip:
    """Return nothing to say of a build, where it is known."""
    return () if torch.build is not None else Skip(reason=facts.packages.why_unknown("torch.build"))


def _row(facts: Facts, torch: Package) -> TorchBuild | None:
    build = torch.build
    if build is None or build.flavour != "cuda":
        return None
    return facts.knowledge.torch.rows.get(build.flavour_version or "")


def _without_code(facts: Facts, gpus: Nvidia, row: TorchBuild) -> tuple[Gpu, ...] | Skip:
    """Return the GPUs that there is no code for, among those the kernel may see."""
    judged = {d: has_code(d, row.oldest, row.newest, ptx=row.ptx) for d in gpus.devices}
    without = tuple(device for device in gpus.devices if judged[device] is False)
    if not without and None in judged.values():
        return Skip(reason="the GPU's compute capability is unknown")
    seen = visible(facts, gpus.devices) if without else ()
    if seen is None:
        return Skip(
            reason="CUDA_VISIBLE_DEVICES numbers the GPUs in an order that is not known here"
        )
    return tuple(device for device in without if device in seen)


def _no_code(
    facts: Facts,
    packages: Sequence[Package],
    torch: Package,
    gpus: Nvidia,
    without: Sequence[Gpu],
) -> Sequence[Finding]:
    if not without:
        return ()
    used = Nvidia(devices=visible(facts, gpus.devices) or gpus.devices, driver=gpus.driver)
    cuda = (torch.build.flavour_version if torch.build else None) or ""
    row, environment = facts.knowledge.torch.rows[cuda], facts.environment.value
    choice = torch_choice(facts, used)
    mend = install_torch(environment, packages, choice) if environment and choice else ()
    others = len(without) < len(used.devices)
    named = ", ".join(dict.fromkeys(device.name or "this NVIDIA GPU" for device in without))
    capabilities = ", ".join(dict.fromkeys(device.capability or "" for device in without))
    finding = Finding(
        severity=Severity.WARNING if others else Severity.ERROR,
        title=f"PyTorch {torch.version} for CUDA {cuda} has no code for {named} "
        f"(compute capability {capabilities})",
        why="Computing on it fails with “no kernel image is available”."
        + (" The other GPUs of this machine can be used." if others else ""),
        evidence=(
            Evidence(
                label=f"Wheels for CUDA {cuda}",
                value=f"compute capability {row.oldest} to {row.newest}",
                source=f"{facts.knowledge.torch.source}, as of {facts.knowledge.torch.as_of}",
            ),
            *(
                Evidence(label="GPU", value=device_in_words(device), source=facts.gpus.source)
                for device in without
            ),
        ),
        actions=(*mend, GUIDE),
    )
    return (finding,)


def _is_pytorchs_own(torch: Package) -> bool:
    """Tell whether it is a wheel of PyTorch's: those built elsewhere say so after a `+`."""
    told = version(torch.version)
    if torch.installer in {None, "conda"} or told is None or torch.editable:
        return False
    return told.local is None or told.local.startswith("cu")


def _newest_cuda(facts: Facts) -> str | None:
    rows = facts.knowledge.torch.rows
    return max(rows, key=lambda cuda: tuple(map(int, cuda.split("."))), default=None)
