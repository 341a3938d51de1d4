"""Family gpu: whether TensorFlow and JAX, as pip installed them, can use the NVIDIA GPUs."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Facts, Framework, Package
from ..recommendations import Action, Evidence, Finding, Severity, Skip, Source
from .base import Check
from .gpu_installs import GUIDE, install_from_pypi, update_driver
from .installs import create, terminal, uninstall
from .nvidia import (
    Nvidia,
    evidence,
    has_code,
    in_words,
    installed,
    nvidia,
    on_macos,
    on_windows,
    runs,
    variables,
    version,
)

_TENSORFLOWS = ("tensorflow", "tensorflow-intel", "tensorflow-cpu")

_X86 = frozenset({"x86_64", "AMD64"})

#: Words in LD_LIBRARY_PATH and in the names of loaded modules that tell of a CUDA of the system's.
_SYSTEM_CUDA = ("cuda", "cudnn", "nvidia")


class TensorflowWithoutGpu(Check):
    """TensorFlow cannot use the NVIDIA GPU as it is installed.

    ## What it does
    Looks which TensorFlow is installed, and for the CUDA libraries that its extra `and-cuda` brings.
    Windows itself has had no TensorFlow for GPUs since version 2.11. Skipped where variables tell of
    a CUDA of the system's, which TensorFlow may use instead; what conda installed is the matter of
    conda-cpu-variant.

    ## Why this matters
    TensorFlow computes on the CPU, and says so only in a line of its log.

    ## How to fix it
    On Linux install `tensorflow[and-cuda]`. On Windows use WSL, or another framework.

    ## Example
    `Could not find cuda drivers on your machine, GPU will not be used.`

    ## Tried on
    Real: a uv venv with TensorFlow's metadata, beside a stub driver; no real GPU.
    """

    family = "gpu"
    sources = (
        Source(
            title="TensorFlow, Install TensorFlow with pip",
            url="https://www.tensorflow.org/install/pip",
            passage="For GPUs on Linux there is the extra and-cuda; on Windows itself 2.10 was the last "
            "version that used GPUs, and WSL is the way since.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning; advice where CUDA libraries of the system might do."""
        packages = facts.packages.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        found = next(filter(None, (installed(packages, name) for name in _TENSORFLOWS)), None)
        if found is None or found.installer == "conda" or on_macos(facts) or _for_gpus(found):
            return ()
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        if on_windows(facts):
            return _tensorflow_on_windows(facts, found, gpus)
        if found.build is None and _tells_of_cuda(facts):
            return Skip(reason=facts.packages.why_unknown(f"{found.name}.build"))
        return _tensorflow_on_linux(facts, packages, found, gpus)


