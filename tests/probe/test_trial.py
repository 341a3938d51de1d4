"""Trying imports that work, fail, end the process or never end."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from found_pythons import fake_python, supported
from jupyterlab_envcheck.probe import trial
from jupyterlab_envcheck.probe.child import Ended
from jupyterlab_envcheck.probe.interpreter import Answers
from jupyterlab_envcheck.probe.trial import Tried, try_imports

posix = pytest.mark.skipif(os.name != "posix", reason="signals and fakes of Unix")

ENDINGS = {
    "signal": "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
    "exit": "import os; os._exit(3)",
    "hang": "import threading; threading.Event().wait()",
}


def on_path(folder: Path, **files: str) -> dict[str, str]:
    """Return an environment in which modules of these texts come first, and numpy is a quick one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"numpy": "__version__ = '9'", **files}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return {**environment, "PYTHONPATH": str(folder)}


def states(told: trial.Trial) -> dict[str, str]:
    return {name: tried.state for name, tried in told.states.items()}


def test_trial_real_packages() -> None:
    told = try_imports(sys.executable, names=["matplotlib.pyplot", "psutil", "nowhere_at_all"])
    assert states(told) == {
        "numpy": "imported",
        "matplotlib.pyplot": "imported",
        "psutil": "imported",
        "nowhere_at_all": "absent",
    }
    assert told.unknown == {}
    assert told.pools
    assert told.mapped


@pytest.mark.parametrize("version", sorted(supported()))
def test_trial_in_every_python(version: str, tmp_path: Path) -> None:
    env = on_path(tmp_path, one="", two="raise ValueError('no')", torch="", three="import torch")
    told = try_imports(supported()[version], env=env, names=["one", "two", "three"])
    assert list(states(told).values()) == ["imported", "imported", "failed", "untried"]
    assert told.states["two"].error == "ValueError: no"
    assert told.unknown == {}


def test_trial_in_order_numpy_first_and_each_once(tmp_path: Path) -> None:
    note = f"open({str(tmp_path / 'order')!r}, 'a').write(__name__ + ' ')"
    env = on_path(tmp_path, numpy=note, one=note, two=note)
    told = try_imports(sys.executable, env=env, names=["two", "one", "numpy", "two"])
    assert list(told.states) == ["numpy", "two", "one"]
    assert (tmp_path / "order").read_text() == "numpy two one "


def test_trial_failure_whole(tmp_path: Path) -> None:
    long = "the original error was: " + "x" * 3_000 + " the end"
    env = on_path(tmp_path, one=f"raise ImportError({long!r})", two="import gone")
    told = try_imports(sys.executable, env=env, names=["one", "two"])
    assert told.states["one"] == Tried(state="failed", error=f"ImportError: {long}")
    assert told.states["two"] == Tried(
        state="failed", error="ModuleNotFoundError: No module named 'gone'"
    )


def test_trial_failure_with_what_was_printed_while_it_was_imported(tmp_path: Path) -> None:
    says = "import sys; print('compiled using NumPy 1.x', file=sys.stderr); "
    env = on_path(
        tmp_path,
        fine="import sys; print('nothing to see', file=sys.stderr)",
        raising=says + "raise ImportError('initialisation failed')",
        dying=says + "sys.stderr.flush(); import os; os.abort()",
    )
    told = try_imports(sys.executable, env=env, names=["fine", "raising", "dying"]).states
    assert told["fine"].error is None
    assert told["raising"].error == "ImportError: initialisation failed\ncompiled using NumPy 1.x"
    dying = str(told["dying"].error)
    assert dying.startswith("while importing it, Python was ended by SIGABRT\ncompiled using")


