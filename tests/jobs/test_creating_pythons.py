"""Which Python a new environment is made with."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from creating_world import created, environments_of, ready, refused
from job_world import World
from jupyterlab_envcheck.jobs.making import pythons
from jupyterlab_envcheck.recommendations import CreateEnvironment, Run

pytestmark = pytest.mark.usefixtures("small_kernel")


def test_create_with_a_python_that_is_not_here(uv_world: World) -> None:
    resolved = created(uv_world, "alpha", python="3.99")
    assert refused(resolved) == "no-python"
    assert resolved.plan.refusal is not None
    own = ".".join(uv_world.interpreter.version.split(".")[:2])
    assert own in resolved.plan.refusal.text
    create, get = resolved.plan.refusal.alternatives
    assert isinstance(create, CreateEnvironment)
    assert (create.title, create.python) == ("Create it with the kernel's own Python…", None)
    assert isinstance(get, Run)
    assert get.commands[0].argv == ("uv", "python", "install", "3.99")


def test_create_with_a_python_too_old(uv_world: World) -> None:
    """To get it would be of no use."""
    resolved = created(uv_world, python="3.6")
    assert refused(resolved) == "no-python"
    [create] = environments_of(resolved)
    assert create.python is None


@pytest.mark.parametrize("version", [None, "3.6.15"])
def test_create_with_a_python_too_old_where_the_kernels_is_no_way_out(
    uv_world: World, version: str | None
) -> None:
    """It is not known, or is too old itself."""
    own = replace(uv_world.interpreter, version=version) if version is not None else None
    resolved = created(uv_world, python="3.7", facts={"interpreter": own, "why_unknown": "gone"})
    assert refused(resolved) == "no-python"
    [create] = environments_of(resolved)
    assert create.python is not None
    assert create.title == f"Create it with Python {create.python}…"


def test_create_upon_a_kernel_whose_python_is_too_old(uv_world: World) -> None:
    own = replace(uv_world.interpreter, version="3.6.15")
    resolved = created(uv_world, facts={"interpreter": own})
    assert refused(resolved) == "no-python"
    [create] = environments_of(resolved)
    assert create.python is not None


def test_create_with_a_python_of_somebody_else(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there, and is not started: it is named, and not listed as one that could be had."""
    theirs = tmp_path / "theirs" / "bin" / "python3.99"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("")
    theirs.chmod(0o777)
    monkeypatch.setattr(pythons, "_found", lambda *_: str(theirs))
    resolved = created(uv_world, python="3.99")
    assert refused(resolved) == "no-python"
    assert resolved.plan.refusal is not None
    text = resolved.plan.refusal.text
    assert text.startswith(f"There is a Python 3.99, but {theirs} can be changed by every user")
    assert "3.99" not in text.partition("What is here:")[2]


def test_create_with_the_version_the_kernel_has(uv_world: World) -> None:
    own = ".".join(uv_world.interpreter.version.split(".")[:2])
    assert uv_world.python in ready(created(uv_world, python=own)).argv[0]


def test_create_although_the_kernels_python_is_gone(uv_world: World) -> None:
    facts = {"interpreter": None, "environment": None, "packages": None, "why_unknown": "gone"}
    plan = ready(created(uv_world, facts=facts))
    assert sys.executable in plan.argv[0]
    assert plan.warnings == (
        "The kernel's own Python is not known: the environment is made with Jupyter's.",
    )


def test_create_upon_conda_says_so(uv_world: World) -> None:
    environment = uv_world.request("alpha").environment
    assert environment is not None
    facts = {"environment": replace(environment, kind="conda", name="climate")}
    [warning] = ready(created(uv_world, facts=facts)).warnings
    assert "climate" in warning
