"""Animals that are mended by exactly the recommended install, as a plan and a job, and looked at again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from environments import make_uv_venv
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.installers import parse_wish
from jupyterlab_envcheck.jobs import ENDED, history, resolve
from jupyterlab_envcheck.plan import Policy, Wish
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Install, Outcome, Target

TARGET = Target(kind="interpreter", name="zoo")
LIMIT = 100.0  #: seconds


@dataclass(frozen=True, kw_only=True)
class Animal:
    """Something broken, and what is said of it."""

    make: Callable[[Path], Path]
    source: str
    outcome: str


ANIMALS = {
    "an import that is missing": Animal(
        make=lambda folder: make_uv_venv(folder, "six"),
        source="import sklearn",
        outcome="missing-import:sklearn",
    ),
    "requirements that are not met": Animal(
        make=lambda folder: make_uv_venv(folder, "--no-deps", "requests", "urllib3<2"),
        source="import requests",
        outcome="unsatisfied-requirements",
    ),
    "a %pip without pip": Animal(
        make=lambda folder: make_uv_venv(folder, "six"),
        source="%pip install six",
        outcome="pip-missing",
    ),
    "a package built for NumPy 1 under NumPy 2": Animal(
        make=lambda folder: make_uv_venv(folder, "--no-deps", "numpy>=2", "numexpr==2.8.4"),
        source="import numexpr",
        outcome="numpy-abi-break",
    ),
}


@pytest.fixture(autouse=True)
def jobs_of_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


def report(python: Path, source: str) -> Report:
    cells = [{"id": "c", "source": source}]
    return flow.report_on(subject_of_interpreter(str(python)), TARGET, cells=cells)


def alarms(told: Report) -> set[str]:
    return {one.id for one in told.outcomes if one.severity in {"error", "warning"}}


@pytest.mark.parametrize("name", ANIMALS)
async def test_mended_by_the_recommended_plan(name: str, tmp_path: Path) -> None:
    animal = ANIMALS[name]
    python = animal.make(tmp_path / "zoo")
    before = report(python, animal.source)
    found = [one for one in before.outcomes if one.id.partition(":")[0] in animal.outcome]
    assert [one.id for one in found if one.status == "finding"] == [animal.outcome]
    install = _install(next(one for one in found if one.id == animal.outcome))
    request = flow.request_for(
        subject_of_interpreter(str(python)),
        before,
        Wish(kind="install", specs=parse_wish("install", install.specs)),
        installer="auto",
        policy=Policy(),
    )
    resolved = resolve(request)
    assert resolved.plan.state == "ready", resolved.plan
    job = flow.carry_out(resolved, LIMIT)
    async for _ in history.changes(job.id):
        pass
    ended = history.read(job.id)
    assert ended.state in ENDED
    assert ended.state == "succeeded", ended
    after = report(python, animal.source)
    assert alarms(after) <= alarms(before) - {animal.outcome}


def _install(outcome: Outcome) -> Install:
    return next(action for action in outcome.actions if isinstance(action, Install))
