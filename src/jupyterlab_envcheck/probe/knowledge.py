"""Loads what is known of the wider world from the dated tables of the package."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

from ..facts import ImportName, Knowledge, PythonRelease, Table


@functools.cache
def load() -> Knowledge:
    """Return all tables. They are ours: a mistake in them is an error, not an unknown."""
    pythons, imports = _table("pythons"), _table("imports")
    return Knowledge(
        pythons=Table(
            **_meta(pythons),
            rows={version: PythonRelease(**row) for version, row in pythons["rows"].items()},
        ),
        imports=Table(
            **_meta(imports),
            rows={
                name: ImportName(pypi=row.get("pypi"), conda=row.get("conda"))
                for name, row in imports["rows"].items()
            },
        ),
    )


def _table(name: str) -> dict[str, Any]:
    text = files("jupyterlab_envcheck").joinpath("knowledge", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _meta(table: dict[str, Any]) -> dict[str, Any]:
    as_of: date = table["meta"]["as_of"]
    return {"source": table["meta"]["source"], "as_of": as_of}
