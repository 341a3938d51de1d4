"""Asks conda which of its packages have newer versions that fit together. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ...installers import Conda, Outdated, shell_line
from ...plan import Request, conda_remarks, of_conda
from ...probe.conda.channels import identity
from ...problems import Problem
from ..child import Stop
from . import platforms
from .runs import CondaRuns
from .tools import conda_of


def outdated(
    request: Request, *, environ: Mapping[str, str], stop: Stop, limit: float
) -> tuple[tuple[Outdated, ...], str | None]:
    """Return what conda would bring to a newer version, or why it was not asked, and what to do.

    Its channels have newer ones, too, which do not fit: these are none that one could have. Raises
    `Problem` where it is cancelled.
    """
    assert request.conda is not None  # noqa: S101 - else this is no environment of conda's
    owners = of_conda.owners_of(request.conda, request.conda_names)
    tool = conda_of(request, environ)
    if not isinstance(tool, Conda):
        return (), _unasked(request, tool.text)
    # What begins with an underscore conda brings for others, and nobody asks for.
    names = sorted(name for name in owners.records if not name.startswith("_"))
    subdir = platforms.to_tell(request.conda.records, environ)
    runs = CondaRuns(conda=tool, environ=environ, stop=stop, limit=limit, subdir=subdir)
    try:
        part = runs.part("update", names)
    except Problem as problem:
        if problem.reason == "cancelled":
            raise
        return (), _unasked(request, problem.message)
    changes = of_conda.in_distributions(of_conda.changes_of(part.actions, owners, identity), owners)
    newer = (
        Outdated(name=change.name, version=change.old, latest=change.new, by="conda")
        for change in changes.update
        if change.old != change.new and not conda_remarks.goes_back(change)
    )
    return tuple(newer), None


def _unasked(request: Request, why: str) -> str:
    update = shell_line(("conda", "update", "--all", "--prefix", request.target.prefix))
    return (
        f"conda's packages were not looked up: {why} What is newer of them tells, in a terminal: "
        f"{update} --dry-run"
    )
