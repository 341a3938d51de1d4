"""Reads what is installed in folders, tolerantly, without importing any of it."""

from .folders import (
    Folder,
    Scan,
    metadata_names,
    read,
    read_folder,
    same_folders,
    scan,
    together,
)

__all__ = [
    "Folder",
    "Scan",
    "metadata_names",
    "read",
    "read_folder",
    "same_folders",
    "scan",
    "together",
]
