"""Finds out whom a request means: the process of a kernel, or what a kernelspec would start."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Literal

from .. import flow
from ..facts.text import clean
from ..probe.kernel import look
from ..probe.subject import Subject, subject_elsewhere, subject_of_kernel, subject_of_kernelspec
from ..problems import Problem
from ..recommendations import Target


async def kernel_with(kernels: Any, kernel_id: str) -> tuple[Subject, Target]:
    """Return the kernel of this id, of Jupyter Server's manager; Problem where there is none."""
    if kernel_id not in kernels:
        raise Problem(
            "unknown-kernel",
            "There is no such kernel.",
            "It may have been shut down; choose the notebook's kernel again.",
        )
    kernel = kernels.get_kernel(kernel_id)  # which can be shut down while it is looked at
    seen = await look(kernels, kernel_id)
    if seen.remote:
        subject = subject_elsewhere(seen.reason or "the kernel runs elsewhere", seen)
        return subject, _target(kernel.kernel_name, kernel_id)
    spec = kernel.kernel_spec
    subject = await asyncio.to_thread(subject_of_kernel, seen, spec)
    subject = replace(subject, kernelspec=spec, kernelspec_name=kernel.kernel_name)
    return subject, _target(spec.display_name, kernel_id)


async def kernelspec_named(specs: Any, name: str) -> tuple[Subject, Target]:
    """Return what a kernelspec starts; Problem where there is none, or one that cannot be read."""
    spec = await asyncio.to_thread(flow.read_kernelspec, specs, name)
    subject = await asyncio.to_thread(subject_of_kernelspec, spec)
    subject = replace(subject, kernelspec=spec, kernelspec_name=name)
    return subject, _target(spec.display_name)


def kernelspec_elsewhere(name: str | None) -> tuple[Subject, Target]:
    """Return what is known of a gateway's kernelspec: that it is not of this machine."""
    subject = subject_elsewhere("the kernels of this server run behind a gateway")
    return subject, _target(name)


def _target(name: str | None, kernel_id: str | None = None) -> Target:
    kind: Literal["kernel", "kernelspec"] = "kernel" if kernel_id else "kernelspec"
    return Target(kind=kind, name=clean(name or "a kernel", 200), kernel_id=kernel_id)
