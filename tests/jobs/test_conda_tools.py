"""Plans by conda, mamba and micromamba, which answer with conda's recorded replies."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conda_shelf import CHANNEL
from conda_standin import make_environment, make_root
from jupyterlab_envcheck.facts import Conda as CondaFacts, Condarc
from jupyterlab_envcheck.installers import Conda
from jupyterlab_envcheck.jobs import environment, resolve
from jupyterlab_envcheck.jobs.conda import platforms, tools
from jupyterlab_envcheck.plan import Plan, PlanTarget, Policy, Refusal, Request, Wish
from jupyterlab_envcheck.probe.conda import records
from jupyterlab_envcheck.recommendations import Run
from make_facts import ENVIRONMENT, INTERPRETER

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")

TOOLS = ("conda", "mamba", "micromamba")


def asked(
    folder: Path, tool: str, *specs: str, kind: Any = "install", fails: str | None = None
) -> Request:
    """Return a request for the environment in which conda was recorded, changed by one tool."""
    prefix = folder / "proj"
    program = make_root(folder / "root", tool, fails=fails)
    make_environment(prefix, program)
    found = records.read(str(prefix), [f.name for f in (prefix / "conda-meta").glob("*.json")])
    python, site = f"{prefix}/bin/python", f"{prefix}/lib/python3.11/site-packages"
    return Request(
        id="p",
        target=PlanTarget(prefix=str(prefix), python=python, name="proj"),
        wish=Wish(kind=kind, specs=specs),
        environment=replace(
            ENVIRONMENT,
            kind="conda",
            owner="conda",
            name="proj",
            prefix=str(prefix),
            python=python,
            tool=str(program),
        ),
        interpreter=replace(
            INTERPRETER,
            executable=python,
            prefix=str(prefix),
            site_packages=(site,),
            path=(site,),
            markers={"python_version": "3.11"},
        ),
        packages=(),
        fingerprint="f",
        shares_server=False,
        modules=("numpy",),
        conda=CondaFacts(
            records=found.records,
            requested=(),
            variants={},
            pinned=(),
            frozen=False,
            root=None,
            config=None,
            terms=None,
        ),
    )


def planned(request: Request) -> Plan:
    plan = resolve(request).plan
    assert (plan.failure, plan.refusal) == (None, None)
    return plan


@pytest.mark.parametrize("tool", TOOLS)
def test_what_comes_new(tmp_path: Path, tool: str) -> None:
    plan = planned(asked(tmp_path, tool, "threadpoolctl"))
    (new,) = plan.changes.install
    assert (new.name, new.version, new.build, new.channel) == (
        *("threadpoolctl", "3.8.0", "py_0"),
        CHANNEL,
    )
    assert new.size is not None
    assert plan.disk is not None
    assert plan.disk.needed == new.size
    program, prefix = str(tmp_path / "root" / "bin" / tool), str(tmp_path / "proj")
    assert plan.installer == tool
    assert plan.argv == (
        (
            *(program, "install", "--json", "-y", "-p", prefix),
            *("--override-channels", "-c", CHANNEL, "threadpoolctl"),
        ),
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_another_build_of_a_library(tmp_path: Path, tool: str) -> None:
    plan = planned(asked(tmp_path, tool, "libblas=*=*mkl"))
    (change,) = plan.changes.update
    assert (change.old, change.new) == ("3.11.0", "3.11.0")
    assert (change.old_build, change.build) == ("5_hd7b6a1c_openblas", "5_h8a9c2f4_mkl")
    assert "libblas stays at 3.11.0, as another build of it." in plan.warnings


@pytest.mark.parametrize("tool", TOOLS)
def test_update_and_removal(tmp_path: Path, tool: str) -> None:
    (change,) = planned(asked(tmp_path / "a", tool, "six", kind="update")).changes.update
    assert (change.name, change.old, change.new) == ("six", "1.16.0", "1.17.0")
    (gone,) = planned(asked(tmp_path / "b", tool, "six", kind="remove")).changes.remove
    assert (gone.name, gone.version, gone.by) == ("six", "1.16.0", "conda")


@pytest.mark.parametrize("tool", TOOLS)
def test_update_of_one_and_of_one_to_a_version(tmp_path: Path, tool: str) -> None:
    plan = planned(asked(tmp_path, tool, "six", "numpy>=2", kind="update"))
    assert [(change.name, change.new) for change in plan.changes.update] == [("six", "1.17.0")]
    assert [argv[1] for argv in plan.argv] == ["update"]  # of the other there is nothing to do


@pytest.mark.parametrize("tool", TOOLS)
def test_update_that_takes_two_commands(tmp_path: Path, tool: str) -> None:
    """conda's update takes names alone, and its history keeps what it is asked for."""
    resolved = resolve(asked(tmp_path, tool, "six", "libblas=*=*mkl", kind="update"))
    plan, order = resolved.plan, resolved.order
    assert [(change.name, change.build) for change in plan.changes.update] == [
        ("libblas", "5_h8a9c2f4_mkl"),
        ("six", "py_0"),
    ]
    assert [(argv[1], argv[-1]) for argv in plan.argv] == [
        ("install", "libblas=*=*mkl"),
        ("update", "six"),
    ]
    assert order is not None
    assert [(check.command, check.linked, check.unlinked) for check in order.checks] == [
        (
            0,
            ("linux-64/libblas-3.11.0-5_h8a9c2f4_mkl",),
            ("linux-64/libblas-3.11.0-5_hd7b6a1c_openblas",),
        ),
        (1, ("noarch/six-1.17.0-py_0",), ("noarch/six-1.16.0-py_0",)),
    ]
    assert [check.argv[1:4] for check in order.checks] == [
        ("install", "--dry-run", "--json"),
        ("update", "--dry-run", "--json"),
    ]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("specs", "reason"),
    [
        (("nosuchpackage=1",), "not-found"),
        (("libblas=*=*mkl", "libblas=*=*openblas"), "conflict"),
    ],
)
def test_what_cannot_be(tmp_path: Path, tool: str, specs: tuple[str, ...], reason: str) -> None:
    failure = resolve(asked(tmp_path, tool, *specs)).plan.failure
    assert failure is not None
    assert failure.reason == reason


