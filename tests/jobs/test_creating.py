"""New environments, planned from an index of our own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from creating_world import OWN, created, environments_of, ready, refused
from job_world import World
from jupyterlab_envcheck.installers import venvs
from jupyterlab_envcheck.jobs.making import kernelspecs
from jupyterlab_envcheck.plan import Policy
from jupyterlab_envcheck.recommendations import Run
from package_index import make_buildable, make_sdist

pytestmark = pytest.mark.usefixtures("small_kernel")


def test_create_by_uv(uv_world: World, environments: Path) -> None:
    resolved = created(uv_world, "alpha")
    plan, folder = ready(resolved), environments / "new"
    assert (plan.installer, plan.state, plan.wish.kind) == ("uv", "ready", "create")
    assert (plan.target.prefix, plan.target.name) == (str(folder), "new")
    assert plan.target.python == str(folder / "bin/python")
    assert [(new.name, new.version) for new in plan.changes.install] == [
        ("alpha", "1.0"),
        ("ipykernel", "7.0"),
        ("ipython", "9.0"),
    ]
    make, install = plan.argv
    assert make[-3:] == ("--python", uv_world.python, str(folder))
    assert install[install.index("--python") + 1] == plan.target.python
    assert resolved.order is not None
    assert resolved.order.creates
    assert resolved.order.pins.count("--hash=sha256:") == 3
    assert resolved.order.interpreter.prefix == str(folder)
    assert not environments.exists()
    assert plan.undo.possible


def test_create_names_its_kernel(uv_world: World, environments: Path) -> None:
    resolved = created(uv_world)
    ready(resolved)
    assert resolved.order is not None
    spec = resolved.order.kernelspec
    assert spec is not None
    assert (spec.name, spec.display_name) == ("new", "new")
    assert spec.folder == str(kernelspecs.folder_of("new"))
    assert json.loads(spec.text)["argv"] == [
        str(environments / "new/bin/python"),
        *("-m", "ipykernel_launcher", "-f", "{connection_file}"),
    ]
    assert spec.resources is not None
    assert spec.resources.endswith("/site-packages/ipykernel/resources")
    assert not Path(spec.folder).exists()


def test_create_by_pip_shows_pip_itself(pip_world: World) -> None:
    policy = Policy(allowed_installers=("pip",))
    plan = ready(created(pip_world, facts={"policy": policy}))
    assert plan.installer == "pip"
    assert plan.argv[0][1:3] == ("-m", "venv")
    assert plan.argv[1][:3] == (plan.target.python, "-m", "pip")
    assert {"ipykernel", "ipython", "pip"} <= {new.name for new in plan.changes.install}


def test_create_where_a_kernel_has_that_name(uv_world: World) -> None:
    spec = ready(created(uv_world, facts={"kernel_names": {"new": "new"}})).kernelspec
    assert spec is not None
    assert (spec.name, spec.display_name) == ("new-2", "new 2")


def test_create_asks_for_a_version_of_ipykernel(uv_world: World) -> None:
    uv_world.index.wheel("ipykernel", "8.0")
    plan = ready(created(uv_world, "ipykernel<8"))
    assert ("ipykernel", "7.0") in [(new.name, new.version) for new in plan.changes.install]


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_create_where_something_is(uv_world: World, environments: Path, there: str) -> None:
    environments.mkdir(parents=True)
    match there:
        case "file":
            (environments / "new").write_text("mine")
        case "folder":
            (environments / "new" / "mine").mkdir(parents=True)
        case _:
            (environments / "new").symlink_to("nowhere")
    resolved = created(uv_world, "alpha", python=OWN, build=("alpha",))
    assert refused(resolved) == "name-taken"
    [other] = environments_of(resolved)
    assert (other.name, other.specs) == ("new-2", ("alpha",))
    assert (other.python, other.folder, other.build) == (OWN, None, ("alpha",))


def test_create_where_something_is_in_a_folder_of_ones_own(uv_world: World, tmp_path: Path) -> None:
    (tmp_path / "mine" / "new" / "thesis").mkdir(parents=True)
    resolved = created(uv_world, folder=str(tmp_path / "mine" / "new"))
    assert refused(resolved) == "name-taken"
    [other] = environments_of(resolved)
    assert (other.name, other.folder) == ("new-2", str(tmp_path / "mine" / "new-2"))


def test_create_where_something_has_the_longest_name(uv_world: World, environments: Path) -> None:
    for name in ("n" * 50, "n" * 47 + "-2", "n" * 47):
        (environments / name / "mine").mkdir(parents=True)
    resolved = created(uv_world, name="n" * 50)
    assert refused(resolved) == "name-taken"
    [other] = environments_of(resolved)
    assert venvs.parse_name(other.name) == "n" * 47 + "-3"


def test_create_in_a_folder_of_ones_own(uv_world: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "proj" / ".venv", tmp_path / "empty"):
        assert ready(created(uv_world, folder=str(folder))).target.prefix == str(folder)


def test_create_where_the_administrator_says(uv_world: World, tmp_path: Path) -> None:
    policy = Policy(environments_folder=str(tmp_path / "theirs"))
    plan = ready(created(uv_world, facts={"policy": policy}))
    assert plan.target.prefix == str(tmp_path / "theirs" / "new")


def test_create_where_workon_home_is(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKON_HOME", str(tmp_path / "mine"))
    assert ready(created(uv_world)).target.prefix == str(tmp_path / "mine" / "new")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_create_where_nobody_may_write(uv_world: World, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert refused(created(uv_world, folder=str(tmp_path / "closed" / "new"))) == "not-writable"


def test_create_below_a_file(uv_world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(created(uv_world, folder=str(tmp_path / "file" / "new"))) == "not-writable"


def test_create_for_a_remote_kernel(uv_world: World) -> None:
    assert refused(created(uv_world, facts={"remote": "behind a gateway"})) == "remote"


def test_create_where_no_installer_may_be_used(uv_world: World) -> None:
    facts = {"policy": Policy(allowed_installers=())}
    resolved = created(uv_world, "alpha", facts=facts)
    assert refused(resolved) == "no-installer"
    assert resolved.plan.refusal is not None
    [run] = resolved.plan.refusal.alternatives
    assert isinstance(run, Run)
    assert run.commands[0].argv == ("python3", "-m", "venv", "new")


@pytest.mark.parametrize("name", ["../../x", "-x", "a b"])
def test_create_under_a_name_that_is_none(uv_world: World, name: str) -> None:
    failure = created(uv_world, name=name).plan.failure
    assert failure is not None
    assert failure.reason == "bad-name"


def test_create_with_a_package_nobody_has(uv_world: World, environments: Path) -> None:
    plan = created(uv_world, "nosuch").plan
    assert plan.failure is not None
    assert plan.failure.reason == "not-found"
    assert plan.target.prefix == str(environments / "new")
    assert plan.wish.kind == "create"


def test_create_with_a_package_that_would_have_to_be_built(uv_world: World, tmp_path: Path) -> None:
    """What is offered is to build it, or an environment without it; nothing of it has run."""
    ran = tmp_path / "ran"
    make_sdist(uv_world.index.folder, "source", "1.0", setup=f"open({str(ran)!r}, 'w')")
    resolved = created(uv_world, "alpha", "source", build=("beta",))
    assert refused(resolved) == "only-source"
    ask, other = environments_of(resolved)
    assert ask.title == "Build source from its source…"
    assert (ask.name, ask.specs, ask.build) == ("new", ("alpha", "source"), ("beta", "source"))
    assert other.title == "Create it without source…"
    assert (other.name, other.specs, other.build) == ("new", ("alpha",), ("beta",))
    assert ask.id != other.id
    assert not ran.exists()


def test_create_with_a_dependency_that_would_have_to_be_built(uv_world: World) -> None:
    uv_world.index.wheel("omega", "1.0", requires=["source"])
    make_buildable(uv_world.index.folder, "source", "1.0")
    resolved = created(uv_world, "omega")
    assert refused(resolved) == "only-source"
    [ask] = environments_of(resolved)
    assert (ask.specs, ask.build) == (("omega",), ("source",))
    plan = ready(created(uv_world, *ask.specs, name=ask.name, build=ask.build))
    assert ("source", "1.0") in [(new.name, new.version) for new in plan.changes.install]


def test_create_without_the_index(uv_world: World) -> None:
    uv_world.index.status = 500
    resolved = created(uv_world, "alpha")
    assert refused(resolved) == "offline"
    assert resolved.plan.refusal is not None
    runs = [a for a in resolved.plan.refusal.alternatives if isinstance(a, Run)]
    assert [run.commands[0].argv for run in runs] == [("python3", "-m", "venv", "new")]


def test_create_where_there_is_no_room(
    uv_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the disk that it is to lie on, not the one on which it is tried out."""

    def usage(path: str) -> SimpleNamespace:
        return SimpleNamespace(free=10 if path.startswith(str(tmp_path)) else 10**12)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert refused(created(uv_world, "alpha")) == "disk-full"


@pytest.mark.soak
def test_create_where_there_is_no_room_names_no_python_that_is_gone(
    pip_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small environment, whose Python was asked, is thrown away."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    resolved = created(pip_world, "alpha", facts={"policy": Policy(allowed_installers=("pip",))})
    assert refused(resolved) == "disk-full"
    assert resolved.plan.refusal is not None
    caches = resolved.plan.refusal.alternatives[0]
    assert isinstance(caches, Run)
    assert caches.commands[0].argv == (pip_world.python, "-m", "pip", "cache", "purge")
