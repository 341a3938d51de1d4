"""A process from outside, whatever state it is in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.process import FIELDS, SHOWN_VARIABLES, outside, shown

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc")
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such")
ENDED = dict.fromkeys(FIELDS, "the process has ended")

#: What checks must never see; names of keys and tokens end so.
SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIALS", "AUTH", "COOKIE", "NETRC")

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what starts a Python that has run `code` when it is returned, and waits."""
    started = []

    def run(code: str = "", **more: object) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(  # type: ignore[call-overload]
            [sys.executable, "-c", f"{code}\nprint(flush=True); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **more,
        )
        started.append(child)
        child.stdout.readline()
        return child  # type: ignore[no-any-return]

    yield run
    for child in started:
        child.kill()
        child.communicate()


def test_outside_this_process() -> None:
    seen = outside(os.getpid())
    assert seen.unknown.keys() <= {"affinity", "libraries"}
    assert seen.command is not None
    assert seen.cwd == os.getcwd()
    assert seen.memory is not None
    assert seen.memory > 1_000_000


def test_outside_a_child(start: Start, tmp_path: Path) -> None:
    before = datetime.now().astimezone()
    child = start(cwd=tmp_path, env={**os.environ, "OMP_NUM_THREADS": "3"})
    seen = outside(child.pid)
    assert seen.command is not None
    assert seen.command[:2] == (sys.executable, "-c")
    assert seen.cwd == str(tmp_path.resolve())
    assert seen.environ is not None
    assert seen.environ["OMP_NUM_THREADS"] == "3"
    assert seen.threads == 1
    assert seen.started is not None
    started = datetime.fromisoformat(seen.started)
    assert started.utcoffset() is not None
    assert abs(started - before) < timedelta(seconds=30)


@POSIX
def test_outside_stopped(start: Start) -> None:
    child = start()
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
    seen = outside(child.pid)
    assert seen.unknown.keys() <= {"affinity", "libraries"}
    assert seen.command is not None


@LINUX
def test_outside_pinned(start: Start) -> None:
    cpu = min(os.sched_getaffinity(0))
    child = start(f"import os; os.sched_setaffinity(0, {{{cpu}}})")
    assert outside(child.pid).affinity == (cpu,)


@LINUX
def test_outside_libraries_of_numpy(start: Start) -> None:
    child = start("import numpy")
    libraries = outside(child.pid).libraries
    assert libraries is not None
    assert "openblas" in dict(libraries)
    assert all(os.path.isfile(path) for _, path in libraries)


@pytest.mark.parametrize("pid", [-1, 2**22 + 5, 2**40, 2**70])
def test_outside_nobody(pid: int) -> None:
    seen = outside(pid)
    assert seen.command is None
    assert seen.unknown.keys() == set(FIELDS)
    assert all(seen.unknown.values())


@POSIX
def test_outside_zombie(start: Start) -> None:
    child = start()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert outside(child.pid).unknown == ENDED


@LINUX
@pytest.mark.parametrize("reaped", [True, False])
@pytest.mark.parametrize("read", ["cmdline", "cwd", "environ", "cpu_affinity", "num_threads"])
def test_outside_ends_between_two_reads(
    read: str,
    reaped: bool,  # noqa: FBT001
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    child = start()
    really = getattr(psutil.Process, read)

    def ending(process: psutil.Process) -> object:
        child.kill()
        if reaped:
            child.wait()
        else:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        return really(process)

    monkeypatch.setattr(psutil.Process, read, ending)
    seen = outside(child.pid)
    assert set(seen.unknown) == set(FIELDS)
    assert (seen.command, seen.environ, seen.libraries, seen.memory) == (None, None, None, None)


@LINUX
def test_outside_a_thread_of_the_kernel() -> None:
    kernel = [p.pid for p in psutil.process_iter() if p.ppid() == 2 and p.memory_info().vms == 0]
    if not kernel:
        pytest.skip("none is to be seen from inside a container")
    seen = outside(kernel[0])
    assert seen.unknown.keys() == set(FIELDS)
    assert "operating system's own kernel" in seen.unknown["libraries"]


@LINUX
@pytest.mark.skipif(os.name == "posix" and os.getuid() != 0, reason="only root may be another user")
def test_outside_denied(start: Start) -> None:
    """What another user's process shows is told, and of the rest why it is not."""
    child = start()
    # It becomes the other user only once it has read its modules, which may lie in root's home.
    code = f"""
import json, os
from jupyterlab_envcheck.probe.process import outside
outside(os.getpid())
os.setgroups([]); os.setgid(65_534); os.setuid(65_534)
seen = outside({child.pid})
print(json.dumps([dict(seen.unknown), seen.command, seen.threads, seen.memory]))
"""
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    unknown, command, threads, memory = json.loads(asked.stdout)
    why = "the system does not let this user look at the process"
    assert unknown == {"cwd": why, "variables": why, "libraries": why}
    assert command[0] == sys.executable
    assert threads == 1
    assert memory > 1_000_000


# --- variables ------------------------------------------------------------------------------------


def test_shown_only_what_checks_read() -> None:
    environ = dict.fromkeys(SHOWN_VARIABLES, "1") | {"AWS_SECRET": "s", "JPY_API_TOKEN": "t"}
    assert shown(environ).keys() == SHOWN_VARIABLES
    assert not [name for name in SHOWN_VARIABLES if any(word in name for word in SECRET)]
    assert shown({"PYTHONPATH": "\x1b[31m/x"}) == {"PYTHONPATH": "/x"}


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(SHOWN_VARIABLES)), st.text()), st.text()))
def test_shown_any_environment(environ: dict[str, str]) -> None:
    found = shown(environ)
    assert found.keys() <= SHOWN_VARIABLES
    assert all(value == clean(value) for value in found.values())
