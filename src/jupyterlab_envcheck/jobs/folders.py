"""Where plans, jobs and locks lie on disk."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from ..problems import Problem

#: What an id may be made of: it comes from a URL, and names a folder.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

#: A file of this name in a job's folder cancels the job.
CANCEL = "cancel"


def data() -> Path:
    """Return the folder of all that is kept."""
    return Path(jupyter_data_dir(), "envcheck")


def jobs() -> Path:
    """Return the folder of all jobs."""
    return data() / "jobs"


def job(job_id: str) -> Path:
    """Return the folder of one job; an id that cannot be one is refused."""
    if not _ID.fullmatch(job_id):
        raise Problem("not-found", "There is no such job.", "Look at the list of jobs.")
    return jobs() / job_id


def plan_file_of(plan_id: str) -> Path:
    """Return the file that names exactly what a plan installs; a job has its plan's id."""
    return job(plan_id) / "plan.txt"
