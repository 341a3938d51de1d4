"""The executable of the tool that changes an environment."""

from __future__ import annotations

import venv
from pathlib import Path

import pytest
import uv

from jupyterlab_envcheck.probe import tools
from jupyterlab_envcheck.probe.tools import tool_of


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\nexit 1\n")
    file.chmod(0o755)
    return file


def write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def found(
    owner: str | None, folder: Path, python: str = "/gone/bin/python", **variables: str
) -> tuple[str | None, str | None]:
    """Return the tool for the environment `folder`/env of a person at home in `folder`/home."""
    env = {"HOME": str(folder / "home"), "PATH": str(folder / "bin"), **variables}
    return tool_of(owner, prefix=str(folder / "env"), python=python, env=env)


def make_root(prefix: Path) -> Path:
    write(prefix / "conda-meta" / "history")
    write(prefix / "conda-meta" / "conda-26.7.0-py313_0.json", "{}")
    return program(prefix / "bin" / "conda")


def test_nobodys(tmp_path: Path) -> None:
    assert found(None, tmp_path) == (None, "it is not known which tool changes this environment")


def test_uv_is_ours(tmp_path: Path) -> None:
    assert found("uv", tmp_path) == (uv.find_uv_bin(), None)
    assert found("uv project", tmp_path) == (uv.find_uv_bin(), None)


def test_uv_of_the_path_where_ours_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_our_uv", lambda: None)
    assert found("uv", tmp_path)[0] is None
    theirs = program(tmp_path / "bin" / "uv")
    assert found("uv", tmp_path) == (str(theirs), None)


def test_pip_is_the_interpreter_that_has_it(tmp_path: Path) -> None:
    venv.create(tmp_path / "v", with_pip=False)
    python = str(tmp_path / "v" / "bin" / "python")
    assert found("pip", tmp_path, python) == (None, "pip is not installed in it")
    site = next((tmp_path / "v").glob("lib/python*/site-packages"))
    (site / "pip").mkdir()
    assert found("pip", tmp_path, python) == (python, None)


@pytest.mark.parametrize("owner", ["poetry", "pdm", "hatch", "pipenv", "pixi", "brew", "spack"])
def test_tools_of_the_path(owner: str, tmp_path: Path) -> None:
    why = f"no {owner} was found on the kernel's PATH, nor where it is usually put"
    assert found(owner, tmp_path) == (None, why)
    there = program(tmp_path / "bin" / owner)
    assert found(owner, tmp_path) == (str(there), None)


def test_path_without_folders_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "poetry")
    monkeypatch.chdir(tmp_path)
    assert found("poetry", tmp_path, PATH=".")[0] is None
    assert found("poetry", tmp_path, PATH="")[0] is None


def test_systems(tmp_path: Path) -> None:
    there = program(tmp_path / "bin" / "dnf")
    assert found("the system's packages", tmp_path) == (str(there), None)


def test_pixi_where_its_installer_puts_it(tmp_path: Path) -> None:
    home = program(tmp_path / "home" / ".pixi" / "bin" / "pixi")
    assert found("pixi", tmp_path) == (str(home), None)
    moved = program(tmp_path / "moved" / "bin" / "pixi")
    assert found("pixi", tmp_path, PIXI_HOME=str(tmp_path / "moved")) == (str(moved), None)


def test_conda_nowhere(tmp_path: Path) -> None:
    assert found("conda", tmp_path) == (
        None,
        "no conda or mamba or micromamba was found on the kernel's PATH, nor where it is usually put",
    )


def test_conda_nearest_first(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin" / "micromamba")
    assert found("conda", tmp_path)[0] == str(on_path)
    listed = make_root(tmp_path / "listed")
    write(tmp_path / "home" / ".conda" / "environments.txt", f"\nx\n{tmp_path}/listed/envs/a\n")
    assert found("conda", tmp_path)[0] == str(listed)
    named = program(tmp_path / "named" / "bin" / "conda")
    assert found("conda", tmp_path, CONDA_EXE=str(named))[0] == str(named)
    made = make_root(tmp_path / "made by")
    write(tmp_path / "env" / "conda-meta" / "history", f"# cmd: {made} create -n x\n")
    assert found("conda", tmp_path, CONDA_EXE=str(named))[0] == str(made)


def test_micromamba_that_made_it(tmp_path: Path) -> None:
    made = program(tmp_path / ".local" / "bin" / "micromamba")
    write(tmp_path / "env" / "conda-meta" / "history", f"# cmd: {made} create -p x\n")
    assert found("conda", tmp_path)[0] == str(made)


def test_what_others_can_write_is_not_named(tmp_path: Path) -> None:
    made = make_root(tmp_path / "made")
    write(tmp_path / "env" / "conda-meta" / "history", f"# cmd: {made} create -n x\n")
    made.chmod(0o777)
    path, why = found("conda", tmp_path)
    assert (path, why) == (
        None,
        f"{made} is not used, for it can be changed by every user of this machine",
    )
    made.chmod(0o755)
    made.parent.chmod(0o777)
    assert found("conda", tmp_path)[0] is None
    made.parent.chmod(0o755)
    assert found("conda", tmp_path)[0] == str(made)


def test_batch_file_of_condas_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shell would take apart what is said to it."""
    monkeypatch.setattr(tools, "_WINDOWS", True)
    monkeypatch.setattr(tools, "_IN_ROOT", ("condabin/conda.bat", "Scripts/conda.exe"))
    monkeypatch.setattr(tools, "distrusted", lambda _: None)
    make_root(tmp_path / "root")
    program(tmp_path / "root" / "condabin" / "conda.bat")
    write(
        tmp_path / "env" / "conda-meta" / "history",
        f"# cmd: {tmp_path}/root/condabin/conda.bat create\n",
    )
    assert found("conda", tmp_path)[0] is None
    there = program(tmp_path / "root" / "Scripts" / "conda.exe")
    assert found("conda", tmp_path) == (str(there), None)


def test_tool_that_is_there_and_not_trusted(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}
    prefix = str(tmp_path / "env")
    assert tools.not_trusted("conda", prefix=prefix, env=env) is None
    there = program(tmp_path / "bin" / "conda")
    assert tools.not_trusted("conda", prefix=prefix, env=env) is None
    there.chmod(0o777)
    assert tools.not_trusted("conda", prefix=prefix, env=env) == str(there)
