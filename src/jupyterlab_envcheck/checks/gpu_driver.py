"""Family gpu: whether NVIDIA's driver works, and is new enough for what is installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..facts import Environment, Facts, NvidiaDriver, Package
from ..recommendations import Action, Evidence, Finding, Gui, Severity, Skip, Source
from .base import Check
from .gpu_installs import (
    GUIDE,
    install_from_pypi,
    install_torch,
    torch_choice,
    update_driver,
)
from .installs import install_as_conda, terminal
from .nvidia import (
    Nvidia,
    evidence,
    has_code,
    hidden,
    in_wsl,
    needed_driver,
    nvidia,
    nvidia_devices,
    runs,
    variables,
    version,
)

#: How the frameworks that are judged are called, by the beginnings of their distributions' names.
_FRAMEWORKS = {"torch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX", "cupy": "CuPy"}

_WITHHELD = frozenset({"void", "none"})  #: NVIDIA_VISIBLE_DEVICES: this container gets no GPU


_TITLES = {
    "not-loaded": "NVIDIA's driver is installed, but its kernel module is not loaded",
    "no-permission": "This user may not use the NVIDIA GPU",
    "library-not-found": "This machine has an NVIDIA GPU, and NVIDIA's driver is not found",
    "timed-out": "NVIDIA's driver did not answer",
    "crashed": "NVIDIA's driver ended the process that asked it",
}


class DriverBroken(Check):
    """NVIDIA's driver is there, but does not work.

    ## What it does
    Asks NVIDIA's management library, in a process of its own that is ended where it hangs, and
    reads the version of the module in the system's kernel. Silent where there is no NVIDIA GPU, and
    where somebody keeps the GPUs from this kernel or container. A machine that only lacks the
    driver, or a container that was not given the GPU, is spoken of only where something
    made for CUDA is installed.

    ## Why this matters
    No program can use the GPU; most fall back to the CPU with a warning that is easily missed.

    ## How to fix it
    After an update of the driver, restart the machine: its two halves must be of one version. Start
    a container with the GPUs (`docker run --gpus all`). Inside WSL the driver is Windows' own.

    ## Example
    An unattended upgrade replaces the library, and `nvidia-smi` says `Failed to initialize NVML:
    Driver/library version mismatch`.

    ## Tried on
    Real: a uv venv beside a stub driver that reports versions that differ, missing rights or a lost
    GPU, or ends the process that asks it; no real GPU. The other troubles from recorded facts.
    """

    family = "gpu"
    sources = (
        Source(
            title="NVIDIA, NVML API reference",
            url="https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html",
            passage="What the management library's errors mean: a module that is not loaded, a user "
            "without rights, a library and a module of different versions.",
        ),
        Source(
            title="NVIDIA Container Toolkit, Docker and its specialised configurations",
            url="https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html",
            passage="A container sees the GPUs it is started with, by --gpus or by variables.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return one finding: an error where something made for CUDA is installed."""
        gpus = facts.gpus.value
        if gpus is None:
            return Skip(reason=facts.gpus.why_unknown())
        driver = gpus.nvidia
        if driver is None or driver.trouble is None or _withheld(facts):
            return ()
        if driver.trouble == "not-asked":
            return Skip(reason=driver.why or "NVIDIA's driver was not asked")
        if driver.trouble in {"library-not-found", "not-loaded"}:
            unsure = _why_no_device(facts, driver)
            if unsure is not None:
                return unsure
        for_cuda = _made_for_cuda(facts.packages.value or ())
        severe = _severity(facts, driver, for_cuda)
        if severe is None:
            return ()
        return (
            Finding(
                severity=severe,
                title=_title(driver, _container(facts)),
                why=_why(driver, _container(facts)),
                evidence=(
                    Evidence(
                        label="NVIDIA's driver",
                        value=driver.why or driver.trouble,
                        source=facts.gpus.source,
                    ),
                    *(
                        Evidence(label=label, value=told, source=facts.gpus.source)
                        for label, told in (
                            ("Its version", driver.version),
                            ("The module in the system's kernel", driver.module),
                        )
                        if told is not None
                    ),
                    *(
                        Evidence(label="Made for CUDA", value=name, source=facts.packages.source)
                        for name in for_cuda[:5]
                    ),
                ),
                actions=(*_mend(facts, driver), GUIDE),
            ),
        )


