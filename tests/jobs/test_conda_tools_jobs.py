"""Jobs by conda, mamba and micromamba, which a stand-in answers for: it changes real files."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from conda_jobs_world import CondaWorld
from conda_standin import make_environment, make_root, make_standin
from job_world import ended, leave_this_machine, make_base
from jupyterlab_envcheck.jobs import Resolved, begin, read, resolve, undo
from jupyterlab_envcheck.plan import Changes
from jupyterlab_envcheck.problems import Problem

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")

TOOLS = ("conda", "mamba", "micromamba")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_this_machine(tmp_path / "machine", monkeypatch)


def a_world(folder: Path, tool: str) -> CondaWorld:
    prefix = folder / "proj"
    python = Path(make_base(prefix))
    python.with_name("python").symlink_to(python.name)
    make_environment(prefix, make_root(folder / "root", tool))
    return CondaWorld(prefix)


def files_of(prefix: Path) -> dict[str, bytes]:
    """Return all that a change of a package can touch."""
    return {
        str(file.relative_to(prefix)): file.read_bytes()
        for folder in (prefix / "conda-meta", *(prefix / "lib").glob("python*/site-packages"))
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }


@pytest.mark.parametrize("tool", TOOLS)
def test_job_is_proved_and_undone(tmp_path: Path, tool: str) -> None:
    world = a_world(tmp_path, tool)
    before = files_of(world.prefix)
    resolved = world.resolve("threadpoolctl", "six=1.17")
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    assert resolved.plan.installer == tool
    job = ended(begin(resolved))
    assert (job.state, job.failure) == ("succeeded", None)
    assert job.verdict is not None
    assert [(it.name, it.version, it.by) for it in job.verdict.changes.install] == [
        ("threadpoolctl", "3.8.0", "conda")
    ]
    assert [(it.name, it.new, it.by) for it in job.verdict.changes.update] == [
        ("six", "1.17.0", "conda")
    ]
    assert world.versions()["six"] == "1.17.0"
    said = [line.text for line in read(job.id, after=0).lines]
    assert ("Downloading six-1.17.0" in said) == (tool == "conda")  # which alone says so
    assert not [text for text in said if '"' in text]
    undone = ended(undo(job.id))
    assert (undone.state, undone.failure) == ("succeeded", None)
    assert files_of(world.prefix) == before


def test_conda_reads_the_configuration_within_the_environment(tmp_path: Path) -> None:
    """It does so of the environment that is active, whichever it is to change."""
    world = a_world(tmp_path, "conda")
    program, told = tmp_path / "root" / "bin" / "conda", tmp_path / "told"
    standin = program.read_text().removeprefix("#!/bin/sh\n")
    note = f'echo "$1 $2 $CONDA_PREFIX" >>{shlex.quote(str(told))}'
    program.write_text(f"#!/bin/sh\n{note}\n{standin}")
    job = ended(begin(world.resolve("six=1.17")))
    assert (job.state, job.failure) == ("succeeded", None)
    assert told.read_text().splitlines() == [
        f"install --dry-run {world.prefix}",  # the plan's
        f"install --dry-run {world.prefix}",  # under the lock
        f"install --json {world.prefix}",
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_change_that_fails_half_done_is_put_back(tmp_path: Path, tool: str) -> None:
    world = a_world(tmp_path, tool)
    before = files_of(world.prefix)
    resolved = world.resolve("six=1.17")
    make_standin(tmp_path / "root" / "bin", tool, fails="change:disk-full")
    job = ended(begin(resolved))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "disk-full"
    assert files_of(world.prefix) == before


def two_commands(world: CondaWorld) -> Resolved:
    """Return a plan of two commands of conda's."""
    resolved = world.resolve("libblas=*=*mkl", "six", kind="update")
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    assert [argv[1] for argv in resolved.plan.argv] == ["install", "update"]
    return resolved


@pytest.mark.parametrize("tool", TOOLS)
def test_two_commands_are_asked_for_as_a_person_would(tmp_path: Path, tool: str) -> None:
    world = a_world(tmp_path, tool)
    job = ended(begin(two_commands(world)))
    assert (job.state, job.failure) == ("succeeded", None)
    history = (world.prefix / "conda-meta" / "history").read_text().splitlines()
    assert [line for line in history if line.startswith("# update specs")][1:] == [
        "# update specs: ['libblas[build=*mkl]']",
        "# update specs: ['six']",
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_second_command_that_would_do_something_else_by_now(tmp_path: Path, tool: str) -> None:
    world = a_world(tmp_path, tool)
    before = files_of(world.prefix)
    resolved = two_commands(world)
    assert resolved.order is not None
    first, second = resolved.order.checks
    other = replace(second, linked=("noarch/six-1.18.0-py_0",))
    order = replace(resolved.order, checks=(first, other))
    job = ended(begin(replace(resolved, order=order)))
    assert job.failure is not None
    assert (job.state, job.failure.reason) == ("changed", "changed")
    assert job.failure.message == (
        "What conda did first changes what it would do next, which is not what the plan says. What "
        "had been begun was taken back."
    )
    assert job.failure.hint == "Ask for what you want in two plans, one after the other."
    assert files_of(world.prefix) == before


def test_conda_that_others_can_change_by_now_is_not_run(tmp_path: Path) -> None:
    world = a_world(tmp_path, "conda")
    before = files_of(world.prefix)
    resolved = world.resolve("six=1.17")
    (tmp_path / "root").chmod(0o777)
    program = tmp_path / "root" / "bin" / "conda"
    program.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(tmp_path / 'run'))}\n")
    job = ended(begin(resolved))
    (tmp_path / "root").chmod(0o755)
    assert job.failure is not None
    assert (job.state, job.failure.reason) == ("failed", "not-trusted")
    assert str(program) in job.failure.message
    assert not (tmp_path / "run").exists()
    assert files_of(world.prefix) == before


