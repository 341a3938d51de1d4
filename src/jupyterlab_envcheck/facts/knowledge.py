"""What is known of the wider world: dated tables, read from `knowledge/*.toml` at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Table(Generic[T]):
    """A table of facts that age."""

    source: str  #: where it was looked up
    as_of: date
    rows: Mapping[str, T]


@dataclass(frozen=True, kw_only=True)
class PythonRelease:
    """The life of one Python minor version."""

    released: date
    end_of_life: date


@dataclass(frozen=True, kw_only=True)
class ImportName:
    """The distribution that brings an importable name; None where a channel has none."""

    pypi: str | None
    conda: str | None


@dataclass(frozen=True, kw_only=True)
class Window:
    """How long SPEC 0 asks the scientific packages to support one minor version."""

    until: date


@dataclass(frozen=True, kw_only=True)
class Newest:
    """The newest release of a package, and the Python it asks for."""

    version: str
    python: str  #: the oldest it runs on: "3.12"


@dataclass(frozen=True, kw_only=True)
class Driver:
    """The oldest NVIDIA driver that runs one CUDA version."""

    linux: str
    windows: str


@dataclass(frozen=True, kw_only=True)
class TorchBuild:
    """Which GPUs the PyTorch wheels for one CUDA version have code for."""

    oldest: str  #: compute capability, "7.5"
    newest: str  #: "12.0"
    ptx: bool  #: and code that a driver can compile for newer ones
    before: str | None  #: the first PyTorch without such wheels; None where there are new ones


@dataclass(frozen=True, kw_only=True)
class Framework:
    """What to ask an installer for, so that a framework computes on NVIDIA GPUs."""

    package: str  #: the framework, normalised: "jax"
    cuda: str  #: the CUDA it is made for: "13"
    oldest: str | None  #: compute capability it has code for; None where that is not known
    since: str | None  #: the framework's first version that can be asked so
    windows_until: str | None  #: its first version that uses no GPU on Windows itself


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Distributions that bring the same files, so that only one of them can work."""

    imported: str  #: the name they share
    distributions: tuple[str, ...]
    keep: str  #: which to keep where nothing else decides


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What is to be said of a conda channel."""

    terms: str | None  #: in our words, what using it may cost whom; None where nothing
    retired: str | None  #: in our words, since when and what instead; None where it is alive
    url: str


@dataclass(frozen=True, kw_only=True)
class WidgetHalves:
    """What draws in the browser the widgets that one series of a package makes in the kernel."""

    kernel: str  #: that series, as a requirement: "ipywidgets>=8,<9"
    labextension: str  #: the extension of JupyterLab that draws them
    fits: str  #: how its version begins: "5", "0.12"
    server: str  #: what brings such a one, as a requirement


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All tables."""

    pythons: Table[PythonRelease]  #: "3.13" -> its life
    imports: Table[ImportName]  #: "sklearn" -> scikit-learn
    spec0: Table[Window]  #: "numpy 2.2", "python 3.12" -> until when
    newest: Table[Newest]  #: "numpy" -> 2.5.5
    drivers: Table[Driver]  #: CUDA "12", "11.0" -> driver
    torch: Table[TorchBuild]  #: CUDA "12.6" -> what the wheels hold
    frameworks: Table[Framework]  #: "jax[cuda13]"
    clashes: Table[Clash]  #: "cv2"
    channels: Table[Channel]  #: "defaults", "pytorch"
    widgets: Table[WidgetHalves]  #: "ipywidgets 8" -> its other half
