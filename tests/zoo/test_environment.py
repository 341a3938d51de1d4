"""Family environment, in environments that have its troubles, and in those that have not."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec

import conda_world
import conda_zoo
from conda_channel import OLD_SIX, channels, versions, why_not
from environments import UV, make_kernelspec, make_uv_venv, site_packages
from found_pythons import fake_python, supported
from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.checks.environment import KernelInCondaBase
from jupyterlab_envcheck.checks.environment_base import BrokenVenv, VenvOnCondaPython
from jupyterlab_envcheck.checks.environment_files import LocalFileShadowsPackage
from jupyterlab_envcheck.checks.environment_owners import EnvNotWritable, UseProjectTool
from jupyterlab_envcheck.checks.environment_paths import PythonpathSet, UserSiteLeaks
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.subject import (
    Subject,
    subject_of_interpreter,
    subject_of_kernel,
    subject_of_kernelspec,
)
from jupyterlab_envcheck.probe.untracked import make_untracked
from jupyterlab_envcheck.recommendations import Outcome, Severity
from live_kernels import PATIENCE, Person

TODAY = date(2026, 11, 21)

needs_conda = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
pytestmark = pytest.mark.usefixtures("nothing_around")


@pytest.fixture
def nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables of whoever runs the tests that these checks read."""
    for name in os.environ:
        if name.startswith(("CONDA", "MAMBA", "_CONDA", "_CE_", "PIXI", "PYTHON")):
            monkeypatch.delenv(name)


def facts_of(subject: Subject, source: str | None = None) -> Facts:
    cells = [{"id": "c", "source": source}] if source is not None else None
    return gather(subject, cells=cells, server=False, now=TODAY)


def judged(check: type[Check], facts: Facts) -> Outcome:
    outcomes = judge(facts, [check])
    assert len(outcomes) == 1, outcomes
    assert outcomes[0].status != "crash", outcomes
    return outcomes[0]


def of(check: type[Check], python: Path) -> Outcome:
    return judged(check, facts_of(subject_of_interpreter(str(python))))


def of_kernelspec(check: type[Check], folder: Path, python: Path, **env: str) -> Outcome:
    make_kernelspec(folder, "k", python, **env)
    spec = KernelSpec.from_resource_dir(str(folder / "kernels" / "k"))
    return judged(check, facts_of(subject_of_kernelspec(spec)))


def make_venv(python: Path | str, prefix: Path, *options: str) -> Path:
    argv = [str(python), "-m", "venv", "--without-pip", *options, str(prefix)]
    subprocess.run(argv, check=True, env={"PATH": os.defpath})
    return prefix / "bin" / "python"


# --- kernel-in-conda-base -------------------------------------------------------------------------


@needs_conda
def test_kernel_in_conda_base(tmp_path: Path) -> None:
    base = conda_world.make_conda_base(tmp_path / "miniforge3", "six")
    facts = facts_of(subject_of_interpreter(str(base)))
    found = judged(KernelInCondaBase, facts)
    assert facts.machine.value is not None
    in_container = facts.machine.value.container is not None
    assert found.severity is (Severity.ADVICE if in_container else Severity.WARNING)
    assert found.title.startswith("This kernel runs in conda's base, which holds ")
    assert found.evidence[1].value == "six"


@needs_conda
def test_kernel_in_conda_base_with_nothing_in_it_and_beside_it(tmp_path: Path) -> None:
    base = conda_world.make_conda_base(tmp_path / "miniforge3")
    assert of(KernelInCondaBase, base).status == "pass"
    named = conda_world.make_conda_env(tmp_path / "miniforge3" / "envs" / "b", "python", "six")
    assert of(KernelInCondaBase, named).status == "pass"


# --- user-site-leaks ------------------------------------------------------------------------------


def pip_install_user(python: Path, base: Path, wheel: Path) -> None:
    """Install as people once did, with --user, beside what the environment has."""
    options = ["--user", "--quiet", "--no-index", "--no-deps", "--ignore-installed"]
    subprocess.run(
        [str(python), "-m", "pip", "install", *options, "--root-user-action=ignore", str(wheel)],
        check=True,
        env={"PATH": os.defpath, "PYTHONUSERBASE": str(base), "HOME": str(base)},
        cwd=base,
    )


