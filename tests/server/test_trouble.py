"""Interpreters that fail, and folders that would mislead: one clear sentence, and no harm."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from environments import make_kernelspec, make_uv_venv, site_packages
from found_pythons import old_python
from made_environments import dist_info
from package_index import PackageIndex

from .conftest import Api, StartKernel

NOISE = "print('welcome to this cluster')"
TROUBLE = {
    "hangs": "import threading; threading.Event().wait()",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "ends": "import os; os.write(2, b'no libpython3.so'); os._exit(127)",
    "babbles": "import os\nwhile True: os.write(1, b'y' * 65536)",
}

SAID = {
    "hangs": "did not answer within 1 seconds",
    "crashes": "was ended by SIGSEGV",
    "ends": "ended with status 127, saying “no libpython3.so”",
    "babbles": "printed without end",
}


def python_that(does: str, folder: Path) -> Path:
    """Make an environment whose Python does this whenever it starts."""
    python = make_uv_venv(folder)
    (site_packages(python) / "sitecustomize.py").write_text(does)
    return python


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    return {**jp_server_config, "Envcheck": {"probe_timeout": 1.0}}


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_interpreter_that_fails_is_told_in_sentences(
    api: Api, tmp_path: Path, jp_data_dir: Path, trouble: str
) -> None:
    python = python_that(TROUBLE[trouble], tmp_path / "troubled")
    make_kernelspec(jp_data_dir, "troubled", python)
    report = await api.post("report", kernelspec="troubled")
    told = report["facts"]["interpreter"]
    assert told["value"] is None
    assert told["unknown"]["value"].count(". ") >= 1, "what happened, and what to do"
    assert "Traceback" not in told["unknown"]["value"]
    assert SAID[trouble] in told["unknown"]["value"]
    asking = {"python-end-of-life", "threads-exceed-cpus", "blas-report", "missing-import"}
    outcomes = report["outcomes"]
    assert {one["status"] for one in outcomes if one["check"] in asking} == {"skip"}
    assert not [one for one in outcomes if one["status"] == "crash"]


@pytest.mark.parametrize("version", ["2.7", "3.6"])
async def test_interpreter_that_is_too_old_is_named_with_its_version(
    api: Api, tmp_path: Path, jp_data_dir: Path, version: str
) -> None:
    python = Path(old_python(version, tmp_path / "bin"))
    # pytest-jupyter sets PYTHONPATH to this Python's own library, with which an old one cannot start.
    make_kernelspec(jp_data_dir, "old", python, PYTHONPATH="")
    report = await api.post("report", kernelspec="old")
    unknown = report["facts"]["interpreter"]["unknown"]
    assert f"Python {version}" in unknown["value"]
    assert unknown["version"].startswith(version)


async def test_interpreter_that_is_missing_is_told(api: Api, jp_data_dir: Path) -> None:
    make_kernelspec(jp_data_dir, "gone", Path("/nosuch/bin/python"))
    report = await api.post("report", kernelspec="gone")
    assert "/nosuch/bin/python" in report["facts"]["interpreter"]["unknown"]["value"]


async def test_interpreter_that_prints_noise_is_understood(
    api: Api, tmp_path: Path, jp_data_dir: Path
) -> None:
    make_kernelspec(jp_data_dir, "noisy", python_that(NOISE, tmp_path / "noisy"))
    report = await api.post("report", kernelspec="noisy")
    assert report["facts"]["interpreter"]["value"]["version"].startswith("3.")


async def test_files_in_the_notebooks_folder_mislead_nobody(
    api: Api,
    climate: str,
    climate_python: Path,
    jp_root_dir: Path,
    start_kernel: StartKernel,
    index: PackageIndex,
) -> None:
    for name in ("pip.py", "numpy.py", "threadpoolctl.py", "packaging.py", "uv.py"):
        (jp_root_dir / name).write_text("raise SystemExit('run by mistake')\n")
    (jp_root_dir / "uv.toml").write_text(f'[pip]\ntarget = "{jp_root_dir}/elsewhere"\n')
    (jp_root_dir / "pyproject.toml").write_text("[tool.uv.pip]\nno-index = true\n")
    index.wheel("level-headed", "1.0")
    kernel = await start_kernel(climate)

    report = await api.post("report", kernel=kernel)
    assert report["facts"]["process"]["value"]["cwd"] == str(jp_root_dir)
    assert report["facts"]["blas"]["value"][0]["owner"] == "numpy"
    wish = {"kind": "install", "specs": ["level-headed"], "installer": "auto"}
    job = await api.done(await api.planned(kernel=kernel, wish=wish))
    assert job["state"] == "succeeded", job
    assert (site_packages(climate_python) / "level_headed-1.0.dist-info").is_dir()
    assert not (jp_root_dir / "elsewhere").exists()


async def test_kernelspec_that_is_broken_is_422_with_a_hint(api: Api, jp_data_dir: Path) -> None:
    (jp_data_dir / "kernels/broken").mkdir(parents=True)
    (jp_data_dir / "kernels/broken/kernel.json").write_text("{")
    code, told = await api.refused(api.post("report", kernelspec="broken"))
    assert (code, told["reason"]) == (422, "bad-kernelspec")
    assert told["hint"]


async def test_hostile_metadata_in_the_environment_leaves_no_plan_hanging(
    api: Api, climate: str, climate_python: Path, index: PackageIndex
) -> None:
    index.wheel("harmless", "1.0")
    requirement = f"x; {'(' * 900}python_version > '3'{')' * 900}"
    hostile = dist_info(site_packages(climate_python), "hostile", requires=(requirement,))
    try:
        wish = {"kind": "install", "specs": ["harmless"], "installer": "auto"}
        plan = await api.planned(kernelspec=climate, wish=wish)
    finally:
        shutil.rmtree(hostile)
    assert plan["state"] == "ready"
