"""`create`: environments with a kernel, and kernels for environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Command
from job_world import World
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.jobs import jobs
from package_index import make_buildable


def test_create_makes_an_environment_with_a_kernel_and_undo_takes_it_away(
    envcheck: Command, world: World, tmp_path: Path
) -> None:
    world.index.wheel("ipykernel", "6.0")
    folder = tmp_path / "fresh"
    assert envcheck("create", "fresh", "alpha", "--folder", str(folder), "--yes") == 0
    assert envcheck.out.startswith(f"Create fresh with alpha\nfresh · {folder}\n")
    assert "  added   ipykernel  6.0" in envcheck.out
    assert "A kernel called “" in envcheck.out
    assert "Done: the environment fresh is there." in envcheck.out
    assert (folder / "bin" / "python").exists()
    [job] = jobs()
    assert job.plan.kernelspec is not None
    assert Path(job.plan.kernelspec.folder, "kernel.json").exists()
    assert envcheck.bare("undo", job.id[:8], "--yes") == 0
    assert not folder.exists()
    assert not Path(job.plan.kernelspec.folder).exists()
    assert world.installed() == {}


def test_create_where_something_is_already_is_refused(
    envcheck: Command, world: World, tmp_path: Path
) -> None:
    world.index.wheel("ipykernel", "6.0")
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "thesis.txt").touch()
    assert envcheck("create", "fresh", "--folder", str(tmp_path / "fresh"), "--yes") == 1
    assert "This is not done." in envcheck.out


def test_create_register_makes_an_environment_a_kernel(envcheck: Command, world: World) -> None:
    world.index.wheel("ipykernel", "6.0")
    world.install("ipykernel")
    assert envcheck.bare("create", "old", "--register", str(world.prefix), "--yes") == 0
    assert envcheck.out.startswith(f"Make {world.prefix} a kernel\nproj (uv venv) · Python 3.")
    assert "Done: the kernel “old” is there." in envcheck.out
    assert "To use it, choose the kernel “old” in a notebook." in envcheck.out
    [job] = jobs()
    assert job.plan.kernelspec is not None
    assert Path(job.plan.kernelspec.folder, "kernel.json").exists()


def test_create_register_builds_what_it_may(envcheck: Command, world: World) -> None:
    world.index.wheel("ipykernel", "6.0", requires=["source"])
    make_buildable(world.index.folder, "source", "1.0")
    words = ("create", "old", "--register", str(world.prefix), "--dry-run")
    assert envcheck.bare(*words) == 1
    command = f"jupyter envcheck create old --register {world.prefix} --build source"
    assert command in envcheck.out
    assert envcheck.bare(*words, "--build", "source") == 0
    assert "source is built from its source" in envcheck.out


@pytest.mark.parametrize(
    "words",
    [
        ("create", "../x"),
        ("create", "x", "--python", "three"),
        ("create", "../x", "--register", "/srv"),
        ("create", "x", "--register", "/nosuch"),
    ],
    ids=" ".join,
)
def test_create_what_cannot_be_meant(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