@pytest.fixture(scope="module")
def old_six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a conda environment with an old six."""
    return conda_zoo.old_six(tmp_path_factory.mktemp("conda") / "stats")


@needs_conda
def test_user_site_leaks_another_version(old_six: Path, tmp_path: Path) -> None:
    pip_install_user(old_six, tmp_path, channels().wheel("six"))
    found = of_kernelspec(UserSiteLeaks, tmp_path, old_six, PYTHONUSERBASE=str(tmp_path))
    assert found.severity is Severity.ERROR
    assert found.title == "1 package from your user site-packages hides another version in stats"
    assert found.evidence[1].value.startswith(f"{versions()['six']} in {tmp_path}")
    assert f"hides {OLD_SIX} in " in found.evidence[1].value
    off = {"PYTHONUSERBASE": str(tmp_path), "PYTHONNOUSERSITE": "1"}
    assert of_kernelspec(UserSiteLeaks, tmp_path, old_six, **off).status == "pass", "its advice"


@needs_conda
def test_user_site_leaks_the_same_version_and_what_hides_nothing(
    old_six: Path, tmp_path: Path
) -> None:
    own = {"PYTHONUSERBASE": str(tmp_path)}
    pip_install_user(old_six, tmp_path, channels().wheel("packaging"))
    found = of_kernelspec(UserSiteLeaks, tmp_path, old_six, **own)
    assert found.severity is Severity.ADVICE
    assert found.title == "1 package from your user site-packages is seen in stats"
    pip_install_user(old_six, tmp_path, channels().wheel("six", OLD_SIX))
    found = of_kernelspec(UserSiteLeaks, tmp_path, old_six, **own)
    assert found.severity is Severity.WARNING
    assert found.title.endswith("hides the same version in stats")


@needs_conda
def test_user_site_leaks_into_no_venv_and_not_while_it_is_empty(
    old_six: Path, tmp_path: Path
) -> None:
    own = {"PYTHONUSERBASE": str(tmp_path)}
    assert of_kernelspec(UserSiteLeaks, tmp_path, old_six, **own).status == "pass"
    pip_install_user(old_six, tmp_path, channels().wheel("six"))
    venv = make_venv(old_six, tmp_path / "venv")
    assert of_kernelspec(UserSiteLeaks, tmp_path, venv, **own).status == "pass"
    both = make_venv(old_six, tmp_path / "both", "--system-site-packages")
    assert of_kernelspec(UserSiteLeaks, tmp_path, both, **own).status == "finding"


# --- pythonpath-set -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a uv venv with the newest six."""
    return make_uv_venv(tmp_path_factory.mktemp("uv") / "proj", "six")


def install_into(folder: Path, python: Path, *specs: str) -> str:
    argv = [UV, "pip", "install", "--quiet", "--python", str(python), "--target", str(folder)]
    subprocess.run([*argv, *specs], check=True)
    return str(folder)


def test_pythonpath_set_to_an_older_package(with_six: Path, tmp_path: Path) -> None:
    folder = install_into(tmp_path / "extra", with_six, "six==1.16.0")
    found = of_kernelspec(PythonpathSet, tmp_path, with_six, PYTHONPATH=f"{folder}/")
    assert found.severity is Severity.ERROR
    assert found.title == "1 package from PYTHONPATH hides another version in proj"
    assert found.id == "pythonpath-set:PYTHONPATH"
    assert found.evidence[1].value.startswith(f"1.16.0 in {folder} hides ")


def test_pythonpath_set_to_other_packages(with_six: Path, tmp_path: Path) -> None:
    folder = install_into(tmp_path / "extra", with_six, "iniconfig")
    found = of_kernelspec(PythonpathSet, tmp_path, with_six, PYTHONPATH=folder)
    assert found.severity is Severity.WARNING
    assert found.title == "PYTHONPATH brings 1 package from 1 folder into proj"
    deliberate = {"PYTHONPATH": folder, "LOADEDMODULES": "iniconfig/2"}
    found = of_kernelspec(PythonpathSet, tmp_path, with_six, **deliberate)
    assert found.severity is Severity.INFO


def test_pythonpath_set_to_ones_own_modules_or_nothing(with_six: Path, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "mine.py").touch()
    for value in (str(tmp_path / "src"), "", str(tmp_path / "none")):
        assert of_kernelspec(PythonpathSet, tmp_path, with_six, PYTHONPATH=value).status == "pass"


def test_pythonpath_set_pythonhome(with_six: Path, tmp_path: Path) -> None:
    found = of_kernelspec(PythonpathSet, tmp_path, with_six, PYTHONHOME=sys.base_prefix)
    assert found.severity is Severity.ERROR
    assert found.title.endswith(f"look for Python's own library in {sys.base_prefix}")
    assert of(PythonpathSet, with_six).status == "pass"


