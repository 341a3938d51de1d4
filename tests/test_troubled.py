"""Each check on a real environment that has its trouble (the healthy ones are in test_healthy)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from environments import UV, make_uv_venv, site_packages
from found_pythons import supported
from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Outcome, Severity
from made_environments import dist_info

TODAY = date(2026, 11, 21)
DEBIANS = Path("/usr/bin/python3")


def findings(
    python: Path,
    *,
    env: Mapping[str, str] | None = None,
    cells: Sequence[Mapping[str, str]] | None = None,
) -> dict[str, Outcome]:
    subject = replace(subject_of_interpreter(str(python)), env=env)
    facts = gather(subject, cells=cells, server=True, now=TODAY)
    return {o.id: o for o in judge(facts, CHECKS) if o.status == "finding"}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a uv venv with numpy, and with requests but nothing that it needs."""
    python = make_uv_venv(tmp_path_factory.mktemp("troubled") / "troubled", "numpy")
    install = [UV, "pip", "install", "--quiet", "--python", str(python), "--no-deps", "requests"]
    subprocess.run(install, check=True)
    return python


def test_unsatisfied_requirements_are_those_that_uv_pip_check_names(python: Path) -> None:
    found = findings(python)["unsatisfied-requirements"]
    said = subprocess.run(
        [UV, "pip", "check", "--python", str(python)], check=False, capture_output=True, text=True
    ).stderr
    assert found.severity is Severity.WARNING
    assert {fact.label for fact in found.evidence} == {"requests"}
    needed = {fact.value.split()[1].partition("<")[0].partition(">")[0] for fact in found.evidence}
    assert len(needed) == said.count("The package `requests` requires")
    assert all(f"`{name}" in said for name in needed)


def test_unsatisfied_requirements_of_an_imported_package_is_an_error(python: Path) -> None:
    found = findings(python, cells=[{"id": "a", "source": "import requests"}])
    assert found["unsatisfied-requirements"].severity is Severity.ERROR


def test_pip_missing_and_blas_report(python: Path) -> None:
    found = findings(python)
    assert found["pip-missing"].title == "pip is not installed in troubled"
    assert found["blas-report"].title.startswith("NumPy uses ")


@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one CPU cannot be exceeded")
def test_threads_exceed_cpus_that_the_hub_allows(python: Path) -> None:
    # OpenBLAS starts a thread for each CPU it sees; the hub's limit it does not see.
    found = findings(python, env={**os.environ, "CPU_LIMIT": "1"})
    assert "on the 1 CPU " in found["threads-exceed-cpus"].title


def test_missing_import_of_a_name_that_is_not_there(python: Path) -> None:
    cells = [
        {"id": "a", "source": "import numpy, sklearn\ntry:\n import cv2\nexcept ImportError: 0"}
    ]
    found = findings(python, cells=cells)
    assert found["missing-import:sklearn"].severity is Severity.ERROR
    assert found["missing-import:cv2"].severity is Severity.INFO
    assert "missing-import:numpy" not in found


def test_leftover_metadata_of_an_interrupted_uninstall(python: Path) -> None:
    left = dist_info(site_packages(python), "~umpy")
    try:
        found = findings(python)["leftover-metadata"]
    finally:
        (left / "METADATA").unlink()
        (left / "INSTALLER").unlink()
        left.rmdir()
    assert [fact.value for fact in found.evidence] == [str(left)]


@pytest.mark.parametrize("version", [v for v in supported() if v in {"3.8", "3.9", "3.10"}])
def test_python_end_of_life_of_a_real_old_python(version: str, tmp_path: Path) -> None:
    old = tmp_path / "old"
    subprocess.run([UV, "venv", "--quiet", "--python", supported()[version], str(old)], check=True)
    assert findings(old / "bin/python")["python-end-of-life"].severity is Severity.ERROR


@pytest.mark.skipif(
    not list(Path("/usr/lib").glob("python3*/EXTERNALLY-MANAGED")),
    reason="no Python here is managed by the operating system",
)
def test_externally_managed_python_but_not_the_venv_made_from_it(tmp_path: Path) -> None:
    assert "externally-managed-python" in findings(DEBIANS)
    subprocess.run([UV, "venv", "--quiet", "--python", DEBIANS, tmp_path / "own"], check=True)
    assert "externally-managed-python" not in findings(tmp_path / "own/bin/python")


def test_kernel_not_server_env_for_every_environment_but_our_own(python: Path) -> None:
    assert "kernel-not-server-env" in findings(python)
    assert "kernel-not-server-env" not in findings(Path(sys.executable))
