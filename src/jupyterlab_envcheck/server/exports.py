"""Writes an environment down, of which there is a report. Starts nothing."""

from __future__ import annotations

from .. import flow
from ..engine import Report
from ..jobs.exporting import Exported, export
from ..problems import Problem


def exported(report: Report) -> Exported:
    """Return the file of the environment; blocks for as long as its files take to be read.

    Raises Problem where it is not known, or has changed since the report was made.
    """
    if flow.fingerprint_of(report) != report.fingerprint:
        message = "What is installed there has changed since the report was made."
        raise Problem("changed", message, "Refresh, and write it down again.")
    return export(report.facts)
