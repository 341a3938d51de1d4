"""Notebooks before real kernels: what their cells install, where it goes, what they then run."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from environments import UV, make_kernelspec, make_uv_venv, site_packages
from jupyterlab_envcheck.checks.base import Check
from jupyterlab_envcheck.checks.notebook import InstalledElsewhere, MissingImport
from jupyterlab_envcheck.checks.notebook_running import RestartNeeded
from jupyterlab_envcheck.checks.notebook_shell import ShellInstallElsewhere
from jupyterlab_envcheck.checks.notebook_specifiers import UnquotedSpecifier
from jupyterlab_envcheck.facts import Elsewhere, Facts
from jupyterlab_envcheck.probe import notebook
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.subject import subject_of_interpreter, subject_of_kernel
from jupyterlab_envcheck.probe.untracked import make_untracked
from jupyterlab_envcheck.recommendations import Finding, Severity, Skip
from live_kernels import PATIENCE, Person, Start
from package_index import PackageIndex, serve

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="its shell is cmd.exe")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a uv venv with pip and ipykernel."""
    return make_uv_venv(tmp_path_factory.mktemp("zoo") / "climate", "ipykernel", seed=True)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of another, with pip and idna."""
    return make_uv_venv(tmp_path_factory.mktemp("zoo") / "other", "idna", seed=True)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[PackageIndex]:
    with serve(tmp_path / "wheels") as served:
        served.wheel("weather", "0.9")
        yield served


@pytest.fixture
def kernel(python: Path, jp_data_dir: Path, index: PackageIndex) -> str:
    """The name of a kernel in that venv, whose pip sees our index alone."""
    make_kernelspec(jp_data_dir, "climate", python, **pip_sees(index))
    return "climate"


def pip_sees(index: PackageIndex) -> dict[str, str]:
    return {"PIP_INDEX_URL": index.url, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}


@pytest.fixture
def start_kernel(jp_serverapp: Any) -> Start:
    manager = jp_serverapp.kernel_manager

    @asynccontextmanager
    async def start(name: str | None = None) -> AsyncIterator[Person]:
        kernel_id = await manager.start_kernel(kernel_name=name)
        kernel = manager.get_kernel(kernel_id)
        client = kernel.client(context=kernel.context)
        client.start_channels(stdin=False, hb=False)
        try:
            await client.wait_for_ready(timeout=PATIENCE)
            person = Person(manager, kernel_id, client)
            await person.value("1")
            await person.idle()
            yield person
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(kernel_id, now=True)

    return start


def cells(*sources: str) -> list[dict[str, str]]:
    return [{"id": f"c{n}", "source": source} for n, source in enumerate(sources)]


async def facts_of(person: Person, *sources: str) -> Facts:
    await person.idle()
    make_untracked(person.manager)
    seen = await look(person.manager, person.kernel_id)
    subject = await asyncio.to_thread(subject_of_kernel, seen, person.kernel.kernel_spec)
    return await asyncio.to_thread(
        lambda: gather(subject, cells=cells(*sources), server=True, now=TODAY, refresh=True)
    )


def with_lines(facts: Facts, *sources: str) -> Facts:
    """Return the facts with what the cells install."""
    assert facts.notebook.value is not None
    told = replace(facts.notebook.value, installs=notebook.read(cells(*sources)).installs)
    return replace(facts, notebook=replace(facts.notebook, value=told))


def uv_install(python: Path, index: PackageIndex, *specs: str) -> None:
    argv = [UV, "pip", "install", "--quiet", "--python", str(python), "--no-cache"]
    subprocess.run([*argv, "--default-index", index.url, *specs], check=True)


def uv_uninstall(python: Path, *names: str) -> None:
    subprocess.run([UV, "pip", "uninstall", "--quiet", "--python", str(python), *names], check=True)


def only(check: type[Check], facts: Facts) -> Finding:
    found = check.run(facts)
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


async def test_restart_needed_after_uv_upgraded_what_the_kernel_runs(
    start_kernel: Start, kernel: str, python: Path, index: PackageIndex
) -> None:
    index.wheel("forecast", "1.0")
    uv_install(python, index, "forecast")
    async with start_kernel(kernel) as person:
        await person.run("import forecast")
        assert RestartNeeded.run(await facts_of(person, "import forecast")) == ()
        index.wheel("forecast", "2.0")
        uv_install(python, index, "forecast==2.0")
        finding = only(RestartNeeded, await facts_of(person, "import forecast"))
        assert finding.severity is Severity.WARNING
        assert finding.title == "The kernel runs forecast 1.0, and 2.0 is installed by now"
        assert await person.value("forecast.__version__") == "1.0"
        finding = only(RestartNeeded, await facts_of(person, "import os"))
        assert finding.severity is Severity.INFO


async def test_restart_needed_after_what_the_kernel_runs_was_uninstalled(
    start_kernel: Start, kernel: str, python: Path, index: PackageIndex, tmp_path: Path
) -> None:
    """A module of the person's own that is deleted was not installed, and is nobody's business."""
    index.wheel("outlook", "1.0")
    uv_install(python, index, "outlook")
    own = tmp_path / "mine"
    own.mkdir()
    (own / "helper.py").write_text("__version__ = '1'\n")
    async with start_kernel(kernel) as person:
        await person.run(f"import sys; sys.path.append({str(own)!r}); import outlook, helper")
        (own / "helper.py").unlink()
        assert RestartNeeded.run(await facts_of(person, "import outlook")) == ()
        uv_uninstall(python, "outlook")
        finding = only(RestartNeeded, await facts_of(person, "import outlook"))
        assert finding.title == "The kernel runs outlook 1.0, which is gone by now"
        assert [e.label for e in finding.evidence] == ["outlook"]


async def test_unquoted_specifier_writes_that_file_and_installs_any_version(
    start_kernel: Start, kernel: str, python: Path, tmp_path: Path
) -> None:
    line = "%pip install --quiet weather>=1.0"
    folder = tmp_path / "notebooks"
    folder.mkdir()
    async with start_kernel(kernel) as person:
        facts = with_lines(await facts_of(person), line)
        finding = only(UnquotedSpecifier, facts)
        assert finding.title == "A line for pip writes the file =1.0 and loses the version"
        mended = finding.why.partition("Write: ")[2]
        assert UnquotedSpecifier.run(with_lines(facts, mended)) == ()
        await person.run(f"import os; os.chdir({str(folder)!r})")
        await person.run(line)
        assert [path.name for path in folder.iterdir()] == ["=1.0"]
        assert (site_packages(python) / "weather-0.9.dist-info").is_dir(), "there is no 1.0"
        (folder / "=1.0").unlink()
        await person.run(mended)
        assert list(folder.iterdir()) == []


async def test_unquoted_specifier_of_the_conda_magic_in_spite_of_quotation_marks(
    start_kernel: Start, kernel: str, tmp_path: Path
) -> None:
    conda = tmp_path / "conda"
    conda.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> {tmp_path}/words; done\n')
    conda.chmod(0o755)
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta/history").touch()
    line = '%conda install "numpy>=2"'
    async with start_kernel(kernel) as person:
        facts = with_lines(await facts_of(person), line)
        mended = only(UnquotedSpecifier, facts).why.partition("Write: ")[2]
        assert UnquotedSpecifier.run(with_lines(facts, mended)) == ()
        await person.run(
            f"import os, sys; os.chdir({str(tmp_path)!r}); sys.prefix = os.getcwd()\n"
            f"os.environ['CONDA_EXE'] = {str(conda)!r}"
        )
        await person.run(line)
        assert (tmp_path / "=2").is_file()
        assert (tmp_path / "words").read_text().split()[-1] == "numpy"
        await person.run(mended)
        assert (tmp_path / "words").read_text().split()[-1] == "numpy>=2"


async def test_shell_install_elsewhere_into_the_environment_that_path_finds_first(
    start_kernel: Start, python: Path, other: Path, jp_data_dir: Path, index: PackageIndex
) -> None:
    astray = f"{other.parent}{os.pathsep}{os.defpath}"
    make_kernelspec(jp_data_dir, "astray", python, PATH=astray, **pip_sees(index))
    cell = "!pip install --quiet weather"
    async with start_kernel("astray") as person:
        facts = with_lines(await facts_of(person), cell)
        finding = only(ShellInstallElsewhere, facts)
        assert finding.title.startswith("A cell runs !pip, which installs into ")
        assert str(other.parents[1]) in finding.evidence[0].value
        assert ShellInstallElsewhere.run(with_lines(facts, "%pip install weather")) == ()
        assert not (site_packages(other) / "weather").exists()
        await person.run(cell)
        assert (site_packages(other) / "weather").exists(), "where the finding says it goes"


async def test_shell_install_elsewhere_is_silent_with_the_kernels_own_pip_first(
    start_kernel: Start, python: Path, jp_data_dir: Path, index: PackageIndex
) -> None:
    own = f"{python.parent}{os.pathsep}{os.defpath}"
    make_kernelspec(jp_data_dir, "own", python, PATH=own, **pip_sees(index))
    async with start_kernel("own") as person:
        facts = with_lines(await facts_of(person), "!pip install a", "!python -m pip install b")
    assert ShellInstallElsewhere.run(facts) == ()


def test_shell_install_elsewhere_where_no_pip_is_found(python: Path, tmp_path: Path) -> None:
    facts = with_lines(of_interpreter(python, {"PATH": str(tmp_path)}), "!pip install weather")
    finding = only(ShellInstallElsewhere, facts)
    assert finding.title == "A cell runs !pip, which is not on this kernel's path"


def test_installed_elsewhere_in_one_of_two_environments(python: Path, other: Path) -> None:
    facts, there = of_interpreter(python), of_interpreter(other)
    assert facts.notebook.value is not None
    assert there.notebook.value is not None
    assert InstalledElsewhere.run(there) == MissingImport.run(there) == ()
    (brought,) = [one for one in there.packages.value or () if "idna" in one.imports]
    assert there.environment.value is not None
    known = Elsewhere(
        name=there.environment.value.name,
        prefix=there.environment.value.prefix,
        version=brought.version,
    )
    (missing,) = [one for one in facts.notebook.value.imports if one.name == "idna"]
    told = replace(facts.notebook.value, imports=(replace(missing, elsewhere=(known,)),))
    facts = replace(facts, notebook=replace(facts.notebook, value=told))
    finding = only(InstalledElsewhere, facts)
    assert finding.title == "idna is installed in other, but not in climate"
    assert finding.evidence[0].value.endswith(f"version {brought.version}")


@pytest.mark.soak
async def test_notebook_family_is_silent_before_a_healthy_kernel(
    start_kernel: Start, jp_data_dir: Path, tmp_path: Path
) -> None:
    stack = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib")
    python = make_uv_venv(tmp_path / "healthy", "ipykernel", *stack)
    make_kernelspec(jp_data_dir, "healthy", python)
    imports = "import numpy, scipy, pandas, sklearn, matplotlib.pyplot"
    async with start_kernel("healthy") as person:
        await person.run(imports)
        facts = with_lines(await facts_of(person, imports), imports, '%pip install "six>=1"')
    for check in (
        MissingImport, InstalledElsewhere, ShellInstallElsewhere, UnquotedSpecifier, RestartNeeded,
    ):  # fmt: skip
        assert check.run(facts) == ()


def of_interpreter(python: Path, env: Mapping[str, str] | None = None) -> Facts:
    subject = replace(subject_of_interpreter(str(python)), env=env, cwd=str(python.parent))
    return gather(subject, cells=cells("import idna"), server=True, now=TODAY, refresh=True)
