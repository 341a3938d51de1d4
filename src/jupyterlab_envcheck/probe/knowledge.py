"""Loads what is known of the wider world from the dated tables of the package."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import TypeVar

from ..facts import (
    Channel,
    Clash,
    Driver,
    Framework,
    ImportName,
    Knowledge,
    Newest,
    PythonRelease,
    Table,
    TorchBuild,
    WidgetHalves,
    Window,
)

T = TypeVar("T")


@functools.cache
def load() -> Knowledge:
    """Return all tables. They are ours: a mistake in them is an error, not an unknown."""
    return Knowledge(
        pythons=_table("pythons", PythonRelease),
        imports=_table("imports", ImportName, pypi=None, conda=None),
        spec0=_table("spec0", Window),
        newest=_table("newest", Newest),
        drivers=_table("drivers", Driver),
        torch=_table("torch", TorchBuild, before=None),
        frameworks=_table("frameworks", Framework, oldest=None, since=None, windows_until=None),
        clashes=_table("clashes", Clash),
        channels=_table("channels", Channel, terms=None, retired=None),
        widgets=_table("widgets", WidgetHalves),
    )


def _table(name: str, row: type[T], **left_out: None) -> Table[T]:
    """Return a table; `left_out` are the fields that a row need not have."""
    text = files("jupyterlab_envcheck").joinpath("knowledge", f"{name}.toml").read_text("utf-8")
    table = tomllib.loads(text)
    rows = {key: row(**{**left_out, **_frozen(told)}) for key, told in table["rows"].items()}
    return Table(source=table["meta"]["source"], as_of=table["meta"]["as_of"], rows=rows)


def _frozen(row: dict[str, object]) -> dict[str, object]:
    return {name: tuple(told) if isinstance(told, list) else told for name, told in row.items()}
