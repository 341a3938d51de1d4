"""`bundle`: one file for an issue, with nothing private in it."""

from __future__ import annotations

import argparse
import io
import os
import platform
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..engine import Report
from ..flow import find_target, redaction_of, report_on
from ..jobs import Job, jobs, read
from ..problems import Problem
from ..render.bundle import Bundled, bundle as bundled
from ..render.overview import Overview
from ..render.wishes import size
from .console import for_people
from .kernelspecs import overview
from .new_file import write_new
from .progress import busy
from .status import DONE

_JOBS = 5

#: What a question about Jupyter is about, as often as not.
_PARTS = (
    *("jupyterlab-envcheck", "jupyterlab", "notebook", "jupyter-server", "jupyterlab-server"),
    *("jupyter-client", "jupyter-core", "ipykernel", "ipython", "ipywidgets", "nbclient"),
    *("traitlets", "tornado", "pyzmq", "uv", "py-rattler", "psutil", "threadpoolctl", "rich"),
)


def bundle(options: argparse.Namespace) -> int:
    """Look, write the file, and tell what is in it and where it is."""
    console = for_people()
    found: Report | Overview
    if options.all:
        with busy("Looking at every kernelspec…", console):
            found = overview()
    else:
        subject, target = find_target(options.target)
        with busy("Looking at the environment…", console):
            found = report_on(subject, target)
    reports = found.reports if isinstance(found, Overview) else (found,)
    files = bundled(found, _last_jobs(), versions(), redaction_of(reports))
    name = options.file or f"envcheck-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    content = packed(files)
    write_new(name, content, mode=0o600)
    tell(files, os.path.abspath(name), len(content), console)  # noqa: PTH100 - links stay as they are
    return DONE


def versions() -> dict[str, str]:
    """Return the versions of Python, the system and the parts of Jupyter that we run beside."""
    found = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for part in _PARTS:
        try:
            found[part] = version(part)
        except PackageNotFoundError:
            found[part] = "not installed"
    return found


def packed(files: Sequence[Bundled]) -> bytes:
    """Return the files as a zip archive, in a folder of their own."""
    page, now = io.BytesIO(), datetime.now(UTC)
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(f"envcheck/{file.name}", now.timetuple()[:6])
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.text.rstrip() + "\n")
    return page.getvalue()


def _last_jobs() -> list[Job]:
    found = []
    for job in jobs()[:_JOBS]:
        try:
            found.append(read(job.id))
        except Problem:  # it was cleared away in between
            continue
    return found


def tell(files: Sequence[Bundled], path: str, length: int, console: Console) -> None:
    """Tell what was written, where, and what to do with it."""
    # Windows keeps to the rights of the folder.
    alone = ", for you alone to read" if sys.platform != "win32" else ""
    console.print(Text(f"Written{alone} ({size(length)}):"))
    console.print(Text(path, style="bold"), soft_wrap=True)
    console.print()
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for file in files:
        table.add_row(Text(file.name), Text(file.about, style="dim"))
    console.print(table)
    console.print()
    console.print(
        Text(
            "Home folders, names of users and hosts, and credentials are taken out, and nothing was "
            "sent anywhere. Look through it before you attach it to an issue."
        )
    )
