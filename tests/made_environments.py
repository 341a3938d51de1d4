"""Makes environments of files, without installing anything."""

from __future__ import annotations

import os
from pathlib import Path


def dist_info(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    requires: tuple[str, ...] = (),
    installer: str | None = "pip",
    age: float = 0,
    **files: str,
) -> Path:
    """Write a distribution's metadata; `age` in seconds, `files` by their names' stems."""
    place = folder / f"{name}-{version}.dist-info"
    place.mkdir(parents=True)
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    text = "\n".join([*lines, "", "A description.", "Requires-Dist: not-this-one"])
    (place / "METADATA").write_text(text, encoding="utf-8")
    if installer is not None:
        (place / "INSTALLER").write_text(f"{installer}\n")
    for file, content in files.items():
        (place / file.replace("_json", ".json")).write_text(content, encoding="utf-8")
    if age:
        changed = place.stat().st_mtime - age
        os.utime(place, (changed, changed))
    return place