class DriverTooOld(Check):
    """NVIDIA's driver is too old for the CUDA that a framework was built for.

    ## What it does
    Compares the driver's version with the oldest that runs programs of each CUDA version, for
    PyTorch, TensorFlow, JAX and CuPy, and where none of them is there for the CUDA libraries that are
    installed. Silent where the driver itself says that it runs that CUDA, and skipped where
    CUDA's forward compatibility packages may stand in.

    ## Why this matters
    The framework finds no GPU, or fails at the first use of it.

    ## How to fix it
    Update the driver; an older CUDA is the other way: a build for CUDA 12 runs on drivers from 525.

    ## Example
    `RuntimeError: The NVIDIA driver on your system is too old (found version 12020)`

    ## Tried on
    Real: a uv venv with the metadata of PyTorch for a CUDA of the future, beside a stub driver; no
    real GPU.
    """

    family = "gpu"
    sources = (
        Source(
            title="NVIDIA, CUDA compatibility: minor version compatibility",
            url="https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html",
            passage="From one driver version on, all programs made with a CUDA of one major version "
            "run, some with fewer features.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for each framework; a warning for libraries alone."""
        packages = facts.packages.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        frameworks = list(_frameworks(packages, facts.packages.source))
        wanted = frameworks or list(_libraries(facts))
        if not wanted:
            return ()
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        if gpus.driver.version is None:
            return Skip(reason=facts.gpus.why_unknown("nvidia.version"))
        old = [want for want in wanted if runs(facts, gpus.driver, want.cuda) is False]
        if old and _forward_compatibility(facts):
            return Skip(
                reason="CUDA's forward compatibility packages may lift what the driver runs"
            )
        return tuple(
            Finding(
                about=want.name,
                severity=Severity.ERROR if frameworks else Severity.WARNING,
                title=f"NVIDIA's driver {gpus.driver.version} is too old for {want.called}, which "
                f"needs {needed_driver(facts, want.cuda)} or newer",
                why=(f"It is built for CUDA {want.cuda}, and" if frameworks else "What uses it")
                + " finds no GPU with this driver, or fails at its first use.",
                evidence=(
                    Evidence(
                        label=want.called,
                        value=f"built for CUDA {want.cuda}",
                        source=want.source,
                    ),
                    *evidence(facts, gpus),
                ),
                actions=(
                    update_driver(facts, want.cuda),
                    *_step_down(facts, packages, want, gpus),
                    GUIDE,
                ),
            )
            for want in old
        )


@dataclass(frozen=True, kw_only=True)
class _Want:
    """Something that needs a driver for a CUDA version."""

    name: str
    called: str
    cuda: str
    by_conda: bool
    source: str


def _frameworks(packages: Sequence[Package], source: str) -> Iterator[_Want]:
    for package in packages:
        words = next((w for n, w in _FRAMEWORKS.items() if package.name.startswith(n)), None)
        build = package.build
        if words and build and build.flavour == "cuda" and build.flavour_version:
            yield _Want(
                name=package.name,
                called=f"{words} {package.version}",
                cuda=build.flavour_version,
                by_conda=package.installer == "conda",
                source=source,
            )


def _libraries(facts: Facts) -> Iterator[_Want]:
    records = facts.conda.value.records if facts.conda.value is not None else ()
    for record in records:
        if record.name == "cuda-version":
            yield _Want(
                name=record.name,
                called=f"conda's CUDA {record.version}",
                cuda=record.version,
                by_conda=True,
                source=facts.conda.source,
            )
    for package in facts.packages.value or ():
        if package.name.startswith("nvidia-cuda-runtime") and version(package.version):
            yield _Want(
                name=package.name,
                called=f"{package.name} {package.version}",
                cuda=".".join((package.version or "").split(".")[:2]),
                by_conda=False,
                source=facts.packages.source,
            )


def _step_down(
    facts: Facts, packages: Sequence[Package], want: _Want, gpus: Nvidia
) -> tuple[Action, ...]:
    """Return what installs a build for an older CUDA that this driver runs."""
    environment = facts.environment.value
    if environment is None:
        return ()
    if want.by_conda:
        return _older_conda_cuda(facts, environment, gpus)
    if want.name == "torch":
        choice = torch_choice(facts, gpus)
        return install_torch(environment, packages, choice) if choice is not None else ()
    rows = facts.knowledge.frameworks.rows
    for spec, row in sorted(rows.items(), key=lambda told: float(told[1].cuda), reverse=True):
        fits = all(has_code(d, row.oldest, None, ptx=True) is not False for d in gpus.devices)
        if want.name.startswith(row.package) and fits and runs(facts, gpus.driver, row.cuda):
            return install_from_pypi(environment, spec, f"Install {spec}…")
    return ()


def _older_conda_cuda(facts: Facts, environment: Environment, gpus: Nvidia) -> tuple[Action, ...]:
    majors = {int(cuda.split(".")[0]) for cuda in facts.knowledge.drivers.rows}
    best = max((m for m in majors if runs(facts, gpus.driver, f"{m}")), default=None)
    if best is None:
        return ()
    return install_as_conda(
        environment,
        (f"cuda-version={best}",),
        f"Install builds for CUDA {best}",
        conda=facts.conda.value,
    )


def _why_no_device(facts: Facts, driver: NvidiaDriver) -> Sequence[Finding] | Skip | None:
    """Return what to say where no GPU is seen, which is well: a login node, an image for GPUs."""
    gpus = facts.gpus.value
    if gpus is None or nvidia_devices(gpus.devices):
        return None
    if driver.module is not None and _container(facts) is None:
        return None
    unknown = driver.module is None and "devices" in facts.gpus.unknown
    return Skip(reason=facts.gpus.why_unknown("devices")) if unknown else ()


def _severity(facts: Facts, driver: NvidiaDriver, for_cuda: Sequence[str]) -> Severity | None:
    """Return how bad it is for what is installed, None where nothing needs the driver."""
    absent = driver.trouble == "library-not-found"
    if absent and (driver.module is None or _container(facts) is not None):
        return Severity.ADVICE if for_cuda else None
    if not for_cuda:
        return Severity.ADVICE
    # It may only be slow, or fail for our process alone.
    unsure = driver.trouble in {"timed-out", "crashed"}
    return Severity.WARNING if unsure else Severity.ERROR


def _forward_compatibility(facts: Facts) -> bool:
    records = facts.conda.value.records if facts.conda.value is not None else ()
    names = [record.name for record in records] + [p.name for p in facts.packages.value or ()]
    folders = variables(facts).get("LD_LIBRARY_PATH", "").split(":")
    return any(name.startswith("cuda-compat") for name in names) or any(
        "compat" in folder.rpartition("/")[2] for folder in folders
    )


def _made_for_cuda(packages: Sequence[Package]) -> tuple[str, ...]:
    return tuple(
        f"{package.name} {package.version or ''}".strip()
        for package in packages
        if (package.build is not None and package.build.flavour == "cuda")
        or package.name.startswith(("nvidia-cuda-runtime", "jax-cuda"))
    )


def _withheld(facts: Facts) -> bool:
    given = variables(facts).get("NVIDIA_VISIBLE_DEVICES", "").strip().lower()
    return hidden(facts) or given in _WITHHELD


def _container(facts: Facts) -> str | None:
    return facts.machine.value.container if facts.machine.value is not None else None


def _title(driver: NvidiaDriver, container: str | None) -> str:
    own, module = (f" {told}" if told else "" for told in (driver.version, driver.module))
    if driver.trouble == "version-mismatch":
        return f"NVIDIA's library{own} and its kernel module{module} are of different versions"
    if driver.trouble == "library-not-found" and container is not None:
        return "This container was started without the machine's NVIDIA GPU"
    if driver.trouble == "library-not-found" and driver.module is not None:
        return f"NVIDIA's kernel module{module} is loaded, but its library is not found"
    trouble = driver.trouble or ""
    return _TITLES.get(trouble, f"NVIDIA's driver reports error {trouble.removeprefix('nvml-')}")


def _why(driver: NvidiaDriver, container: str | None) -> str:
    match driver.trouble:
        case "version-mismatch":
            return (
                "No program can use the GPU until both are of one version. That is so after an "
                "update of the driver until the module is loaded anew."
            )
        case "library-not-found" if container is None and driver.module is None:
            return "What is installed for CUDA computes on the CPU."
        case "timed-out":
            return (
                "It may hang, or only start slowly. Programs that use the GPU would wait as long."
            )
        case _:
            return "Programs that are made for CUDA cannot use the GPU like this."


def _mend(facts: Facts, driver: NvidiaDriver) -> tuple[Action, ...]:
    container = _container(facts)
    wsl = ("Inside WSL the driver is Windows' own: update it on Windows.",) if in_wsl(facts) else ()
    match driver.trouble:
        case "library-not-found" if container is not None:
            if container not in {"docker", "podman"}:
                return ()
            gpus = (
                ("--device", "nvidia.com/gpu=all") if container == "podman" else ("--gpus", "all")
            )
            line = (container, "run", *gpus, "IMAGE")
            return (terminal("Start the container with the GPUs", line, manager=container),)
        case "library-not-found":
            return (update_driver(facts, None),)
        case "no-permission":
            return (terminal("See who may use it", ("ls", "-l", "/dev/nvidiactl", "/dev/nvidia0")),)
        case _ if container is not None:
            steps = ("Restart the container; it shares the driver of its host.",)
            return (Gui(id="restart-machine", title="Restart", steps=steps),)
        case _:
            steps = wsl or ("Restart the machine, so that the module is loaded anew.",)
            return (Gui(id="restart-machine", title="Restart", steps=steps),)
