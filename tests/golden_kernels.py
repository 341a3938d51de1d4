"""Plans and jobs that make kernels: an environment with its own, and one with thread settings."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import READY, SUCCEEDED
from jupyterlab_envcheck.jobs.job import JobUndo, Verdict
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Disk,
    OwnKernelspec,
    PlanTarget,
    Restart,
    Undo,
    Wish,
    kernels,
)
from make_facts import ENVIRONMENT

KERNELS = "/home/ada/.local/share/jupyter/kernels"
PROJ = "/home/ada/.virtualenvs/proj"
PYTHON = f"{PROJ}/bin/python"
CONNECTION = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
THREADS = {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"}

CHANGES = Changes(
    install=(
        Added(name="ipykernel", version="7.4.0", size=118_000),
        Added(name="ipython", version="9.8.0", size=622_000),
        Added(name="numpy", version="2.4.0", size=16_600_000),
        Added(name="scikit-learn", version="1.9.1", size=9_600_000),
    )
)
CREATE = replace(
    READY,
    target=PlanTarget(prefix=PROJ, python=PYTHON, name="proj"),
    wish=Wish(kind="create", name="proj", specs=("scikit-learn",)),
    installer="uv",
    argv=(
        ("/usr/bin/uv", "venv", "--no-project", "--python", "/usr/bin/python3.13", PROJ),
        ("/usr/bin/uv", "pip", "install", "--python", PYTHON, "-r", f"{PROJ}/plan.txt"),
    ),
    changes=CHANGES,
    warnings=(),
    restart=Restart(),
    undo=Undo(possible=True),
    disk=Disk(needed=26_940_000, free=120_400_000_000),
    kernelspec=kernels.new_kernelspec(
        "proj",
        {
            "argv": [PYTHON, *CONNECTION],
            "display_name": "proj",
            "language": "python",
            "metadata": {"debugger": True},
        },
        folder=f"{KERNELS}/proj",
        resources=None,
    ),
)
CREATED = replace(
    SUCCEEDED,
    plan=CREATE,
    verdict=Verdict(planned=True, changes=CHANGES, broken=(), restart=Restart()),
    undo=JobUndo(possible=True, space=None),
)

OWN = OwnKernelspec(
    name="climate",
    display_name="Climate",
    folder=f"{KERNELS}/climate",
    spec={
        "argv": [ENVIRONMENT.python, *CONNECTION],
        "display_name": "Climate",
        "language": "python",
        "env": {"MPLBACKEND": "agg"},
    },
)
SET_THREADS = replace(
    READY,
    wish=Wish(kind="set-environment", variables=THREADS),
    installer=None,
    argv=(),
    changes=Changes(),
    warnings=(),
    restart=Restart(),
    undo=Undo(possible=True),
    kernelspec=kernels.new_kernelspec(
        "climate-4-threads",
        kernels.with_variables(
            OWN, THREADS, python=ENVIRONMENT.python, display_name="Climate (4 threads)"
        ),
        folder=f"{KERNELS}/climate-4-threads",
        resources=OWN.folder,
        own=OWN,
    ),
)

KERNEL_SCENES = {
    "plan-create": CREATE,
    "plan-threads": SET_THREADS,
    "job-created": CREATED,
}