# --- broken-venv ----------------------------------------------------------------------------------


@needs_conda
def test_broken_venv_whose_python_was_moved_away(tmp_path: Path) -> None:
    base = conda_world.make_conda_env(tmp_path / "base", "python")
    # With a copy, and not a link that leads nowhere, something is left to start.
    python = make_venv(base, tmp_path / "proj", "--copies")
    assert of(BrokenVenv, python).status == "pass"
    shutil.move(tmp_path / "base", tmp_path / "moved")
    found = of(BrokenVenv, python)
    assert found.title == "The Python that proj was made from is gone"
    assert found.evidence[0].value == str(base.parent)
    # Whether it starts depends on what else there is: a libpython of the system's, say.
    assert found.severity in {Severity.ERROR, Severity.ADVICE}


def test_broken_venv_whose_python_cannot_start(tmp_path: Path) -> None:
    # As on Windows, where an environment's python.exe only starts the one it was made from.
    gone = tmp_path / "gone" / "bin"
    prefix = make_uv_venv(tmp_path / "proj").parent.parent
    shutil.rmtree(prefix / "bin")
    python = fake_python(prefix / "bin", f'#!/bin/sh\nexec {gone}/python3 "$@"\n')
    config = (prefix / "pyvenv.cfg").read_text().splitlines()
    kept = [line for line in config if not line.startswith("home")]
    (prefix / "pyvenv.cfg").write_text("\n".join([f"home = {gone}", *kept, ""]))
    found = of(BrokenVenv, Path(python))
    assert found.severity is Severity.ERROR
    assert found.title == "The Python that proj was made from is gone"
    assert "status 127" in found.evidence[1].value


def test_broken_venv_with_another_minor_version(tmp_path: Path) -> None:
    other = {n: p for n, p in supported().items() if not n.startswith("pypy")}
    other.pop("{}.{}".format(*sys.version_info), None)
    if not other:
        pytest.skip("there is one minor version of Python here")
    name, path = next(iter(other.items()))
    python = make_venv(path, tmp_path / "proj")
    assert of(BrokenVenv, python).status == "pass"
    python.unlink()
    python.symlink_to(os.path.realpath(sys.executable))
    found = of(BrokenVenv, python)
    assert found.severity is Severity.ERROR
    now = "{}.{}".format(*sys.version_info)
    assert found.title == f"proj was made for Python {name}, and Python {now} starts in it"


def test_broken_venv_silent_in_fresh_ones(with_six: Path, tmp_path: Path) -> None:
    assert of(BrokenVenv, with_six).status == "pass"
    assert of(BrokenVenv, make_venv(sys.executable, tmp_path / "fresh")).status == "pass"


# --- venv-on-conda-python -------------------------------------------------------------------------


@needs_conda
def test_venv_on_conda_python(old_six: Path, with_six: Path, tmp_path: Path) -> None:
    found = of(VenvOnCondaPython, make_venv(old_six, tmp_path / "proj"))
    assert found.severity is Severity.INFO
    assert found.title == "proj is a virtual environment on a Python of conda"
    assert of(VenvOnCondaPython, old_six).status == "pass"
    assert of(VenvOnCondaPython, with_six).status == "pass"


# --- use-project-tool -----------------------------------------------------------------------------


def test_use_project_tool_of_a_uv_project_that_pip_changed(tmp_path: Path) -> None:
    project = tmp_path / "proj"
    python = make_uv_venv(project / ".venv", "iniconfig", seed=True)
    (project / "uv.lock").touch()
    assert of(UseProjectTool, python).status == "pass"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--root-user-action=ignore", "six"]
    subprocess.run(pip, check=True)
    found = of(UseProjectTool, python)
    assert found.severity is Severity.ADVICE
    assert found.title == "uv keeps the environment proj, and pip installed 1 package past it"
    assert found.evidence[0].value == str(project)
    (project / "uv.lock").unlink()
    assert of(UseProjectTool, python).status == "pass", "a uv venv is not yet a project"


# --- env-not-writable -----------------------------------------------------------------------------


@needs_conda
def test_env_not_writable_frozen(tmp_path: Path) -> None:
    python = conda_world.make_conda_env(tmp_path / "stats", "python")
    assert of(EnvNotWritable, python).status == "pass"
    conda_zoo.freeze(tmp_path / "stats", "of the course")
    found = of(EnvNotWritable, python)
    assert found.severity is Severity.INFO
    assert found.title == "stats is frozen, so conda does not change it"


_READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'  # in a shell
)


def test_env_not_writable_on_a_read_only_disk(with_six: Path) -> None:
    """To root every folder is writable, but on a disk that nobody may write to."""
    argv = ["unshare", "-m", "sh", "-c", _READ_ONLY, "sh", str(site_packages(with_six))]
    if subprocess.run([*argv, "true"], check=False, capture_output=True).returncode:
        pytest.skip("disks cannot be mounted here")
    assert of(EnvNotWritable, with_six).status == "pass"
    code = f"import runpy; m = runpy.run_path({__file__!r}); m['tell']({str(with_six)!r})"
    told = subprocess.run(
        [*argv, sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["severity"] == "info"
    assert found["title"].startswith("You may not install into proj, which belongs to ")


def tell(python: str) -> None:
    """Print the outcome, for the process that started this one."""
    found = of(EnvNotWritable, Path(python))
    print(json.dumps({"title": found.title, "severity": found.severity}))  # noqa: T201


# --- local-file-shadows-package -------------------------------------------------------------------


@asynccontextmanager
async def kernel_in(folder: Path, manager: Any) -> AsyncIterator[Person]:
    kernel_id = await manager.start_kernel()
    kernel = manager.get_kernel(kernel_id)
    client = kernel.client(context=kernel.context)
    client.start_channels(stdin=False, hb=False)
    try:
        await client.wait_for_ready(timeout=PATIENCE)
        person = Person(manager, kernel_id, client)
        await person.run(f"import os; os.chdir({str(folder)!r})")
        yield person
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(kernel_id, now=True)


async def of_files(manager: Any, folder: Path, files: Mapping[str, str], cell: str) -> Outcome:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    async with kernel_in(folder, manager) as person:
        await person.run(cell)
        await person.idle()
        make_untracked(manager)
        seen = await look(manager, person.kernel_id)
        subject = subject_of_kernel(seen, person.kernel.kernel_spec)
        facts = await asyncio.to_thread(facts_of, subject, cell)
        # What the check says is what the kernel does.
        person.heard.clear()
        own = await person.value("[m for m, v in sys.modules.items() if getattr(v, 'OWN', 0)]")
    outcome = judged(LocalFileShadowsPackage, facts)
    assert bool(own) is (outcome.status == "finding")
    return outcome


async def test_local_file_shadows_package_that_is_imported(
    jp_serverapp: Any, tmp_path: Path
) -> None:
    manager = jp_serverapp.kernel_manager
    found = await of_files(manager, tmp_path, {"iniconfig.py": "OWN = 1"}, "import sys, iniconfig")
    assert found.severity is Severity.ERROR
    assert found.title.startswith(
        "iniconfig.py in the folder this kernel runs in hides the installed iniconfig "
    )


async def test_local_file_shadows_package_that_another_module_imports(
    jp_serverapp: Any, tmp_path: Path
) -> None:
    manager = jp_serverapp.kernel_manager
    files = {"iniconfig/__init__.py": "OWN = 1", "mine.py": "import iniconfig"}
    found = await of_files(manager, tmp_path, files, "import sys, mine")
    assert found.severity is Severity.ADVICE
    assert found.title.startswith("The folder iniconfig in the folder this kernel runs in hides")


async def test_local_file_shadows_package_but_not_the_standard_library(
    jp_serverapp: Any, tmp_path: Path
) -> None:
    manager = jp_serverapp.kernel_manager
    files = {"colorsys.py": "OWN = 1", "iniconfig/data.txt": "", "iniconfig.test.py": "OWN = 1"}
    cell = "import sys, colorsys, iniconfig"
    assert (await of_files(manager, tmp_path, files, cell)).status == "pass"


def test_broken_venv_whose_link_leads_nowhere(tmp_path: Path) -> None:
    base = conda_world.make_conda_env(tmp_path / "base", "python")
    python = make_venv(base, tmp_path / "proj", "--symlinks")
    shutil.move(tmp_path / "base", tmp_path / "moved")
    assert not python.exists()
    by_path = of(BrokenVenv, python)
    assert (by_path.status, by_path.severity) == ("finding", Severity.ERROR)
    assert by_path.title == "The Python that proj was made from is gone"
    assert of(BrokenVenv, python.parents[1]).title == by_path.title