@pytest.mark.parametrize(
    ("fails", "reason"),
    [("not-writable", "not-writable"), ("internal", "installer-failed")],
)
def test_failures_of_condas(tmp_path: Path, fails: str, reason: str) -> None:
    plan = resolve(asked(tmp_path, "conda", "six=1.17", fails=fails)).plan
    assert plan.failure is not None
    assert (plan.failure.reason, plan.installer) == (reason, "conda")


def test_terms_are_for_a_person_to_accept(tmp_path: Path) -> None:
    refusal = resolve(asked(tmp_path, "conda", "six=1.17", fails="terms")).plan.refusal
    assert refusal is not None
    assert refusal.reason == "terms"
    assert isinstance(refusal.alternatives[0], Run)
    assert [command.argv for command in refusal.alternatives[0].commands] == [
        ("conda", "tos", "accept", "--override-channels", "--channel", channel)
        for channel in (
            "https://repo.anaconda.com/pkgs/main",
            "https://repo.anaconda.com/pkgs/r",
        )
    ]


def of_platform(request: Request, subdir: str) -> Request:
    """Return the request with records of another platform."""
    assert request.conda is not None
    made_of = tuple(
        replace(record, subdir="noarch" if record.name == "six" else subdir)
        for record in request.conda.records
    )
    return replace(request, conda=replace(request.conda, records=made_of))


def test_conda_is_told_the_environments_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "here", lambda: "osx-arm64")
    request = of_platform(asked(tmp_path, "conda", "libblas=*=*mkl"), "osx-64")
    resolved = resolve(request)
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    assert resolved.order is not None
    assert resolved.order.subdir == "osx-64"
    assert resolved.order.checks[0].linked == ("osx-64/libblas-3.11.0-5_h8a9c2f4_mkl",)


