"""Settings that would send an install elsewhere, and those that may pass."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from job_world import World
from jupyterlab_envcheck.jobs.environment import (
    built,
    pip_addition,
    pip_redirection,
    uv_config,
    uv_redirection,
)
from jupyterlab_envcheck.plan import Refusal
from package_index import make_buildable, make_sdist


def refusal(world: World) -> Refusal:
    world.index.wheel("alpha", "1.0")
    plan = world.resolve("alpha").plan
    assert plan.state == "ready"
    assert plan.refusal is not None, plan
    assert plan.argv == ()
    return plan.refusal


def make_project(folder: Path, statement: str) -> list[Path]:
    """Make the folder of a project that runs a statement as soon as it is looked at."""
    archive = make_buildable(folder, "project", "1.0", while_planning=statement)
    shutil.unpack_archive(archive, folder / "unpacked", filter="data")
    return list((folder / "unpacked").iterdir())


def test_redirected_by_pip_target(pip_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    found = refusal(pip_world)
    assert found.reason == "redirected"
    assert "PIP_TARGET" in found.text


def test_redirected_by_pip_conf(
    pip_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text("[install]\nuser = true\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    found = refusal(pip_world)
    assert found.reason == "redirected"
    assert "install.user" in found.text


@pytest.mark.parametrize("key", ["requirement", "editable"])
def test_pip_conf_that_asks_for_more(
    pip_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """pip builds a folder that it is configured to install, while the plan is made."""
    ran = tmp_path / "ran"
    [archive] = make_project(tmp_path, f"open({str(ran)!r}, 'w')")
    (tmp_path / "more.txt").write_text(str(archive))
    told = {"requirement": tmp_path / "more.txt", "editable": archive}
    (tmp_path / "pip.conf").write_text(f"[install]\n{key} = {told[key]}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    found = refusal(pip_world)
    assert found.reason == "redirected"
    assert f"“install.{key}”" in found.text
    assert "more than you asked for" in found.text
    assert not ran.exists()


@pytest.mark.parametrize("text", ["[pip]\ntarget = 'x'", "[pip]\nsystem = true"])
def test_redirected_by_uv_toml(uv_world: World, text: str) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "uv", "uv.toml")
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert refusal(uv_world).reason == "redirected"


def test_uv_toml_that_builds(uv_world: World, tmp_path: Path) -> None:
    """`--only-binary :all:` gives way to a uv.toml, which would run the package's code."""
    file = Path(os.environ["XDG_CONFIG_HOME"], "uv", "uv.toml")
    file.parent.mkdir(parents=True)
    file.write_text('no-binary-package = ["alpha"]')
    ran = tmp_path / "ran"
    make_sdist(uv_world.index.folder, "alpha", "1.0", setup=f"open({str(ran)!r}, 'w')")
    assert "no-binary-package" in refusal(uv_world).text
    assert not ran.exists()


def test_uv_toml_with_an_index_is_obeyed(uv_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    file = Path(os.environ["XDG_CONFIG_HOME"], "uv", "uv.toml")
    file.parent.mkdir(parents=True)
    file.write_text(f'[[index]]\nurl = "{uv_world.index.url}"\ndefault = true\n')
    uv_world.index.wheel("alpha", "1.0")
    assert uv_world.job(uv_world.resolve("alpha")).state == "succeeded"


def test_uv_toml_that_is_broken(uv_world: World) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "uv", "uv.toml")
    file.parent.mkdir(parents=True)
    file.write_text("[[[")
    plan = uv_world.resolve("alpha").plan
    assert plan.failure is not None
    assert plan.failure.reason == "bad-configuration"


def test_built_keeps_what_is_needed_only() -> None:
    given = {
        "PIP_TARGET": "x",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_INDEX_URL": "https://index",
        "UV_PYTHON": "3.9",
        "UV_SYSTEM_PYTHON": "1",
        "UV_INDEX_WORK_PASSWORD": "secret",
        "UV_CACHE_DIR": "/cache",
        "CONDA_PREFIX": "/conda",
        "CONDA_SUBDIR": "linux-aarch64",
        "CONDA_PKGS_DIRS": "/packages",
        "MAMBA_ROOT_PREFIX": "/mamba",
        "CONDARC": "/condarc",
        "PYTHONPATH": "/notebooks",
        "VIRTUAL_ENV": "/server",
        "https_proxy": "http://proxy",
        "SSL_CERT_FILE": "/certificates",
        "HOME": "/home/ada",
    }
    kept = built(given)
    dropped = {name for name in given if name not in kept}
    assert dropped == {
        "PIP_TARGET",
        "PIP_REQUIRE_VIRTUALENV",
        "UV_PYTHON",
        "UV_SYSTEM_PYTHON",
        "CONDA_PREFIX",
        "PYTHONPATH",
        "VIRTUAL_ENV",
    }


@pytest.mark.parametrize(
    ("listed", "setting"),
    [
        ("global.index-url='https://x'", None),
        ("install.user='false'", None),
        ("global.user='0'", None),
        ("install.target='/x'", "install.target"),
        ("global.prefix='/x'", "global.prefix"),
        ("freeze.user='true'", None),
        (":env:.target='/x'", None),
        ("", None),
    ],
)
def test_pip_redirection_of_files(listed: str, setting: str | None) -> None:
    found = pip_redirection({}, listed)
    assert (found[0] if found else None) == setting


@pytest.mark.parametrize(
    ("listed", "setting"),
    [
        ("global.requirement='/x.txt'", "global.requirement"),
        ("uninstall.requirement='/x.txt'", "uninstall.requirement"),
        ("install.group='dev'", "install.group"),
        ("install.editable=''", None),
        ("install.constraint='/x.txt'", None),
        ("download.requirement='/x.txt'", None),
    ],
)
def test_pip_addition_of_files(listed: str, setting: str | None) -> None:
    found = pip_addition({}, listed)
    assert (found[0] if found else None) == setting


def test_pip_addition_by_variable() -> None:
    found = pip_addition({"PIP_EDITABLE": "/project"}, "")
    assert found is not None
    assert found[0] == "PIP_EDITABLE"


def test_pip_redirection_switched_off() -> None:
    assert pip_redirection({"PIP_USER": "0"}, "") is None


def test_uv_config_switched_off(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text("")
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert uv_config(home) == str(tmp_path / "uv" / "uv.toml")
    assert uv_config({**home, "UV_NO_CONFIG": "1"}) is None
    assert uv_redirection(None) is None
