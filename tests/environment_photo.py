"""A photograph of an environment: every file that is there, with what is in it and its rights."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from job_world import World
from jupyterlab_envcheck.jobs import claims
from jupyterlab_envcheck.probe import files


def photographed(world: World) -> dict[str, str]:
    """Return every file of the environment but for bytecode and uv's lock."""
    found = {}
    for folder, _, names in os.walk(world.prefix):
        for path in (Path(folder, name) for name in names):
            if path.suffix != ".pyc" and path.name != ".lock":
                content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
                digest = hashlib.sha256(content).hexdigest()
                found[str(path.relative_to(world.prefix))] = f"{digest} {path.lstat().st_mode:o}"
    return found


def fingerprint(world: World) -> str:
    """Return the fingerprint of the environment now."""
    return files.fingerprint(str(world.prefix), world.interpreter.site_packages)


def damaged(world: World) -> list[str]:
    """Return the files that a RECORD names and that are not as it says."""
    return [
        path
        for dist_info in world.site_packages.glob("*.dist-info")
        for path in claims.damaged(str(dist_info))
    ]
