"""A report on all that a cell can fail with and a person can mend, and the death of a kernel."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import report
from jupyterlab_envcheck.facts import Died, Elsewhere, InstallLine
from make_facts import INTERPRETER, NOTEBOOK, PACKAGES, imported, make_facts, package
from make_gpus import driver, gpus, torch

OMP = "OMP: Error #15: Initializing libiomp5.so, but found libomp.so already initialized."

NEEDS = make_facts(
    interpreter=replace(
        INTERPRETER,
        on_path={"pip": "/home/ada/miniforge3/bin/pip"},
        variables={"CONDA_PREFIX": "/home/ada/miniforge3"},
    ),
    packages=(
        *(one for one in PACKAGES if one.name != "numpy"),
        package("numpy", "2.4.6"),
        package("numexpr", "2.8.4"),
        torch("13.2"),
    ),
    gpus=gpus(is_=driver("535.129.03", "12.2")),
    notebook=replace(
        NOTEBOOK,
        cells=6,
        imports=(
            imported("sklearn", found=False),
            replace(
                imported("requests", found=False),
                elsewhere=(Elsewhere(name="base", prefix="/home/ada/miniforge3", version="2.32"),),
            ),
            imported("frobnicate", found=False),
            replace(
                imported("numexpr"),
                tried=True,
                error="ImportError: numpy.core.multiarray failed to import",
            ),
        ),
        installs=(
            InstallLine(
                cell="shell",
                line=1,
                text="!pip install six",
                tool="pip",
                way="shell",
                specs=("six",),
                redirects=(),
                target=None,
            ),
        ),
        died=Died(
            cell="fatal",
            modules=("torch", "sklearn"),
            state="ended",
            culprit="sklearn",
            signal="SIGABRT",
            how="was ended by SIGABRT",
            printed=OMP,
            memory_kills=0,
        ),
    ),
)

_REPORT = report(NEEDS, 9)

NEED_SCENES = {
    "report-needs": _REPORT,
    "crash": next(one for one in _REPORT.outcomes if one.check == "kernel-died"),
}
