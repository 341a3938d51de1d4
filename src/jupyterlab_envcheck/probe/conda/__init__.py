"""Reads what conda knows of an environment: records, history, configuration, terms; by its files."""

from .environment import forget, read, record

__all__ = ["forget", "read", "record"]
