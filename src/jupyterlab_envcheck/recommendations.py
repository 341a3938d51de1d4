"""What to tell the user: findings with their evidence, and the actions that would mend them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """How bad it is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One measured fact behind a finding."""

    label: str
    value: str
    source: str  #: how it is known


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a piece of advice comes from."""

    title: str
    url: str
    passage: str = ""  #: what it says, in our words


@dataclass(frozen=True, kw_only=True)
class Command:
    """How one manager spells an action."""

    manager: str  #: pip, uv, conda, mamba, …
    argv: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Install:
    """Install packages into the environment of the kernel, by a plan."""

    id: str = "install"
    kind: Literal["install"] = "install"
    title: str  #: "Install scikit-learn…"
    specs: tuple[str, ...]
    commands: tuple[Command, ...]
    recommended: str | None  #: the manager that fits best; None where none does
    #: "reinstall" puts the files of the same version there anew, "update" takes the newest that fits.
    wish: Literal["install", "update", "reinstall"] = "install"
    build: tuple[str, ...] = ()  #: names whose source may be built, which runs their code
    pins: tuple[str, ...] = ()  #: specs that conda is to hold from then on


@dataclass(frozen=True, kw_only=True)
class Remove:
    """Remove packages from the environment of the kernel, by a plan."""

    id: str = "remove"
    kind: Literal["remove"] = "remove"
    title: str
    specs: tuple[str, ...]
    commands: tuple[Command, ...]
    recommended: str | None


@dataclass(frozen=True, kw_only=True)
class CreateEnvironment:
    """Make a new environment with a kernel, by a plan; `commands` for a terminal."""

    id: str = "create-environment"
    kind: Literal["create-environment"] = "create-environment"
    title: str
    commands: tuple[Command, ...]
    name: str = "proj"  #: suggested
    specs: tuple[str, ...] = ()  #: what is to be in it, beside ipykernel
    python: str | None = None  #: a version to ask for: "3.14"; None for the kernel's own
    channels: tuple[str, ...] = ()  #: conda's, by name, which then makes it
    folder: str | None = None  #: where it is to be made; None for the usual place
    build: tuple[str, ...] = ()  #: names whose source may be built, which runs their code


@dataclass(frozen=True, kw_only=True)
class RegisterKernel:
    """Make an environment that exists a kernel, by a plan; `commands` for a terminal."""

    id: str = "register-kernel"
    kind: Literal["register-kernel"] = "register-kernel"
    title: str
    prefix: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Put back the files of before a job that was interrupted."""

    id: str = "repair"
    kind: Literal["repair"] = "repair"
    title: str
    job: str


@dataclass(frozen=True, kw_only=True)
class SetEnvironment:
    """Set variables before the kernel starts: by a plan, in a kernelspec of its own."""

    id: str = "set-environment"
    kind: Literal["set-environment"] = "set-environment"
    title: str
    variables: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RestartKernel:
    """Restart the kernel so that it sees what is installed now."""

    id: str = "restart-kernel"
    kind: Literal["restart-kernel"] = "restart-kernel"
    title: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """Something for a terminal, never run for the user."""

    id: str = "run"
    kind: Literal["run"] = "run"
    title: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, kw_only=True)
class Gui:
    """Steps in a graphical program, such as Anaconda Navigator."""

    id: str = "gui"
    kind: Literal["gui"] = "gui"
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Read:
    """An entry of the guide."""

    id: str = "read"
    kind: Literal["read"] = "read"
    title: str
    entry: str


Action = (
    Install
    | Remove
    | CreateEnvironment
    | RegisterKernel
    | SetEnvironment
    | RestartKernel
    | Repair
    | Run
    | Gui
    | Read
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check says about this environment."""

    about: str = ""  #: what it is about, where a check can speak of several things: "sklearn"
    severity: Severity
    title: str  #: a fact about this environment, with its numbers
    why: str  #: one or two sentences
    evidence: tuple[Evidence, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Skip:
    """A check that could not tell, and why."""

    reason: str


Status = Literal["finding", "pass", "skip", "crash"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one check, as every face shows it."""

    id: str  #: the check, plus ":" and what it is about
    check: str
    family: str
    status: Status
    severity: Severity | None = None
    title: str
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    actions: tuple[Action, ...] = ()
    sources: tuple[Source, ...] = ()
    reason: str | None = None  #: why it was skipped or crashed


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How many outcomes there are of each sort."""

    error: int = 0
    warning: int = 0
    advice: int = 0
    info: int = 0
    skip: int = 0
    crash: int = 0


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a report speaks of."""

    kind: Literal["kernel", "kernelspec", "interpreter"]
    name: str
    kernel_id: str | None = None
