"""Jobs in environments of conda's, for real: carried out, proved, and undone file for file."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, channels, versions
from conda_consistency import disagreements, photographed
from conda_jobs_world import CondaWorld, conda_world
from conda_world import conda_install, records
from conda_zoo import pip_over_conda, with_blas
from job_kills import settled
from job_world import ended, swap_argv
from jupyterlab_envcheck.jobs import Job, Resolved, begin, folders, read, undo, what_is_known
from jupyterlab_envcheck.jobs.snapshots import kept
from jupyterlab_envcheck.plan import Added, Changes, Removed
from package_index import PackageIndex

pytestmark = list(NEEDS_CHANNEL)

THREADPOOLCTL = versions()["threadpoolctl"]


@pytest.fixture(autouse=True)
def _cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


@pytest.fixture
def world(tmp_path: Path, index: PackageIndex) -> CondaWorld:
    """An environment with an old six; the index is empty."""
    del index
    return conda_world(tmp_path / "proj", "pip", "six ==1.16.0")


def done(resolved: Resolved) -> Job:
    """Carry a plan out."""
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    return ended(begin(resolved))


def undone(job: Job) -> Job:
    """Undo a job that can be undone."""
    found = ended(undo(job.id))
    assert (found.state, found.failure) == ("succeeded", None)
    return found


def by(program: str, resolved: Resolved) -> Resolved:
    """Return the same plan, carried out by a Python program that is told the prefix."""
    return swap_argv(resolved, sys.executable, "-c", program, resolved.plan.target.prefix, "--json")


def test_install_and_its_undo(world: CondaWorld) -> None:
    before = photographed(world.prefix)
    job = done(world.resolve("threadpoolctl", "six=1.17"))
    assert (job.state, job.failure) == ("succeeded", None)
    assert job.verdict is not None
    assert (job.verdict.planned, job.verdict.broken) == (True, ())
    (new,) = job.verdict.changes.install
    assert (new.name, new.version, new.by) == ("threadpoolctl", THREADPOOLCTL, "conda")
    (change,) = job.verdict.changes.update
    assert (change.name, change.old, change.new) == ("six", "1.16.0", "1.17.0")
    assert disagreements(world.prefix) == []
    back = undone(job)
    assert back.verdict is not None
    assert back.verdict.planned
    assert [gone.name for gone in back.verdict.changes.remove] == ["threadpoolctl"]
    assert photographed(world.prefix) == before
    assert disagreements(world.prefix) == []


def test_removal_and_its_undo(world: CondaWorld) -> None:
    before = photographed(world.prefix)
    job = done(world.resolve("six", kind="remove"))
    assert job.state == "succeeded", job.failure
    assert "six" not in records(world.prefix)
    assert job.verdict is not None
    (gone,) = job.verdict.changes.remove
    assert job.verdict.changes == Changes(remove=(gone,))
    assert replace(gone, build=None, channel=None) == Removed(
        name="six", version="1.16.0", by="conda"
    )
    assert gone.channel is not None
    assert gone.channel.endswith("/conda-forge")
    undone(job)
    assert photographed(world.prefix) == before


def test_libraries_outside_of_site_packages_and_their_undo(tmp_path: Path) -> None:
    """They lie in lib, share and etc of the prefix, and no RECORD names them."""
    world = CondaWorld(tmp_path / "proj")
    with_blas(world.prefix, "openblas")
    before = photographed(world.prefix)
    job = done(world.resolve("libblas=*=*mkl"))
    assert job.state == "succeeded", job.failure
    variant = world.prefix / "lib" / "libblas.variant"
    script = world.prefix / "etc" / "conda" / "activate.d" / "libblas_mkl_activate.sh"
    assert variant.read_text() == "mkl\n"
    assert script.is_file()
    assert job.verdict is not None
    moved = {change.name: change.build for change in job.verdict.changes.update}
    assert moved["libblas"] == "5_hd7b6a1c_mkl"
    undone(job)
    assert variant.read_text() == "openblas\n"
    assert not (world.prefix / "etc").exists()
    assert photographed(world.prefix) == before
    assert disagreements(world.prefix) == []


def test_what_people_keep_in_a_prefix(world: CondaWorld) -> None:
    (world.prefix / "notes").mkdir()
    (world.prefix / "notes" / "old.ipynb").write_text("old")
    (world.prefix / "notes" / "mine.ipynb").write_text("mine")
    # It is there when the job has ended, as if it had been written while the job ran.
    program = (
        "import pathlib, sys; "
        "pathlib.Path(sys.argv[1], 'notes', 'fresh.ipynb').write_text('fresh'); "
        "pathlib.Path(sys.argv[1], 'notes', 'old.ipynb').unlink()"
    )
    job = done(world.resolve("threadpoolctl"))
    assert job.state == "succeeded", job.failure
    (world.prefix / "notes" / "late.ipynb").write_text("late")
    (world.prefix / "notes" / "mine.ipynb").write_text("mine, too")
    undone(job)
    assert (world.prefix / "notes" / "late.ipynb").read_text() == "late"
    assert (world.prefix / "notes" / "mine.ipynb").read_text() == "mine, too"
    failed = done(by(program, world.resolve("threadpoolctl")))
    assert failed.state == "failed"
    assert failed.failure is not None
    assert (world.prefix / "notes" / "old.ipynb").read_text() == "old"
    aside = Path(kept.aside(failed.id))
    assert [path.read_text() for path in aside.rglob("fresh.ipynb")] == ["fresh"]


def test_packages_and_environments_below_a_base_are_not_kept(world: CondaWorld) -> None:
    for name in ("pkgs", "envs"):
        (world.prefix / name / "inside").mkdir(parents=True)
        (world.prefix / name / "inside" / "file").write_text("first")
    job = done(world.resolve("threadpoolctl"))
    assert job.state == "succeeded", job.failure
    keeping = kept.read(job.id)
    assert keeping is not None
    assert keeping.snapshot is not None
    last = len(keeping.snapshot.roots.folders) - 1
    assert {"conda-meta", "lib"} <= set(os.listdir(keeping.snapshot.then(last)))  # noqa: PTH208
    assert {"pkgs", "envs"}.isdisjoint(os.listdir(keeping.snapshot.then(last)))  # noqa: PTH208
    shutil.rmtree(world.prefix / "envs")
    (world.prefix / "pkgs" / "new").write_text("new")
    undone(job)
    assert not (world.prefix / "envs").exists()
    assert (world.prefix / "pkgs" / "new").read_text() == "new"


def test_history_that_is_written_into_is_kept_as_it_was(world: CondaWorld) -> None:
    history = world.prefix / "conda-meta" / "history"
    before = history.read_bytes()
    job = done(world.resolve("threadpoolctl"))
    with history.open("a") as file:
        file.write("# by hand\n")
    undone(job)
    assert history.read_bytes() == before
    assert history.stat().st_nlink == 1


def test_file_that_was_written_into_since_it_was_kept(world: CondaWorld) -> None:
    """A link keeps the file itself: what is written into it is in both."""
    job = done(world.resolve("six", kind="remove"))
    keeping = kept.read(job.id)
    assert keeping is not None
    assert keeping.snapshot is not None
    six = Path(keeping.snapshot.then(0, "six.py"))
    content = six.read_bytes()
    six.unlink()  # not the one in the cache
    six.write_bytes(content + b"# more\n")
    back = ended(undo(job.id))
    assert back.state == "failed"
    assert back.failure is not None
    assert "six.py is not as it was when it was kept" in back.failure.message


def test_change_beyond_the_plan_is_taken_back(world: CondaWorld) -> None:
    """conda solves anew: what it does must be what was shown, no more and no less."""
    before = world.versions()
    assert "six" in before
    resolved = world.resolve("threadpoolctl")
    planned = list(resolved.plan.argv[0])
    more = ["remove" if word == "install" else word for word in planned[:-1]] + ["six"]
    program = f"import subprocess; subprocess.run({planned!r}); subprocess.run({more!r})"
    job = ended(begin(by(program, resolved)))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "unplanned"
    assert "conda changed more than the plan says: six." in job.failure.message
    assert world.versions() == before
    assert disagreements(world.prefix) == []


def test_killed_change_is_told_by_records(world: CondaWorld) -> None:
    resolved = world.resolve("threadpoolctl", "six=1.17")
    program = (
        f"import os, signal, subprocess; subprocess.run({list(resolved.plan.argv[0][:-2])!r}"
        " + ['threadpoolctl']); os.kill(os.getppid(), signal.SIGKILL)"
    )
    job = settled(begin(by(program, resolved)))
    assert job.state == "interrupted"
    known = what_is_known(str(world.prefix), ())
    assert known is not None
    assert known.done == (f"threadpoolctl {THREADPOOLCTL}",)
    assert known.missing == ("six 1.17.0",)
    undone(job)
    assert disagreements(world.prefix) == []


def test_conda_would_do_something_else_by_now(world: CondaWorld) -> None:
    resolved = world.resolve("threadpoolctl")
    assert resolved.order is not None
    before = photographed(world.prefix)
    check = replace(resolved.order.checks[0], linked=("noarch/threadpoolctl-3.0-py_0",))
    job = done(replace(resolved, order=replace(resolved.order, checks=(check,))))
    assert job.state == "changed"
    assert job.failure is not None
    assert job.failure.reason == "changed"
    assert photographed(world.prefix) == before


def test_channel_is_gone_when_the_job_asks_again(
    world: CondaWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resolved = world.resolve("threadpoolctl")
    assert resolved.order is not None
    (first,) = resolved.order.checks
    before = photographed(world.prefix)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path / "cache"))
    gone = tuple(
        word.replace("conda-forge", "gone") if word.startswith("file:") else word
        for word in first.argv
    )
    check = replace(first, argv=gone)
    job = done(replace(resolved, order=replace(resolved.order, checks=(check,))))
    assert job.state == "failed"
    assert job.started is None
    assert photographed(world.prefix) == before


def test_conda_that_fails_half_way_is_taken_back(world: CondaWorld) -> None:
    before = photographed(world.prefix)
    program = (
        "import json, pathlib, sys; p = pathlib.Path(sys.argv[1]); "
        "next(p.glob('conda-meta/six-*.json')).unlink(); "
        "next(p.glob('lib/python3*/site-packages/six.py')).unlink(); "
        "(p / 'conda-meta' / 'history').open('a').write('+half\\n'); "
        "print(json.dumps({'exception_name': 'CondaHTTPError', 'error': 'x', "
        "'message': 'HTTP 000 CONNECTION FAILED for url <https://conda.example/x>'})); sys.exit(1)"
    )
    job = done(by(program, world.resolve("threadpoolctl")))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.message.endswith("What had been begun was taken back.")
    assert photographed(world.prefix) == before
    assert disagreements(world.prefix) == []


def test_files_that_conda_had_linked_and_not_recorded(world: CondaWorld) -> None:
    """They have another name in its cache, so that nothing is lost when they go."""
    before = photographed(world.prefix)
    cached = next(channels().cache.glob("pkgs/libblas-*mkl*/lib/libblas.variant"), None)
    if cached is None:
        conda_install(world.prefix.parent / "other", "libblas * *_mkl")
        cached = next(channels().cache.glob("pkgs/libblas-*mkl*/lib/libblas.variant"))
    program = f"import os, sys; os.link({str(cached)!r}, sys.argv[1] + '/lib/libblas.variant'); 1/0"
    job = done(by(program, world.resolve("threadpoolctl")))
    assert job.state == "failed"
    assert photographed(world.prefix) == before
    assert not Path(kept.aside(job.id)).exists()


def test_conda_that_reports_success_and_did_nothing(world: CondaWorld) -> None:
    job = done(by("print('{\"success\": true}')", world.resolve("threadpoolctl")))
    assert (job.state, job.failure and job.failure.reason) == ("failed", "unproved")


def test_package_of_conda_that_is_not_whole(world: CondaWorld) -> None:
    """Its record is there, and a file that it names is not."""
    resolved = world.resolve("threadpoolctl")
    program = (
        f"import pathlib, subprocess, sys; subprocess.run({list(resolved.plan.argv[0])!r}); "
        "next(pathlib.Path(sys.argv[1]).glob('lib/python3*/site-packages/threadpoolctl.py'))"
        ".unlink()"
    )
    job = done(by(program, resolved))
    assert job.state == "failed"
    assert job.failure is not None
    assert "threadpoolctl is not whole" in job.failure.message


def test_conda_that_overwrites_what_is_not_in_the_plan(tmp_path: Path) -> None:
    """Two packages that bring a file of one name; conda warns and goes on."""
    world = CondaWorld(tmp_path / "proj")
    with_blas(world.prefix, "openblas")
    before = photographed(world.prefix)
    resolved = world.resolve("threadpoolctl")
    program = (
        f"import os, subprocess, sys; subprocess.run({list(resolved.plan.argv[0])!r}); "
        "file = sys.argv[1] + '/lib/libblas.variant'; os.unlink(file); open(file, 'w').write('x')"
    )
    job = done(by(program, resolved))
    assert (job.state, job.failure and job.failure.reason) == ("failed", "broken")
    assert job.verdict is not None
    (said,) = job.verdict.broken
    assert said.startswith("1 file of libblas, which is not in the plan, changed with it")
    undone(job)
    assert photographed(world.prefix) == before


def test_pip_package_in_an_environment_of_condas(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    before = photographed(world.prefix)
    job = done(world.resolve("alpha"))
    assert job.state == "succeeded", job.failure
    assert job.verdict is not None
    assert job.verdict.changes == Changes(
        install=(Added(name="alpha", version="1.0", size=None, by="pip"),)
    )
    assert disagreements(world.prefix) == []
    undone(job)
    assert photographed(world.prefix) == before


def test_undo_after_conda_was_used_in_a_terminal(world: CondaWorld) -> None:
    job = done(world.resolve("threadpoolctl"))
    conda_install(world.prefix, "packaging")
    assert not read(job.id).undo.possible


def test_six_of_pip_over_condas_goes_with_condas(world: CondaWorld) -> None:
    pip_over_conda(world.prefix)
    before = photographed(world.prefix)
    job = done(world.resolve("six", kind="remove"))
    assert job.state == "succeeded", job.failure
    assert not list(world.prefix.glob("lib/python3*/site-packages/six*"))
    undone(job)
    assert photographed(world.prefix) == before


def wishes(world: CondaWorld, dice: random.Random) -> tuple[str, Sequence[str]]:
    """Return something to ask for, whatever is there."""
    there = sorted({"six", "threadpoolctl", "packaging", "numpy"} & set(records(world.prefix)))
    kind = dice.choice(("install", "install", "update", "remove")) if there else "install"
    if kind == "install":
        specs = ("six=1.16", "six=1.17", "threadpoolctl", "packaging", "libblas=*=*mkl", "numpy")
        return kind, dice.sample(specs[1:], 1) if dice.random() < 0.5 else dice.sample(specs, 1)
    return kind, [dice.choice(there)]


@pytest.mark.parametrize("seed", range(10))
def test_sequence_agrees_and_is_undone_file_for_file(world: CondaWorld, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - any sequence will do
    jobs: list[Job] = []
    seen = [photographed(world.prefix)]
    while len(jobs) < 4:
        kind, specs = wishes(world, dice)
        resolved = world.resolve(*specs, kind=kind)
        if not resolved.plan.argv:
            continue
        job = done(resolved)
        assert job.state == "succeeded", job.failure
        assert disagreements(world.prefix) == []
        jobs.append(job)
        seen.append(photographed(world.prefix))
    for job in reversed(jobs):
        seen.pop()
        undone(job)
        assert photographed(world.prefix) == seen[-1]
        assert disagreements(world.prefix) == []
    assert not list((folders.data() / "aside").rglob("*"))