class JaxPluginMismatch(Check):
    """JAX has no plugin for the NVIDIA GPU, or one that it does not use.

    ## What it does
    Looks for JAX's CUDA plugins. There is to be one where there is an NVIDIA GPU, its version is to
    be jaxlib's, and there are not to be plugins for two CUDA versions. Silent where `JAX_PLATFORMS`
    asks for another device.

    ## Why this matters
    Without a plugin that fits, JAX computes on the CPU.

    ## How to fix it
    Install `jax[cuda13]`, or `jax[cuda12]` for older drivers, in one command, so that all parts fit.

    ## Example
    `pip install -U jaxlib` leaves the plugin behind: `JAX plugin jax_cuda12_plugin version 0.7.1 is
    installed, but it is not compatible with the installed jaxlib version 0.7.2`.

    ## Tried on
    Real: a uv venv with the metadata of JAX and its plugins, beside a stub driver; no real GPU.
    """

    family = "gpu"
    sources = (
        Source(
            title="JAX, Installation",
            url="https://docs.jax.dev/en/latest/installation.html",
            passage="jax alone is for the CPU; extras bring plugins with the CUDA libraries they need, "
            "on Linux and, as an experiment, in WSL.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an error for a plugin that is not used, a warning for none or too many."""
        packages = facts.packages.value
        if packages is None:
            return Skip(reason=facts.packages.why_unknown())
        jax = installed(packages, "jax")
        if jax is None or jax.installer == "conda" or on_macos(facts) or _elsewhere(facts):
            return ()
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        plugins = [p for p in packages if p.name.startswith("jax-cuda") and "-plugin" in p.name]
        if plugins:
            return _of_plugins(facts, plugins, installed(packages, "jaxlib"), gpus)
        for_cpu = jax.build is not None and jax.build.flavour == "cpu"
        return (_jax_on_the_cpu(facts, jax, gpus),) if for_cpu else ()


def fitting_spec(facts: Facts, gpus: Nvidia, package: str) -> str | None:
    """Return what to ask an installer for: for the newest CUDA that driver and GPUs can use."""
    fitting: list[tuple[str, Framework]] = [
        (spec, row)
        for spec, row in facts.knowledge.frameworks.rows.items()
        if row.package == package
        and runs(facts, gpus.driver, row.cuda)
        and all(has_code(d, row.oldest, None, ptx=True) is not False for d in gpus.devices)
    ]
    return max(fitting, key=lambda told: int(told[1].cuda), default=(None, None))[0]


def _tensorflow_on_windows(facts: Facts, found: Package, gpus: Nvidia) -> Sequence[Finding]:
    rows = facts.knowledge.frameworks.rows.values()
    until = next((row.windows_until for row in rows if row.windows_until), None)
    have, ended = version(found.version), version(until)
    if have is None or ended is None or have < ended:
        return ()
    return (
        Finding(
            severity=Severity.WARNING,
            title=f"TensorFlow {found.version} uses no GPU on Windows, beside "
            f"{in_words(gpus.devices)}",
            why=f"Since version {until} TensorFlow is for the CPU there. In WSL it can use the GPU.",
            evidence=evidence(facts, gpus),
            actions=(GUIDE,),
        ),
    )


def _tensorflow_on_linux(
    facts: Facts, packages: Sequence[Package], found: Package, gpus: Nvidia
) -> Sequence[Finding]:
    machine, environment = facts.machine.value, facts.environment.value
    if machine is None or machine.architecture not in _X86:
        return ()  # TensorFlow's own wheels for GPUs are for x86 alone
    for_cpu = found.build is not None
    rows = facts.knowledge.frameworks.rows
    spec = fitting_spec(facts, gpus, "tensorflow")
    actions: tuple[Action, ...] = ()
    have = version(found.version)
    since = version(rows[spec].since) if spec is not None else None
    if spec is None:
        needed = next((row.cuda for row in rows.values() if row.package == "tensorflow"), None)
        actions = (update_driver(facts, needed),)
    elif environment is not None and for_cpu:
        # Both bring the same files: what is removed last takes them along.
        names = [n for n in _TENSORFLOWS if installed(packages, n)]
        actions = (
            *uninstall(environment, names, "First remove the build for the CPU"),
            *install_from_pypi(environment, spec, f"Then install {spec}…"),
        )
    elif environment is not None and have is not None and since is not None and have >= since:
        actions = install_from_pypi(environment, spec, f"Install {spec}…")
    finding = Finding(
        severity=Severity.WARNING if for_cpu else Severity.ADVICE,
        title=f"{found.name} {found.version} is a build for the CPU, beside {in_words(gpus.devices)}"
        if for_cpu
        else f"TensorFlow {found.version} has no CUDA libraries beside it, and there is "
        f"{in_words(gpus.devices)}",
        why="It computes on the CPU."
        if for_cpu
        else "Unless it finds CUDA libraries of the system's, it computes on the CPU.",
        evidence=(
            Evidence(
                label=found.name,
                value=f"{found.version}, and no nvidia-cudnn",
                source=facts.packages.source,
            ),
            *evidence(facts, gpus),
        ),
        actions=(*actions, GUIDE),
    )
    return (finding,)


def _of_plugins(
    facts: Facts, plugins: Sequence[Package], jaxlib: Package | None, gpus: Nvidia
) -> Sequence[Finding]:
    unused = [plugin for plugin in plugins if jaxlib and not _same_release(plugin, jaxlib)]
    found = []
    if jaxlib is not None and len(unused) == len(plugins):
        found.append(_unused_plugin(facts, unused[0], jaxlib, gpus))
    if len(plugins) > 1:
        found.append(_two_plugins(facts, plugins, gpus))
    return tuple(found)


def _jax_on_the_cpu(facts: Facts, jax: Package, gpus: Nvidia) -> Finding:
    windows = on_windows(facts)
    why = (
        "JAX has no plugin for NVIDIA GPUs on Windows; in WSL it has one, as an experiment."
        if windows
        else "Its support for GPUs is a plugin, which an extra of jax brings."
    )
    return Finding(
        severity=Severity.INFO if windows else Severity.WARNING,
        title=f"JAX {jax.version} has no plugin for {in_words(gpus.devices)}",
        why=why,
        evidence=(
            Evidence(label="JAX", value="computes on the CPU", source=facts.packages.source),
            *evidence(facts, gpus),
        ),
        actions=(GUIDE,) if windows else (*_install_jax(facts, gpus), GUIDE),
    )


def _unused_plugin(facts: Facts, plugin: Package, jaxlib: Package, gpus: Nvidia) -> Finding:
    return Finding(
        about=plugin.name,
        severity=Severity.ERROR,
        title=f"{plugin.name} {plugin.version} is not of jaxlib's version {jaxlib.version}",
        why="JAX passes over a plugin of another version than jaxlib, and computes on the CPU.",
        evidence=_parts(facts, (plugin, jaxlib)),
        actions=(*_install_jax(facts, gpus), GUIDE),
    )


def _two_plugins(facts: Facts, plugins: Sequence[Package], gpus: Nvidia) -> Finding:
    environment = facts.environment.value
    names = [plugin.name for plugin in plugins]
    packages = facts.packages.value or ()
    pairs = [name for plugin in names for name in (plugin, plugin.replace("-plugin", "-pjrt"))]
    both = [name for name in pairs if installed(packages, name)]
    removal: tuple[Action, ...] = ()
    if environment is not None and environment.kind.startswith("conda"):
        argv = (environment.python, "-m", "pip", "uninstall", *both)
        removal = (terminal("First remove all of them", argv, manager="pip"),)
    elif environment is not None:
        removal = uninstall(environment, both, "First remove all of them")
    return Finding(
        about="plugins",
        severity=Severity.WARNING,
        title=f"JAX has plugins for {len(plugins)} CUDA versions: {', '.join(names)}",
        why="They offer the same device, and JAX takes one of them.",
        evidence=_parts(facts, plugins),
        actions=(*removal, *_install_jax(facts, gpus), GUIDE),
    )


def _install_jax(facts: Facts, gpus: Nvidia) -> tuple[Action, ...]:
    spec, environment = fitting_spec(facts, gpus, "jax"), facts.environment.value
    if spec is None:
        oldest = min(
            (row.cuda for row in facts.knowledge.frameworks.rows.values() if row.package == "jax"),
            key=int,
            default=None,
        )
        return (update_driver(facts, oldest),)
    if environment is None:
        return ()
    done = install_from_pypi(environment, spec, f"Install {spec}…")
    return done or (create(environment, (spec,)),)


def _parts(facts: Facts, packages: Sequence[Package]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(label=package.name, value=package.version or "?", source=facts.packages.source)
        for package in packages
    )


def _same_release(plugin: Package, jaxlib: Package) -> bool:
    """Tell whether JAX takes them for one version: it compares the numbers alone."""
    one, other = version(plugin.version), version(jaxlib.version)
    return one is None or other is None or one.release == other.release


def _for_gpus(found: Package) -> bool:
    return found.build is not None and found.build.flavour != "cpu"


def _elsewhere(facts: Facts) -> bool:
    """Tell whether somebody wishes JAX to compute on something other than an NVIDIA GPU."""
    platforms = variables(facts).get("JAX_PLATFORMS", "").lower()
    return bool(platforms) and not {"cuda", "gpu"} & set(platforms.split(","))


def _tells_of_cuda(facts: Facts) -> bool:
    told = variables(facts)
    text = f"{told.get('LD_LIBRARY_PATH', '')}:{told.get('LOADEDMODULES', '')}".lower()
    return any(word in text for word in _SYSTEM_CUDA)
