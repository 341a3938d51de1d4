"""CPUs that one may use."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.probe import machine
from jupyterlab_envcheck.probe.cgroups import container, quota
from jupyterlab_envcheck.probe.machine import Limits, usable_cpus
from jupyterlab_envcheck.probe.process import SHOWN_VARIABLES, outside, shown


def tree(root: Path, files: dict[str, str]) -> float | None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return quota(7, proc=root / "proc", sys=root / "sys")


V2, V1 = "sys/fs/cgroup", "sys/fs/cgroup/cpu,cpuacct"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, None, id="none"),
        pytest.param(
            {"proc/7/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "max 100000\n"}, None, id="max"
        ),
        pytest.param(
            {"proc/7/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "150000 100000\n"}, 1.5, id="v2"
        ),
        pytest.param(
            {
                "proc/7/cgroup": "0::/a/b/c\n",
                f"{V2}/a/b/c/cpu.max": "max 100000\n",
                f"{V2}/a/b/cpu.max": "400000 100000\n",
                f"{V2}/a/cpu.max": "50000 100000\n",
            },
            0.5,
            id="v2-the-smallest-around-it",
        ),
        pytest.param(
            {"proc/7/cgroup": "0::/\n", f"{V2}/cpu.max": "200000 100000"}, 2.0, id="namespace"
        ),
        pytest.param({"proc/7/cgroup": "0::/../x\n", f"{V2}/cpu.max": "200000"}, 2.0, id="outside"),
        pytest.param({"proc/7/cgroup": "0::/a\n", f"{V2}/a/cpu.max": ""}, None, id="empty"),
        pytest.param(
            {
                "proc/7/cgroup": "5:cpu,cpuacct:/j\n1:name=systemd:/x\n",
                f"{V1}/j/cpu.cfs_quota_us": "50000\n",
                f"{V1}/j/cpu.cfs_period_us": "100000\n",
                f"{V1}/cpu.cfs_quota_us": "-1\n",
                f"{V1}/cpu.cfs_period_us": "100000\n",
            },
            0.5,
            id="v1",
        ),
        pytest.param(
            {
                "proc/7/cgroup": "4:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            3.0,
            id="v1-namespace",
        ),
        pytest.param({"proc/7/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "5 0"}, None, id="no-period"),
        pytest.param({"proc/7/cgroup": "nonsense\n::\n0::relative"}, None, id="nonsense"),
    ],
)
def test_quota(files: dict[str, str], expected: float | None, tmp_path: Path) -> None:
    assert tree(tmp_path, files) == expected


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_quota_any_files(
    tmp_path_factory: pytest.TempPathFactory, groups: str, one: str, other: str
) -> None:
    folder = tmp_path_factory.mktemp("groups")
    encoded = {
        "proc/7/cgroup": f"0::/a\n4:cpu:/\n{groups}",
        f"{V2}/a/cpu.max": f"{one} {other}",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": one,
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": other,
    }
    for name, text in encoded.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8", "replace"))
    found = quota(7, proc=folder / "proc", sys=folder / "sys")
    assert found is None or found > 0


numbers = st.one_of(st.none(), st.integers(-5, 10**6))
quotas = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.integers(1, 1024), numbers, quotas, numbers, quotas)
def test_usable_within_what_there_is(
    logical: int, affinity: int | None, cgroup: float | None, slurm: int | None, hub: float | None
) -> None:
    limits = Limits(logical=logical, affinity=affinity, cgroup=cgroup, slurm=slurm, hub=hub)
    usable, words = usable_cpus(limits)
    assert usable is not None
    assert 1 <= usable <= logical
    assert (words is None) == (usable == logical)


@pytest.mark.parametrize(
    ("limits", "usable", "word"),
    [
        ({"affinity": 2}, 2, "run on 2 CPUs"),
        ({"cgroup": 1.5}, 2, "quota of 1.5"),
        ({"cgroup": 0.1}, 1, "quota of 0.1"),
        ({"slurm": 3, "affinity": 4}, 3, "Slurm"),
        ({"hub": 4.0, "cgroup": 2.0}, 2, "quota"),
        ({"affinity": 8}, 8, None),
    ],
)
def test_usable_by_the_smallest(limits: dict[str, float], usable: int, word: str | None) -> None:
    given_ = {"logical": 8, "affinity": None, "cgroup": None, "slurm": None, "hub": None, **limits}
    cpus, words = usable_cpus(Limits(**given_))  # type: ignore[arg-type]
    assert cpus == usable
    assert (word is None and words is None) or (word is not None and word in str(words))


def test_usable_unknown() -> None:
    limits = Limits(logical=None, affinity=4, cgroup=None, slurm=None, hub=None)
    assert usable_cpus(limits) == (None, None)


@pytest.mark.parametrize("text", ["", "4", "-1", "nan", "inf", "1e999", "four", "0", "2.5"])
def test_look_any_variables(text: str) -> None:
    found = machine.look(os.getpid(), (0,), {"SLURM_CPUS_PER_TASK": text, "CPU_LIMIT": text})
    assert found.cpus.logical == psutil.cpu_count()
    assert found.cpus.usable is not None
    assert found.cpus.usable >= 1


def test_look_not_fooled_by_pythons_own_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 999)
    assert machine.look(None, None, {}).cpus.logical != 999


def test_container(tmp_path: Path) -> None:
    assert container(root=tmp_path, proc=tmp_path) is None
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "cgroup").write_text("0::/kubepods/besteffort/pod1\n")
    assert container(root=tmp_path, proc=tmp_path) == "kubernetes"
    (tmp_path / ".dockerenv").touch()
    assert container(root=tmp_path, proc=tmp_path) == "docker"


# --- a process from outside -----------------------------------------------------------------------


def test_outside_this_process() -> None:
    seen = outside(os.getpid())
    assert seen.unknown.keys() <= {"affinity", "libraries"}
    assert seen.command is not None
    assert seen.cwd == os.getcwd()
    assert seen.memory is not None
    assert seen.memory > 1_000_000


@pytest.mark.parametrize("pid", [-1, 2**22 + 5, 2**40, 2**70])
def test_outside_nobody(pid: int) -> None:
    seen = outside(pid)
    assert seen.command is None
    assert set(seen.unknown) >= {"command", "cwd", "variables", "threads", "memory", "libraries"}
    assert all(seen.unknown.values())


@pytest.mark.skipif(os.name != "posix", reason="Windows has no zombies")
def test_outside_zombie() -> None:
    child = psutil.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        seen = outside(child.pid)
        assert seen.unknown["command"] == "the process has ended"
    finally:
        child.wait()


def test_outside_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: psutil.Process) -> None:
        raise psutil.AccessDenied

    for name in ("cmdline", "environ", "cwd"):
        monkeypatch.setattr(psutil.Process, name, denied)
    seen = outside(os.getpid())
    assert seen.environ is None
    assert "does not let this user" in seen.unknown["variables"]
    assert seen.memory is not None


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/PID/maps")
def test_outside_libraries_of_numpy() -> None:
    import numpy as np  # noqa: PLC0415

    assert np.ones(1).sum() == 1
    libraries = outside(os.getpid()).libraries
    assert libraries is not None
    assert any("blas" in name or name == "mkl" for name, _ in libraries)


def test_shown_only_what_checks_read() -> None:
    environ = dict.fromkeys(SHOWN_VARIABLES, "1") | {"AWS_SECRET": "s", "JPY_API_TOKEN": "t"}
    assert shown(environ).keys() == SHOWN_VARIABLES
    assert "secret" not in " ".join(SHOWN_VARIABLES).lower()
    assert shown({"PYTHONPATH": "\x1b[31m/x"}) == {"PYTHONPATH": "/x"}