def test_trial_errors_that_are_no_exceptions(tmp_path: Path) -> None:
    env = on_path(
        tmp_path,
        one="import sys; sys.exit('I do not like it here')",
        two="raise KeyboardInterrupt",
        three="class Skipped(BaseException): pass\nraise Skipped('not today')",
        four="",
    )
    told = try_imports(sys.executable, env=env, names=["one", "two", "three", "four"])
    assert told.states["one"] == Tried(state="exited", error="SystemExit: I do not like it here")
    assert told.states["two"].state == "failed"
    assert told.states["three"] == Tried(state="failed", error="Skipped: not today")
    assert told.states["four"].state == "imported"


@posix
@pytest.mark.parametrize(
    ("ending", "state", "why"),
    [
        ("signal", "ended", "was ended by SIGILL"),
        ("exit", "ended", "ended with status 3"),
        ("hang", "late", "did not answer within 1.2 seconds"),
    ],
)
def test_trial_import_that_ends_the_process(
    ending: str, state: str, why: str, tmp_path: Path
) -> None:
    env = on_path(tmp_path, one="", two=ENDINGS[ending], three="")
    told = try_imports(sys.executable, env=env, names=["one", "two", "three"], timeout=2)
    assert states(told) == {
        "numpy": "imported",
        "one": "imported",
        "two": state,
        "three": "imported",
    }
    assert f"while importing it, Python {why}" in str(told.states["two"].error)
    assert told.unknown == {}
    assert told.pools is not None


@posix
def test_trial_three_that_end_the_process(tmp_path: Path) -> None:
    names = ["one", "two", "three", "four"]
    env = on_path(tmp_path, **dict.fromkeys(names, ENDINGS["exit"]))
    told = try_imports(sys.executable, env=env, names=names)
    assert list(states(told).values()) == ["imported", "ended", "ended", "ended", "untried"]
    assert told.states["four"].error == "Python was ended 3 times"
    assert not told.states["four"].tried
    assert (told.pools, told.mapped) == (None, None)
    assert told.unknown == dict.fromkeys(("pools", "mapped"), "Python was ended 3 times")


@posix
def test_trial_numpy_that_ends_the_process(tmp_path: Path) -> None:
    env = on_path(tmp_path, numpy=ENDINGS["signal"], one="", two="import numpy")
    told = try_imports(sys.executable, env=env, names=["one", "two"])
    assert list(states(told).values()) == ["ended", "imported", "ended"]


@posix
def test_trial_time_for_all_is_limited(tmp_path: Path) -> None:
    names = ["one", "two", "three", "four"]
    env = on_path(tmp_path, **dict.fromkeys(names, ENDINGS["hang"]))
    begun = time.monotonic()
    told = try_imports(sys.executable, env=env, names=names, timeout=1.5)
    assert time.monotonic() - begun < 5
    assert told.states["one"].state == "late"
    assert told.states["four"].state == "untried"


