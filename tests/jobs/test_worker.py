"""Jobs by real pip and real uv: what they do, and what becomes of them when things go wrong."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from found_pythons import supported
from job_world import World, awaited, begin_unlocked, ended, make_bare_venv
from jupyterlab_envcheck.jobs import (
    begin,
    folders,
    is_locked,
    jobs,
    lock,
    read,
)
from jupyterlab_envcheck.plan import Removed
from jupyterlab_envcheck.problems import Problem
from package_index import PackageIndex


def test_job_installs_the_plan(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    resolved = world.resolve("beta")
    job = world.job(resolved)
    assert job.state == "succeeded"
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}
    assert job.verdict is not None
    assert job.verdict.planned
    assert job.verdict.broken == ()
    assert not job.verdict.restart.needed
    assert [line.n for line in job.lines] == list(range(1, len(job.lines) + 1))
    assert read(job.id, after=len(job.lines) - 1).lines == job.lines[-1:]
    assert (job.phase, job.progress, job.failure) == (None, None, None)
    assert (folders.job(job.id) / "worker.txt").read_bytes() == b""
    assert folders.job(job.id).stat().st_mode & 0o777 == 0o700


def test_job_updates_and_names_the_restart(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    either.index.wheel("alpha", "2.0")
    job = either.job(either.resolve("alpha>=2", modules=("alpha",)))
    assert job.verdict is not None
    assert [(u.name, u.old, u.new) for u in job.verdict.changes.update] == [("alpha", "1.0", "2.0")]
    assert job.verdict.restart.modules == ("alpha",)


def test_job_removes(either: World) -> None:
    either.index.wheel("alpha", "1.0")
    either.install("alpha")
    job = either.job(either.resolve("alpha", kind="remove"))
    assert job.state == "succeeded"
    assert job.verdict is not None
    assert job.verdict.changes.remove == (Removed(name="alpha", version="1.0"),)
    assert either.installed() == {}


def test_job_with_nothing_to_do(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.install("alpha")
    with pytest.raises(Problem) as caught:
        begin(uv_world.resolve("alpha"))
    assert caught.value.reason == "nothing-to-do"


def test_job_swapped_file(world: World) -> None:
    """The index changes a file after the plan: it is refused, and nothing is changed."""
    world.index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    world.index.wheel("alpha", "1.0", files={"alpha/__init__.py": "steal()\n"})
    job = world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "hash-mismatch"
    assert world.installed() == {}


def test_job_release_in_between(world: World) -> None:
    world.index.wheel("alpha", "1.0")
    world.index.wheel("beta", "1.0", requires=["alpha"])
    resolved = world.resolve("beta")
    world.index.wheel("alpha", "2.0")
    world.index.wheel("beta", "2.0", requires=["gamma"])
    world.index.wheel("gamma", "1.0")
    assert world.job(resolved).state == "succeeded"
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_job_two_at_once(either: World) -> None:
    """One waits for the other, sees that the environment changed, and does nothing."""
    wheel = either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0")
    alpha, beta = either.resolve("alpha"), either.resolve("beta")
    hold = either.index.hold(wheel.name)
    # Nobody holds the lock when both are asked for, and each takes it in turn.
    held = lock.take(lock.path_for(folders.data(), str(either.prefix)))
    assert held is not None
    ids = [begin_unlocked(resolved) for resolved in (alpha, beta)]
    awaited(ids[0], lambda job: job.pid is not None)
    awaited(ids[1], lambda job: job.pid is not None)
    assert {read(job_id).state for job_id in ids} == {"queued"}
    hold.release.set()
    os.close(held)
    assert sorted(ended(job_id).state for job_id in ids) == ["changed", "succeeded"]
    assert len(either.installed()) == 1


def test_begin_while_another_job_runs(either: World) -> None:
    wheel = either.index.wheel("alpha", "1.0")
    either.index.wheel("beta", "1.0")
    alpha, beta = either.resolve("alpha"), either.resolve("beta")
    hold = either.index.hold(wheel.name)
    job_id = begin(alpha)
    assert hold.reached.wait(30)
    assert is_locked(str(either.prefix))
    with pytest.raises(Problem) as caught:
        begin(beta)
    assert caught.value.reason == "locked"
    hold.release.set()
    assert ended(job_id).state == "succeeded"
    assert not is_locked(str(either.prefix))
    with pytest.raises(Problem) as caught:
        begin(beta)
    assert caught.value.reason == "changed"


def test_begin_twice_makes_one_job(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(begin(resolved))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(ids) == {resolved.plan.id}
    assert ended(resolved.plan.id).state == "succeeded"
    assert begin(resolved) == resolved.plan.id
    assert [job.id for job in jobs()] == [resolved.plan.id]
    assert (
        sum(
            path.startswith("/files/alpha-1.0")
            for path in uv_world.index.asked
            if path.endswith(".whl")
        )
        == 1
    )


def test_begin_what_cannot_be_carried_out(uv_world: World) -> None:
    with pytest.raises(Problem) as caught:
        begin(uv_world.resolve("nosuch"))
    assert caught.value.reason == "not-ready"


def test_job_environment_changed_since(uv_world: World) -> None:
    uv_world.index.wheel("alpha", "1.0")
    uv_world.index.wheel("beta", "1.0")
    resolved = uv_world.resolve("alpha")
    uv_world.install("beta")
    with pytest.raises(Problem) as caught:
        begin(resolved)
    assert caught.value.reason == "changed"


def test_job_does_not_see_where_it_was_started(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip.py, uv.toml and pyproject.toml in the notebook's folder and above are not obeyed."""
    ran = tmp_path / "ran"
    notebooks = tmp_path / "notebooks" / "today"
    notebooks.mkdir(parents=True)
    for folder in (notebooks, notebooks.parent):
        (folder / "pip.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
        (folder / "uv.toml").write_text("no-index = true\n")
        (folder / "pyproject.toml").write_text('[tool.uv.pip]\ntarget = "elsewhere"\n')
    monkeypatch.chdir(notebooks)
    monkeypatch.setenv("PYTHONPATH", f"{notebooks}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    world.index.wheel("alpha", "1.0")
    assert world.job(world.resolve("alpha")).state == "succeeded"
    assert world.installed() == {"alpha": "1.0"}
    assert not ran.exists()


def test_job_into_the_oldest_python(index: PackageIndex, tmp_path: Path) -> None:
    pythons = {name: path for name, path in supported().items() if not name.startswith("pypy")}
    oldest = min(pythons, key=lambda name: int(name.partition(".")[2]))
    python = make_bare_venv(tmp_path / "old", pythons[oldest])
    world = World(python=python, index=index, has_pip=False)
    index.wheel("alpha", "1.0")
    assert world.job(world.resolve("alpha")).state == "succeeded"
