"""Thread pools of a live process, read without loading, starting or leaving anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from found_pythons import supported
from jupyterlab_envcheck.facts import parse
from jupyterlab_envcheck.probe import script
from jupyterlab_envcheck.probe.interpreter import ask, inherited

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")

#: `look` is what the kernel does; `files` are the files in memory.
PRELUDE = f"""\
import json, os, sys
space = {{"__name__": "envcheck_probe"}}
exec(compile(open({script.__file__!r}).read(), "<envcheck>", "exec", 0, True), space)
look = space["live"]
def files():
    return {{line.split(None, 5)[-1] for line in open("/proc/self/maps") if "/" in line}}
def mapped_in(folder, *names):
    import mmap
    for name in names:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"x" * 4096)
        with open(os.path.join(folder, name), "rb") as file:
            globals()[name] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
"""


def told(code: str, python: str = sys.executable, **variables: str) -> Any:
    """Return `told` of a process of its own that runs `code`."""
    env = {**inherited(None), **variables}
    ended = subprocess.run(
        [python, "-B", "-c", f"{PRELUDE}{code}\nprint(json.dumps(told))"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=env,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def numbers(pools: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("num_threads", "version", "architecture", "threading_layer")
    return {pool["filepath"]: [pool.get(name) for name in names] for pool in pools}


def test_live_pools_as_threadpoolctl_tells() -> None:
    live, theirs, limited = told(
        "import numpy\nmine = look()['facts']['pools']\nimport threadpoolctl\n"
        "theirs = threadpoolctl.threadpool_info()\n"
        "with threadpoolctl.threadpool_limits(1):\n    limited = look()['facts']['pools']\n"
        "told = mine, theirs, limited",
        OPENBLAS_NUM_THREADS="2",
    )
    assert numbers(live) == numbers(theirs)
    assert live
    assert {pool["num_threads"] for pool in limited if pool["user_api"] == "blas"} == {1}


def test_live_pools_in_a_process_without_any() -> None:
    reply = told("told = look()")
    assert reply["facts"]["pools"] == []
    assert "ctypes" not in str(reply)


def test_live_pools_leave_no_trace() -> None:
    before, after = told(
        "import numpy, gc, threading\n"
        "def state():\n"
        "    return [sorted(files()), sorted(sys.modules), dict(os.environ), sys.path,\n"
        "        threading.active_count(), len(os.listdir('/proc/self/fd')),\n"
        "        len(os.listdir('/proc/self/task')), sorted(vars(sys.modules['ctypes'])),\n"
        "        sorted(vars(sys.modules['ctypes'].pythonapi)),\n"
        "        len(sys.modules['ctypes']._c_functype_cache)]\n"
        "look(); before = state()\nfor _ in range(20): assert look()['facts']['pools']\n"
        "told = before, state()"
    )
    assert after == before


def test_live_pools_leave_no_garbage_behind() -> None:
    before, after = told(
        "import numpy, gc\n"
        "def count():\n    gc.collect(); return len(sys.modules['_ctypes'].CFuncPtr.__subclasses__())\n"
        "look(); before = count()\nfor _ in range(9): look()\ntold = before, count()"
    )
    assert after == before


def test_live_pools_not_asked_are_listed(tmp_path: Path) -> None:
    names = ["libmkl_rt.so.2", "libmkl_core.so.2", "libblis.so.4", "libflexiblas.so.3"]
    names += ["libiomp5.so", "libomp.so"]
    reply = told(f"mapped_in({str(tmp_path)!r}, *{names!r})\nimport ctypes\ntold = look()")
    pools = parse.live_pools(reply) or ()
    assert {(one.library, one.threads) for one in pools} == {
        (name, None) for name in ("mkl", "blis", "flexiblas", "libiomp5", "libomp")
    }
    assert len(pools) == 5
    unknown = parse.unknown(reply)
    assert set(unknown) >= {f"pools.{one.library}" for one in pools}
    assert "would start it" in unknown["pools.mkl"]


def test_live_pools_without_ctypes(tmp_path: Path) -> None:
    reply = told(f"mapped_in({str(tmp_path)!r}, 'libgomp.so.1')\ntold = look()")
    assert [(one.library, one.threads) for one in parse.live_pools(reply) or ()] == [
        ("libgomp", None)
    ]
    assert "has not loaded" in parse.unknown(reply)["pools.libgomp"]


@pytest.mark.parametrize(
    ("doing", "why"),
    [
        pytest.param("os.remove(file)", "no longer there", id="removed"),
        pytest.param("pass", "OSError", id="not-a-library"),
        pytest.param("os.remove(file); os.mkfifo(file)", "no longer there", id="pipe"),
        pytest.param("sys.modules['ctypes'] = object()", "AttributeError", id="odd-ctypes"),
    ],
)
def test_live_pools_that_cannot_be_asked(doing: str, why: str, tmp_path: Path) -> None:
    file = str(tmp_path / "libopenblas.so.0")
    reply = told(
        f"file = {file!r}\nmapped_in({str(tmp_path)!r}, 'libopenblas.so.0')\n"
        f"import ctypes\n{doing}\ntold = look()"
    )
    assert [(one.path, one.threads) for one in parse.live_pools(reply) or ()] == [(file, None)]
    assert why in parse.unknown(reply)["pools.openblas"]


def test_live_pools_of_openmp_layer_only_with_libgomp() -> None:
    class Symbols:
        _handle = 0

        @staticmethod
        def openblas_get_parallel() -> int:
            return 2

        @staticmethod
        def openblas_get_num_threads() -> int:
            return 64

        @staticmethod
        def omp_get_max_threads() -> int:
            return 3

    pool: dict[str, Any] = {}
    script.ask_openblas(pool, {"libgomp"}, Symbols, None)
    assert pool == {"threading_layer": "openmp", "num_threads": 3}
    for runtimes in ({"libgomp", "libomp"}, {"libiomp5"}, set[str]()):
        with pytest.raises(LookupError, match="would start"):
            script.ask_openblas({}, runtimes, Symbols, None)


def test_live_pools_thread() -> None:
    assert told("import threading\ntold = look()['facts']['thread']") == "MainThread"
    why = told("sys.modules.pop('threading', None)\ntold = look()['unknown']['thread']")
    assert why == "threading is not loaded"


@pytest.mark.parametrize("version", sorted(supported()))
def test_live_in_every_python(version: str) -> None:
    reply = told(
        "import ctypes, threading\n"
        "try:\n    gomp = ctypes.CDLL('libgomp.so.1')\nexcept OSError:\n    gomp = None\n"
        "number = [gomp.omp_get_max_threads()] if gomp else []\n"
        "told = {**look(), 'number': number}",
        supported()[version],
    )
    assert reply["unknown"] == {"variables": "the kernel has no shell of IPython's"}
    assert [pool["num_threads"] for pool in reply["facts"]["pools"]] == reply["number"]
    assert reply["facts"]["thread"] == "MainThread"


def library_in(folder: Path) -> Path:
    """Return a copy of a library, under OpenBLAS's name."""
    original = next(
        path
        for path in parse.mapped(ask(sys.executable))
        if os.path.basename(path).startswith("libm.so")
    )
    copy = folder / "libopenblas.so"
    copy.write_bytes(Path(original).read_bytes())
    return copy


