"""A kernel that dies while a cell runs, and what its imports say in a child."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from environments import make_kernelspec, make_uv_venv, site_packages
from jupyterlab_envcheck.probe import cgroups

from .conftest import Api, StartKernel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")

OMP = "OMP: Error #15: Initializing libiomp5.so, but found libomp.so already initialized."
CELL = {"id": "c1", "source": "import harmless, omp_clash\nopen('/nosuch/x')"}


@pytest.fixture(scope="module")
def fatal_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a uv venv in which an import ends the process, with LLVM's own words."""
    python = make_uv_venv(tmp_path_factory.mktemp("fatal") / "fatal", "ipykernel")
    folder = site_packages(python)
    (folder / "harmless.py").write_text("")
    (folder / "omp_clash.py").write_text(f"import os\nos.write(2, b{OMP!r})\nos.abort()\n")
    return python


@pytest.fixture
def fatal(fatal_python: Path, jp_data_dir: Path) -> str:
    make_kernelspec(jp_data_dir, "fatal", fatal_python)
    return "fatal"


async def died(server: ServerApp, kernel_id: str, code: str) -> None:
    """Run code that ends the kernel, and wait until its process is gone."""
    kernel: Any = server.kernel_manager.get_kernel(kernel_id)
    process = kernel.provisioner.process
    client = kernel.client()
    client.start_channels()
    client.execute(code)
    async with asyncio.timeout(60):
        while process.poll() is None:  # noqa: ASYNC110 - the end of a process has no event
            await asyncio.sleep(0.02)
    client.stop_channels()


def of_death(report: Any) -> list[Any]:
    return [one for one in report["outcomes"] if one["check"] == "kernel-died"]


async def test_crash_of_a_real_kernel_is_explained_and_stays_in_its_reports(
    api: Api, fatal: str, start_kernel: StartKernel, jp_serverapp: ServerApp
) -> None:
    kernel = await start_kernel(fatal)
    await died(jp_serverapp, kernel, CELL["source"])
    told = await api.post("crash", kernel=kernel, cell=CELL)
    assert told["id"] == "kernel-died:c1"
    assert told["severity"] == "error"
    assert told["title"] == "Importing omp_clash ends the kernel: two OpenMP runtimes meet in it"
    assert told["why"].startswith("libomp.so was there when libiomp5.so came")
    assert [fact["value"] for fact in told["evidence"][:3]] == [
        "harmless, omp_clash",
        "Python was ended by SIGABRT",
        OMP,
    ]
    assert told["sources"]

    others = {"id": "c2", "source": "x = 1"}
    report = await api.post("report", kernel=kernel, cells=[others, CELL])
    assert [one["title"] for one in of_death(report)] == [told["title"]]
    changed = {"id": "c1", "source": "import harmless"}
    assert of_death(await api.post("report", kernel=kernel, cells=[changed]))[0]["status"] == "pass"


async def test_crash_after_which_the_system_counts_one_more_ended_for_want_of_memory(
    api: Api,
    fatal: str,
    start_kernel: StartKernel,
    jp_serverapp: ServerApp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kernel = await start_kernel(fatal)
    monkeypatch.setattr(cgroups, "memory_kills", lambda: 3)
    await api.post("report", kernel=kernel)
    source = "import os; os.kill(os.getpid(), 9)"
    await died(jp_serverapp, kernel, source)
    monkeypatch.setattr(cgroups, "memory_kills", lambda: 4)
    told = await api.post("crash", kernel=kernel, cell={"id": "c1", "source": source})
    assert told["title"] == "The kernel died while a cell ran: memory may have run out"
    assert told["evidence"][-1]["value"] == "1 process"


async def test_crash_is_forgotten_when_the_environment_changes(
    api: Api, tmp_path: Path, jp_data_dir: Path
) -> None:
    python = make_uv_venv(tmp_path / "fatal", "ipykernel")
    (site_packages(python) / "gone.py").write_text("import os; os._exit(3)")
    make_kernelspec(jp_data_dir, "fatal", python)
    cell = {"id": "c1", "source": "import gone"}
    told = await api.post("crash", kernelspec="fatal", cell=cell)
    assert told["title"] == "Importing gone ends the kernel"
    installed = site_packages(python) / "mended-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: mended\nVersion: 1.0\n")
    (outcome,) = of_death(await api.post("report", kernelspec="fatal", cells=[cell]))
    assert outcome["status"] == "pass"


async def test_crash_where_the_administrator_has_switched_that_off(
    api: Api, fatal: str, fatal_python: Path, tmp_path: Path, jp_serverapp: ServerApp
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_envcheck"]
    envcheck = await app.opened()
    ran = tmp_path / "ran"
    text = f"import os, pathlib\npathlib.Path({str(ran)!r}).touch()\nos.abort()"
    (site_packages(fatal_python) / "leaves_a_trace.py").write_text(text)
    cell = {"id": "c1", "source": "import leaves_a_trace"}
    envcheck.explain_crashes = False
    told = await api.post("crash", kernelspec=fatal, cell=cell)
    assert told["title"] == "The kernel died while a cell ran, and why is not known"
    assert "the administrator has switched that off" in told["why"]
    assert not ran.exists()
    envcheck.explain_crashes = True
    told = await api.post("crash", kernelspec=fatal, cell=cell)
    assert told["title"].startswith("Importing leaves_a_trace ends the kernel")
    assert ran.exists()


async def test_crash_after_what_ran_before(api: Api, fatal: str, fatal_python: Path) -> None:
    folder = site_packages(fatal_python)
    (folder / "early.py").write_text("")
    text = "import os, sys\nif 'early' in sys.modules: os.kill(os.getpid(), 11)"
    (folder / "late_one.py").write_text(text)
    cell = {"id": "c2", "source": "import late_one"}
    told = await api.post("crash", kernelspec=fatal, cell=cell)
    assert told["title"] == "The kernel died while a cell ran, and not by an import"
    before = [{"id": "c1", "source": "import early"}]
    told = await api.post("crash", kernelspec=fatal, cell=cell, before=before)
    assert told["title"].startswith("Importing late_one ends the kernel")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"kernelspec": "x"}, id="no-cell"),
        pytest.param({"kernelspec": "x", "cell": {"id": "c"}}, id="no-source"),
        pytest.param({"kernelspec": "x", "cell": {"id": 1, "source": ""}}, id="number"),
        pytest.param({"cell": CELL}, id="nobody"),
        pytest.param({"kernelspec": "x", "cell": CELL, "before": "import os"}, id="text"),
        pytest.param({"kernelspec": "x", "cell": CELL, "before": [1]}, id="before-no-cell"),
    ],
)
async def test_crash_request_that_is_malformed_is_400(api: Api, body: Any) -> None:
    code, told = await api.refused(api.post("crash", **body))
    assert (code, told["reason"]) == (400, "bad-request")


async def test_crash_of_an_unknown_kernel_is_404(api: Api) -> None:
    code, told = await api.refused(api.post("crash", kernel="nosuch", cell=CELL))
    assert (code, told["reason"]) == (404, "unknown-kernel")
