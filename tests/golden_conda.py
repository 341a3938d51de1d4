"""A plan for one of conda's environments, in which pip has a part, and the undo of its job."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import READY
from golden_undo import UNDO, UNDOING
from jupyterlab_envcheck.jobs.job import Verdict
from jupyterlab_envcheck.plan import Added, Changes, Removed, Restart, Undo, Updated, Wish

FORGE = "conda-forge"
CHANGES = Changes(
    install=(
        Added(
            name="mkl",
            version="2026.0",
            size=124_000_000,
            by="conda",
            build="ha770c72_462",
            channel=FORGE,
        ),
        Added(name="pyresample-extras", version="1.4", size=48_000, by="pip"),
    ),
    update=(
        Updated(
            name="libblas",
            old="3.11.0",
            new="3.11.0",
            size=18_000,
            by="conda",
            old_build="5_h4a7cf45_openblas",
            build="5_h5875eb1_mkl",
            old_channel=FORGE,
            channel=FORGE,
        ),
        Updated(
            name="pillow",
            old="12.0.0",
            new="12.1.0",
            size=1_100_000,
            by="conda",
            old_build="py313h50355cd_0",
            build="py313h80991f8_0",
            old_channel="defaults",
            channel=FORGE,
        ),
    ),
    remove=(
        Removed(
            name="libopenblas",
            version="0.3.30",
            by="conda",
            build="pthreads_h94d23a6_4",
            channel=FORGE,
        ),
    ),
)
STALE = Restart(needed=True, modules=("PIL", "numpy"))
PLAN = replace(
    READY,
    wish=Wish(kind="install", specs=("libblas=*=*mkl", "pyresample-extras")),
    installer="conda",
    changes=CHANGES,
    warnings=(
        "libopenblas would be removed although you did not ask for it.",
        "libblas stays at 3.11.0, as another build of it.",
        "pillow changes its channel, from defaults to conda-forge.",
    ),
    restart=STALE,
    undo=Undo(possible=True),
)
BACK = CHANGES.reversed()
LEFT = Restart(
    needed=True, modules=("PIL", "numpy", "pyresample_extras"), gone=("pyresample_extras",)
)
UNDONE = replace(
    UNDO,
    plan=replace(UNDOING, changes=BACK, restart=LEFT),
    verdict=Verdict(
        planned=True,
        changes=BACK,
        broken=(),
        restart=LEFT,
        aside=(
            "/home/ada/.local/share/jupyter/envcheck/aside/p1/0/pyresample_extras/notes.txt",
            "/home/ada/climate/etc/pyresample.yaml",
        ),
    ),
)

CONDA_SCENES = {"plan-conda": PLAN, "job-conda-undo": UNDONE}
