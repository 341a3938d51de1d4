"""Facts of GPUs as literals: NVIDIA's, of several generations, and frameworks built for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jupyterlab_envcheck.facts import (
    Build,
    Facts,
    Gpu,
    Gpus,
    NvidiaDriver,
    Package,
    Setting,
)
from jupyterlab_envcheck.recommendations import Action, Finding
from make_facts import INTERPRETER, MACHINE, NOTEBOOK, PACKAGES, PROCESS, make_facts, package


def gpu(name: str | None = "NVIDIA L4", capability: str | None = "8.9", **changes: Any) -> Gpu:
    """Return one of NVIDIA's."""
    given = {
        "vendor": "nvidia",
        "memory": None,
        "memory_used": None,
        "uuid": None,
        "mig": False,
        "instances": (),
    }
    return Gpu(**{**given, "name": name, "capability": capability, **changes})


L4 = gpu(uuid="GPU-aaaa")
GTX_1080 = gpu("NVIDIA GeForce GTX 1080", "6.1", uuid="GPU-bbbb")
RTX_5090 = gpu("NVIDIA GeForce RTX 5090", "12.0", uuid="GPU-cccc")
K40 = gpu("Tesla K40m", "3.5")


def driver(
    version: str | None = "610.43.02", cuda: str | None = "13.2", **is_: Any
) -> NvidiaDriver:
    """Return a driver that works, unless it is said what troubles it."""
    given = {"module": version, "trouble": None, "why": None}
    return NvidiaDriver(**{"version": version, "cuda": cuda, **given, **is_})


def gpus(*devices: Gpu, is_: NvidiaDriver | None = None) -> Gpus:
    """Return NVIDIA's GPUs, an L4 if none is named, with their driver."""
    return Gpus(devices=devices or (L4,), nvidia=is_ or driver())


def troubled(trouble: str, *devices: Gpu, **is_: Any) -> Gpus:
    """Return GPUs whose driver does not work."""
    given = {"version": None, "cuda": None, "module": None, "why": "the driver's own words"}
    return Gpus(devices=devices, nvidia=NvidiaDriver(**{**given, "trouble": trouble, **is_}))


def build(flavour: str | None, version: str | None = None) -> Build:
    """Return what a framework was built for."""
    return Build(
        flavour=flavour, flavour_version=version, blas=None, blas_version=None, blas_details=None
    )


def torch(cuda: str | None = None, version: str = "2.15.0", **changes: Any) -> Package:
    """Return PyTorch, for the CPU unless a CUDA version is said."""
    made = build("cuda", cuda) if cuda else build("cpu")
    return package("torch", version, **{"build": made, **changes})


def facts(*packages: Package, **changes: Any) -> Facts:
    """Return the facts of a healthy venv with `packages` too, beside an L4."""
    return make_facts(**{"packages": (*PACKAGES, *packages), "gpus": gpus(), **changes})


def system(name: str, architecture: str = "x86_64", container: str | None = None) -> Any:
    """Return a machine."""
    return replace(MACHINE, system=name, architecture=architecture, container=container)


def started_with(**variables: str) -> Any:
    """Return a kernel's process that started with these variables."""
    return replace(PROCESS, variables=variables)


def setting(value: str) -> Any:
    """Return a notebook that sets CUDA_VISIBLE_DEVICES."""
    line = Setting(variable="CUDA_VISIBLE_DEVICES", value=value, cell="c1", line=1, after=None)
    return replace(NOTEBOOK, settings=(line,))


def in_wsl() -> Any:
    """Return an interpreter inside WSL."""
    release = {"platform_release": "6.6.87.2-microsoft-standard-WSL2"}
    return replace(INTERPRETER, markers={**INTERPRETER.markers, **release})


def lines(finding: Finding) -> list[str]:
    """Return all commands that a finding offers."""
    return [
        " ".join(command.argv)
        for action in finding.actions
        for command in getattr(action, "commands", ())
    ]


def action(finding: Finding, id: str) -> Action:  # noqa: A002 - the action's own word
    """Return the action of this id."""
    (found,) = (one for one in finding.actions if one.id == id)
    return found
