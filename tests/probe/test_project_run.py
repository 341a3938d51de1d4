"""Which environment uv, pixi, Poetry, Pipenv and PDM run a kernel in, by the files of a project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec

from environments import UV, make_uv_venv
from jupyterlab_envcheck.probe.kernelspec import Start, start_of

PYPROJECT = '[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\n'
SHOW = "import sys; print(sys.prefix)"


@pytest.fixture(autouse=True)
def _no_environment_is_active(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects") / "proj"
    make_uv_venv(folder / ".venv")
    make_uv_venv(folder / "other")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "notebooks").mkdir()
    return folder


def start(*argv: str, **env: str) -> Start:
    return start_of(KernelSpec(argv=list(argv), language="python", display_name="x", env=env))


def why(start: Start, reason: str = "unclear") -> str:
    assert start.python is None
    assert start.problem is not None
    assert start.problem.reason == reason
    return start.problem.message


@pytest.mark.parametrize(
    ("options", "env", "expected"),
    [
        (["--project", "PROJ"], {}, ".venv"),
        (["--project", "PROJ/notebooks"], {}, ".venv"),
        (["--directory", "PROJ"], {}, ".venv"),
        (["--directory=PROJ", "--project", "notebooks"], {}, ".venv"),
        (["--project", "PROJ"], {"VIRTUAL_ENV": "PROJ/other"}, ".venv"),
        (["--project", "PROJ", "--active"], {"VIRTUAL_ENV": "PROJ/other"}, "other"),
        (["--project", "PROJ", "--active"], {}, ".venv"),
        (["--project", "PROJ"], {"UV_PROJECT_ENVIRONMENT": "other"}, "other"),
        (["--project", "PROJ"], {"UV_PROJECT_ENVIRONMENT": "PROJ/other"}, "other"),
        (["--no-project", "--python", "PROJ/other/bin/python"], {}, "other"),
        (["--no-project", "-p", "PROJ/other"], {}, "other"),
        (["--no-project"], {"VIRTUAL_ENV": "PROJ/other"}, "other"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the paths are POSIX's")
def test_uv_runs_what_is_foretold(
    options: list[str], env: dict[str, str], expected: str, project: Path
) -> None:
    options = [word.replace("PROJ", str(project)) for word in options]
    env = {name: value.replace("PROJ", str(project)) for name, value in env.items()}
    told = start(UV, "run", *options, "python", "-m", "ipykernel_launcher", **env)
    assert told.python == str(project / expected / "bin" / "python"), told.problem
    ran = subprocess.run(
        [UV, "--offline", "run", "--no-sync", *options, "python", "-c", SHOW],
        env={**os.environ, **env},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.strip() == str(project / expected), ran.stderr


def test_uv_run_of_a_module(project: Path) -> None:
    told = start("uv", "run", "--project", str(project), "-m", "ipykernel_launcher")
    assert told.python == str(project / ".venv" / "bin" / "python")
    assert told.how == "the project given to uv run"
    inside = start(sys.executable, "-m", "uv", "run", "--project", str(project), "python")
    assert inside.python == told.python


def test_uv_in_doubt(project: Path, tmp_path: Path) -> None:
    named = ("uv", "run", "--project", str(project))
    assert "for this kernel alone" in why(start(*named, "--with", "ipykernel", "python"))
    assert "anew for the Python 3.12" in why(start(*named, "-p", "3.12", "python"))
    assert "looks for one itself" in why(start("uv", "run", "--no-project", "python"))
    assert "no project in" in why(start("uv", "run", "--project", str(tmp_path), "python"))
    assert "ipython" in why(start(*named, "ipython", "kernel"))


def test_uv_project_without_an_environment(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    assert ".venv" in why(start("uv", "run", "--project", str(tmp_path), "python"), "not-found")


@pytest.mark.parametrize(
    ("outer", "inner", "words"),
    [
        ("[tool.uv.workspace]\nmembers = ['*']\n", PYPROJECT, "lies in a workspace"),
        ("", PYPROJECT + "[tool.uv]\nmanaged = false\n", "no project that uv manages"),
        ("", "[tool.ruff]\n", "no project that uv manages"),
        ("", "not TOML", "no project that uv manages"),
    ],
)
def test_uv_project_in_doubt(outer: str, inner: str, words: str, tmp_path: Path) -> None:
    member = tmp_path / "member"
    make_uv_venv(member / ".venv")
    (tmp_path / "pyproject.toml").write_text(outer)
    (member / "pyproject.toml").write_text(inner)
    assert words in why(start("uv", "run", "--project", str(member), "python"))


def pixi_environment(folder: Path, name: str) -> str:
    python = folder / ".pixi" / "envs" / name / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    return str(python)


def test_pixi(tmp_path: Path) -> None:
    (tmp_path / "pixi.toml").write_text(
        '[tasks]\nlab = "jupyter lab"\n[feature.x.tasks]\npypy = "y"'
    )
    default, gpu = (pixi_environment(tmp_path, name) for name in ("default", "gpu"))
    manifest = str(tmp_path / "pixi.toml")
    assert start("pixi", "run", "--manifest-path", manifest, "python", "-m", "x").python == default
    assert start("pixi", "run", "--manifest-path", str(tmp_path), "python").python == default
    assert (
        start(
            "pixi", "run", "--frozen", f"--manifest-path={manifest}", "-e", "gpu", "python"
        ).python
        == gpu
    )
    assert start("bash", "-c", f"cd {tmp_path}; exec pixi run python").python == default
    run = ("pixi", "run", "--manifest-path", manifest)
    assert "no environment cpu" in why(start(*run, "-e", "cpu", "python"))
    assert "the task pypy" in why(start(*run, "pypy"))
    assert "which chooses" in why(start("pixi", "exec", "python"))


@pytest.mark.parametrize(
    ("tool", "mark"), [("poetry", "poetry.lock"), ("pdm", "pdm.lock"), ("pipenv", "Pipfile")]
)
def test_project_tool(
    tool: str, mark: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / mark).touch()
    (tmp_path / ".venv").symlink_to(project / ".venv")
    argv = ("env", "-C", str(tmp_path), tool, "run", "python", "-m", "x")
    assert start(*argv).python == str(tmp_path / ".venv" / "bin" / "python")
    assert "CONDA_PREFIX" in why(start(*argv, CONDA_PREFIX="/x"))
    assert "the folder that the kernel starts in" in why(start(tool, "run", "python"))
    (tmp_path / mark).unlink()
    assert "in a place of its own" in why(start(*argv))


def test_project_tool_that_says_otherwise(project: Path, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(project / ".venv")
    for mark in ("poetry.lock", "pdm.lock"):
        (tmp_path / mark).touch()
    (tmp_path / "poetry.toml").write_text("[virtualenvs]\nin-project = false\n")
    (tmp_path / ".pdm-python").write_text("/usr/bin/python3\n")
    assert "lies elsewhere" in why(start("poetry", "-C", str(tmp_path), "run", "python"))
    assert "another Python" in why(start("pdm", "run", "-p", str(tmp_path), "python"))
    (tmp_path / ".pdm-python").write_text(str(tmp_path / ".venv" / "bin" / "python"))
    assert start("pdm", "run", "-p", str(tmp_path), "python").python is not None
