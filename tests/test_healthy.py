"""A healthy environment is left in peace, on a machine without a CPU quota and on a given day."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from environments import make_uv_venv
from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Outcome

TODAY = date(2026, 11, 21)


def alarms(python: Path) -> list[Outcome]:
    facts = gather(subject_of_interpreter(str(python)), server=True, now=TODAY)
    machine = facts.machine.value
    assert machine is not None
    cpus = replace(machine.cpus, cgroup=None, usable=machine.cpus.affinity, limited_by=None)
    facts = replace(facts, machine=replace(facts.machine, value=replace(machine, cpus=cpus)))
    outcomes = judge(facts, CHECKS)
    assert not [outcome for outcome in outcomes if outcome.status == "crash"]
    return [outcome for outcome in outcomes if outcome.severity in {"error", "warning"}]


def test_fresh_venv(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "fresh")], check=True)
    assert alarms(tmp_path / "fresh/bin/python") == []


@pytest.mark.parametrize("packages", [(), ("ipykernel", "numpy", "scipy")], ids=["bare", "full"])
def test_fresh_uv_venv(tmp_path: Path, packages: tuple[str, ...]) -> None:
    assert alarms(make_uv_venv(tmp_path / "fresh", *packages)) == []


def test_the_servers_own_environment() -> None:
    assert alarms(Path(sys.executable)) == []
