"""Asking interpreters that are missing, hang, print noise, or end badly."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, strategies as st

from found_pythons import fake_python, old_python
from jupyterlab_envcheck.probe import child, interpreter
from jupyterlab_envcheck.probe.interpreter import TooOld, ask
from jupyterlab_envcheck.problems import Problem

posix = pytest.mark.skipif(os.name != "posix", reason="the fakes are scripts of a Unix shell")


def problem_of(python: str, timeout: float = 20) -> Problem:
    with pytest.raises(Problem) as caught:
        ask(python, timeout=timeout)
    problem = caught.value
    assert problem.message.endswith((".", "…")) or "\n" in problem.message
    assert problem.hint.endswith(".")
    return problem


def test_ask_missing(tmp_path: Path) -> None:
    problem = problem_of(str(tmp_path / "gone" / "python"))
    assert problem.reason == "not-found"
    assert "gone" in problem.message


@posix
@pytest.mark.parametrize("text", ["no program", "#!/nowhere/python\n", ""])
def test_ask_no_program(text: str, tmp_path: Path) -> None:
    assert problem_of(fake_python(tmp_path, text)).reason in ("not-executable", "not-found")


@posix
def test_ask_not_executable(tmp_path: Path) -> None:
    file = tmp_path / "python"
    file.write_text("#!/bin/sh\n")
    assert problem_of(str(file)).reason == "not-executable"
    assert problem_of("/tmp/a\0b").reason == "not-executable"


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7"])
def test_ask_too_old(version: str, tmp_path: Path) -> None:
    problem = problem_of(old_python(version, tmp_path))
    assert problem.reason == "too-old"
    assert f"is Python {version}" in problem.message
    assert "3.8" in problem.message
    assert isinstance(problem, TooOld)
    assert problem.version.startswith(f"{version}.")


@posix
def test_ask_hanging_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    python = fake_python(
        tmp_path, f"#!/bin/sh\nsleep 600 &\necho $! >> {pids}\necho $$ >> {pids}\nwait\n"
    )
    begun = time.monotonic()
    problem = problem_of(python, timeout=0.5)
    assert time.monotonic() - begun < 5
    assert problem.reason == "timed-out"
    assert "0.5 seconds" in problem.message
    started = list(map(int, pids.read_text().split()))
    assert len(started) == 2
    assert not any(is_running(pid) for pid in started)


@posix
def test_ask_child_that_cannot_be_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As one that hangs in the kernel, on a network disk that is gone.
    pid = tmp_path / "pid"
    python = fake_python(tmp_path, f"#!/bin/sh\necho $$ > {pid}\nexec sleep 600\n")
    monkeypatch.setattr(child, "_end", lambda _: None)
    monkeypatch.setattr(child, "_MOURNING", 0.2)
    begun = time.monotonic()
    try:
        assert problem_of(python, timeout=0.5).reason == "timed-out"
        assert time.monotonic() - begun < 5
    finally:
        stuck = psutil.Process(int(pid.read_text()))
        stuck.kill()
    while psutil.pid_exists(stuck.pid):  # reaped by the thread that stayed behind
        assert time.monotonic() - begun < 20
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@posix
def test_ask_leaves_no_zombie(tmp_path: Path) -> None:
    problem_of(fake_python(tmp_path, "#!/bin/sh\nexec sleep 600\n"), timeout=0.2)
    ask(sys.executable)
    assert [c for c in psutil.Process().children() if c.status() == psutil.STATUS_ZOMBIE] == []


@posix
def test_ask_grandchild_keeps_the_pipe(tmp_path: Path) -> None:
    # It answers and ends, but what it started in a session of its own holds its standard output.
    pid = tmp_path / "pid"
    python = fake_python(
        tmp_path,
        f'#!/bin/sh\nsetsid sh -c "echo \\$\\$ > {pid}; exec sleep 600" &\n'
        f"while [ ! -s {pid} ]; do :; done\n"
        f'exec {sys.executable} "$@"\n',
    )
    begun = time.monotonic()
    try:
        assert ask(python)["facts"]["version"]
        assert time.monotonic() - begun < 10
    finally:
        psutil.Process(int(pid.read_text())).kill()


@posix
@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("echo noise; exit 0", "status 0", id="noise"),
        pytest.param(
            "echo 'no module named site' >&2; exit 1", "no module named site", id="exit-1"
        ),
        pytest.param('echo "$4 nonsense $5"', "status 0", id="no-json"),
        pytest.param('echo "$4{\\"result\\": \\"success\\""', "status 0", id="cut-off"),
        pytest.param('echo "$4[1]$5"', "status 0", id="no-object"),
        pytest.param("printf '\\033[31mred\\033[0m' >&2; exit 1", "red", id="escapes"),
    ],
)
def test_ask_bad_reply(body: str, words: str, tmp_path: Path) -> None:
    problem = problem_of(fake_python(tmp_path, f"#!/bin/sh\n{body}\n"))
    assert problem.reason == "bad-reply"
    assert words in problem.message
    assert "\x1b" not in problem.message


@posix
def test_ask_signal(tmp_path: Path) -> None:
    problem = problem_of(fake_python(tmp_path, "#!/bin/sh\nkill -SEGV $$\n"))
    assert problem.reason == "crashed"
    assert "SIGSEGV" in problem.message


@posix
@pytest.mark.parametrize("stream", ["1", "2"])
def test_ask_flood(stream: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    problem = problem_of(fake_python(tmp_path, f"#!/bin/sh\nexec yes >&{stream}\n"))
    assert problem.reason == "bad-reply"
    assert "printed without end" in problem.message
    assert len(problem.message) < 2_000
    assert time.monotonic() - begun < 15


def test_ask_inherits_nothing_that_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONINSPECT", "1")
    monkeypatch.setenv("__PYVENV_LAUNCHER__", "/elsewhere/python")
    assert ask(sys.executable, timeout=10)["facts"]["prefix"] == sys.prefix


def test_ask_in_an_empty_folder_that_is_gone_after(tmp_path: Path) -> None:
    text = (
        f"import os; open({str(tmp_path / 'cwd')!r}, 'w').write(repr([os.getcwd(), os.listdir()]))"
    )
    (tmp_path / "sitecustomize.py").write_text(text)
    ask(sys.executable, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    folder, files = eval((tmp_path / "cwd").read_text())  # noqa: S307
    assert files == []
    assert not Path(folder).exists()


def test_ask_empty_entry_of_pythonpath_is_not_taken_for_the_childs_folder(tmp_path: Path) -> None:
    told = ask(sys.executable, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}"})
    assert told["facts"]["path"][0] == str(tmp_path)
    assert not any(child.PREFIX in entry for entry in told["facts"]["path"])


def test_ask_no_place_for_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    problem = problem_of(sys.executable)
    assert problem.reason == "no-place"
    assert "No such file or directory" in problem.message


def test_ask_environment_is_the_one_given() -> None:
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    pools = ask(sys.executable, env=env)["facts"]["pools"]
    assert {pool["num_threads"] for pool in pools} == {1}


@given(st.binary(max_size=400))
def test_framed_any_bytes(output: bytes) -> None:
    assert all(isinstance(r, dict) for r in interpreter.framed(output, b"<", b">"))


@given(st.binary(max_size=100))
def test_framed_reply_in_noise(noise: bytes) -> None:
    start, end = b"f8ba0c11", b"a1d2c3e4"
    output = noise + start + b'{"result": "success"}' + end + noise
    assert {"result": "success"} in interpreter.framed(output, start, end)


def with_sitecustomize(folder: Path, text: str, **variables: str) -> dict[str, str]:
    (folder / "sitecustomize.py").write_text(text)
    return {**os.environ, "PYTHONPATH": str(folder), **variables}


@posix
@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        pytest.param("import sys; sys.exit('go away')", "bad-reply", "go away", id="sys.exit"),
        pytest.param("import os; os._exit(3)", "bad-reply", "status 3", id="exit"),
        pytest.param("import os; os.abort()", "crashed", "SIGABRT", id="abort"),
        pytest.param(
            "import threading; threading.Event().wait()", "timed-out", "0.8 seconds", id="hang"
        ),
        pytest.param(
            "import json; json.dumps = lambda *_: 'mine'", "bad-reply", "status 0", id="json"
        ),
        pytest.param(
            "import json\ndef no(*_): raise ValueError('mine')\njson.dumps = no",
            "bad-reply",
            "ValueError: mine",
            id="json-raises",
        ),
        pytest.param(
            "import os; os.write = lambda _, text: len(text)", "bad-reply", "status 0", id="write"
        ),
        pytest.param("import os; os.write = lambda *_: 0", "timed-out", "0.8", id="write-nothing"),
        pytest.param("import os; os.close(1)", "bad-reply", "Bad file", id="closed"),
        pytest.param(
            "import os\nwhile True: os.write(1, b'x' * 65536)",
            "bad-reply",
            "printed without end",
            id="flood",
        ),
    ],
)
def test_ask_sitecustomize(text: str, reason: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        ask(sys.executable, env=with_sitecustomize(tmp_path, text), timeout=0.8)
    assert caught.value.reason == reason
    assert words in caught.value.message


@posix
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("print('noise')", id="prints"),
        pytest.param("import sys; sys.stdout = sys.stderr = None", id="streams"),
        pytest.param("import sys; sys.stdout.close()", id="closed-stream"),
        pytest.param("import builtins; builtins.print = None", id="print"),
        pytest.param("raise ValueError('mine')", id="raises"),
        pytest.param("import atexit; atexit.register(input)", id="atexit"),
        pytest.param("import sys; sys.setrecursionlimit(60)", id="recursion"),
    ],
)
def test_ask_sitecustomize_that_is_no_hindrance(text: str, tmp_path: Path) -> None:
    env = with_sitecustomize(tmp_path, text)
    assert ask(sys.executable, env=env)["facts"]["prefix"] == sys.prefix


@posix
def test_ask_a_gigabyte_printed_while_importing_numpy(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text(
        "import os\nfor _ in range(1024): os.write(1, b'x' * 1_048_576)"
    )
    reply = ask(sys.executable, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert reply["facts"]["prefix"] == sys.prefix
    assert "printed without end" in reply["unknown"]["numpy"]


@pytest.mark.parametrize("home", ["/nowhere/at/all", "", "/dev/null", "~nobody-at-all"])
def test_ask_home_is_gone(home: str) -> None:
    reply = ask(sys.executable, env={**os.environ, "HOME": home, "USERPROFILE": home})
    assert reply["unknown"] == {}
    assert reply["facts"]["numpy"]["state"] == "imported"