def test_conda_is_told_no_platform_that_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "here", lambda: "linux-64")
    resolved = resolve(asked(tmp_path, "conda", "libblas=*=*mkl"))
    assert resolved.order is not None
    assert resolved.order.subdir is None
    monkeypatch.setenv("CONDA_SUBDIR", "osx-64")  # in the terminal that Jupyter was started from
    resolved = resolve(asked(tmp_path / "again", "conda", "libblas=*=*mkl"))
    assert resolved.order is not None
    assert resolved.order.subdir == "linux-64"


def test_conda_can_be_of_another_processor_than_our_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "here", lambda: "osx-64")  # by Rosetta
    resolved = resolve(of_platform(asked(tmp_path, "conda", "libblas=*=*mkl"), "osx-64"))
    assert resolved.order is not None
    assert resolved.order.subdir == "osx-64"


def test_package_of_another_platform_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where conda takes no notice of what it is told."""
    monkeypatch.setattr(platforms, "to_tell", lambda *_: None)
    request = of_platform(asked(tmp_path, "conda", "libblas=*=*mkl", "six=1.17"), "osx-64")
    plan = resolve(request).plan
    assert plan.refusal is not None
    assert (plan.refusal.reason, plan.argv) == ("other-platform", ())
    assert "libblas (linux-64)" in plan.refusal.text
    assert "six" not in plan.refusal.text


def test_machines_platform_in_condas_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for system, machine, subdir in (
        ("linux", "x86_64", "linux-64"),
        ("linux", "aarch64", "linux-aarch64"),
        ("linux", "ppc64le", "linux-ppc64le"),
        ("darwin", "x86_64", "osx-64"),
        ("darwin", "arm64", "osx-arm64"),
        ("win32", "AMD64", "win-64"),
        ("win32", "ARM64", "win-arm64"),
    ):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(platform, "machine", lambda machine=machine: machine)
        assert platforms.here() == subdir


def test_conda_that_others_can_change_is_named_where_rattler_does_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(tmp_path, "conda", "six=1.17")
    program = tmp_path / "root" / "bin" / "conda"
    env = {"HOME": str(tmp_path), "PATH": ""}
    assert tools.passed_over(request, tools.conda_of(request, env), env) is None
    program.chmod(0o777)
    said = (
        f"{program} is not used, for it can be changed by every user of this machine. py-rattler does "
        "in its place what it would do."
    )
    rattler = tools.conda_of(request, env)
    assert isinstance(rattler, Conda)
    assert rattler.tool == "rattler"
    assert tools.passed_over(request, rattler, env) == said
    assert request.environment is not None
    unseen = replace(request, environment=replace(request.environment, tool=None))
    assert tools.passed_over(unseen, rattler, env) == said
    assert tools.passed_over(replace(unseen, installer="rattler"), rattler, env) is None
    monkeypatch.setattr(tools, "has_rattler", lambda: False)
    refusal = tools.conda_of(unseen, env)
    assert isinstance(refusal, Refusal)
    assert refusal.text == (
        f"{program} is not used, for it can be changed by every user of this machine, and py-rattler, "
        "which can do its work, is not installed where Jupyter runs."
    )
    (program.parent / "conda").unlink()
    refusal = tools.conda_of(replace(unseen, environment=None), {"PATH": ""})
    assert isinstance(refusal, Refusal)
    assert refusal.text.startswith(
        "No conda, mamba or micromamba was found for proj, and py-rattler"
    )


def test_batch_file_of_condas_is_not_run(tmp_path: Path) -> None:
    request = asked(tmp_path, "conda", "six=1.17")
    (tmp_path / "root" / "bin" / "conda").rename(tmp_path / "root" / "bin" / "conda.bat")
    assert request.environment is not None
    program = str(tmp_path / "root" / "bin" / "conda.bat")
    found = tools.conda_of(
        replace(request, environment=replace(request.environment, tool=program)), {}
    )
    assert isinstance(found, Conda)
    assert found.tool == "rattler"


@pytest.mark.parametrize(
    ("place", "kind", "spec", "told"),
    [
        ("proj/bin/.six-post-link.sh", "update", "six", True),
        ("proj/bin/.six-pre-unlink.sh", "remove", "six", True),
        ("proj/bin/.six-post-link.sh", "remove", "six", False),
        (
            "pkgs/threadpoolctl-3.8.0-py_0/bin/.threadpoolctl-post-link.sh",
            "install",
            "threadpoolctl",
            True,
        ),
        (
            "pkgs/threadpoolctl-3.7.0-py_0/bin/.threadpoolctl-post-link.sh",
            "install",
            "threadpoolctl",
            False,
        ),
    ],
)
def test_scripts_of_packages(
    tmp_path: Path, place: str, kind: str, spec: str, *, told: bool
) -> None:
    request = asked(tmp_path, "conda", spec, kind=kind)
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).touch()
    config = Condarc(
        files=(),
        channels=(),
        default_channels=None,
        channel_priority=None,
        solver=None,
        pkgs_dirs=(str(tmp_path / "pkgs"),),
    )
    assert request.conda is not None
    plan = planned(replace(request, conda=replace(request.conda, config=config)))
    said = (
        f"{spec}: conda runs a script that comes with it. An undo does not cover what such a script "
        "writes into files that are there already."
    )
    assert (said in plan.warnings) == told


def test_full_disk_is_a_refusal(tmp_path: Path) -> None:
    plan = resolve(asked(tmp_path, "conda", "six=1.17", fails="disk-full")).plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "disk-full"


def test_tool_that_others_can_change_is_not_run(tmp_path: Path) -> None:
    request = asked(tmp_path, "conda", "six=1.17")
    (tmp_path / "root" / "bin" / "conda").chmod(0o777)
    policy = Policy(allowed_installers=("conda", "mamba", "micromamba"))
    plan = resolve(replace(request, policy=policy)).plan
    assert plan.refusal is not None
    assert plan.refusal.reason == "no-installer"


def test_packages_of_a_channel_that_is_not_allowed(tmp_path: Path) -> None:
    """conda's configuration can call anything its defaults."""
    request = asked(tmp_path, "conda", "six=1.17")
    assert request.conda is not None
    made_of = tuple(replace(record, channel="defaults") for record in request.conda.records)
    conda, policy = replace(request.conda, records=made_of), Policy(allowed_channels=("defaults",))
    plan = resolve(replace(request, conda=conda, policy=policy)).plan
    assert plan.refusal is not None
    assert (plan.refusal.reason, plan.argv) == ("channel-not-allowed", ())
    assert CHANNEL in plan.refusal.text


