"""What is written down of a job, and read again."""

from __future__ import annotations

import json

import pytest

from job_world import World, ended, swap_argv
from jupyterlab_envcheck.jobs import (
    begin,
    folders,
    jobs,
    read,
)
from jupyterlab_envcheck.problems import Problem


def test_job_installer_that_says_too_much(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    chatter = (
        "print('\\x1b[31mred\\x1b[0m https://ada:secret@example.org/x')\n"
        "print('x' * 300_000)\n"
        "for n in range(12_000): print(n)\n"
    )
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", chatter))
    assert job.lines[0].text == "red https://****@example.org/x"
    assert len(job.lines) == 10_001
    assert job.lines[-1].text == "There is more, which is not kept."
    assert max(len(line.text) for line in job.lines) <= 1_000


@pytest.mark.soak
@pytest.mark.parametrize("ending", ["", "\\n"], ids=["in-one-line", "in-many-lines"])
def test_job_installer_that_prints_a_gigabyte(uv_world: World, ending: str) -> None:
    uv_world.index.wheel("alpha", "1.0")
    piece = "x" * 65_000 + ending
    code = f"import os\nfor _ in range(16_000): os.write(1, b'{piece}')"
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", code))
    assert (job.state, len(job.lines)) == ("failed", 10_001)
    assert (folders.job(job.id) / "log.jsonl").stat().st_size < 11_000_000


def test_job_installer_that_waits_for_a_key(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    asking = "print(repr(__import__('sys').stdin.read()))"
    job = uv_world.job(swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", asking))
    assert job.lines[0].text == "''"


@pytest.mark.parametrize("job_id", ["nosuch", "../../etc", "", ".hidden", "a" * 200])
def test_read_unknown_job(job_id: str) -> None:
    with pytest.raises(Problem) as caught:
        read(job_id)
    assert caught.value.reason == "not-found"


def test_jobs_passes_over_what_is_unreadable(uv_world: World) -> None:
    assert jobs() == ()
    uv_world.index.wheel("alpha", "1.0")
    job = uv_world.job(uv_world.resolve("alpha"))
    (folders.jobs() / "torn").mkdir()
    (folders.jobs() / "torn" / "job.json").write_text('{"job": {')
    assert [found.id for found in jobs()] == [job.id]
    with pytest.raises(Problem) as caught:
        read("torn")
    assert caught.value.reason == "unreadable"


def test_job_record_is_valid_json_at_every_moment(uv_world: World) -> None:
    wheel = uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    hold = uv_world.index.hold(wheel.name)
    job_id = begin(resolved)
    file = folders.job(job_id) / "job.json"
    while not hold.reached.is_set():
        json.loads(file.read_text(encoding="utf-8"))
    hold.release.set()
    while read(job_id).state == "running":
        json.loads(file.read_text(encoding="utf-8"))
    assert ended(job_id).state == "succeeded"
