"""Environments made of files, by our own small conda from a channel in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conda_channel import NEEDS_CHANNEL, OLD_SIX, channels, versions
from conda_world import make_conda_env, records
from job_world import ended, leave_this_machine, look_only_at, make_bare_venv
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.installers.environment_file import read_environment_file
from jupyterlab_envcheck.jobs import begin, resolve
from jupyterlab_envcheck.jobs.exporting import export
from jupyterlab_envcheck.plan import Plan, Policy, Request
from jupyterlab_envcheck.plan.restoring import restoring
from jupyterlab_envcheck.recommendations import CreateEnvironment, Run
from named_conda import put_on_path
from package_index import serve

pytestmark = list(NEEDS_CHANNEL)


@pytest.fixture(autouse=True)
def leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """An environment of conda's whose conda is gone; return its prefix."""
    make_conda_env(tmp_path / "kernel", "python", "six", "libblas * *_openblas")
    return tmp_path / "kernel"


def asked(kernel: Path, text: str, policy: Policy | None = None, **wish: Any) -> Request:
    subject, target = flow.find_target(str(kernel))
    return flow.request_for(
        subject,
        flow.report_on(subject, target),
        restoring(read_environment_file(text), **{"name": "again", **wish}),
        installer="auto",
        policy=policy or Policy(),
    )


def planned(kernel: Path, text: str, policy: Policy | None = None, **wish: Any) -> Plan:
    return resolve(asked(kernel, text, policy, **wish)).plan


def listed(prefix: Path) -> str:
    """Return what `conda export` writes of an environment."""
    found = sorted(records(prefix).values(), key=lambda record: str(record["name"]))
    lines = [f"  - {r['name']}={r['version']}={r['build']}\n" for r in found]
    head = f"name: {prefix}\nchannels:\n  - {channels().forge}\ndependencies:\n"
    return f"{head}{''.join(lines)}prefix: {prefix}\n"


def venv(folder: Path) -> Path:
    """Make an environment whose kernel knows no channel; return its prefix."""
    make_bare_venv(folder / "venv")
    return folder / "venv"


def report(prefix: str) -> Report:
    return flow.report_on(*flow.find_target(prefix))


def condarc(folder: Path, *words: str) -> None:
    file = folder / "home" / ".condarc"
    file.parent.mkdir(exist_ok=True)
    file.write_text("channels:\n" + "".join(f"  - {word}\n" for word in words))


def test_environment_is_the_same_build_for_build(kernel: Path) -> None:
    """Its channel is an address that the kernel's own records name."""
    resolved = resolve(asked(kernel, listed(kernel)))
    assert (resolved.plan.refusal, resolved.plan.failure) == (None, None)
    assert ended(begin(resolved)).state == "succeeded"
    made = records(Path(resolved.plan.target.prefix))
    assert "_openmp_mutex" in made
    for name, record in records(kernel).items():
        assert (made[name]["version"], made[name]["build"]) == (record["version"], record["build"])


def test_our_own_export_is_restored_and_is_the_same_again(
    kernel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "wheels") as index:
        look_only_at(index, monkeypatch)
        index.wheel("alpha", "1.0")
        first = "channels: [conda-forge]\ndependencies: [libblas=*=*mkl, six, pip: [alpha]]\n"
        put_on_path(tmp_path / "bin", monkeypatch)
        made = resolve(asked(venv(tmp_path), first, name="first"))
        assert ended(begin(made)).state == "succeeded"
        text = export(report(made.plan.target.prefix).facts).text
        assert f"- '{channels().forge}'" in text
        assert "alpha==1.0" in text
        again = resolve(asked(Path(made.plan.target.prefix), text))
        assert (again.plan.refusal, again.plan.failure) == (None, None)
        assert ended(begin(again)).state == "succeeded"
        written = export(report(again.plan.target.prefix).facts).text
    assert written == text.replace("name: first", "name: again")


def test_address_that_nothing_here_names_is_refused(tmp_path: Path) -> None:
    text = f"channels: [{channels().forge}]\ndependencies: [six]\n"
    plan = planned(venv(tmp_path), text)
    assert plan.refusal is not None
    assert plan.refusal.reason == "unknown-channel"
    assert channels().forge in plan.refusal.text
    forge, trust = plan.refusal.alternatives
    assert isinstance(forge, Run)
    assert forge.commands[0].argv[-2:] == ("--channel", "conda-forge")
    assert isinstance(trust, Run)
    assert trust.commands[0].argv[-1] == channels().forge


def test_address_that_the_administrator_allows_is_known(tmp_path: Path) -> None:
    text = f"channels: [{channels().forge}]\ndependencies: [six]\n"
    policy = Policy(allowed_channels=(channels().forge,))
    assert planned(venv(tmp_path), text, policy).state == "ready"


def test_mirror_of_the_configuration_is_told_to_our_own_conda(tmp_path: Path) -> None:
    condarc(tmp_path, channels().forge)
    plan = planned(venv(tmp_path), "channels: [conda-forge]\ndependencies: [six]\n")
    assert plan.installer == "rattler"
    argv = plan.argv[0]
    assert argv[argv.index("-c") + 1] == channels().forge
    assert {new.version for new in plan.changes.install if new.name == "six"} == {versions()["six"]}


def test_builds_of_another_platform_are_told_with_the_way_on(kernel: Path) -> None:
    text = listed(kernel).replace(f"six={versions()['six']}=", f"six={versions()['six']}=osx_")
    plan = planned(kernel, text)
    assert plan.refusal is not None
    assert plan.refusal.reason == "other-builds"
    assert f"for this machine: six={versions()['six']}=osx_" in plan.refusal.text
    (by_hand,) = plan.refusal.alternatives  # a form takes no address of a channel
    assert isinstance(by_hand, Run)
    assert by_hand.commands[0].argv[-1] == "--without-builds"
    without = planned(kernel, text, without=["builds"])
    assert without.state == "ready"
    assert without.warnings[0].startswith("The builds that the file names are left out")


def test_builds_of_another_platform_in_a_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)
    text = f"channels: [conda-forge]\ndependencies: [six={OLD_SIX}=osx_0, libblas=*=*mkl]\n"
    plan = planned(venv(tmp_path), text)
    assert plan.refusal is not None
    create, _ = plan.refusal.alternatives
    assert isinstance(create, CreateEnvironment)
    assert (create.specs, create.channels) == (
        (f"six={OLD_SIX}", "libblas=*=*mkl"),
        ("conda-forge",),
    )


def test_plan_tells_what_of_the_file_is_not_done(kernel: Path) -> None:
    text = f"channels: [{channels().forge}]\ndependencies: [six, --copy]\nvariables: {{A: b}}\n"
    plan = planned(kernel, text, without=["lines"])
    assert plan.state == "ready"
    assert plan.warnings[:2] == (
        "Line 2 of the file is left out: “--copy” is not a package name with versions.",
        "The file sets variables, which is not done here: A.",
    )
