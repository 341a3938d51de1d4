"""A conda on PATH that has the channel in a folder under the name of the real one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from conda_channel import channels

_PROGRAM = """\
#!{python}
import os, sys
words = ["{forge}" if word == "conda-forge" else word for word in sys.argv[1:]]
os.execv("{python}", ["{python}", "-P", "-m", "jupyterlab_envcheck.jobs.conda.rattler", *words])
"""


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make it, where whoever looks for a conda finds it; return the program."""
    program = folder / "conda"
    folder.mkdir()
    program.write_text(_PROGRAM.format(python=sys.executable, forge=channels().forge))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return program
