"""Family gpu: what conda has on record of builds for GPUs."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import CondaRecord, Facts
from ..recommendations import Action, Evidence, Finding, Severity, Skip, Source
from .base import Check
from .gpu_installs import GUIDE, too_old_for_torch
from .installs import create_by_conda, install_as_conda, terminal
from .nvidia import Nvidia, evidence, in_words, nvidia, on_macos, on_windows, variables

#: The packages that PyTorch's people put there; others, such as faiss, still use these channels.
_PYTORCHS = frozenset(
    {"pytorch", "pytorch-cuda", "pytorch-mutex", "torchvision", "torchaudio", "torchtext"}
    | {"torchdata", "torchtriton"}
)
_CHANNELS = ("pytorch", "pytorch-nightly")

#: What to ask conda for, by the package on record that tells.
_FOR_GPUS = {
    "pytorch": "pytorch=*=cuda*",
    "libtorch": "libtorch=*=cuda*",
    "tensorflow": "tensorflow=*=cuda*",
    "jaxlib": "jaxlib=*=*cuda*",
}
_FOR_WINDOWS = frozenset({"pytorch", "libtorch"})


class RetiredPytorchChannel(Check):
    """PyTorch comes from a conda channel that is no longer fed.

    ## What it does
    Looks for PyTorch's packages from the channels `pytorch` and `pytorch-nightly` among conda's
    records, and for these channels in conda's configuration.

    ## Why this matters
    There are no newer versions, no builds for newer GPUs and Pythons, and no fixes.

    ## How to fix it
    Make a new environment from conda-forge, which has PyTorch for GPUs, too.

    ## Example
    `conda install pytorch pytorch-cuda=12.4 -c pytorch -c nvidia`, as PyTorch's page once said,
    brings 2.5 at most.

    ## Tried on
    Real: a conda environment with a record of that channel, written by hand.
    """

    family = "gpu"
    sources = (
        Source(
            title="PyTorch issue 138506, Deprecating PyTorch's conda packages",
            url="https://github.com/pytorch/pytorch/issues/138506",
            passage="PyTorch publishes no conda packages of its own any more; conda-forge does.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for packages from there, advice where it is only configured."""
        conda = facts.conda.value
        if conda is None:
            return _without_records(facts)
        rows = facts.knowledge.channels.rows
        retired = [name for name in _CHANNELS if name in rows and rows[name].retired]
        records = [record for record in conda.records if record.channel in retired]
        pytorchs = [record for record in records if record.name in _PYTORCHS]
        if pytorchs:
            return (_from_there(facts, pytorchs),)
        listed = conda.config.channels if conda.config is not None else ()
        configured = [name for name in retired if name in listed]
        if not configured or records or conda.config is None:
            return ()
        name = configured[0]
        return (
            Finding(
                severity=Severity.ADVICE,
                title=f"conda is set up to use the channel {name}, which is no longer fed",
                why=f"{_sentence(rows[name].retired)} An install may bring the old one.",
                evidence=tuple(
                    Evidence(label="conda's configuration", value=file, source=facts.conda.source)
                    for file in conda.config.files
                ),
                actions=(
                    terminal(
                        "See which file names it",
                        ("conda", "config", "--show-sources"),
                        manager="conda",
                    ),
                    GUIDE,
                ),
            ),
        )


