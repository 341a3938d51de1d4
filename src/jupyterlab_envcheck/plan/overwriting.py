"""Files of other packages that an install would overwrite, as far as names of modules tell."""

from __future__ import annotations

from collections.abc import Mapping

from ..facts import Clash, ImportName, Table
from .model import Changes
from .request import Request

#: Names that several distributions share in peace, each with folders of its own below.
_SHARED = frozenset({"mpl_toolkits", "ruamel"})


def brought_by(imports: Table[ImportName], clashes: Table[Clash]) -> Mapping[str, tuple[str, ...]]:
    """Return the top-level names that distributions are known to bring, by the distribution."""
    known: dict[str, dict[str, None]] = {}
    for name, row in imports.rows.items():
        if row.pypi is not None and name not in _SHARED:
            known.setdefault(row.pypi, {})[name] = None
    for clash in clashes.rows.values():
        for distribution in clash.distributions:
            known.setdefault(distribution, {})[clash.imported] = None
    return {distribution: tuple(names) for distribution, names in known.items()}


def overwritten(request: Request, changes: Changes) -> list[str]:
    """Name what comes new and brings a module that something else has installed already.

    Before an install only the names of modules can be known, and of few packages; which files two
    distributions share, their RECORDs tell afterwards.
    """
    gone = {change.name for change in changes.remove}
    said = []
    for new in changes.install:
        for name in request.brings.get(new.name, ()):
            said += [
                f"{new.name} brings {name}, which {package.name} has installed already: files of "
                "one would be overwritten."
                for package in request.packages or ()
                if name in package.imports and package.name not in gone
            ]
    return said
