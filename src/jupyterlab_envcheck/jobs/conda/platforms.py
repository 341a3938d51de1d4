"""For which platform an environment of conda's is made: it need not be this machine's."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Mapping

from ...facts import CondaRecord
from ...installers import CondaPackage

_ANY = "noarch"

#: What conda calls systems and processors (its `context.subdir`).
_SYSTEMS = {"linux": "linux", "darwin": "osx", "win32": "win"}
_PROCESSORS = {
    **dict.fromkeys(("x86_64", "amd64"), "64"),
    **dict.fromkeys(("i386", "i686", "x86"), "32"),
}


def of(records: Iterable[CondaRecord]) -> str | None:
    """Return the platform that all records name, `noarch` aside; None where they do not agree."""
    named = {record.subdir for record in records if record.subdir not in (None, _ANY)}
    return named.pop() if len(named) == 1 else None


def here() -> str:
    """Return this machine's, as conda calls it: linux-64, osx-arm64 and the like."""
    system = next((name for key, name in _SYSTEMS.items() if sys.platform.startswith(key)), "")
    processor = platform.machine().lower()
    if processor == "arm64" and system == "linux":
        processor = "aarch64"
    return f"{system}-{_PROCESSORS.get(processor, processor)}"


def to_tell(records: Iterable[CondaRecord], environ: Mapping[str, str]) -> str | None:
    """Return the platform that conda has to be told, None where it takes the environment's itself.

    Somebody may have asked for another one when it was made, or asks for another one now. macOS and
    Windows run programs of two processors: what our own Python is for says nothing of conda there.
    """
    wanted = of(records)
    own = environ.get("CONDA_SUBDIR") or here()
    is_its_own = wanted == own and own.startswith("linux-")
    return None if is_its_own else wanted


def others(packages: Iterable[CondaPackage], records: Iterable[CondaRecord]) -> dict[str, str]:
    """Return the platforms, by name, of packages that are of another one than the environment."""
    wanted = of(records)
    return {
        package.name: package.subdir
        for package in packages
        if wanted is not None and package.subdir not in ("", _ANY, wanted)
    }
