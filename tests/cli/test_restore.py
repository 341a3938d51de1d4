"""`restore`: an environment.yml becomes an environment with a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conda_channel import channels, needs_channel
from job_world import leave_this_machine, look_only_at, make_bare_venv
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.installers.environment_file import read_environment_file
from jupyterlab_envcheck.jobs import jobs
from named_conda import put_on_path
from package_index import PackageIndex, serve

FILE = """\
name: climate
channels: [conda-forge]
dependencies:
  - six
  - libblas=*=*mkl
  - pip:
      - alpha==1.0
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index with alpha, and a venv for kernels, on a machine with a conda."""
    leave_this_machine(tmp_path, monkeypatch)
    make_bare_venv(tmp_path / "venv")
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0")
        yield index


def restore(folder: Path, text: str, *words: str) -> int:
    (folder / "environment.yml").write_text(text)
    return main(
        ["restore", str(folder / "environment.yml"), "--target", str(folder / "venv"), *words]
    )


@needs_channel
def test_restored_environment_is_what_the_file_says(
    index: PackageIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))
    program = put_on_path(tmp_path / "bin", monkeypatch)
    assert restore(tmp_path, FILE, "--yes") == 0, capsys.readouterr()
    out = capsys.readouterr().out
    assert out.startswith("Create climate with six, libblas=*=*mkl and alpha==1.0 by pip\n")
    [job] = jobs()
    prefix = job.plan.target.prefix
    assert job.plan.installer == "conda"
    assert job.plan.argv[0][0] == str(program)
    assert main(["export", prefix]) == 0
    text = capsys.readouterr().out.replace(f"'{channels().forge}'", "conda-forge")
    again, before = read_environment_file(text), read_environment_file(FILE)
    assert (again.name, again.channels) == ("climate", ("conda-forge",))
    assert set(before.specs) <= set(again.specs)
    assert again.pypi == before.pypi
    assert main(["undo", job.id, "--yes"]) == 0
    assert not Path(prefix).exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: x\ndependencies:\n  - six\nevil: /x\n", "Line 4 is not read: “evil” is not"),
        ("dependencies: [--copy]\n", "Line 1 is not read: “--copy” is not a package name"),
    ],
)
def test_file_that_is_not_read_is_told_by_its_line(
    index: PackageIndex, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    assert restore(tmp_path, text, "--yes") == 2
    assert capsys.readouterr().err.startswith(line)


def test_file_that_is_not_there(
    index: PackageIndex, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(tmp_path / "nothing.yml"), "--yes"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_file_in_the_home_is_read(
    index: PackageIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "environment.yml").write_text("dependencies: [--copy]\n")
    assert main(["restore", "~/environment.yml", "--yes"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Line 1 is not read: ")
    assert said.endswith("For that there is --without-lines.\n")
    assert main(["restore", "~nobody-is-called-so/environment.yml", "--yes"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["restore", "~/environment.yml", "--folder", "~nobody-is-called-so/x"]) == 2
