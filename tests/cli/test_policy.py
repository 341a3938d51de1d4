"""What the administrator set for the panel holds for the command, too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from command_line import Command
from job_world import World
from jupyterlab_envcheck.cli.policy import administered
from jupyterlab_envcheck.problems import Problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of Jupyter's configuration."""
    config = tmp_path / "etc-jupyter"
    config.mkdir()
    monkeypatch.setattr("jupyterlab_envcheck.cli.policy.jupyter_config_path", lambda: [str(config)])
    return config


def test_without_settings_all_is_as_it_is_in_the_panel(folder: Path) -> None:
    rules = administered()
    assert rules.allow_install
    assert rules.policy.allowed_installers == (
        "pip",
        "uv",
        "conda",
        "mamba",
        "micromamba",
        "rattler",
    )
    assert rules.policy.allowed_channels == ()
    assert (rules.job_timeout, rules.undo_space) == (3600.0, 5_000_000_000)
    assert rules.told is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "jupyter_server_config.json",
            '{"Envcheck": {"allow_install": false, "allowed_channels": ["main"], "job_timeout": 9}}',
        ),
        (
            "jupyter_server_config.py",
            (
                "print('hello')\nc.Envcheck.update(allow_install=False, job_timeout=9)\n"
                "c.Envcheck.allowed_channels = ['main']\n"
            ),
        ),
        (
            "jupyter_config.py",
            (
                "c.Envcheck.update(allow_install=False, job_timeout=9)\n"
                "c.Envcheck.allowed_channels.append('main')\n"
            ),
        ),
    ],
)
def test_settings_are_read(
    name: str, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_text(text)
    rules = administered()
    assert not rules.allow_install
    assert rules.policy.allowed_channels == ("main",)
    assert rules.job_timeout == 9
    assert rules.told == f"The administrator's settings hold here, from {folder / name}."
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("jupyter_server_config.json", "{", "cannot be read: JSONDecodeError"),
        ("jupyter_server_config.py", "raise SystemExit(1)", "cannot be read: SystemExit"),
        ("jupyter_server_config.py", "1/0", "cannot be read: ZeroDivisionError"),
        ("jupyter_config.py", "c.Envcheck.allow_install = 'no'", "allow_install is set to what"),
        ("jupyter_config.py", "c.Envcheck.allowed_channels = [1]", "allowed_channels is set to"),
        ("jupyter_config.py", "c.Envcheck.job_timeout = True", "job_timeout is set to"),
        ("jupyter_config.py", "c.Envcheck.index_url = {1}", "index_url is set to what"),
        ("jupyter_config.py", "import os; os._exit(0)", "jupyter_config.py cannot be read: "),
        ("jupyter_config.json", '{"Envcheck": 5}', "jupyter_config.json cannot be read: "),
    ],
)
def test_settings_that_say_nothing_are_not_taken_for_leave(
    name: str, text: str, said: str, folder: Path
) -> None:
    (folder / name).write_text(text)
    with pytest.raises(Problem) as raised:
        administered()
    assert raised.value.reason == "bad-config"
    assert said in raised.value.message


def test_file_in_python_does_nothing_to_this_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    (folder / "jupyter_server_config.py").write_text(
        "import os, sys\nos.environ['OMP_NUM_THREADS'] = '1'\nsys.stdout = sys.stderr\n"
        "assert os.listdir() == []\nc.Envcheck.job_timeout = os.getpid()\n"
    )
    output = sys.stdout
    assert administered().job_timeout != os.getpid()
    assert "OMP_NUM_THREADS" not in os.environ
    assert sys.stdout is output


def test_file_in_python_that_does_not_end_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyterlab_envcheck.cli.policy._PATIENCE", 0.5)
    file = folder / "jupyter_config.py"
    file.write_text("import threading\nthreading.Event().wait()\n")
    with pytest.raises(Problem) as raised:
        administered()
    assert raised.value.reason == "bad-config"
    assert raised.value.message == (
        f"{file} cannot be read: it did not answer within 0.5 seconds and was ended."
    )


def test_no_process_is_started_where_there_is_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "nosuch"))
    assert administered().files == ()


def test_what_a_later_file_adds_is_added_to_what_an_earlier_one_sets(folder: Path) -> None:
    (folder / "jupyter_config.json").write_text('{"Envcheck": {"allowed_installers": ["pip"]}}')
    (folder / "jupyter_server_config.py").write_text("c.Envcheck.allowed_installers.append('uv')\n")
    rules = administered()
    assert rules.policy.allowed_installers == ("pip", "uv")
    assert rules.files == tuple(
        str(folder / name) for name in ("jupyter_config.json", "jupyter_server_config.py")
    )


def test_the_working_directory_sets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jupyter_config.py").write_text("c.Envcheck.allow_install = False\n")
    monkeypatch.chdir(tmp_path)
    assert administered().allow_install


def test_install_where_the_administrator_forbids_it(
    folder: Path, world: World, envcheck: Command
) -> None:
    file = folder / "jupyter_server_config.json"
    file.write_text('{"Envcheck": {"allow_install": false}}')
    assert envcheck("install", "alpha", "--yes") == 1
    assert f"switched off by the administrator, in {file}." in envcheck.err
    assert world.installed() == {}
    assert envcheck("install", "alpha", "--dry-run") == 0
    assert "alpha 2.0" in " ".join(envcheck.out.split())
    assert f"The administrator's settings hold here, from {file}." in " ".join(envcheck.out.split())


def test_undo_where_the_administrator_forbids_it(
    folder: Path, world: World, envcheck: Command
) -> None:
    assert envcheck("install", "alpha", "--yes") == 0
    (folder / "jupyter_config.py").write_text("c.Envcheck.allow_install = False\n")
    assert envcheck("undo", "--yes") == 1
    assert world.installed() == {"alpha": "2.0"}


def test_build_where_the_administrator_forbids_it(
    folder: Path, world: World, envcheck: Command
) -> None:
    (folder / "jupyter_config.py").write_text("c.Envcheck.allow_install = False\n")
    assert envcheck("install", "alpha", "--build", "alpha", "--dry-run") == 1
    assert "switched off" in envcheck.err


def test_installer_that_the_administrator_forbids_is_refused(
    folder: Path, world: World, envcheck: Command
) -> None:
    (folder / "jupyter_config.py").write_text("c.Envcheck.allowed_installers = ['conda']\n")
    assert envcheck("install", "alpha", "--yes") == 1
    assert world.installed() == {}
