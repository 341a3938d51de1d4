"""Looks at the graphics processors and their drivers, each vendor's in its own way."""

from .devices import forget, look

__all__ = ["forget", "look"]
