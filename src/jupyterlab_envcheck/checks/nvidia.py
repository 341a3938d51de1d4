"""What the checks of family gpu make of NVIDIA's part of the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from ..facts import Facts, Gpu, NvidiaDriver, Package
from ..recommendations import Evidence, Skip

#: First words of CUDA_VISIBLE_DEVICES after which no device is seen; the last is what Slurm writes.
_NONE = frozenset({"", "-1", "nodevfiles"})

#: No driver answers with these, and none need: a container that was given no GPU, a login node.
_NO_DRIVER = frozenset({"library-not-found", "not-loaded"})


@dataclass(frozen=True, kw_only=True)
class Nvidia:
    """NVIDIA GPUs that work."""

    devices: tuple[Gpu, ...]
    driver: NvidiaDriver


def nvidia(facts: Facts) -> Nvidia | Skip | None:
    """Return the NVIDIA GPUs; None where there are none, or the kernel wishes to see none."""
    gpus = facts.gpus.value
    if gpus is None:
        return Skip(reason=facts.gpus.why_unknown())
    if gpus.nvidia is None or hidden(facts):
        return None
    if gpus.nvidia.trouble in _NO_DRIVER:
        return None
    if gpus.nvidia.trouble is not None:
        return Skip(reason=gpus.nvidia.why or "NVIDIA's driver does not answer")
    devices = nvidia_devices(gpus.devices)
    return Nvidia(devices=devices, driver=gpus.nvidia) if devices else None


def nvidia_devices(devices: Sequence[Gpu]) -> tuple[Gpu, ...]:
    """Return those of NVIDIA's."""
    return tuple(device for device in devices if device.vendor == "nvidia")


def variables(facts: Facts) -> Mapping[str, str]:
    """Return the variables the kernel started with, or would start with."""
    interpreter, process = facts.interpreter.value, facts.process.value
    return {
        **(interpreter.variables if interpreter is not None else {}),
        **(process.variables if process is not None else {}),
    }


def hidden(facts: Facts) -> bool:
    """Tell whether somebody hides all NVIDIA GPUs from the kernel, which is a wish for the CPU."""
    notebook = facts.notebook.value
    values = [variables(facts).get("CUDA_VISIBLE_DEVICES")]
    if notebook is not None:
        values += [s.value for s in notebook.settings if s.variable == "CUDA_VISIBLE_DEVICES"]
    return any(
        value is not None and value.split(",")[0].strip().lower() in _NONE for value in values
    )


def visible(facts: Facts, devices: Sequence[Gpu]) -> tuple[Gpu, ...] | None:
    """Return the devices that CUDA_VISIBLE_DEVICES leaves; None where it cannot be told.

    It may count them in another order than the driver's library does: fastest first.
    """
    value = variables(facts).get("CUDA_VISIBLE_DEVICES")
    if value is None or len({(d.name, d.capability) for d in devices}) == 1:
        return tuple(devices)
    words = [word.strip() for word in value.split(",")]
    if all(word.isdigit() for word in words):
        return tuple(devices) if len(set(words)) >= len(devices) else None
    if all(word.startswith("GPU-") for word in words):
        return tuple(d for d in devices if d.uuid and any(d.uuid.startswith(w) for w in words))
    return None


def in_words(devices: Sequence[Gpu]) -> str:
    """Return "an NVIDIA GPU (NVIDIA L4)", or "2 NVIDIA GPUs (NVIDIA L4, NVIDIA H200)"."""
    names = ", ".join(dict.fromkeys(device.name for device in devices if device.name))
    count = len(devices)
    return f"{'an' if count == 1 else count} NVIDIA GPU{'s' * (count != 1)}" + (
        f" ({names})" if names else ""
    )


def device_in_words(device: Gpu) -> str:
    """Return "NVIDIA L4, compute capability 8.9"."""
    name = device.name or "NVIDIA GPU"
    return f"{name}, compute capability {device.capability}" if device.capability else name


def evidence(facts: Facts, gpus: Nvidia) -> tuple[Evidence, ...]:
    """Return what is known of the GPUs and their driver."""
    driver = gpus.driver.version or "of unknown version"
    cuda = f", for CUDA up to {gpus.driver.cuda}" if gpus.driver.cuda else ""
    source = facts.gpus.source
    return (
        *(
            Evidence(label="GPU", value=told, source=source)
            for told in dict.fromkeys(map(device_in_words, gpus.devices))
        ),
        Evidence(label="NVIDIA driver", value=f"{driver}{cuda}", source=source),
    )


def on_windows(facts: Facts) -> bool:
    """Tell whether this is Windows itself."""
    return facts.machine.value is not None and facts.machine.value.system == "Windows"


def on_macos(facts: Facts) -> bool:
    """Tell whether this is macOS, for which there is no CUDA."""
    return facts.machine.value is not None and facts.machine.value.system == "Darwin"


def in_wsl(facts: Facts) -> bool:
    """Tell whether this is Linux inside Windows, where the driver is Windows' own."""
    interpreter = facts.interpreter.value
    release = interpreter.markers.get("platform_release", "") if interpreter is not None else ""
    return "microsoft" in release.lower()


def needed_driver(facts: Facts, cuda: str) -> str | None:
    """Return the oldest driver for programs made with a CUDA version; None where not known."""
    rows = facts.knowledge.drivers.rows
    row = rows.get(cuda) or rows.get(cuda.partition(".")[0])
    if row is None:
        return None
    return row.windows if on_windows(facts) or in_wsl(facts) else row.linux


def runs(facts: Facts, driver: NvidiaDriver, cuda: str) -> bool | None:
    """Tell whether a driver runs programs made with a CUDA version; None where not known.

    What the driver says of itself counts, too: forward compatibility packages lift it.
    """
    needed = needed_driver(facts, cuda)
    if needed is None or driver.version is None:
        return None
    have, least = version(driver.version), version(needed)
    if have is None or least is None:
        return None
    says, wanted = version(driver.cuda or "0"), version(cuda)
    return have >= least or (says is not None and wanted is not None and says.major >= wanted.major)


def has_code(device: Gpu, oldest: str | None, newest: str | None, *, ptx: bool) -> bool | None:
    """Tell whether a program that was made for these compute capabilities runs on a device.

    Code for 8.0 runs on 8.9, not on 9.0; `ptx` lets a driver compile it for what came later.
    """
    capability = version(device.capability)
    if capability is None:
        return None
    least, most = version(oldest), version(newest)
    if least is not None and capability < least:
        return False
    return most is None or capability.major <= most.major or ptx


def installed(packages: Sequence[Package], name: str) -> Package | None:
    """Return the package that an import of this distribution meets."""
    return next((package for package in packages if package.name == name), None)


def version(text: str | None) -> Version | None:
    """Return a version, None where there is none or it is none."""
    try:
        return Version(text) if text else None
    except InvalidVersion:
        return None