def test_conda_that_others_can_change_after_its_dry_run_is_not_run(tmp_path: Path) -> None:
    world = a_world(tmp_path, "conda")
    before = files_of(world.prefix)
    resolved = world.resolve("six=1.17")
    assert resolved.order is not None
    (check,) = resolved.order.checks
    opening = f"{shlex.join(check.argv)} && chmod 777 {shlex.quote(str(tmp_path / 'root'))} #"
    check = replace(check, argv=("/bin/sh", "-c", opening, "--json"))
    job = ended(begin(replace(resolved, order=replace(resolved.order, checks=(check,)))))
    (tmp_path / "root").chmod(0o755)
    assert job.failure is not None
    assert (job.state, job.failure.reason) == ("failed", "not-trusted")
    assert files_of(world.prefix) == before


def test_conda_that_others_can_change_while_the_job_runs_is_not_run(tmp_path: Path) -> None:
    """The first command of it opens the way."""
    world = a_world(tmp_path, "conda")
    before = files_of(world.prefix)
    resolved = two_commands(world)
    root = tmp_path / "root"
    first, *rest = resolved.plan.argv
    opening = f"{shlex.join(first)} && chmod 777 {shlex.quote(str(root))} #"
    plan = replace(resolved.plan, argv=(("/bin/sh", "-c", opening, "--json"), *rest))
    assert resolved.order is not None
    job = ended(begin(replace(resolved, plan=plan, order=replace(resolved.order, plan=plan))))
    root.chmod(0o755)
    assert job.failure is not None
    assert (job.state, job.failure.reason) == ("failed", "not-trusted")
    assert job.failure.message.endswith("What had been begun was taken back.")
    assert files_of(world.prefix) == before


def pinning(world: CondaWorld, spec: str) -> Resolved:
    request = world.request(spec)
    return resolve(replace(request, wish=replace(request.wish, pins=(spec,))))


def test_what_is_there_is_pinned_and_that_is_undone(tmp_path: Path) -> None:
    world = a_world(tmp_path, "conda")
    before = files_of(world.prefix)
    resolved = pinning(world, "libblas=*=*openblas")
    plan = resolved.plan
    assert (plan.failure, plan.refusal) == (None, None)
    assert (plan.argv, plan.changes, plan.pinned) == ((), Changes(), ("libblas=*=*openblas",))
    assert plan.undo.possible
    assert plan.warnings[-1] == (
        "No package changes. conda is to stay with it: libblas=*=*openblas is written into "
        "conda-meta/pinned."
    )
    assert not [warning for warning in plan.warnings if "nothing would change" in warning]
    job = ended(begin(resolved))
    assert (job.state, job.failure) == ("succeeded", None)
    pinned = world.prefix / "conda-meta" / "pinned"
    assert pinned.read_text() == "libblas=*=*openblas\n"
    with pytest.raises(Problem) as nothing:  # it is so already, and pinned
        begin(pinning(world, "libblas=*=*openblas"))
    assert nothing.value.reason == "nothing-to-do"
    undone = ended(undo(job.id))
    assert (undone.state, undone.failure) == ("succeeded", None)
    assert files_of(world.prefix) == before


def test_plan_of_nothing_is_no_job(tmp_path: Path) -> None:
    world = a_world(tmp_path, "conda")
    with pytest.raises(Problem) as nothing:
        begin(world.resolve("six"))
    assert (nothing.value.reason, nothing.value.message) == (
        "nothing-to-do",
        "All of this is as it was asked for already, so that there is nothing to do.",
    )


def test_failure_under_the_lock_is_told(tmp_path: Path) -> None:
    world = a_world(tmp_path, "conda")
    before = files_of(world.prefix)
    resolved = world.resolve("six=1.17")
    make_standin(tmp_path / "root" / "bin", "conda", fails="not-writable")
    job = ended(begin(resolved))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.message == f"conda may not write to {world.prefix}."
    assert files_of(world.prefix) == before
