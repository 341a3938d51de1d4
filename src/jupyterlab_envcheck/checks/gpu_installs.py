"""The actions of family gpu: builds of frameworks that fit a GPU and its driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import Version

from ..facts import Environment, Facts, Package
from ..installers import CONDA_KINDS, PROJECT_KINDS
from ..recommendations import Action, Command, Gui, Read, Run
from .installs import install, terminal
from .nvidia import Nvidia, has_code, in_wsl, needed_driver, runs, version

GUIDE = Read(title="Which build for which GPU", entry="gpu")

_INDEX = "https://download.pytorch.org/whl/"
_COMPANIONS = ("torchvision", "torchaudio")  #: made for one build of torch each


@dataclass(frozen=True, kw_only=True)
class TorchChoice:
    """PyTorch wheels that fit."""

    cuda: str
    before: str | None  #: the first version that has none; None where the newest has

    @property
    def backend(self) -> str:
        """Return what PyTorch's indexes and uv call it: cu132."""
        return f"cu{self.cuda.replace('.', '')}"

    @property
    def index(self) -> str:
        """Return the URL of their index."""
        return f"{_INDEX}{self.backend}"

    @property
    def spec(self) -> str:
        """Return what to ask the index for."""
        return f"torch<{self.before}" if self.before else "torch"

    def __str__(self) -> str:
        return f"PyTorch{f' below {self.before}' if self.before else ''} for CUDA {self.cuda}"


def torch_choice(facts: Facts, gpus: Nvidia) -> TorchChoice | None:
    """Return the newest PyTorch that runs with this driver and has code for all these GPUs."""
    fitting = [
        TorchChoice(cuda=cuda, before=row.before)
        for cuda, row in facts.knowledge.torch.rows.items()
        if runs(facts, gpus.driver, cuda)
        and all(has_code(d, row.oldest, row.newest, ptx=row.ptx) is not False for d in gpus.devices)
    ]
    newest = Version("99999")
    return max(
        fitting,
        key=lambda choice: (version(choice.before) or newest, Version(choice.cuda)),
        default=None,
    )


def too_old_for_torch(facts: Facts, gpus: Nvidia) -> bool:
    """Tell whether no PyTorch that is known has code for any of these GPUs, so that the CPU is right."""
    return all(
        has_code(device, row.oldest, row.newest, ptx=row.ptx) is False
        for device in gpus.devices
        for row in facts.knowledge.torch.rows.values()
    )


def install_torch(
    environment: Environment, packages: Sequence[Package], choice: TorchChoice
) -> tuple[Run, ...]:
    """Return the lines that put other wheels of PyTorch in the place of these; empty where none may.

    pip takes the wheels for what is there already, so they are removed first.
    """
    names = ("torch", *(n for n in _COMPANIONS if any(p.name == n for p in packages)))
    specs = (choice.spec, *names[1:])
    commands = _torch_commands(environment, names, specs, choice)
    return (Run(title=f"Install {choice}", commands=commands),) if commands else ()


def install_from_pypi(environment: Environment, spec: str, title: str) -> tuple[Action, ...]:
    """Return the action that installs what is on PyPI alone; in conda's environments by pip."""
    if environment.kind in CONDA_KINDS:
        if environment.has_pip is False:
            return ()
        return (terminal(title, _pip(environment, "install", spec), manager="pip"),)
    if environment.kind == "pixi":
        return (terminal(title, ("pixi", "add", "--pypi", spec), manager="pixi"),)
    return install(environment, (spec,), title)


def update_driver(facts: Facts, cuda: str | None) -> Gui:
    """Return how to come to a newer driver, which no installer of packages brings."""
    least = needed_driver(facts, cuda) if cuda is not None else None
    which = f"NVIDIA driver {least} or newer" if least else "a newer NVIDIA driver"
    if in_wsl(facts):
        where = f"On Windows, not inside WSL, install {which} from nvidia.com/drivers."
    elif facts.machine.value is not None and facts.machine.value.container:
        where = f"The driver is the host's, not the container's: have {which} installed there."
    else:
        where = f"Install {which} from your system's packages, or from nvidia.com/drivers."
    return Gui(
        id="update-driver",
        title="Update NVIDIA's driver",
        steps=(where, "Restart the machine."),
    )


def _torch_commands(
    environment: Environment,
    names: Sequence[str],
    specs: Sequence[str],
    choice: TorchChoice,
) -> tuple[Command, ...]:
    source = f"pytorch-{choice.backend}"
    if environment.kind == "uv-project":
        index = f"{source}={choice.index}"
        return (Command(manager="uv project", argv=("uv", "add", "--index", index, *specs)),)
    if environment.kind == "poetry":
        add = ("poetry", "source", "add", "--priority=explicit", source, choice.index)
        return (
            Command(manager="poetry", argv=add),
            Command(manager="poetry", argv=("poetry", "add", "--source", source, *specs)),
        )
    fits_pip = environment.kind not in PROJECT_KINDS and not environment.externally_managed
    if not fits_pip or not _may_pip(environment):
        return ()
    commands: list[Command] = []
    if environment.has_pip is not False:
        install_argv = _pip(environment, "install", *specs, "--index-url", choice.index)
        commands += [
            Command(manager="pip", argv=_pip(environment, "uninstall", *names)),
            Command(manager="pip", argv=install_argv),
        ]
    again = tuple(word for name in names for word in ("--reinstall-package", name))
    # `auto` looks at the driver and not at the GPU, so an older build is named.
    backend = "auto" if choice.before is None else choice.backend
    uv = ("uv", "pip", "install", "--python", environment.python, *again, *specs)
    commands.append(Command(manager="uv", argv=(*uv, f"--torch-backend={backend}")))
    return tuple(commands)


def _may_pip(environment: Environment) -> bool:
    """Tell whether pip may install here; what installs.install lets in, it lets in, too."""
    return environment.kind in CONDA_KINDS or bool(install(environment, ("torch",), ""))


def _pip(environment: Environment, *words: str) -> tuple[str, ...]:
    return (environment.python, "-m", "pip", *words)