def test_the_environments_own_conda_goes_before_rattler(tmp_path: Path) -> None:
    assert planned(asked(tmp_path, "mamba", "six=1.17")).installer == "mamba"


def test_library_that_changes_under_a_module(tmp_path: Path) -> None:
    request = asked(tmp_path, "conda", "libblas=*=*mkl")
    assert request.conda is not None
    needing = tuple(
        replace(record, depends=("libblas",)) if record.name == "numpy" else record
        for record in request.conda.records
    )
    plan = planned(replace(request, conda=replace(request.conda, records=needing)))
    assert (plan.restart.needed, plan.restart.modules) == (True, ("numpy",))


def test_mamba_is_told_the_root_it_lies_in(tmp_path: Path) -> None:
    """It looks for itself on PATH, where a server often has none."""
    (tmp_path / "root" / "envs").mkdir(parents=True)
    (tmp_path / "root" / "pkgs").mkdir()
    program = str(tmp_path / "root" / "bin" / "mamba")
    assert tools.mamba_root("mamba", program) == str(tmp_path / "root")
    assert tools.mamba_root("conda", program) is None
    assert tools.mamba_root("micromamba", str(tmp_path / "bin" / "micromamba")) is None
    env = environment.built({"PATH": "/x"}, mamba_root="/root-of-mamba")
    assert env["MAMBA_ROOT_PREFIX"] == "/root-of-mamba"
    kept = environment.built({"MAMBA_ROOT_PREFIX": "/theirs"}, mamba_root="/root-of-mamba")
    assert kept["MAMBA_ROOT_PREFIX"] == "/theirs"