class CondaCpuVariant(Check):
    """conda chose a build for the CPU on a machine with an NVIDIA GPU.

    ## What it does
    Looks at the build strings of PyTorch, TensorFlow and jaxlib in conda's records. Silent where the
    build for the CPU was asked for (`pytorch-cpu`, a pin, an empty `CONDA_OVERRIDE_CUDA`), and where
    `CUDA_VISIBLE_DEVICES` hides all GPUs.

    ## Why this matters
    The framework computes on the CPU, and nothing says so.

    ## How to fix it
    Ask for a build for GPUs by its build string. Where conda solves on a machine without a GPU, a
    login node or the building of an image, set `CONDA_OVERRIDE_CUDA` for that command.

    ## Example
    `conda install pytorch` on a cluster's login node brings `cpu_generic_py312_…`.

    ## Tried on
    Real: a conda environment with records of such builds, written by hand, beside a stub driver; no
    real GPU.
    """

    family = "gpu"
    sources = (
        Source(
            title="conda-forge, NVIDIA CUDA packages",
            url="https://conda-forge.org/docs/user/cuda/",
            passage="conda chooses builds for GPUs where it detects a driver, as the virtual package "
            "__cuda; a build string asks for one, and a variable stands in for a driver.",
        ),
        Source(
            title="conda, Managing virtual packages",
            url="https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-virtual.html",
            passage="CONDA_OVERRIDE_CUDA says which CUDA conda takes the driver to support; empty, it "
            "says none.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for each framework."""
        conda = facts.conda.value
        if conda is None:
            return _without_records(facts)
        if on_macos(facts) or variables(facts).get("CONDA_OVERRIDE_CUDA") == "":
            return ()
        by_name = {record.name: record for record in conda.records}
        wishes = {*conda.requested, *by_name, *(pin.split()[0] for pin in conda.pinned if pin)}
        told = [
            by_name[name]
            for name in _FOR_GPUS
            if name in by_name
            and _for_cpu(by_name[name])
            and f"{name}-cpu" not in wishes
            and not any(pin.startswith(name) and "cpu" in pin for pin in conda.pinned)
            and not (on_windows(facts) and name not in _FOR_WINDOWS)
        ]
        told = [r for r in told if r.name != "libtorch" or not {"pytorch", "pytorch-cpu"} & wishes]
        if not told:
            return ()
        gpus = nvidia(facts)
        if not isinstance(gpus, Nvidia):
            return gpus or ()
        return tuple(
            Finding(
                about=record.name,
                severity=Severity.WARNING,
                title=f"conda installed {record.name} {record.version} as a build for the CPU, beside "
                f"{in_words(gpus.devices)}",
                why="conda takes a build for GPUs only where it sees a driver that is new enough while "
                "it solves; a login node or the building of an image has none.",
                evidence=(
                    Evidence(
                        label=f"Build of {record.name}",
                        value=record.build,
                        source=facts.conda.source,
                    ),
                    *evidence(facts, gpus),
                ),
                actions=(*_mend(facts, record), GUIDE),
            )
            for record in told
            if not too_old_for_torch(facts, gpus)
        )


def _without_records(facts: Facts) -> Sequence[Finding] | Skip:
    """Return nothing to say where this is no environment of conda's."""
    environment = facts.environment.value
    if environment is None or environment.kind.startswith(("conda", "pixi")):
        return Skip(reason=facts.conda.why_unknown())
    return ()


def _from_there(facts: Facts, records: Sequence[CondaRecord]) -> Finding:
    channel = records[0].channel or ""
    row = facts.knowledge.channels.rows[channel]
    gpus = nvidia(facts)
    for_gpus = isinstance(gpus, Nvidia) and not on_macos(facts)
    what = (
        f"{records[0].name} {records[0].version} comes"
        if len(records) == 1
        else f"{len(records)} packages come"
    )
    return Finding(
        severity=Severity.WARNING,
        title=f"{what} from the conda channel {channel}, which is no longer fed",
        why=_sentence(row.retired),
        evidence=tuple(
            Evidence(
                label=record.name,
                value=f"{record.version}, build {record.build}",
                source=facts.conda.source,
            )
            for record in records
        ),
        actions=(
            create_by_conda(
                facts.environment.value,
                ("pytorch-gpu" if for_gpus else "pytorch",),
                "Make a new environment from conda-forge",
            ),
            GUIDE,
        ),
    )


def _mend(facts: Facts, record: CondaRecord) -> tuple[Action, ...]:
    environment, spec = facts.environment.value, _FOR_GPUS[record.name]
    if environment is None:
        return ()
    if record.channel == "conda-forge":
        return install_as_conda(
            environment,
            (spec,),
            f"Install {record.name} for GPUs",
            conda=facts.conda.value,
        )
    # Builds of two channels do not mix well.
    return (create_by_conda(environment, (spec,), "Make a new environment from conda-forge"),)


def _for_cpu(record: CondaRecord) -> bool:
    return any(part.startswith("cpu") for part in record.build.split("_"))


def _sentence(text: str | None) -> str:
    return f"{(text or '')[:1].upper()}{(text or '')[1:]}."
