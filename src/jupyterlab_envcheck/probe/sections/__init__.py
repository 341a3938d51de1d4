"""Tells what was found out, section by section of the report, each in its envelope."""

from .environment import of_conda, of_environment, of_interpreter, of_jupyter, of_packages
from .machine import of_gpus, of_machine
from .native import of_blas, of_thread_pools
from .process import of_process

__all__ = [
    "of_blas",
    "of_conda",
    "of_environment",
    "of_gpus",
    "of_interpreter",
    "of_jupyter",
    "of_machine",
    "of_packages",
    "of_process",
    "of_thread_pools",
]
