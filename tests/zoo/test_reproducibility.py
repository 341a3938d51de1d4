"""Real folders with real files, and the kernels and environments that run in them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

import conda_channel
from conda_world import make_conda_env, records
from environments import UV, make_uv_venv
from jupyterlab_envcheck.checks.reproducibility import NoEnvironmentFile, NoLockFile
from jupyterlab_envcheck.checks.reproducibility_files import (
    ExportNotPortable,
    PipPackagesNotRecorded,
)
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.process import outside
from jupyterlab_envcheck.probe.project_files import project
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Finding, Run

CHECKS = (NoEnvironmentFile, ExportNotPortable, PipPackagesNotRecorded, NoLockFile)
conda_only = pytest.mark.skipif(
    conda_channel.why_not() is not None, reason=str(conda_channel.why_not())
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder under version control."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "climate")], check=True)
    return tmp_path / "climate"


@contextmanager
def kernel_in(folder: Path) -> Iterator[int]:
    """Run this Python's kernel in a folder, and give its process's number."""
    manager = KernelManager()
    manager.start_kernel(cwd=str(folder))
    try:
        provisioner: Any = manager.provisioner
        yield provisioner.pid
    finally:
        manager.shutdown_kernel(now=True)


def look(python: Path, cwd: str) -> Facts:
    """Return the facts on an environment with a notebook open that runs in a folder."""
    cells = [{"id": "c1", "source": "import six"}]
    subject = replace(subject_of_interpreter(str(python)), cwd=cwd)
    day = datetime.now(UTC).date()
    facts = gather(subject, cells=cells, server=False, now=day, timeout=60.0)
    assert facts.notebook.value is not None
    found, why = project(cwd)
    unknown = {**facts.notebook.unknown, **({"project": why} if why else {})}
    value = replace(facts.notebook.value, project=found)
    return replace(facts, notebook=replace(facts.notebook, value=value, unknown=unknown))


def titles(facts: Facts) -> list[str]:
    found: list[str] = []
    for check in CHECKS:
        told = check.run(facts)
        assert isinstance(told, tuple), (check, told)
        found += [finding.title for finding in told]
    return found


def test_kernel_in_a_folder_without_a_file_and_with_what_is_recommended(folder: Path) -> None:
    python = make_uv_venv(folder.parent / "env", "six", "packaging")
    with kernel_in(folder) as pid:
        cwd = outside(pid).cwd
        assert cwd == str(folder)
        facts = look(python, cwd)
        assert titles(facts) == ["No file in climate says which packages its notebooks need"]
        (finding,) = NoEnvironmentFile.run(facts)  # type: ignore[misc]
        assert isinstance(finding, Finding)
        (action,) = (action for action in finding.actions if isinstance(action, Run))
        (line,) = (command.argv for command in action.commands if command.manager == "uv")
        written = subprocess.run([UV, *line[1:]], check=True, capture_output=True, text=True)
        (folder / "requirements.txt").write_text(written.stdout)
        assert titles(look(python, cwd)) == []


def test_requirements_with_open_versions_and_the_lock_that_uv_makes_of_them(folder: Path) -> None:
    python = make_uv_venv(folder.parent / "env", "six")
    (folder / "requirements.txt").write_text("six\n")
    facts = look(python, str(folder))
    assert titles(facts) == ["No lock file fixes the version of six and of what it needs"]
    (finding,) = NoLockFile.run(facts)  # type: ignore[misc]
    assert isinstance(finding, Finding)
    (action,) = (action for action in finding.actions if isinstance(action, Run))
    (line,) = (command.argv for command in action.commands if command.manager == "uv")
    subprocess.run([UV, *line[1:], "--quiet"], check=True, cwd=folder)
    assert (folder / "pylock.toml").is_file()
    assert titles(look(python, str(folder))) == []


@conda_only
def test_environment_yml_with_the_builds_of_a_conda_environment(folder: Path) -> None:
    prefix = folder.parent / "env"
    python = make_conda_env(prefix, "python", "six")
    # In the form that conda 26.7 was seen to write.
    specs = [f"{r['name']}={r['version']}={r['build']}" for r in records(prefix).values()]
    lines = "".join(f"  - {spec}\n" for spec in specs)
    file = folder / "environment.yml"
    file.write_text(f"name: env\nchannels:\n  - c\ndependencies:\n{lines}prefix: {prefix}\n")
    count = len(specs)
    assert titles(look(python, str(folder))) == [
        f"environment.yml names builds for {count} of {count} packages, which are of one platform"
    ]
    # From the history, with an exact list beside it.
    file.write_text(f"name: env\ndependencies:\n  - python\n  - six\nprefix: {prefix}\n")
    assert titles(look(python, str(folder))) == [
        "environment.yml names 2 packages and no version of any"
    ]
    (folder / "conda-lock.yml").write_text("version: 1\n")
    assert titles(look(python, str(folder))) == []


@conda_only
def test_environment_yml_that_leaves_out_what_pip_installed(folder: Path) -> None:
    prefix = folder.parent / "env"
    python = make_conda_env(prefix, "python", "pip")
    wheels = conda_channel.channels().wheel("six").parent
    theirs = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_"))}
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--root-user-action=ignore"]
    argv = [str(python), *install, "--find-links", str(wheels), "six"]
    subprocess.run(argv, check=True, env=theirs, cwd=prefix)
    (folder / "explicit.txt").write_text("@EXPLICIT\n")
    file = folder / "environment.yml"
    file.write_text("name: env\ndependencies:\n  - python=3\n  - pip\n")
    assert titles(look(python, str(folder))) == [
        "environment.yml leaves out 1 package that pip installed here"
    ]
    file.write_text("name: env\ndependencies:\n  - python=3\n  - pip\n  - pip:\n    - six\n")
    assert titles(look(python, str(folder))) == []
