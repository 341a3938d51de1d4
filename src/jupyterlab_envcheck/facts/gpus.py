"""Graphics processors, and whether their drivers work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A graphics processor, whether or not the kernel's variables hide it."""

    vendor: str  #: nvidia, amd, intel, apple
    name: str | None
    memory: int | None  #: bytes
    memory_used: int | None  #: bytes of it that all processes held when it was looked at
    capability: str | None  #: NVIDIA's compute capability, "9.0"; AMD's target, "gfx90a"
    uuid: str | None  #: by which CUDA_VISIBLE_DEVICES may name it
    mig: bool | None  #: it is split into instances (MIG)
    instances: tuple[str, ...]  #: UUIDs of these


@dataclass(frozen=True, kw_only=True)
class NvidiaDriver:
    """NVIDIA's driver: its two halves, and why they do not speak to each other."""

    version: str | None  #: as the library says it, else the kernel module
    module: str | None  #: version of the module in the system's kernel
    cuda: str | None  #: the newest CUDA it can run: "13.2"
    trouble: str | None  #: library-not-found, not-loaded, no-permission, version-mismatch, …
    why: str | None  #: the same in words


@dataclass(frozen=True, kw_only=True)
class Gpus:
    """All of them, and NVIDIA's driver where there is a sign of one."""

    devices: tuple[Gpu, ...]
    nvidia: NvidiaDriver | None
