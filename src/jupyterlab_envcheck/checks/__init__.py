"""What it means: the catalogue of checks, in the order shown."""

from __future__ import annotations

from .base import Check
from .blas import BlasReport, SlowBlas
from .conda import DiskUse, TermsNotAccepted
from .conda_blas import CondaBlasVariant, MklSizeAndLicence
from .conda_channels import ChannelPriority, DefaultsChannelTerms, MixedChannels
from .environment import ExternallyManagedPython, KernelInCondaBase
from .environment_base import BrokenVenv, EmulatedArchitecture, VenvOnCondaPython
from .environment_files import LocalFileShadowsPackage
from .environment_owners import EnvNotWritable, UseProjectTool
from .environment_paths import PythonpathSet, UserSiteLeaks
from .gpu import GpuArchUnsupported, TorchCpuOnNvidia
from .gpu_conda import CondaCpuVariant, RetiredPytorchChannel
from .gpu_driver import DriverBroken, DriverTooOld
from .gpu_frameworks import JaxPluginMismatch, TensorflowWithoutGpu
from .installing import LeftoverMetadata, PipMissing, UnsatisfiedRequirements
from .installing_conda import CondaPipClobber
from .installing_shared import SharedImportName
from .interrupted import InterruptedChange
from .jupyter import BrokenKernelspec, KernelNotServerEnv, KernelspecShadowed
from .jupyter_environments import CondaEnvsNotOffered
from .jupyter_widgets import WidgetVersionsDiffer
from .kernel_died import KernelDied
from .navigator import NavigatorDetected
from .notebook import InstalledElsewhere, MissingImport
from .notebook_running import RestartNeeded
from .notebook_shell import ShellInstallElsewhere
from .notebook_specifiers import UnquotedSpecifier
from .numpy_import import NumpyImportFails
from .openmp import ConflictingOpenmp, KmpDuplicateLibOk
from .parallelism import NestedParallelism
from .reproducibility import NoEnvironmentFile, NoLockFile
from .reproducibility_files import ExportNotPortable, PipPackagesNotRecorded
from .support import PythonEndOfLife, PythonOutsideSpec0
from .support_numpy import NumpyAbiBreak, NumpyOutsideSpec0
from .thread_settings import ThreadVariableTooLate
from .threads import ThreadsExceedCpus

__all__ = ["CHECKS", "Check", "KernelDied"]

CHECKS: tuple[type[Check], ...] = (
    # jupyter: which kernel it is
    KernelNotServerEnv,
    BrokenKernelspec,
    KernelspecShadowed,
    CondaEnvsNotOffered,
    WidgetVersionsDiffer,
    NavigatorDetected,
    # environment: what it stands on, and what else it sees
    BrokenVenv,
    KernelInCondaBase,
    ExternallyManagedPython,
    VenvOnCondaPython,
    EmulatedArchitecture,
    EnvNotWritable,
    UseProjectTool,
    UserSiteLeaks,
    PythonpathSet,
    LocalFileShadowsPackage,
    # support
    PythonEndOfLife,
    PythonOutsideSpec0,
    NumpyAbiBreak,
    NumpyOutsideSpec0,
    # notebook
    KernelDied,
    MissingImport,
    InstalledElsewhere,
    RestartNeeded,
    ShellInstallElsewhere,
    UnquotedSpecifier,
    # installing
    InterruptedChange,
    UnsatisfiedRequirements,
    CondaPipClobber,
    SharedImportName,
    LeftoverMetadata,
    PipMissing,
    # blas
    NumpyImportFails,
    SlowBlas,
    BlasReport,
    CondaBlasVariant,
    MklSizeAndLicence,
    # threads
    ConflictingOpenmp,
    KmpDuplicateLibOk,
    ThreadsExceedCpus,
    ThreadVariableTooLate,
    NestedParallelism,
    # gpu
    DriverBroken,
    DriverTooOld,
    GpuArchUnsupported,
    TorchCpuOnNvidia,
    CondaCpuVariant,
    TensorflowWithoutGpu,
    JaxPluginMismatch,
    RetiredPytorchChannel,
    # conda
    MixedChannels,
    TermsNotAccepted,
    DefaultsChannelTerms,
    ChannelPriority,
    DiskUse,
    # reproducibility
    NoEnvironmentFile,
    PipPackagesNotRecorded,
    ExportNotPortable,
    NoLockFile,
)
