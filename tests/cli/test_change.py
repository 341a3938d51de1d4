"""`install` and its like: plans that are shown, asked about, and carried out."""

from __future__ import annotations

import os
from unittest.mock import Mock

import pytest

from command_line import Command
from job_world import World
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.jobs import folders, jobs, lock
from jupyterlab_envcheck.plan import working
from package_index import make_sdist


def test_without_a_terminal_the_plan_is_shown_and_nothing_runs(
    envcheck: Command, world: World
) -> None:
    assert envcheck("install", "beta") == 2
    assert "  added   beta     1.0" in envcheck.out
    assert "What runs:" in envcheck.out
    assert envcheck.err == (
        "Nothing was done: there is no terminal here to ask on.\n"
        "Give --yes to go on without being asked.\n"
    )
    assert world.installed() == {}
    assert jobs() == ()


def test_dry_run_shows_the_plan_and_nothing_runs(envcheck: Command, world: World) -> None:
    assert envcheck("install", "beta", "--dry-run") == 0
    assert envcheck.out.startswith("Install beta into proj\nproj (uv venv) · Python 3.")
    assert str(world.prefix) in envcheck.out
    assert envcheck.err == ""
    assert jobs() == ()


def test_yes_carries_it_out_without_asking(envcheck: Command, world: World) -> None:
    assert envcheck("install", "beta", "--yes") == 0
    assert "[y/N]" not in envcheck.out
    assert "   + beta==1.0\n" in envcheck.out
    assert "Done: all planned changes are there.\n  Added: alpha 2.0, beta 1.0\n" in envcheck.out
    assert world.installed() == {"alpha": "2.0", "beta": "1.0"}


def test_packages_may_stand_on_both_sides_of_an_option(envcheck: Command, world: World) -> None:
    assert envcheck("install", "alpha==1.0", "--installer", "uv", "beta", "--yes") == 0
    assert world.installed() == {"alpha": "1.0", "beta": "1.0"}


def test_what_is_installed_already_is_not_asked_about(envcheck: Command, world: World) -> None:
    world.install("alpha")
    assert envcheck("install", "alpha") == 0
    assert "nothing would change" in envcheck.out
    assert jobs() == ()


def test_update_takes_the_newest(envcheck: Command, world: World) -> None:
    world.install("alpha==1.0")
    assert envcheck("update", "alpha", "--yes") == 0
    assert "  changed  alpha    1.0 → 2.0" in envcheck.out
    assert world.installed() == {"alpha": "2.0"}


def test_reinstall_puts_the_files_there_anew(envcheck: Command, world: World) -> None:
    world.install("alpha")
    [module] = world.site_packages.glob("alpha/__init__.py")
    module.unlink()
    assert envcheck("reinstall", "alpha", "--yes") == 0
    assert module.exists()


def test_source_is_built_only_where_that_is_said(envcheck: Command, world: World) -> None:
    setup = "from setuptools import setup; setup(name='delta', version='1.0', py_modules=[])"
    make_sdist(world.index.folder, "delta", "1.0", setup=setup)
    assert envcheck("install", "delta", "--yes") == 1
    assert f"jupyter envcheck install delta --build delta --target {world.prefix}" in envcheck.out
    envcheck("install", "delta", "--build", "Delta", "--dry-run", "--json")
    assert envcheck.json()["wish"]["build"] == ["delta"]


def test_remove(envcheck: Command, world: World) -> None:
    world.install("alpha")
    assert envcheck("remove", "alpha", "--yes") == 0
    assert "  removed  alpha    2.0" in envcheck.out
    assert world.installed() == {}


def test_refused_plan_says_what_would_work(envcheck: Command) -> None:
    assert envcheck("install", "alpha", "--installer", "pip", "--yes") == 1
    assert "This is not done.\nYou asked for pip." in envcheck.out
    assert "\nWhat would work:\n" in envcheck.out
    assert "  Create an environment:\n    jupyter envcheck create " in envcheck.out
    assert jobs() == ()


def test_dry_run_of_what_is_refused(envcheck: Command) -> None:
    assert envcheck("install", "alpha", "--installer", "pip", "--dry-run", "--json") == 1
    assert envcheck.json()["refusal"]["reason"] == "no-installer"


def test_failed_plan_is_two_sentences(envcheck: Command) -> None:
    assert envcheck("install", "nosuch", "--yes") == 1
    assert "The package index has no package called nosuch.\n" in envcheck.out
    assert jobs() == ()


def test_what_is_no_package_is_told_before_the_environment_is_looked_at(
    envcheck: Command,
) -> None:
    assert envcheck.bare("install", "../alpha", "--target", "/nosuch") == 2
    assert envcheck.out == ""
    assert envcheck.err.startswith("“../alpha” is not a package name")


def test_job_that_fails(envcheck: Command, world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    world.index.lies[wheel.name] = b"another file"
    assert envcheck("install", "gamma", "--yes") == 1
    assert "Nothing was changed." in envcheck.out
    assert world.installed() == {}


def test_environment_that_another_job_changes(envcheck: Command, world: World) -> None:
    held = lock.take(lock.path_for(folders.data(), str(world.prefix)))
    assert held is not None
    assert envcheck("install", "alpha", "--yes") == 1
    os.close(held)
    assert "This is not done.\nAnother job is changing proj right now" in envcheck.out
    assert jobs() == ()


@pytest.mark.parametrize(
    "words",
    [
        ("install",),
        ("install", "alpha", "--json"),
        ("remove", "alpha", "--build", "alpha"),
        ("install", "alpha", "--installer", "apt"),
        ("create",),
        ("jobs", "--cancel"),
        ("create", "x", "alpha", "--register", "/srv"),
        ("create", "x", "--target", "python3", "--register", "/srv"),
    ],
    ids=" ".join,
)
def test_wrong_usage(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended_with:
        main(words)
    assert ended_with.value.code == 2
    assert capsys.readouterr().err.startswith("usage: jupyter envcheck ")


def test_json_of_a_dry_run_is_the_plan_and_nothing_else(envcheck: Command) -> None:
    assert envcheck("install", "beta", "--dry-run", "--json") == 0
    plan = envcheck.json()
    assert (plan["state"], plan["wish"]["specs"]) == ("ready", ["beta"])
    assert "Install beta into proj" in envcheck.err


def test_json_of_a_job_is_its_end_and_nothing_else(envcheck: Command) -> None:
    assert envcheck("install", "beta", "--yes", "--json") == 0
    job = envcheck.json()
    assert job["state"] == "succeeded"
    assert job["lines"][-1]["text"] == " + beta==1.0"
    assert "Done: all planned changes are there." in envcheck.err


def test_json_where_there_is_nothing_to_do_is_the_plan(envcheck: Command, world: World) -> None:
    world.install("alpha")
    assert envcheck("install", "alpha", "--yes", "--json") == 0
    assert envcheck.json()["argv"] == []


def test_what_nobody_foresaw_is_told_with_where_it_happened_and_no_traceback(
    envcheck: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake = Mock(side_effect=KeyError("nobody thought of it"))
    monkeypatch.setattr(working, "choose", mistake)
    assert envcheck("install", "alpha", "--yes") == 1
    told = " ".join(envcheck.out.split())
    assert "envcheck failed, and nothing was changed: KeyError: 'nobody thought of it'." in told
    assert "There is no server's log here: it happened at resolve.py:" in told
    assert envcheck.err == ""
