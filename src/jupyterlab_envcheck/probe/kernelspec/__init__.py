"""Finds the Python that a kernelspec would start; a form of command that is understood in a file."""

from .start import Spec, Start, is_python, start_of

__all__ = ["Spec", "Start", "is_python", "start_of"]