def test_trial_gpu_frameworks_are_not_imported(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()"
    env = on_path(
        tmp_path,
        torch=trap,
        needs="try:\n    import torch\nexcept ImportError as e:\n    raise ImportError('no torch?')",
        prefers="try:\n    import torch\nexcept ImportError:\n    torch = None",
        asks="import importlib.util\nhas = importlib.util.find_spec('torch') is not None\nassert has",
        breaks="try:\n    import torch\nexcept ImportError:\n    pass\nraise ValueError('mine')",
    )
    names = ["torch", "torch.nn", "needs", "prefers", "asks", "breaks", "jax"]
    told = try_imports(sys.executable, env=env, names=names)
    assert states(told) == {
        "numpy": "imported",
        "torch": "untried",
        "torch.nn": "untried",
        "needs": "untried",
        "prefers": "imported",
        "asks": "imported",
        "breaks": "failed",
        "jax": "untried",
    }
    assert "memory of a GPU" in str(told.states["torch"].error)
    assert str(told.states["needs"].error).startswith("it imports torch,")
    assert not (tmp_path / "sprung").exists()


def test_trial_noise_and_replaced_streams(tmp_path: Path) -> None:
    env = on_path(
        tmp_path,
        one="import os, sys, warnings\nprint('noise ' * 999)\nos.write(1, b'\\xff\\0')\n"
        "warnings.warn('careful')\nsys.stdout = sys.stderr = None",
        two="import os; os.close(0); os.chdir('/')",
        three="import sys; sys.argv.clear(); input()",
    )
    told = try_imports(sys.executable, env=env, names=["one", "two", "three"])
    assert list(states(told).values()) == ["imported", "imported", "imported", "failed"]


def test_trial_writes_no_bytecode_and_runs_elsewhere(tmp_path: Path) -> None:
    text = f"import os; open({str(tmp_path / 'cwd')!r}, 'w').write(os.getcwd())"
    try_imports(sys.executable, env=on_path(tmp_path, one=text), names=["one"])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cwd", "numpy.py", "one.py"]
    assert not Path((tmp_path / "cwd").read_text()).exists()


@posix
def test_trial_dies_while_the_pools_are_read(tmp_path: Path) -> None:
    text = "import os\ndef threadpool_info(): os._exit(5)"
    env = on_path(tmp_path, threadpoolctl=text, one="")
    told = try_imports(sys.executable, env=env, names=["one"])
    assert states(told) == {"numpy": "imported", "one": "imported"}
    why = "after the last import, Python ended with status 5"
    assert told.unknown == {"pools": why, "mapped": why}


def test_trial_pools_of_libiomp5_and_libomp(tmp_path: Path) -> None:
    for name in ("libiomp5.so", "libomp.so"):
        (tmp_path / name).write_bytes(b"x" * 4096)
    text = (
        f"import mmap\nfolder = {str(tmp_path)!r}\n"
        "files = [open(folder + name, 'rb') for name in ('/libiomp5.so', '/libomp.so')]\n"
        "kept = [mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) for file in files]\n"
    )
    told = try_imports(sys.executable, env=on_path(tmp_path, one=text), names=["one"])
    assert told.pools is None
    assert "could hang" in told.unknown["pools"]
    assert str(tmp_path / "libomp.so") in (told.mapped or ())


def test_trial_without_a_python(tmp_path: Path) -> None:
    told = try_imports(str(tmp_path / "gone"), names=["one", "torch"])
    assert states(told) == dict.fromkeys(("numpy", "one", "torch"), "untried")
    assert "There is no Python at" in str(told.states["one"].error)
    assert "There is no Python at" in told.unknown["pools"]


@posix
@pytest.mark.parametrize("body", ["exit 7", "echo nonsense", "kill -9 $$", 'echo "$4{}$5"'])
def test_trial_python_that_gives_no_answer(body: str, tmp_path: Path) -> None:
    told = try_imports(fake_python(tmp_path, f"#!/bin/sh\n{body}\n"), names=["one"])
    assert states(told) == {"numpy": "untried", "one": "untried"}
    assert set(told.unknown) == {"pools", "mapped"}
    assert all(told.unknown.values())


frames = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3),
)
KEYS = ["trying", "tried", "state", "error", "facts", "unknown"]
values = st.sampled_from(["numpy", "one", "imported", "refused", "late"]) | frames
reply = st.dictionaries(st.sampled_from(KEYS), values)


@given(replies=st.lists(reply, max_size=6), status=st.integers(-70, 300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_trial_any_replies(
    replies: list[dict[str, object]], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Ended(
        stdout=b"", stderr=b"", status=status, timeout=1.0, timed_out=False, flooded=False
    )
    told_all = Answers(replies=replies, ended=ended, printed={"one": "printed"})
    monkeypatch.setattr(trial, "answers", lambda *_: told_all)
    told = try_imports("python", names=["one"])
    assert list(told.states) == ["numpy", "one"]
    assert all(one.tried or one.error for one in told.states.values())
    for name, value in (("pools", told.pools), ("mapped", told.mapped)):
        assert (value is None) == bool(told.unknown.get(name))
