"""Reads what a notebook's cells import, install, set and start, without running them."""

from .imported import imported
from .read import Read, read
from .wanted import Wanted

__all__ = ["Read", "Wanted", "imported", "read"]
