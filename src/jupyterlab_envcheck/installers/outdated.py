"""The list of outdated packages, which pip and uv give in the same JSON."""

from __future__ import annotations

import json

from packaging.utils import canonicalize_name
from packaging.version import Version

from ..problems import Problem
from .base import Outdated


def read_outdated(tool: str, text: str) -> tuple[Outdated, ...]:
    """Return what `pip list --outdated --format=json`, or uv's, tells in `text`."""
    try:
        return tuple(
            Outdated(
                name=canonicalize_name(entry["name"], validate=True),
                version=str(Version(entry["version"])),
                latest=str(Version(entry["latest_version"])),
            )
            for entry in json.loads(text)
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{tool}'s list of outdated packages could not be read."
        raise Problem("bad-reply", message, f"Update {tool}, and ask again.") from error
