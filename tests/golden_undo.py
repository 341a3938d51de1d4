"""Jobs that can be taken back, one that was, one that was cut off; and what needs a second yes."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import CHANGES, PLAN_TARGET, READY, REFUSED, SUCCEEDED, report
from jupyterlab_envcheck.facts import Interrupted
from jupyterlab_envcheck.jobs.job import Job, JobUndo, Line, Verdict
from jupyterlab_envcheck.plan import (
    Changes,
    Disk,
    Failure,
    Refusal,
    Removed,
    Restart,
    Undo,
    Updated,
    Wish,
)
from jupyterlab_envcheck.recommendations import Install
from make_facts import AT, ENVIRONMENT, make_facts

SPACE = 12_400_000

UNDOABLE_PLAN = replace(
    READY,
    changes=Changes(
        install=CHANGES.install,
        update=(
            *CHANGES.update,
            Updated(name="numpy", old="2.4.0", new="2.4.0", size=16_600_000),
        ),
    ),
    undo=Undo(possible=True),
    disk=Disk(needed=61_700_000, free=120_400_000_000),
)

UNDOABLE = replace(
    SUCCEEDED, undo=JobUndo(possible=True, until="2026-12-05T09:00:20+00:00", space=SPACE)
)
BACK = Changes(
    remove=tuple(Removed(name=new.name, version=new.version) for new in CHANGES.install),
    update=tuple(
        Updated(name=moved.name, old=moved.new, new=moved.old, size=None)
        for moved in CHANGES.update
    ),
)
UNDOING = replace(
    READY,
    id="p2",
    wish=Wish(kind="undo", job=UNDOABLE.id),
    installer=None,
    argv=(),
    changes=BACK,
    warnings=(),
    restart=Restart(needed=True, modules=("threadpoolctl",)),
    undo=Undo(possible=False, reason="it takes another job back"),
)
UNDO = Job(
    id=UNDOING.id,
    plan=UNDOING,
    state="succeeded",
    lines=(Line(n=1, text="2,310 files taken away, 42 put back"),),
    started="2026-11-21T09:05:00+00:00",
    ended="2026-11-21T09:05:02+00:00",
    verdict=Verdict(
        planned=True,
        changes=BACK,
        broken=(),
        restart=Restart(needed=True, modules=("threadpoolctl",)),
    ),
    undo=JobUndo(possible=False, reason="it takes another job back"),
)

CUT_OFF = replace(
    SUCCEEDED,
    state="interrupted",
    ended=None,
    verdict=None,
    failure=Failure(
        message="The install was cut off, and “climate” may be half changed.",
        reason="interrupted",
        hint="Put it back as it was before; then make the plan again.",
    ),
    undo=JobUndo(possible=True, space=SPACE),
)

ONLY_SOURCE = replace(
    REFUSED,
    target=PLAN_TARGET,
    wish=Wish(kind="install", specs=("pystan==2.19",)),
    refusal=Refusal(
        reason="only-source",
        text="pystan 2.19 comes only as a source package, and building it runs its code on this "
        "machine.",
        alternatives=(
            Install(
                title="Build pystan from its source…",
                specs=("pystan==2.19",),
                commands=(),
                recommended=None,
                build=("pystan",),
            ),
        ),
    ),
)

HALF_DONE = make_facts(
    environment=replace(
        ENVIRONMENT,
        interrupted=Interrupted(
            job=CUT_OFF.id,
            what="install scikit-learn",
            at=AT,
            undoable=True,
            reason=None,
            done=("joblib 1.6.0",),
            missing=("scikit-learn 1.9.1", "scipy 1.18.1", "threadpoolctl 3.8.0"),
            since=("seaborn 0.13.2 added",),
        ),
    )
)

UNDO_SCENES = {
    "report-interrupted": report(HALF_DONE, 9),
    "plan-undoable": UNDOABLE_PLAN,
    "plan-only-source": ONLY_SOURCE,
    "job-undoable": UNDOABLE,
    "job-undo": UNDO,
    "job-cut-off": CUT_OFF,
}