def test_live_pools_hold_no_library(tmp_path: Path) -> None:
    copy = library_in(tmp_path)
    reply, is_there, is_there_closed = told(
        f"import ctypes\nfile = {str(copy)!r}\nkept = ctypes.CDLL(file)\nreply = look()\n"
        "is_there = file in {name.strip() for name in files()}\n"
        "import _ctypes; _ctypes.dlclose(kept._handle)\n"
        "told = reply, is_there, file in {name.strip() for name in files()}"
    )
    assert "no function that tells" in parse.unknown(reply)["pools.openblas"]
    assert (is_there, is_there_closed) == (True, False)


def test_live_pools_of_a_library_that_was_replaced(tmp_path: Path) -> None:
    # As after an update: the path now leads to a file that is not the one in memory.
    copy = library_in(tmp_path)
    reply, before, after = told(
        f"import ctypes, shutil\nfile = {str(copy)!r}\nkept = ctypes.CDLL(os.path.dirname(file) + '/./libopenblas.so')\n"
        "shutil.copy(file, file + '.new'); os.replace(file + '.new', file)\n"
        "before = len(files())\ntold = look(), before, len(files())"
    )
    (blas,) = parse.live_pools(reply) or ()
    assert blas.threads is None
    assert "OSError" in parse.unknown(reply)["pools.openblas"]
    assert after == before
