"""Plans for conda's environments, by our own small conda from a channel in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conda_channel import NEEDS_CHANNEL, channels, versions
from conda_consistency import disagreements
from conda_jobs_world import CondaWorld, conda_world
from conda_world import make_conda_base, records
from conda_zoo import pip_over_conda
from job_world import ended
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.jobs import begin, resolve, undo
from jupyterlab_envcheck.jobs.conda import tools as conda_tools
from jupyterlab_envcheck.plan import Plan, Policy
from package_index import PackageIndex

pytestmark = list(NEEDS_CHANNEL)

SIX = versions()["six"]


@pytest.fixture(autouse=True)
def _cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


@pytest.fixture
def world(tmp_path: Path, index: PackageIndex) -> CondaWorld:
    """An environment with an old six; the index is empty."""
    del index
    return conda_world(tmp_path / "proj", "six ==1.16.0")


def told(plan: Plan) -> list[str]:
    """Return the changes in short words."""
    changes = plan.changes
    return [
        *(f"+{c.name} {c.version} {c.by}" for c in changes.install),
        *(f"{c.name} {c.old}->{c.new} {c.by}" for c in changes.update),
        *(f"-{c.name} {c.version} {c.by}" for c in changes.remove),
    ]


def test_what_comes_new_is_condas(world: CondaWorld) -> None:
    resolved = world.resolve("threadpoolctl")
    plan, order = resolved.plan, resolved.order
    assert (plan.failure, plan.refusal, plan.installer) == (None, None, "rattler")
    version = versions()["threadpoolctl"]
    assert told(plan) == [f"+threadpoolctl {version} conda"]
    (new,) = plan.changes.install
    assert (new.channel, new.build) == (channels().forge, "pyhd8ed1ab_0")
    (argv,) = plan.argv
    assert argv[-4:] == ("--override-channels", "-c", channels().forge, "threadpoolctl")
    assert (plan.undo.possible, plan.restart.needed) == (True, False)
    assert order is not None
    (check,) = order.checks
    assert "--dry-run" in check.argv
    assert check.linked == (f"noarch/threadpoolctl-{version}-pyhd8ed1ab_0",)
    assert (check.unlinked, order.pins) == ((), "")


def test_condas_spelling_and_an_older_version(tmp_path: Path, index: PackageIndex) -> None:
    del index
    plan = conda_world(tmp_path / "proj", "six").plan("six=1.16")
    assert told(plan) == [f"six {SIX}->1.16.0 conda"]
    assert "six goes back to an older version." in plan.warnings


def test_update_and_the_modules_that_go_stale(world: CondaWorld) -> None:
    plan = world.plan("six", kind="update", modules=("six", "os"))
    assert told(plan) == [f"six 1.16.0->{SIX} conda"]
    assert (plan.restart.needed, plan.restart.modules) == (True, ("six",))
    assert plan.argv[0][plan.argv[0].index("--json") - 1] == "update"


def test_nothing_to_do(world: CondaWorld) -> None:
    plan = world.plan("six")  # an older one
    assert (told(plan), plan.argv) == ([], ())
    assert plan.warnings == ("All of this is installed already; nothing would change.",)


def test_a_newer_one_that_is_asked_for(world: CondaWorld) -> None:
    assert told(world.plan("six>1.16")) == [f"six 1.16.0->{SIX} conda"]


def test_name_of_pythons_index_for_condas_package(world: CondaWorld) -> None:
    plan = world.plan("python-dateutil")
    assert "python_dateutil" in {new.name for new in plan.changes.install}


def test_what_only_the_index_has_comes_by_pip(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    resolved = world.resolve("alpha")
    plan = resolved.plan
    assert told(plan) == ["+alpha 1.0 pip"]
    assert "alpha is not in conda's channels" in plan.warnings[0]
    assert len(plan.argv) == 1
    assert resolved.order is not None
    assert resolved.order.checks == ()
    assert resolved.order.pins.startswith("alpha==1.0 --hash=sha256:")


def test_conda_first_and_pip_for_the_rest(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    plan = world.plan("threadpoolctl", "alpha")
    version = versions()["threadpoolctl"]
    assert told(plan) == ["+alpha 1.0 pip", f"+threadpoolctl {version} conda"]
    assert ["--json" in argv for argv in plan.argv] == [True, False]


def test_what_pips_package_needs_comes_from_the_channel(
    world: CondaWorld, index: PackageIndex
) -> None:
    index.wheel("alpha", "1.0", requires=["threadpoolctl"])
    index.wheel("threadpoolctl", versions()["threadpoolctl"])
    resolved = world.resolve("alpha")
    assert told(resolved.plan) == [
        "+alpha 1.0 pip",
        f"+threadpoolctl {versions()['threadpoolctl']} conda",
    ]
    assert "threadpoolctl is needed by what comes by pip" in resolved.plan.warnings[1]
    assert resolved.order is not None
    assert "threadpoolctl" not in resolved.order.pins


def test_what_pips_package_needs_by_condas_name(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0", requires=["pool-control"])
    index.wheel("pool-control", versions()["threadpoolctl"])
    names = {"pool-control": "threadpoolctl"}
    resolved = world.resolve("alpha", conda_names=names)
    assert [new.name for new in resolved.plan.changes.install] == ["alpha", "threadpoolctl"]
    assert resolved.order is not None
    assert "pool-control" not in resolved.order.pins


def test_removal_of_what_pip_put_over_condas(world: CondaWorld) -> None:
    pip_over_conda(world.prefix, "uv")
    plan = world.plan("six", kind="remove")
    assert told(plan) == ["-six 1.16.0 conda"]
    assert ["--json" in argv for argv in plan.argv] == [True, False]
    assert plan.argv[1][-1] == "six"


def test_what_pips_package_needs_in_a_version_the_channel_lacks(
    world: CondaWorld, index: PackageIndex
) -> None:
    index.wheel("alpha", "1.0", requires=["threadpoolctl>=99"])
    index.wheel("threadpoolctl", "99.0")
    assert told(world.plan("alpha")) == ["+alpha 1.0 pip", "+threadpoolctl 99.0 pip"]


def test_pip_does_not_change_what_is_condas(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0", requires=["six>=99"])
    index.wheel("six", "99.0")
    plan = world.resolve("alpha").plan
    assert plan.failure is not None
    assert plan.failure.reason == "conflict"


def test_what_pip_brought_stays_pips(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("threadpoolctl", "1.0")
    index.wheel("threadpoolctl", "2.0")
    world.pip("threadpoolctl==1.0")
    plan = world.plan("threadpoolctl==2.0")
    assert told(plan) == ["threadpoolctl 1.0->2.0 pip"]
    assert "threadpoolctl is of pip's already, and would be changed by pip." in plan.warnings


def test_conda_does_not_write_over_what_pip_brought(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("python-dateutil", "1.0")
    index.wheel("jupyter-client", "99.0", requires=["python-dateutil"])
    world.pip("python-dateutil")
    plan = world.plan("jupyter-client")
    assert told(plan) == ["+jupyter-client 99.0 pip"]
    assert "over python-dateutil, which pip brought" in plan.warnings[0]


def test_in_neither(world: CondaWorld) -> None:
    plan = world.resolve("nosuchthing").plan
    assert plan.failure is not None
    assert plan.failure.reason == "not-found"
    assert plan.failure.message.startswith("Neither conda's channels (")


def test_a_version_that_only_conda_could_have(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("six", "99.0")
    for spec in ("six=99", "six==99.0", "threadpoolctl=99"):
        plan = world.resolve(spec).plan
        assert plan.failure is not None, spec
        assert (plan.failure.reason, "conda's channels" in plan.failure.message) == (
            "not-found",
            True,
        )


def test_a_tool_of_condas_that_is_asked_for_asks_no_index(
    world: CondaWorld, index: PackageIndex
) -> None:
    index.wheel("alpha", "1.0")
    plan = world.resolve("alpha", installer="rattler").plan
    assert plan.failure is not None
    assert "comes with pip" in plan.failure.hint


def test_pip_that_is_asked_for_asks_no_conda(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("threadpoolctl", "1.0")
    assert told(world.plan("threadpoolctl", installer="uv")) == ["+threadpoolctl 1.0 pip"]


def test_index_that_does_not_answer(world: CondaWorld, index: PackageIndex) -> None:
    index.status = 503
    plan = world.resolve("alpha").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "offline"


def test_channel_that_does_not_answer(world: CondaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conda_tools, "channels_of", lambda *_: ("http://127.0.0.1:9/none",))
    plan = world.resolve("threadpoolctl").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "offline"


def test_removal_takes_along_what_needs_it(tmp_path: Path, index: PackageIndex) -> None:
    del index
    plan = conda_world(tmp_path / "proj", "stack_data").plan("asttokens", kind="remove")
    assert {"asttokens", "stack_data"} <= {gone.name for gone in plan.changes.remove}
    assert "stack_data would be removed although you did not ask for it." in plan.warnings
    assert not any(line.startswith("asttokens would") for line in plan.warnings)


def test_removal_of_condas_and_of_pips(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    world.pip("alpha")
    plan = world.plan("six", "alpha", kind="remove")
    assert told(plan) == ["-alpha 1.0 pip", "-six 1.16.0 conda"]
    assert ["--json" in argv for argv in plan.argv] == [True, False]


def test_removal_of_what_is_not_there(world: CondaWorld) -> None:
    plan = world.resolve("alpha", kind="remove").plan
    assert plan.failure is not None
    assert plan.failure.reason == "not-installed"


def test_reinstall_of_condas(world: CondaWorld) -> None:
    plan = world.plan("six", kind="reinstall")
    assert told(plan) == ["six 1.16.0->1.16.0 conda"]
    assert "--force-reinstall" in plan.argv[0]
    assert plan.argv[0][-1] == "six=1.16.0=pyhd8ed1ab_0"


def test_updates_of_condas_and_of_pips(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    world.pip("alpha")
    index.wheel("alpha", "2.0")
    plan = world.plan("six", "alpha", kind="update")
    assert told(plan) == ["alpha 1.0->2.0 pip", f"six 1.16.0->{SIX} conda"]


def test_back_to_what_was_before(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0")
    world.pip("alpha")
    plan = world.plan(f"six=={SIX}", kind="back", removals=("alpha",))
    assert told(plan) == [f"six 1.16.0->{SIX} conda", "-alpha 1.0 pip"]


def test_back_to_another_build_by_a_plan(tmp_path: Path, index: PackageIndex) -> None:
    del index
    world = conda_world(tmp_path / "proj", "libblas * *_openblas", "six ==1.16.0")
    before = world.versions()
    job = ended(begin(world.resolve("libblas=*=*netlib", "six>1.16", "threadpoolctl")))
    assert (job.state, job.failure) == ("succeeded", None)
    assert records(world.prefix)["libblas"]["build"].endswith("_netlib")
    job = ended(begin(resolve(flow.back(job.id, policy=Policy()))))
    assert (job.state, job.failure) == ("succeeded", None)
    assert records(world.prefix)["libblas"]["build"].endswith("_openblas")
    assert world.versions() == before


def test_back_from_a_build_that_brought_what_it_needs(tmp_path: Path, index: PackageIndex) -> None:
    """Taken away now, mkl would take libblas along, and all that needs that."""
    del index
    world = conda_world(tmp_path / "proj", "libblas * *_openblas", "numpy")
    before = world.versions()
    job = ended(begin(world.resolve("libblas=*=*mkl")))
    assert (job.state, job.failure) == ("succeeded", None)
    resolved = resolve(flow.back(job.id, policy=Policy()))
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    assert "-mkl" in " ".join(told(resolved.plan))
    assert [change.name for change in resolved.plan.changes.remove] == ["mkl"]
    job = ended(begin(resolved))
    assert (job.state, job.failure) == ("succeeded", None)
    assert records(world.prefix)["libblas"]["build"].endswith("_openblas")
    assert world.versions() == before
    assert disagreements(world.prefix) == []


def test_a_job_of_condas_and_of_pips(world: CondaWorld, index: PackageIndex) -> None:
    index.wheel("alpha", "1.0", requires=["threadpoolctl"])
    index.wheel("threadpoolctl", "1.0")
    job = ended(begin(world.resolve("alpha", "six>1.16")))
    assert (job.state, job.failure) == ("succeeded", None)
    assert world.versions()["six"] == SIX
    assert job.verdict is not None
    assert told(replace(job.plan, changes=job.verdict.changes)) == told(job.plan)
    back = ended(undo(job.id))
    assert (back.state, back.failure) == ("succeeded", None)
    assert world.versions()["six"] == "1.16.0"


def test_what_the_kernel_runs_on_stays(tmp_path: Path, index: PackageIndex) -> None:
    del index
    plan = conda_world(tmp_path / "proj", "ipykernel").resolve("tornado", kind="remove").plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "protected"
    assert "tornado (removed)" in plan.refusal.text
    assert plan.argv == ()


def test_conda_itself_stays_in_base(tmp_path: Path, index: PackageIndex) -> None:
    del index
    make_conda_base(tmp_path / "base")
    plan = CondaWorld(tmp_path / "base").resolve("conda", kind="remove", installer="rattler").plan
    assert plan.refusal is not None
    assert "conda (removed)" in plan.refusal.text


def test_where_there_is_no_conda_at_all(world: CondaWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conda_tools, "has_rattler", lambda: False)
    refusal = world.resolve("threadpoolctl").plan.refusal
    assert refusal is not None
    assert refusal.reason == "no-installer"
    kinds = [action.kind for action in refusal.alternatives]
    assert kinds == ["run", "run", "create-environment"]


@pytest.mark.parametrize("allowed", [("pip", "uv"), ("conda",)])
def test_where_it_may_not_be_used(world: CondaWorld, allowed: tuple[str, ...]) -> None:
    refusal = world.resolve("threadpoolctl", policy=Policy(allowed_installers=allowed)).plan.refusal
    assert refusal is not None
    assert refusal.reason == "no-installer"
    assert "rattler" in refusal.text


def test_channel_that_is_not_allowed(world: CondaWorld) -> None:
    policy = Policy(allowed_channels=("conda-forge",))
    refusal = world.resolve("threadpoolctl", policy=policy).plan.refusal
    assert refusal is not None
    assert refusal.reason == "channel-not-allowed"
    policy = Policy(allowed_channels=(channels().forge,))
    assert world.plan("threadpoolctl", policy=policy).changes.install


def test_no_room(world: CondaWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path / "cache"))  # all is to be fetched
    refusal = world.resolve("numpy", free=10_000).plan.refusal
    assert refusal is not None
    assert refusal.reason == "disk-full"


def test_condas_spec_for_an_environment_of_pips(uv_world: object) -> None:
    plan = uv_world.resolve("six=1.17").plan  # type: ignore[attr-defined]
    assert plan.failure is not None
    assert plan.failure.reason == "bad-spec"
