"""The CPU quota of every control group around a process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import machine
from jupyterlab_envcheck.probe.cgroups import (
    container,
    groups,
    memory_kills,
    mounts,
    quotas,
)

#: Mount tables as systems were seen to have them; what is no cgroup is passed over.
OTHER = "22 1 0:20 / /proc rw,nosuid - proc proc rw\n23 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
V2 = OTHER + "30 24 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = OTHER + (
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "33 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "34 31 0:38 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
)
HYBRID = V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
#: Docker, version 1, without a namespace of its own: the container's group is all that is mounted.
DOCKER = OTHER + (
    "32 31 0:29 /docker/0f3a /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
)
STRANGE = OTHER + "30 24 0:26 / /my\\040groups\\134 rw - cgroup2 none rw\n"
#: What was mounted before the namespace was made.
OUTER = OTHER + "30 24 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"

CPU_V1 = "sys/fs/cgroup/cpu,cpuacct"


def limit_v1(folder: str, quota: int = 50_000) -> dict[str, str]:
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": "100000\n"}


@pytest.mark.parametrize(
    ("table", "own", "files", "expected"),
    [
        pytest.param(V2, "0::/a\n", {"sys/fs/cgroup/a/cpu.max": "max 100000\n"}, {}, id="max"),
        pytest.param(
            V2, "0::/a\n", {"sys/fs/cgroup/a/cpu.max": "150000 100000\n"}, {"/a": 1.5}, id="v2"
        ),
        pytest.param(
            V2,
            "0::/a/b/c\n",
            {
                "sys/fs/cgroup/a/b/c/cpu.max": "300000 100000\n",
                "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
                "sys/fs/cgroup/a/cpu.max": "50000 100000\n",
            },
            {"/a/b/c": 3.0, "/a": 0.5},
            id="v2-nested",
        ),
        pytest.param(V2, "0::/\n", {"sys/fs/cgroup/cpu.max": "200000 100000"}, {"/": 2.0}, id="ns"),
        pytest.param(
            V2, "0::/../x\n", {"sys/fs/cgroup/cpu.max": "200000"}, {"/": 2.0}, id="outside-ns"
        ),
        pytest.param(
            OUTER,
            "0::/a\n",
            {"sys/fs/cgroup/cpu.max": "100000 100000", "sys/fs/cgroup/a/cpu.max": "5 100"},
            {"/../..": 1.0},
            id="mounted-before-ns",
        ),
        pytest.param(
            V2,
            "0::/a/b (deleted)\n",
            {"sys/fs/cgroup/a/b/cpu.max": "", "sys/fs/cgroup/a/cpu.max": "50000 100000"},
            {"/a": 0.5},
            id="removed-and-empty",
        ),
        pytest.param(
            V1,
            "5:cpu,cpuacct:/j/k\n1:name=systemd:/x\n4:cpuset:/y\n",
            limit_v1(f"{CPU_V1}/j/k", -1)
            | limit_v1(f"{CPU_V1}/j")
            | limit_v1(CPU_V1, -1)
            | limit_v1("y", 7),
            {"/j": 0.5},
            id="v1",
        ),
        pytest.param(
            HYBRID,
            "5:cpu,cpuacct:/j\n0::/u\n",
            limit_v1(f"{CPU_V1}/j") | {"sys/fs/cgroup/unified/u/cpu.max": "max 100000"},
            {"/j": 0.5},
            id="hybrid",
        ),
        pytest.param(
            DOCKER,
            "5:cpu,cpuacct:/docker/0f3a/nested\n",
            limit_v1(f"{CPU_V1}/nested", 70_000) | limit_v1(CPU_V1, 150_000),
            {"/docker/0f3a/nested": 0.7, "/docker/0f3a": 1.5},
            id="docker-v1",
        ),
        pytest.param(
            DOCKER,
            "5:cpu,cpuacct:/docker/77aa/deep\n",
            limit_v1(f"{CPU_V1}/deep", 70_000) | limit_v1(CPU_V1, 150_000),
            {"/docker/0f3a": 1.5},
            id="docker-v1-elsewhere",
        ),
        pytest.param(
            STRANGE, "0::/a\n", {"my groups\\/a/cpu.max": "50000 100000"}, {"/a": 0.5}, id="strange"
        ),
        pytest.param(
            "", "0::/a\n", {"sys/fs/cgroup/a/cpu.max": "50000 100000"}, {"/a": 0.5}, id="no-table"
        ),
        pytest.param(
            "", "3:cpu:/j\n", limit_v1("sys/fs/cgroup/cpu/j"), {"/j": 0.5}, id="no-table-v1"
        ),
        pytest.param(V2, "0::/a\n", {"sys/fs/cgroup/a/cpu.max": "5 0"}, {}, id="no-period"),
        pytest.param(V2, "nonsense\n::\n0::relative", {}, {}, id="nonsense"),
    ],
)
def test_quotas(
    table: str, own: str, files: dict[str, str], expected: dict[str, float], tmp_path: Path
) -> None:
    tree = {"proc/7/cgroup": own, "proc/self/mountinfo": table, **files}
    for name, text in tree.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found, why = quotas(7, root=tmp_path)
    assert {quota.group: quota.cpus for quota in found} == expected
    assert [quota.group for quota in found] == list(expected)  # innermost first
    assert why is None


def test_quotas_unknown(tmp_path: Path) -> None:
    assert quotas(7, root=tmp_path) == ((), "the system does not tell the process's control groups")


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_quotas_any_files(
    tmp_path_factory: pytest.TempPathFactory, own: str, one: str, other: str
) -> None:
    folder = tmp_path_factory.mktemp("groups")
    tree = {
        "proc/7/cgroup": f"0::/a\n4:cpu:/\n0::/{own}",
        "sys/fs/cgroup/a/cpu.max": f"{one} {other}",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": one,
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": other,
    }
    for name, text in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8", "replace"))
    found, _ = quotas(7, root=folder)
    assert all(quota.cpus > 0 and quota.group == clean(quota.group) for quota in found)


@given(st.text(max_size=200))
def test_groups_any_text(text: str) -> None:
    for controllers, parts in groups(text):
        assert "" not in controllers
        assert not {"", "."} & set(parts)


@given(st.lists(st.sampled_from([*V1.split(), *DOCKER.split(), "\n", " ", " - ", "\\04", "\0"])))
def test_mounts_any_text(pieces: list[str]) -> None:
    for one in mounts(" ".join(pieces)):
        assert one.version in {1, 2}
        assert one.version == 1 or not one.controllers


@given(st.text(max_size=200))
def test_mounts_nonsense(text: str) -> None:
    assert all(one.version in {1, 2} for one in mounts(f"{text}\n{text} - cgroup {text}"))


def test_container(tmp_path: Path) -> None:
    assert container(root=tmp_path) is None
    assert container(root=Path("/", "x" * 300)) is None  # as where one may not look
    (tmp_path / "proc" / "1").mkdir(parents=True)
    (tmp_path / "proc" / "1" / "cgroup").write_text("0::/kubepods/besteffort/pod1\n")
    assert container(root=tmp_path) == "kubernetes"
    (tmp_path / ".dockerenv").touch()
    assert container(root=tmp_path) == "docker"


# --- for real -------------------------------------------------------------------------------------


@contextlib.contextmanager
def group(name: str, cpus: float) -> Iterator[Path]:
    """Make a real group with a quota; skip where the system does not let us."""
    if sys.platform != "linux":
        pytest.skip("only Linux has control groups")
    tops = [Path("/sys/fs/cgroup/cpu", name), Path("/sys/fs/cgroup", name)]
    folder = next((top for top in tops if (top.parent / "cgroup.procs").exists()), None)
    if folder is None:
        pytest.skip("no control groups are mounted")
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"this user may not make a control group: {error}")
    try:
        try:
            if (folder / "cpu.cfs_quota_us").exists():
                (folder / "cpu.cfs_quota_us").write_text(f"{cpus * 100_000:.0f}")
            else:
                (folder / "cpu.max").write_text(f"{cpus * 100_000:.0f} 100000")
        except OSError as error:
            pytest.skip(f"the group has no CPU controller: {error}")
        yield folder
    finally:
        folder.rmdir()


@contextlib.contextmanager
def process_in(folder: Path) -> Iterator[int]:
    """Run a process that waits, in a group."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        try:
            (folder / "cgroup.procs").write_text(str(child.pid))
        except OSError as error:
            pytest.skip(f"the process may not be moved: {error}")
        yield child.pid
    finally:
        child.kill()
        child.communicate()


