"""A new kernel that is started once, and what is told of it."""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from jupyterlab_envcheck.jobs.making import starting

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kernels that are ended by signals")

WRITES = "import os\nwhile True: os.write(2, b'x' * 100_000 + b' the end')"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    one = tmp_path / "temporary"
    one.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(one))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return one


def started(tmp_path: Path, code: str, cancelled: threading.Event | None = None) -> str:
    """Return what is told of a kernel that is this code."""
    kernelspec = tmp_path / "jupyter" / "kernels" / "proj"
    kernelspec.mkdir(parents=True)
    argv = [sys.executable, "-c", code, "{connection_file}"]
    spec = {"argv": argv, "display_name": "proj", "language": "python"}
    (kernelspec / "kernel.json").write_text(json.dumps(spec))
    return starting.started("proj", dict(os.environ), cancelled or threading.Event())


def test_kernel_that_ends_is_told_with_the_end_of_what_it_said(
    tmp_path: Path, folder: Path
) -> None:
    told = started(tmp_path, "import sys; sys.exit('x' * 200_000 + 'no such module')")
    assert told.startswith("The kernel proj was started once, and ended: ")
    assert told.endswith("such module")
    assert list(folder.iterdir()) == []


def test_kernel_that_writes_without_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "LIMIT", 20.0)
    began = time.monotonic()
    told = started(tmp_path, WRITES)
    assert "wrote without end: " in told
    assert time.monotonic() - began < 15
    assert len(told) < 500


def test_job_that_is_cancelled_says_so(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    told = started(tmp_path, "import time; time.sleep(60)", cancelled)
    assert told == "Whether the kernel proj answers is not known: the job was cancelled."


def test_folder_that_cannot_be_taken_away_fails_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_empty(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTEMPTY, "Directory not empty")

    monkeypatch.setattr(os, "rmdir", not_empty)
    assert "and ended: gone" in started(tmp_path, "import sys; sys.exit('gone')")


def test_no_place_for_its_folder_fails_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nosuch"))
    assert started(tmp_path, "").startswith("The kernel proj could not be started: ")
