"""The package itself: what importing it costs, what it asks for, which way its parts look."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import jupyterlab_envcheck; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "['__future__', 'jupyterlab_envcheck']"


def test_at_jupyters_start_little_of_it_is_loaded_and_nothing_that_it_depends_on() -> None:
    code = (
        "import sys, jupyter_server.serverapp, jupyter_server.extension.application; "
        "before = set(sys.modules); "
        "import jupyterlab_envcheck.server.app; "
        "from jupyterlab_envcheck.server import bell, routes; "
        "from jupyterlab_envcheck.probe import untracked; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == [
        f"jupyterlab_envcheck{name}"
        for name in (
            *("", ".probe", ".probe.untracked", ".problems", ".server"),
            *(".server.app", ".server.bell", ".server.handler", ".server.requests"),
            *(".server.routes", ".server.unavailable"),
        )
    ]


def test_installed_into_a_kernels_environment_it_brings_no_second_server() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {Requirement(text).name for text in project["dependencies"]}
    assert not [
        name
        for name in names
        if name.lower().startswith(("jupyterlab", "jupyter_server", "notebook"))
    ]
    assert len(names) == 10, "what is brought into a kernel's environment is few and chosen"


def test_version_is_the_same_for_python_and_the_front_end() -> None:
    from jupyterlab_envcheck import __version__  # noqa: PLC0415

    assert f'"version": "{__version__}"' in (ROOT / "package.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("checks/support.py", "import subprocess"),
        ("checks/support.py", "from ..probe import gather"),
        ("plan/model.py", "import os"),
        ("magic/running.py", "from ..server import app"),
        ("facts/machine.py", "from ..checks import CHECKS"),
    ],
)
def test_import_contract_breaks_for(module: str, line: str, tmp_path: Path) -> None:
    import shutil  # noqa: PLC0415

    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("labextension", "__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "src/jupyterlab_envcheck" / module
    future = "from __future__ import annotations\n"
    file.write_text(file.read_text(encoding="utf-8").replace(future, f"{future}{line}\n", 1))
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src"), "PATH": ""},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout + done.stderr
