"""Tells of the machine the kernel runs on, and of its GPUs."""

from __future__ import annotations

from ...facts import Gpus, Machine, Section
from .. import machine
from ..found import Found, nothing, section
from ..interpreter import inherited
from ..subject import Subject


def of_machine(subject: Subject, found: Found) -> Section[Machine]:
    """Tell of the machine as the kernel sees it."""
    if subject.remote:
        return nothing("the kernel's machine", found.why)
    process, told = found.process, found.told
    environ = inherited(process.environ if process is not None else subject.env)
    caches, uncounted = found.caches
    value, unknown = machine.look(
        process.pid if process is not None else None,
        process.affinity if process is not None else machine.own_affinity(),
        environ,
        interpreter=told.markers.get("platform_machine") if told is not None else None,
        caches=caches,
    )
    unknown |= {f"caches.{path}": why for path, why in uncounted.items()}
    if process is None:
        return section("this machine, as a process started here would see it", value, unknown)
    if "affinity" in process.unknown:
        unknown["cpus.affinity"] = process.unknown["affinity"]
    return section(f"the system, of process {process.pid}", value, unknown)


def of_gpus(subject: Subject, found: Found) -> Section[Gpus]:
    """Tell of the GPUs of the machine, whether or not the kernel's variables hide them."""
    if subject.remote:
        return nothing("the kernel's machine", found.why)
    value, unknown, source = found.gpus
    return (
        section(source, value, unknown) if value is not None else nothing(source, unknown["value"])
    )
