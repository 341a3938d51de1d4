"""What is known of the wider world: dated tables, read from `knowledge/*.toml` at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Table(Generic[T]):
    """A table of facts that age."""

    source: str  #: where it was looked up
    as_of: date
    rows: Mapping[str, T]


@dataclass(frozen=True, kw_only=True)
class PythonRelease:
    """The life of one Python minor version."""

    released: date
    end_of_life: date


@dataclass(frozen=True, kw_only=True)
class ImportName:
    """The distribution that brings an importable name; None where a channel has none."""

    pypi: str | None
    conda: str | None


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All tables."""

    pythons: Table[PythonRelease]  #: "3.13" -> its life
    imports: Table[ImportName]  #: "sklearn" -> scikit-learn
