"""Family installing, on environments that are really broken so, and on the same while healthy."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import conda_zoo
from conda_world import conda_install, make_conda_env
from environments import UV, make_uv_venv, site_packages
from found_pythons import pythons
from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.checks.installing import (
    LeftoverMetadata,
    PipMissing,
    UnsatisfiedRequirements,
)
from jupyterlab_envcheck.checks.installing_conda import CondaPipClobber
from jupyterlab_envcheck.checks.installing_shared import SharedImportName
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import InstallLine
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Command, Install, Outcome, Remove, Run
from package_index import make_wheel

FAMILY: tuple[type[Check], ...] = (
    CondaPipClobber,
    SharedImportName,
    UnsatisfiedRequirements,
    LeftoverMetadata,
    PipMissing,
)
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="conda's packages here are Linux's")


def findings(python: Path | str, *, checks: Sequence[type[Check]] = FAMILY) -> dict[str, Outcome]:
    """Return what is found, by id; looks anew."""
    facts = gather(
        subject_of_interpreter(str(python)), server=False, now=date(2026, 11, 21), refresh=True
    )
    outcomes = judge(facts, checks)
    assert not [outcome for outcome in outcomes if outcome.status == "crash"]
    return {outcome.id: outcome for outcome in outcomes if outcome.status == "finding"}


def uv_install(python: Path, *arguments: str) -> None:
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", str(python), *arguments], check=True
    )


def command(outcome: Outcome, action_id: str, manager: str) -> Command:
    """Return how a manager spells an action."""
    (action,) = [action for action in outcome.actions if action.id == action_id]
    assert isinstance(action, Run | Install | Remove)
    return next(command for command in action.commands if command.manager == manager)


def do(spelled: Command, *more: str) -> None:
    """Do in a terminal what is recommended, with the uv of the tests."""
    program, *arguments = spelled.argv
    program = UV if program == "uv" else program
    subprocess.run([program, *arguments, *more], check=True, input="y\n", text=True)


@pytest.mark.parametrize("installer", ["pip", "uv"])
@ON_POSIX
def test_conda_pip_clobber_and_its_mending(tmp_path: Path, installer: str) -> None:
    prefix = tmp_path / "env"
    python = conda_zoo.old_six(prefix)
    assert findings(python) == {}
    conda_zoo.pip_over_conda(prefix, installer)
    (outcome,) = findings(python).values()
    assert outcome.check == "conda-pip-clobber"
    assert outcome.severity == "warning"
    assert outcome.title.startswith(f"conda has six 1.16.0 on record, but {installer} put 1.17")
    remove = command(outcome, "install", installer)
    do(remove, *(("--yes",) if installer == "pip" else ()))
    again = command(outcome, "install", "conda")
    assert again.argv[-2:] == ("--force-reinstall", "six=1.16.0")
    # There is no conda here; rattler does what its line says: away with it, and anew.
    for file in (prefix / "conda-meta").glob("six-*.json"):
        file.unlink()
    conda_install(prefix, "six ==1.16.0")
    assert findings(python) == {}


@ON_POSIX
def test_healthy_conda_environment(tmp_path: Path) -> None:
    python = make_conda_env(tmp_path / "env", "python", "pip", "numpy", "packaging", "tornado")
    assert findings(python) == {}


@ON_POSIX
def test_leftover_metadata_of_condas_own(tmp_path: Path) -> None:
    """Another version's metadata beside conda's, newer, as an installer that did not look leaves it."""
    python = conda_zoo.old_six(tmp_path / "env")
    other = site_packages(python) / "six-1.17.0.dist-info"
    shutil.copytree(site_packages(python) / "six-1.16.0.dist-info", other)
    metadata = other / "METADATA"
    text = metadata.read_text().replace("Version: 1.16.0", "Version: 1.17.0")
    metadata.unlink()
    metadata.write_text(text)
    found = findings(python)
    assert found["leftover-metadata"].severity == "info"
    assert found["leftover-metadata"].title == (
        "1 of conda's packages in env has the metadata of another version beside its own"
    )


def test_leftover_metadata_duplicate_and_put_aside(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "climate", seed=True)
    uv_install(python, str(make_wheel(tmp_path, "lib", "1.0")))
    assert findings(python) == {}
    places = site_packages(python)
    shutil.copytree(places / "lib-1.0.dist-info", tmp_path / "kept")
    uv_install(python, str(make_wheel(tmp_path, "lib", "2.0")))
    shutil.copytree(tmp_path / "kept", places / "lib-1.0.dist-info")
    (places / "~umpy").mkdir()
    (outcome,) = findings(python).values()
    assert outcome.check == "leftover-metadata"
    assert outcome.title == "2 leftovers of interrupted installs lie in climate"
    assert {Path(fact.value).parent for fact in outcome.evidence} == {places}
    assert str(places / "~umpy") in {fact.value for fact in outcome.evidence}
    do(command(outcome, "run", "shell"))
    assert findings(python) == {}


def cv2(folder: Path, name: str) -> str:
    files = {"cv2/__init__.py": f"WHOSE = '{name}'\n", "cv2/core.py": f"# {name}\n"}
    return str(make_wheel(folder, name, "4.11.0.86", files=files))


def test_shared_import_name_of_a_known_set_and_its_mending(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", seed=True)
    uv_install(python, cv2(tmp_path, "opencv-python"))
    assert findings(python) == {}
    uv_install(python, cv2(tmp_path, "opencv-python-headless"))
    (outcome,) = findings(python).values()
    assert outcome.id == "shared-import-name:cv2"
    assert outcome.severity == "error"
    assert outcome.title == "opencv-python and opencv-python-headless both bring cv2"
    do(command(outcome, "remove", "uv"))
    do(command(outcome, "install", "uv"), "--no-index", "--find-links", str(tmp_path))
    assert findings(python) == {}
    told = subprocess.run(
        [python, "-c", "import cv2; print(cv2.WHOSE)"], check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "opencv-python-headless"


def test_shared_import_name_that_no_table_knows(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", seed=True)
    for name in ("one", "two"):
        files = {"both/__init__.py": "", "both/core.py": f"# {name}\n"}
        uv_install(python, str(make_wheel(tmp_path, name, "1.0", files=files)))
    (outcome,) = findings(python).values()
    assert outcome.id == "shared-import-name:one+two"
    assert outcome.severity == "warning"
    assert outcome.title == "one and two both bring the same 2 files"


def test_shared_import_name_is_silent_on_a_namespace_in_two_parts(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", seed=True)
    for name in ("one", "two"):
        files = {"shared/__init__.py": "# the same\n", f"shared/{name}.py": ""}
        uv_install(python, str(make_wheel(tmp_path, name, "1.0", files=files)))
    assert findings(python) == {}


def test_unsatisfied_requirements_and_their_mending(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", seed=True)
    app = make_wheel(tmp_path, "app", "1.0", requires=("lib<2", "tool"))
    make_wheel(tmp_path, "lib", "1.0")
    make_wheel(tmp_path, "tool", "1.0")
    uv_install(python, "--no-deps", str(app), str(make_wheel(tmp_path, "lib", "2.0")))
    (outcome,) = findings(python).values()
    assert outcome.check == "unsatisfied-requirements"
    assert outcome.severity == "warning"
    assert outcome.title == "2 requirements of installed packages are not met"
    check = subprocess.run(
        [UV, "pip", "check", "--python", str(python)], capture_output=True, text=True, check=False
    )
    assert "Found 2 incompatibilities" in check.stderr
    do(command(outcome, "install", "uv"), "--no-index", "--find-links", str(tmp_path))
    assert findings(python) == {}


@ON_POSIX
def test_unsatisfied_requirements_that_condas_recipe_left_out(tmp_path: Path) -> None:
    python = make_conda_env(tmp_path / "env", "python", "pip", "packaging")
    (metadata,) = site_packages(python).glob("packaging-*.dist-info/METADATA")
    text = metadata.read_text()
    metadata.unlink()
    metadata.write_text(text.replace("\n\n", "\nRequires-Dist: left-out\n\n", 1))
    (outcome,) = findings(python).values()
    assert outcome.severity == "info"
    assert outcome.actions == ()


def test_pip_missing_and_the_notebook_calls_it(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "climate")
    (outcome,) = findings(python).values()
    assert outcome.check == "pip-missing"
    assert outcome.severity == "info"
    cells = [{"id": "c1", "source": "%pip install six"}]
    facts = gather(
        subject_of_interpreter(str(python)), cells=cells, server=False, now=date(2026, 11, 21)
    )
    assert facts.notebook.value is not None
    line = InstallLine(
        cell="c1", line=1, text="%pip install six", tool="pip", way="magic",
        specs=("six",), redirects=(), target=None,
    )  # fmt: skip
    notebook = replace(facts.notebook.value, installs=(line,))
    facts = replace(facts, notebook=replace(facts.notebook, value=notebook))
    (told,) = judge(facts, (PipMissing,))
    assert told.severity == "error"
    assert told.title == "pip is not installed in climate, and 1 line of the notebook calls %pip"
    do(command(told, "install", "uv"))
    assert findings(python) == {}


def test_healthy_environment_of_scientists(tmp_path: Path) -> None:
    wanted = ("ipykernel", "numpy", "scipy", "pandas", "matplotlib", "scikit-learn")
    assert findings(make_uv_venv(tmp_path / "env", *wanted, seed=True)) == {}


def test_pypy_is_left_in_peace() -> None:
    pypy = next((path for name, path in pythons().items() if name.startswith("pypy")), None)
    if pypy is None:
        pytest.skip("there is no PyPy here")
    assert findings(pypy).keys() <= {"pip-missing"}
