"""The scenes that pytest, jest and Galata share: reports, plans and jobs, whole, as sent.

Each report is judged by the real checks over literal facts, so that a mock cannot rot.
"""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.engine import Report, judge, summarise
from jupyterlab_envcheck.facts import Facts, Venv
from jupyterlab_envcheck.installers import create_commands
from jupyterlab_envcheck.jobs.job import Job, JobUndo, Line, Progress, Verdict
from jupyterlab_envcheck.plan import (
    NO_UNDO as WHY_NO_UNDO,
    Added,
    Changes,
    Failure,
    Plan,
    PlanTarget,
    Refusal,
    Restart,
    Undo,
    Updated,
    Wish,
)
from jupyterlab_envcheck.recommendations import CreateEnvironment, Target
from make_facts import (
    AT,
    ENVIRONMENT,
    INTERPRETER,
    JUPYTER,
    MACHINE,
    NOTEBOOK,
    OPENBLAS,
    PACKAGES,
    PROCESS,
    conda,
    conda_record,
    imported,
    make_facts,
    package,
)

TARGET = Target(kind="kernel", name="Climate", kernel_id="4d1c2b3a")


def report(facts: Facts, number: int = 1) -> Report:
    """Return the report on `facts`."""
    outcomes = judge(facts, CHECKS)
    return Report(
        id=f"r{number}",
        at=AT,
        target=TARGET,
        fingerprint=facts.fingerprint,
        facts=facts.sections,
        outcomes=outcomes,
        summary=summarise(outcomes),
    )


PROBLEMS = make_facts(
    notebook=replace(
        NOTEBOOK, imports=(imported("numpy"), imported("sklearn", found=False)), cells=7
    ),
    packages=(
        *PACKAGES,
        package("requests", "2.28.0", requires=("urllib3<1.27,>=1.21.1",)),
        package("urllib3", "2.2.0"),
    ),
    thread_pools=(replace(OPENBLAS, threads=64),),
    blas=(replace(OPENBLAS, threads=64),),
    machine=replace(
        MACHINE,
        container="docker",
        cpus=replace(MACHINE.cpus, logical=64, physical=32, affinity=64),
    ),
    environment=replace(
        ENVIRONMENT,
        leftovers=("/home/ada/climate/lib/python3.13/site-packages/~umpy-2.4.0.dist-info",),
    ),
)

BUSY = make_facts(process=replace(PROCESS, state="busy", modules=None))

OLD = make_facts(
    interpreter=replace(INTERPRETER, version="3.9.18"),
    environment=replace(
        ENVIRONMENT,
        kind="uv-venv",
        owner="uv",
        has_pip=False,
        venv=Venv(
            home="/home/ada/.pyenv/versions/3.9.18/bin",
            home_exists=True,
            version="3.9.18",
            system_site=False,
            base_kind="pyenv",
        ),
    ),
)

SILENT = make_facts(
    interpreter=None, packages=None, blas=None, thread_pools=None, notebook=None, jupyter=None
)

ELSEWHERE = {
    "value": "Of this kernel's environment little can be seen: the kernel runs on another host, "
    "node7. Run `jupyter envcheck` or `%envcheck` where the kernel runs."
}
REMOTE = replace(
    make_facts(),
    **{
        name: replace(getattr(make_facts(), name), value=None, unknown=ELSEWHERE)
        for name in (
            *("interpreter", "environment", "packages", "conda", "blas", "thread_pools"),
            *("machine", "gpus", "process", "notebook"),
        )
    },
)

SAME = make_facts(jupyter=replace(JUPYTER, prefix=ENVIRONMENT.prefix, same_environment=True))

CONDA_BASE = make_facts(
    environment=replace(
        ENVIRONMENT,
        kind="conda-base",
        name="base",
        prefix="/home/ada/miniforge3",
        python="/home/ada/miniforge3/bin/python",
        owner="conda",
    ),
    conda=conda(
        *map(conda_record, ("conda", "numpy", "xarray", "pandas")),
        requested=("python", "conda", "xarray"),
    ),
    jupyter=replace(JUPYTER, same_environment=True, navigator="2.7.0"),
)