def test_quotas_of_a_real_group_with_half_a_cpu() -> None:
    name = f"envcheck-test-{os.getpid()}"
    with group(name, 0.5) as folder, process_in(folder) as pid:
        found, _ = quotas(pid)
        assert (found[0].group.rsplit("/", 1)[-1], found[0].cpus) == (name, 0.5)
        cpus = machine.look(pid, (0, 1), {})[0].cpus
        assert (cpus.cgroup, cpus.usable) == (0.5, 1)
        assert cpus.limited_by is None or "0.5" in cpus.limited_by


def test_quotas_of_a_real_group_inside_another() -> None:
    name = f"envcheck-test-{os.getpid()}"
    with group(name, 0.5) as outer, group(f"{name}/inner", 0.25) as inner, process_in(inner) as pid:
        assert inner.parent == outer
        found, _ = quotas(pid)
        assert [quota.cpus for quota in found[:2]] == [0.25, 0.5]
        assert machine.look(pid, (0, 1), {})[0].cpus.cgroup == 0.25
    with group(name, 0.5) as outer:
        unlimited = outer / "inner"
        unlimited.mkdir()
        try:
            with process_in(unlimited) as pid:
                assert [quota.cpus for quota in quotas(pid)[0][:1]] == [0.5]
        finally:
            unlimited.rmdir()


MEMORY_V1 = OTHER + "35 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"


@pytest.mark.parametrize(
    ("table", "own", "files", "expected"),
    [
        pytest.param(
            V2,
            "0::/a/b\n",
            {
                "sys/fs/cgroup/a/b/memory.events": "low 0\noom 4\noom_kill 3\n",
                "sys/fs/cgroup/a/memory.events": "oom_kill 9\n",
            },
            3,
            id="v2",
        ),
        pytest.param(
            MEMORY_V1,
            "4:memory:/a\n0::/\n",
            {"sys/fs/cgroup/memory/a/memory.oom_control": "under_oom 0\noom_kill 2\n"},
            2,
            id="v1",
        ),
        pytest.param(V2, "0::/\n", {"proc/vmstat": "pgfault 5\noom_kill 7\n"}, 7, id="system"),
        pytest.param(V2, "0::/\n", {"proc/vmstat": "oom_kill many\n"}, None, id="no-number"),
        pytest.param(V2, "", {}, None, id="nothing"),
    ],
)
def test_memory_kills(
    tmp_path: Path, table: str, own: str, files: dict[str, str], expected: int | None
) -> None:
    given_files = {"proc/self/mountinfo": table, "proc/self/cgroup": own, **files}
    for name, text in given_files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert memory_kills(root=tmp_path) == expected
