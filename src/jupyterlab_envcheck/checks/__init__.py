"""What it means: the catalogue of checks, in the order shown."""

from __future__ import annotations

from .base import Check
from .blas import BlasReport
from .environment import ExternallyManagedPython, KernelInCondaBase
from .installing import LeftoverMetadata, PipMissing, UnsatisfiedRequirements
from .jupyter import KernelNotServerEnv
from .notebook import MissingImport
from .support import PythonEndOfLife
from .threads import ThreadsExceedCpus

__all__ = ["CHECKS", "Check"]

CHECKS: tuple[type[Check], ...] = (
    KernelNotServerEnv,
    KernelInCondaBase,
    ExternallyManagedPython,
    PythonEndOfLife,
    MissingImport,
    UnsatisfiedRequirements,
    LeftoverMetadata,
    PipMissing,
    ThreadsExceedCpus,
    BlasReport,
)
