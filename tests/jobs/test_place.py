"""Installs land in the environment that the plan names, and touch nothing beside it."""

from __future__ import annotations

import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from found_pythons import pythons
from job_world import UV, World, give_pip, make_bare_venv, make_base, make_pip_venv
from jupyterlab_envcheck.probe import files
from package_index import PackageIndex


@pytest.fixture(params=["pip", "uv"])
def base_world(
    request: pytest.FixtureRequest, tmp_path: Path, index: PackageIndex, pip_venv: str
) -> World:
    """A Python that is no venv, and its own folder of packages."""
    world = World(
        python=make_base(tmp_path / "base"), index=index, has_pip=False, kind="standalone"
    )
    if request.param == "pip":
        give_pip(world, pip_venv)
    return world


def unpacked(wheel: Path, folder: Path) -> Path:
    """Put the contents of a wheel into a folder, as an install does."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def users_own(world: World) -> Path:
    """Put alpha 1.0 into the user's own folder, where this Python sees it."""
    folder = world.interpreter.user_site
    assert folder is not None
    assert folder.startswith(os.environ["HOME"])
    found = unpacked(world.index.wheel("alpha", "1.0"), Path(folder))
    world.__post_init__()
    assert folder in world.interpreter.path
    return found


def test_resolve_kernel_with_a_home_of_its_own(index: PackageIndex, tmp_path: Path) -> None:
    """Its PYTHONHOME does not reach the installer, which would install beside the plan."""
    python = make_base(tmp_path / "base")
    make_base(tmp_path / "base3")
    environ = {**os.environ, "PYTHONHOME": str(tmp_path / "base3")}
    world = World(python=python, index=index, has_pip=False, kind="standalone", environ=environ)
    assert world.prefix == tmp_path / "base3"
    index.wheel("alpha", "1.0")
    plan = world.resolve("alpha").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "redirected"
    assert str(tmp_path / "base3") in plan.refusal.text
    assert plan.refusal.alternatives
    assert plan.argv == ()


@pytest.fixture(params=["pip", "uv"])
def old_world(request: pytest.FixtureRequest, tmp_path: Path, index: PackageIndex) -> World:
    """A venv of a Python whose installers ask distutils where to install."""
    found = next((pythons()[name] for name in ("3.9", "3.8") if name in pythons()), None)
    if found is None:
        pytest.skip("There is no Python 3.8 or 3.9 on this machine.")
    if request.param == "uv":
        python = make_bare_venv(tmp_path / "proj", found)
        return World(python=python, index=index, has_pip=False, kind="uv-venv")
    python = make_pip_venv(tmp_path / "proj", found)
    return World(python=python, index=index, has_pip=True)


def tell_distutils(text: str) -> Path:
    """Write the file with a person's own settings of distutils."""
    file = Path(os.environ["HOME"], ".pydistutils.cfg")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_resolve_redirected_by_distutils(old_world: World, tmp_path: Path) -> None:
    file = tell_distutils(f"[install]\ninstall_lib = {tmp_path / 'other'}\n")
    old_world.index.wheel("alpha", "1.0")
    plan = old_world.resolve("alpha").plan
    assert plan.refusal is not None, plan
    assert plan.refusal.reason == "redirected"
    assert "“install.install_lib”" in plan.refusal.text
    assert str(file) in plan.refusal.text
    assert plan.argv == ()


def test_job_redirected_by_distutils_since(old_world: World, tmp_path: Path) -> None:
    old_world.index.wheel("alpha", "1.0")
    resolved = old_world.resolve("alpha")
    tell_distutils(f"[install]\ninstall_lib = {tmp_path / 'other'}\n")
    job = old_world.job(resolved)
    assert job.failure is not None
    assert job.failure.reason == "redirected"
    assert str(tmp_path / "other") in job.failure.message
    assert not (tmp_path / "other").exists()


def test_job_with_a_file_of_distutils_that_moves_nothing(old_world: World) -> None:
    """In a venv distutils leaves out what has a hyphen."""
    tell_distutils("[install]\ninstall-lib = /other\nuser = 0\noptimize = 1\n")
    old_world.index.wheel("alpha", "1.0")
    assert old_world.job(old_world.resolve("alpha")).state == "succeeded"
    assert (old_world.site_packages / "alpha").exists()


def test_resolve_newer_python_asks_no_distutils(world: World) -> None:
    tell_distutils("[install]\ninstall_lib = /other\n")
    world.index.wheel("alpha", "1.0")
    assert [new.name for new in world.resolve("alpha").plan.changes.install] == ["alpha"]