WISH = Wish(kind="install", specs=("scikit-learn",))
PLAN_TARGET = PlanTarget(prefix=ENVIRONMENT.prefix, python=ENVIRONMENT.python, name="climate")
NO_UNDO = Undo(possible=False, reason=WHY_NO_UNDO)
NO_LINKS = "this filesystem has no hard links"
CHANGES = Changes(
    install=(
        Added(name="joblib", version="1.6.0", size=309_000),
        Added(name="scikit-learn", version="1.9.1", size=9_600_000),
        Added(name="scipy", version="1.18.1", size=35_100_000),
    ),
    update=(Updated(name="threadpoolctl", old="3.5.0", new="3.8.0", size=None),),
)
RESOLVING = Plan(
    id="p1", state="resolving", target=PLAN_TARGET, wish=WISH, installer=None, undo=NO_UNDO
)
READY = replace(
    RESOLVING,
    state="ready",
    installer="pip",
    argv=(
        (
            ENVIRONMENT.python,
            *("-m", "pip", "install", "--only-binary", ":all:", "--no-deps", "--require-hashes"),
            *("-r", "/home/ada/.local/share/jupyter/envcheck/jobs/p1/plan.txt"),
        ),
    ),
    changes=CHANGES,
    warnings=("threadpoolctl changes although you did not ask for it.",),
    restart=Restart(needed=True, modules=("threadpoolctl",)),
    fingerprint="f" * 64,
    undo=Undo(possible=False, reason=NO_LINKS),
)
REFUSED = replace(
    RESOLVING,
    state="ready",
    refusal=Refusal(
        reason="externally-managed",
        text="The operating system manages this Python, so nothing is installed into it.",
        alternatives=(
            CreateEnvironment(
                title="Create an environment", commands=create_commands("venv", ".venv", ())
            ),
        ),
    ),
)
FAILED_PLAN = replace(
    RESOLVING,
    state="failed",
    installer="pip",
    failure=Failure(
        message="The package index has no scikit-learn that fits Python 3.13.",
        reason="not-found",
        hint="Check the name, or ask for another version.",
    ),
)
LINES = tuple(
    Line(n=n, text=text)
    for n, text in enumerate(
        (
            "Collecting scikit-learn",
            "Downloading scikit_learn-1.9.1-cp313-cp313-manylinux_2_27_x86_64.whl (9.6 MB)",
            "Installing collected packages: threadpoolctl, scipy, joblib, scikit-learn",
        ),
        start=1,
    )
)
RUNNING = Job(
    id="p1",
    plan=READY,
    state="running",
    phase="downloading",
    progress=Progress(done=6_200_000, total=9_600_000),
    lines=LINES[:2],
    started=AT,
    pid=777,
    undo=JobUndo(possible=False, reason=NO_LINKS),
)
SUCCEEDED = replace(
    RUNNING,
    state="succeeded",
    phase=None,
    progress=None,
    lines=LINES,
    ended="2026-11-21T09:00:20+00:00",
    verdict=Verdict(
        planned=True,
        changes=CHANGES,
        broken=(),
        restart=Restart(needed=True, modules=("threadpoolctl",)),
    ),
)
FAILED = replace(
    SUCCEEDED,
    state="failed",
    failure=Failure(
        message="pip ended, but scipy is not there.",
        reason="not-installed",
        hint="Read the log below, then make the plan again.",
    ),
    verdict=Verdict(
        planned=False,
        changes=Changes(install=CHANGES.install[:1]),
        broken=("scikit-learn needs scipy>=1.10, which is not installed",),
        restart=Restart(),
    ),
)
CANCELLED = replace(
    SUCCEEDED,
    state="cancelled",
    verdict=Verdict(planned=False, changes=Changes(), broken=(), restart=Restart()),
)
INTERRUPTED = replace(
    RUNNING,
    state="interrupted",
    failure=Failure(
        message="The install was cut off: its process is gone.",
        reason="interrupted",
        hint="Look at the environment again, then repeat the install.",
    ),
)

SCENES = {
    "report-healthy": report(make_facts()),
    "report-problems": report(PROBLEMS, 2),
    "report-busy": report(BUSY, 3),
    "report-old": report(OLD, 4),
    "report-silent": report(SILENT, 5),
    "report-same": report(SAME, 6),
    "report-remote": report(REMOTE, 8),
    "report-conda-base": report(CONDA_BASE, 7),
    "plan-resolving": RESOLVING,
    "plan-ready": READY,
    "plan-refused": REFUSED,
    "plan-failed": FAILED_PLAN,
    "job-running": RUNNING,
    "job-succeeded": SUCCEEDED,
    "job-failed": FAILED,
    "job-cancelled": CANCELLED,
    "job-interrupted": INTERRUPTED,
}
