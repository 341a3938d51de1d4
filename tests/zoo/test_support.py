"""Family support, on real Pythons, and on packages that were really compiled for NumPy 1."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from environments import UV, make_uv_venv
from found_pythons import pythons
from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.checks.support import PythonEndOfLife, PythonOutsideSpec0
from jupyterlab_envcheck.checks.support_numpy import NumpyAbiBreak, NumpyOutsideSpec0
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Install, Outcome

FAMILY: tuple[type[Check], ...] = (
    PythonEndOfLife,
    PythonOutsideSpec0,
    NumpyOutsideSpec0,
    NumpyAbiBreak,
)
#: The wheels that were compiled for NumPy 1 exist for this Python, and NumPy 1 and 2 both do.
ON_3_11 = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="has wheels of Python 3.11")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what was seen on Linux")


def outcomes(python: Path | str, *lines: str) -> dict[str, Outcome]:
    """Return what became of each check with a notebook of these lines; looks anew."""
    cells = [{"id": f"c{number}", "source": line} for number, line in enumerate(lines)]
    facts = gather(
        subject_of_interpreter(str(python)),
        cells=cells,
        server=False,
        now=date(2026, 11, 21),
        refresh=True,
    )
    judged = judge(facts, FAMILY)
    assert not [outcome for outcome in judged if outcome.status == "crash"]
    return {outcome.check: outcome for outcome in judged}


def findings(python: Path | str, *lines: str) -> dict[str, Outcome]:
    found = outcomes(python, *lines)
    return {name: outcome for name, outcome in found.items() if outcome.status == "finding"}


def older(name: str) -> str:
    if name not in pythons():
        pytest.skip(f"there is no Python {name} here")
    return pythons()[name]


def uv_install(python: Path, *arguments: str) -> None:
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", str(python), *arguments], check=True
    )


def uv_venv_of(python: str, folder: Path, *packages: str) -> Path:
    subprocess.run(
        [UV, "venv", "--quiet", "--no-project", "--python", python, str(folder)], check=True
    )
    made = folder / "bin" / "python"
    uv_install(made, *packages)
    return made


@pytest.mark.parametrize(
    ("name", "since"), [("3.8", "2024-10-07"), ("3.9", "2025-10-31"), ("3.10", "2026-10-01")]
)
def test_python_past_its_end(name: str, since: str) -> None:
    found = outcomes(older(name))
    assert found["python-end-of-life"].title == (
        f"Python {name} has had no security fixes since {since}"
    )
    assert found["python-end-of-life"].severity == "error"
    assert found["python-outside-spec0"].status == "skip"


def test_pypy_is_left_in_peace() -> None:
    pypy = next((path for name, path in pythons().items() if name.startswith("pypy")), None)
    if pypy is None:
        pytest.skip("there is no PyPy here")
    assert findings(pypy) == {}


@LINUX
def test_python_outside_spec0(tmp_path: Path) -> None:
    found = findings(uv_venv_of(older("3.11"), tmp_path / "env", "numpy"))
    assert found.keys() == {"python-outside-spec0"}
    assert found["python-outside-spec0"].severity == "advice"
    assert (
        found["python-outside-spec0"].title
        == "The newest numpy (2.5.5) does not run on Python 3.11"
    )


@LINUX
def test_python_and_numpy_of_today(tmp_path: Path) -> None:
    python = uv_venv_of(older("3.13"), tmp_path / "env", "numpy", "numexpr")
    assert findings(python, "import numpy, numexpr") == {}
    assert outcomes(python, "import numpy, numexpr")["numpy-abi-break"].status == "pass"


@LINUX
def test_python_outside_spec0_is_silent_without_scientific_packages(tmp_path: Path) -> None:
    assert findings(uv_venv_of(older("3.11"), tmp_path / "env", "six")) == {}


@ON_3_11
@LINUX
def test_numpy_outside_spec0(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", "numpy==1.26.4")
    found = findings(python, "import numpy")
    assert found["numpy-outside-spec0"].severity == "warning"
    assert found["numpy-outside-spec0"].title == (
        "numpy 1.26.4 left SPEC 0's support window on 2025-09-16"
    )
    mend(found["numpy-outside-spec0"], "install")
    assert findings(python, "import numpy").keys() == {"python-outside-spec0"}


@ON_3_11
@LINUX
@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("numexpr", "2.8.4", "ImportError: numpy.core.multiarray failed to import"),
        ("cftime", "1.6.2", "numpy.dtype size changed, may indicate binary incompatibility"),
    ],
)
@pytest.mark.parametrize("way", ["install", "install-2"])
def test_numpy_abi_break_and_its_mending(
    tmp_path: Path, name: str, version: str, said: str, way: str
) -> None:
    python = make_uv_venv(tmp_path / "env", "numpy>=2")
    uv_install(python, "--no-deps", "--only-binary", ":all:", f"{name}=={version}")
    lines = ("import numpy", f"import {name}")
    found = findings(python, *lines)["numpy-abi-break"]
    assert found.severity == "error"
    assert found.title.startswith(f"{name} cannot be imported with NumPy 2.")
    assert said in found.evidence[0].value
    mend(found, way)
    left = findings(python, *lines)
    assert "numpy-abi-break" not in left
    subprocess.run([python, "-c", f"import numpy, {name}"], check=True)


def mend(outcome: Outcome, way: str) -> None:
    """Do in a terminal what is recommended, with the uv of the tests."""
    (action,) = [action for action in outcome.actions if action.id == way]
    assert isinstance(action, Install)
    (argv,) = [command.argv for command in action.commands if command.manager == "uv"]
    subprocess.run([UV, *argv[1:], "--quiet"], check=True)