@pytest.mark.parametrize("part", ["prefix", "site_packages"])
def test_job_that_would_land_elsewhere(uv_world: World, part: str, tmp_path: Path) -> None:
    """What its Python says differs from the plan, though no file has changed since."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    assert resolved.order is not None
    before = uv_world.interpreter
    other: dict[str, Any] = {
        "prefix": str(tmp_path),
        "site_packages": (*before.site_packages, str(tmp_path)),
    }
    moved = replace(before, **{part: other[part]})
    plan = replace(
        resolved.plan, fingerprint=files.fingerprint(str(uv_world.prefix), moved.site_packages)
    )
    order = replace(resolved.order, interpreter=moved, plan=plan)
    job = uv_world.job(replace(resolved, plan=plan, order=order))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "redirected"
    assert uv_world.installed() == {}


def test_resolve_through_a_link_is_the_same_place(uv_world: World, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(uv_world.prefix)
    uv_world.index.wheel("alpha", "1.0")
    linked = replace(uv_world.interpreter, prefix=str(tmp_path / "link"))
    assert uv_world.resolve("alpha", interpreter=linked).plan.refusal is None


def test_update_leaves_the_users_own_folder_alone(base_world: World) -> None:
    mine = users_own(base_world)
    base_world.index.wheel("alpha", "2.0")
    resolved = base_world.resolve("alpha>=2")
    changes = resolved.plan.changes
    assert [(new.name, new.version) for new in changes.install] == [("alpha", "2.0")]
    assert changes.update == ()
    assert any(str(mine) in said for said in resolved.plan.warnings)
    assert base_world.job(resolved).state == "succeeded"
    assert (mine / "alpha" / "__init__.py").exists()
    assert (base_world.site_packages / "alpha" / "__init__.py").exists()


def test_remove_what_lies_in_the_users_own_folder(base_world: World) -> None:
    mine = users_own(base_world)
    plan = base_world.resolve("alpha", kind="remove").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "elsewhere"
    assert f"alpha lies in {mine}" in plan.refusal.text
    assert plan.refusal.alternatives
    assert plan.argv == ()


def test_remove_what_the_users_own_folder_hides(base_world: World) -> None:
    """Both are alpha; the environment's own goes, and that is what is planned and proved."""
    base_world.index.wheel("alpha", "2.0")
    base_world.install("alpha")
    mine = users_own(base_world)
    resolved = base_world.resolve("alpha", kind="remove")
    assert [(old.name, old.version) for old in resolved.plan.changes.remove] == [("alpha", "2.0")]
    assert base_world.job(resolved).state == "succeeded"
    assert (mine / "alpha").exists()
    assert not (base_world.site_packages / "alpha").exists()


def test_update_of_what_a_pth_file_brings(base_world: World, tmp_path: Path) -> None:
    """pip would delete it, wherever it lies: this is no venv."""
    shared = unpacked(base_world.index.wheel("alpha", "1.0"), tmp_path / "shared")
    (base_world.site_packages / "shared.pth").write_text(f"{shared}\n")
    base_world.__post_init__()
    base_world.index.wheel("alpha", "2.0")
    plan = base_world.resolve("alpha>=2").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "elsewhere"
    assert str(shared) in plan.refusal.text


def test_venv_that_sees_the_packages_of_its_base(
    base_world: World, tmp_path: Path, pip_venv: str
) -> None:
    base_world.index.wheel("alpha", "1.0")
    base_world.install("alpha")
    base_world.index.wheel("alpha", "2.0")
    making = [UV, "venv", "--quiet", "--no-config", "--system-site-packages"]
    subprocess.run([*making, "-p", base_world.python, str(tmp_path / "proj")], check=True)
    world = World(
        python=str(tmp_path / "proj" / "bin" / "python"), index=base_world.index, has_pip=False
    )
    if base_world.has_pip:
        give_pip(world, pip_venv)
    removal = world.resolve("alpha", kind="remove").plan
    assert removal.refusal is not None
    assert removal.refusal.reason == "elsewhere"
    resolved = world.resolve("alpha>=2")
    assert [new.version for new in resolved.plan.changes.install] == ["2.0"]
    assert world.job(resolved).state == "succeeded"
    assert (world.site_packages / "alpha").exists()
    assert base_world.installed()["alpha"] == "1.0"


def test_update_of_what_setup_py_develop_linked(pip_world: World, tmp_path: Path) -> None:
    """Its link lies in the environment, so that pip would take it away."""
    project = tmp_path / "alpha"
    (project / "alpha.egg-info").mkdir(parents=True)
    (project / "alpha.egg-info" / "PKG-INFO").write_text("Name: alpha\nVersion: 1.0\n")
    (pip_world.site_packages / "alpha.egg-link").write_text(f"{project}\n.")
    (pip_world.site_packages / "easy-install.pth").write_text(f"{project}\n")
    pip_world.__post_init__()
    pip_world.index.wheel("alpha", "2.0")
    plan = pip_world.resolve("alpha>=2").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "elsewhere"


def test_resolve_python_that_does_not_answer(uv_world: World) -> None:
    (uv_world.site_packages / "sitecustomize.py").write_text("import os; os._exit(3)\n")
    plan = uv_world.resolve("alpha").plan
    assert plan.failure is not None
    assert plan.failure.reason == "bad-reply"


def test_resolve_python_that_prints_at_every_start(pip_world: World) -> None:
    (pip_world.site_packages / "sitecustomize.py").write_text("print('Welcome!')\n")
    pip_world.index.wheel("alpha", "1.0")
    assert [new.name for new in pip_world.resolve("alpha").plan.changes.install] == ["alpha"]
