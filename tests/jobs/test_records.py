"""What is written down can be read again, whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from jupyterlab_envcheck.jobs import Job, JobUndo, Line, Progress, Verdict, log, records
from jupyterlab_envcheck.jobs.job import Record
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Failure,
    Plan,
    PlanTarget,
    Removed,
    Restart,
    Undo,
    Updated,
    Wish,
)

CHANGES = Changes(
    install=(Added(name="a", version="1", size=None),),
    update=(Updated(name="b", old="1", new="2", size=3),),
    remove=(Removed(name="c", version="1"),),
)
JOB = Job(
    id="j",
    plan=Plan(
        id="j",
        state="ready",
        target=PlanTarget(prefix="/p", python="/p/bin/python", name="proj"),
        wish=Wish(kind="install", specs=("a", "b>=2")),
        installer="uv",
        argv=(("uv", "pip"), ("x",)),
        changes=CHANGES,
        undo=Undo(possible=False, reason="no"),
    ),
    state="failed",
    progress=Progress(done=1, total=2),
    failure=Failure(message="m", reason="r", hint="h"),
    verdict=Verdict(planned=True, changes=CHANGES, broken=("x",), restart=Restart(needed=True)),
    undo=JobUndo(possible=False),
)


def test_record_comes_back_as_it_was(tmp_path: Path) -> None:
    record = Record(job=JOB, limit=3.5)
    records.write(tmp_path / "job.json", record)
    assert records.read(Record, tmp_path / "job.json") == record
    assert [file.name for file in tmp_path.iterdir()] == ["job.json"]


def test_record_of_a_later_version_is_read(tmp_path: Path) -> None:
    """What a newer envcheck wrote beside is passed over."""
    told = {"job": dataclasses.asdict(JOB), "limit": 1.0, "later": {}}
    told["job"]["colour"] = "green"  # type: ignore[index]
    (tmp_path / "job.json").write_text(json.dumps(told))
    assert records.read(Record, tmp_path / "job.json").job == JOB


def test_record_needs_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}")
    with pytest.raises(TypeError):
        records.read(Record, tmp_path / "job.json")


def test_log_half_written_line_waits(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    written = log.Log(file)
    written.add("one")
    written.add("two")
    with file.open("a") as opened:
        opened.write('{"n": 3, "te')
    assert log.lines(file, after=1) == (Line(n=2, text="two"),)
    assert log.lines(tmp_path / "nothing") == ()
