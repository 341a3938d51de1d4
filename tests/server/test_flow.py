"""The whole loop over HTTP: report, plan, job, proof, report."""

from __future__ import annotations

from pathlib import Path

from environments import make_kernelspec, make_uv_venv, site_packages
from package_index import PackageIndex

from .conftest import Api, StartKernel

CELLS = [{"id": "a", "source": "import numpy\nimport sklearn"}]


def outcome(report: dict, outcome_id: str) -> dict | None:  # type: ignore[type-arg]
    return next((one for one in report["outcomes"] if one["id"] == outcome_id), None)


async def test_missing_import_is_found_planned_installed_and_proved(
    api: Api, climate: str, climate_python: Path, start_kernel: StartKernel, index: PackageIndex
) -> None:
    index.wheel("scikit-learn", "1.9.1", files={"sklearn/__init__.py": ""})
    kernel = await start_kernel(climate)

    report = await api.post("report", kernel=kernel, cells=CELLS)
    assert report["facts"]["environment"]["value"]["kind"] == "uv-venv"
    assert report["facts"]["environment"]["value"]["prefix"] == str(climate_python.parents[1])
    assert report["facts"]["jupyter"]["value"]["same_environment"] is False
    missing = outcome(report, "missing-import:sklearn")
    assert missing is not None
    assert missing["severity"] == "error"

    action = missing["actions"][0]["id"]
    plan = await api.planned(report=report["id"], outcome=missing["id"], action=action)
    assert plan["state"] == "ready"
    assert [added["name"] for added in plan["changes"]["install"]] == ["scikit-learn"]
    assert plan["target"]["prefix"] == str(climate_python.parents[1])
    assert plan["restart"] == {"needed": False, "modules": [], "gone": []}
    assert not (site_packages(climate_python) / "sklearn").exists()

    job = await api.done(plan)
    assert job["state"] == "succeeded", job
    assert job["verdict"]["planned"] is True
    assert (site_packages(climate_python) / "sklearn" / "__init__.py").exists()

    after = await api.post("report", kernel=kernel, cells=CELLS)
    assert outcome(after, "missing-import:sklearn") is None
    assert outcome(after, "missing-import")["status"] == "pass"  # type: ignore[index]


async def test_plan_from_a_report_on_another_environment_is_409(
    api: Api, climate: str, jp_data_dir: Path, tmp_path: Path
) -> None:
    report = await api.post(
        "report", kernelspec=climate, cells=[{"id": "a", "source": "import skimage"}]
    )
    missing = outcome(report, "missing-import:skimage")
    assert missing is not None
    make_kernelspec(jp_data_dir, climate, make_uv_venv(tmp_path / "other"))
    call = api.post("plans", report=report["id"], outcome=missing["id"], action="install")
    code, told = await api.refused(call)
    assert (code, told["reason"]) == (409, "changed")
