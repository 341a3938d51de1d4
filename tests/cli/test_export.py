"""`export`: a real environment as a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conda_channel import OLD_SIX, channels, needs_channel
from conda_world import make_conda_env
from conda_zoo import pip_over_conda
from job_world import UV, leave_this_machine, look_only_at, make_bare_venv
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.installers.environment_file import read_environment_file
from package_index import serve


@needs_channel
def test_export_writes_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    prefix = tmp_path / "climate"
    make_conda_env(prefix, "python", "pip", "libblas * *_openblas")
    pip_over_conda(prefix)  # conda has no six there
    assert main(["export", str(prefix)]) == 0
    text = capsys.readouterr().out
    assert text == (
        "name: climate\n"
        "channels:\n"
        f"  - '{channels().forge}'\n"
        "dependencies:\n"
        "  - libblas=*=*_openblas\n"
        "  - pip\n"
        "  - python\n"
        "# six is not from a package index: add it by hand\n"
    )
    assert read_environment_file(text).specs == ("libblas=*=*_openblas", "pip", "python")
    assert OLD_SIX not in text


@needs_channel
def test_export_replaces_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    make_conda_env(tmp_path / "env", "python")
    file = tmp_path / "environment.yml"
    assert main(["export", str(tmp_path / "env"), "--file", str(file)]) == 0
    written = file.read_text()
    assert main(["export", str(tmp_path / "env"), "--file", str(file)]) == 2
    assert "none is replaced" in capsys.readouterr().err
    assert file.read_text() == written


def test_export_of_a_venv_is_what_pip_installs_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    python = make_bare_venv(tmp_path / "env")
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0")
        argv = [UV, "pip", "install", "--quiet", "--no-config", "--python", python, "alpha"]
        subprocess.run(argv, check=True)
    assert main(["export", str(tmp_path / "env")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["alpha==1.0"]
