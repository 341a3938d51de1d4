"""A healthy environment is left in peace, on a machine without a CPU quota and on a given day.

Its advice and information are golden lists, which are changed on purpose only.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conda_channel import needs_channel
from environments import UV, make_uv_venv
from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Outcome

TODAY = date(2026, 11, 21)
STACK = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "ipykernel")
CELLS = [
    {"id": "a", "source": "import numpy as np, pandas as pd, matplotlib.pyplot as plt"},
    {"id": "b", "source": "from sklearn.linear_model import Ridge\nimport scipy.linalg"},
]

#: Python's own advice depends on the Python that the tests run on.
OLD_FOR_SCIENCE = {"python-outside-spec0"} if sys.version_info < (3, 13) else set[str]()


def findings(python: Path) -> list[Outcome]:
    facts = gather(subject_of_interpreter(str(python)), server=True, now=TODAY, cells=CELLS)
    machine = facts.machine.value
    assert machine is not None
    cpus = replace(machine.cpus, cgroup=None, usable=machine.cpus.affinity, limited_by=None)
    facts = replace(facts, machine=replace(facts.machine, value=replace(machine, cpus=cpus)))
    outcomes = judge(facts, CHECKS)
    assert not [outcome for outcome in outcomes if outcome.status == "crash"]
    # What the notebook imports and a bare environment lacks is rightly told.
    own = [one for one in outcomes if one.check not in {"missing-import", "installed-elsewhere"}]
    return [one for one in own if one.status == "finding" and not _of_this_machine(one)]


def _of_this_machine(one: Outcome) -> bool:
    """Tell whether it speaks of kernels and environments that this machine happens to have."""
    return one.check in {"broken-kernelspec", "conda-envs-not-offered", "disk-use"}


def said(python: Path) -> set[str]:
    found = findings(python)
    assert [one.title for one in found if one.severity in {"error", "warning"}] == []
    return {one.check for one in found}


def test_fresh_venv(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "fresh")], check=True)
    assert said(tmp_path / "fresh/bin/python") == {"kernel-not-server-env"}


def test_fresh_uv_venv(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "fresh")
    assert said(python) == {"kernel-not-server-env", "pip-missing"}


def test_the_servers_own_environment() -> None:
    assert said(Path(sys.executable)) == {"blas-report"} | OLD_FOR_SCIENCE


@pytest.mark.soak
def test_uv_venv_with_the_usual_packages(tmp_path: Path) -> None:
    told = said(make_uv_venv(tmp_path / "full", *STACK))
    assert told == {"kernel-not-server-env", "pip-missing", "blas-report"} | OLD_FOR_SCIENCE


@pytest.mark.soak
def test_virtualenv_with_the_usual_packages(tmp_path: Path) -> None:
    folder, python = tmp_path / "full", tmp_path / "full" / "bin" / "python"
    making = [sys.executable, "-m", "virtualenv", "--quiet", "--no-download", str(folder)]
    subprocess.run(making, check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", str(python), *STACK], check=True)
    assert said(python) == {"kernel-not-server-env", "blas-report"} | OLD_FOR_SCIENCE


@needs_channel
def test_conda_environment_with_numpy(tmp_path: Path) -> None:
    from conda_world import make_conda_env  # noqa: PLC0415 - it makes the channel

    wanted = ("python", "numpy", "ipykernel", "pip", "libblas * *_openblas")
    python = make_conda_env(tmp_path / "full", *wanted)
    told = said(python)
    assert told == {"kernel-not-server-env", "blas-report", "conda-blas-variant"} | OLD_FOR_SCIENCE
