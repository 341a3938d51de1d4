"""The laws of the scripts, and what they tell from a child."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vermin  # type: ignore[import-untyped]

from found_pythons import old_python, pythons, supported
from jupyterlab_envcheck.facts import parse
from jupyterlab_envcheck.probe import script, script_child
from jupyterlab_envcheck.probe.bootstrap import BOOTSTRAP, FLOOR
from jupyterlab_envcheck.probe.interpreter import ask

TEXT, CHILD_TEXT = (
    Path(str(one.__file__)).read_text(encoding="utf-8") for one in (script, script_child)
)
TREE = ast.parse(TEXT)
both = pytest.mark.parametrize("text", [TEXT, CHILD_TEXT], ids=["live", "child"])

PARTS = {
    "executable",
    "prefix",
    "base_prefix",
    "version",
    "implementation",
    "path",
    "stdlib",
    "site_packages",
    "user_site",
    "markers",
    "stdlib_names",
    "found",
    "numpy",
    "pools",
    "mapped",
    "scipy",
    "all_pools",
}


def imported(nodes: Sequence[ast.stmt] | ast.AST) -> set[str]:
    walked = ast.walk(nodes if isinstance(nodes, ast.AST) else ast.Module(list(nodes), []))
    names: set[str] = set()
    for node in walked:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def on_path(folder: Path, **files: str) -> dict[str, str]:
    """Return an environment in which modules of these texts come first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return {**environment, "PYTHONPATH": str(folder)}


def at_runtime(tree: ast.Module) -> list[ast.stmt]:
    """Return what is not for the type checker alone."""
    return [node for node in tree.body if not isinstance(node, ast.If)]


@both
def test_script_floor(text: str) -> None:
    assert vermin.detect(text)[1] <= FLOOR


@both
def test_script_imports_standard_library_only(text: str) -> None:
    brought = imported(at_runtime(ast.parse(text)))
    assert brought <= sys.stdlib_module_names
    assert brought >= {"os", "sys"}


def test_script_live_imports_what_every_kernel_has() -> None:
    at_top = [n for n in TREE.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert imported(at_top) == {"__future__", "json", "os", "sys"}
    functions = {n.name: n for n in TREE.body if isinstance(n, ast.FunctionDef)}
    reached, todo = set(), ["live", "framed"]
    while todo:
        name = todo.pop()
        reached.add(name)
        called = {n.id for n in ast.walk(functions[name]) if isinstance(n, ast.Name)}
        todo += [other for other in called & functions.keys() if other not in reached]
    assert {name: imported(functions[name]) for name in reached} == {
        name: set() for name in reached
    }


def test_script_defining_does_nothing() -> None:
    space: dict[str, Any] = {"__name__": "envcheck_probe"}
    before = set(sys.modules), dict(os.environ)
    exec(TEXT, space)  # noqa: S102
    exec(CHILD_TEXT, space)  # noqa: S102
    assert (set(sys.modules), dict(os.environ)) == before
    assert callable(space["child"])


def test_bootstrap_floor_is_2_7() -> None:
    # What it does above the floor, such as reading bytes, need not be there below it.
    ast.parse(BOOTSTRAP)
    py2 = pythons().get("2.7")
    if py2 is None:
        assert vermin.detect(BOOTSTRAP)[0] <= (2, 7)
        return
    parse = "import ast, sys; ast.parse(sys.stdin.read())"
    subprocess.run([py2, "-c", parse], input=BOOTSTRAP.encode(), check=True, timeout=60)


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7"])
def test_bootstrap_old_python(version: str, tmp_path: Path) -> None:
    python = old_python(version, tmp_path)
    told = subprocess.run(
        [python, "-B", "-c", BOOTSTRAP, "<<", ">>"], input=b"", capture_output=True, check=True
    ).stdout.decode()
    reply = json.loads(told.partition("<<")[2].partition(">>")[0])
    assert reply["result"] == "error"
    assert reply["error"] == "too-old"
    assert reply["hint"].startswith(version)


@pytest.mark.parametrize("version", sorted(supported()))
def test_child_same_keys_in_every_python(version: str) -> None:
    reply = ask(supported()[version], names=["json", "nowhere_at_all"])
    facts = reply["facts"]
    assert reply["unknown"] == {}
    assert facts.keys() == PARTS
    assert f"{'pypy' * (facts['implementation'] == 'pypy')}{facts['version']}".startswith(version)
    assert facts["found"] == {"json": True, "nowhere_at_all": False}
    assert facts["markers"]["python_version"] == version.removeprefix("pypy")


def test_child_markers_as_packaging_has_them() -> None:
    from packaging.markers import default_environment  # noqa: PLC0415

    ours = ask(sys.executable)["facts"]["markers"]
    theirs = {k: v for k, v in default_environment().items() if k != "extra"}
    assert ours == theirs


def test_child_numpy_and_its_pools() -> None:
    facts = ask(sys.executable)["facts"]
    assert facts["numpy"]["state"] == "imported"
    assert facts["numpy"]["version"] == importlib.metadata.version("numpy")
    assert facts["numpy"]["blas"]["name"]
    blas = [pool for pool in facts["pools"] if pool["user_api"] == "blas"]
    assert blas
    if sys.platform == "linux":
        assert {pool["filepath"] for pool in blas} <= set(facts["mapped"])


def scipy_on_path(folder: Path, linalg: str) -> dict[str, str]:
    env = on_path(folder)
    (folder / "scipy").mkdir()
    (folder / "scipy" / "__init__.py").write_text("__version__ = '8'")
    (folder / "scipy" / "linalg.py").write_text(linalg)
    return env


def test_child_scipy_and_the_pools_it_brings(tmp_path: Path) -> None:
    env = scipy_on_path(tmp_path, "import json, threadpoolctl; threadpoolctl.more = True")
    (tmp_path / "threadpoolctl.py").write_text(
        "more = False\n"
        "def threadpool_info(): return [{'internal_api': 'mkl' if more else 'openblas'}]"
    )
    reply = ask(sys.executable, env=env)
    facts = reply["facts"]
    assert facts["scipy"] == {"state": "imported", "version": "8", "error": None}
    assert facts["pools"] == [{"internal_api": "openblas"}]
    assert facts["all_pools"] == [{"internal_api": "mkl"}]
    assert [one.library for one in parse.libraries(reply) or ()] == ["mkl"]


@pytest.mark.parametrize(
    ("names", "error"), [((), None), (("scipy",), "ImportError: DLL load failed")]
)
def test_child_scipy_is_imported_whole_for_who_imports_it(
    names: tuple[str, ...], error: str | None, tmp_path: Path
) -> None:
    env = on_path(tmp_path, threadpoolctl="def threadpool_info(): return pools\npools = []")
    linalg = tmp_path / "scipy" / "linalg"
    linalg.mkdir(parents=True)
    (tmp_path / "scipy" / "__init__.py").write_text("")
    (linalg / "__init__.py").write_text("raise ImportError('DLL load failed')")
    (linalg / "_fblas.py").write_text(
        "import threadpoolctl; threadpoolctl.pools.append({'internal_api': 'openblas'})"
    )
    reply = ask(sys.executable, env=env, names=names)
    assert parse.tried(reply, "scipy") == (True, error)
    assert len(reply["facts"]["all_pools"]) == (1 if error is None else 0)


def test_child_scipy_whose_blas_cannot_be_loaded(tmp_path: Path) -> None:
    env = scipy_on_path(tmp_path, "")
    (tmp_path / "scipy" / "linalg.py").unlink()
    (tmp_path / "scipy" / "linalg").mkdir()
    (tmp_path / "scipy" / "linalg" / "_fblas.py").write_text("raise ImportError('no libgfortran')")
    reply = ask(sys.executable, env=env)
    assert reply["facts"]["scipy"]["error"] == "ImportError: no libgfortran"
    assert reply["facts"]["all_pools"]


def test_child_scipy_failure_whole(tmp_path: Path) -> None:
    env = scipy_on_path(tmp_path, "raise ImportError('DLL load failed')")
    reply = ask(sys.executable, env=env)
    assert reply["facts"]["scipy"]["error"] == "ImportError: DLL load failed"
    assert parse.tried(reply, "scipy") == (True, "ImportError: DLL load failed")
    assert reply["facts"]["all_pools"]


def test_child_scipy_ends_the_process(tmp_path: Path) -> None:
    env = scipy_on_path(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    reply = ask(sys.executable, env=env)
    why = "while importing scipy, Python was ended by SIGSEGV"
    assert reply["facts"]["numpy"]["state"] == "imported"
    assert reply["unknown"] == {"scipy": why, "all_pools": why}
    assert parse.tried(reply, "scipy") == (True, why)
    assert parse.libraries(reply) == parse.live_pools(reply) != ()


def test_child_asks_threadpoolctl_and_dies(tmp_path: Path) -> None:
    text = "import os\ndef threadpool_info(): os._exit(5)"
    reply = ask(sys.executable, env=on_path(tmp_path, threadpoolctl=text))
    assert reply["facts"]["numpy"]["state"] == "imported"
    why = "while reading the thread pools, Python ended with status 5"
    assert reply["unknown"] == dict.fromkeys(("pools", "mapped", "scipy", "all_pools"), why)


def test_child_backends_of_flexiblas(tmp_path: Path) -> None:
    text = (
        "def threadpool_info():\n    return [{'user_api': 'blas', 'internal_api': 'flexiblas',"
        " 'num_threads': 2, 'current_backend': 'NETLIB', 'loaded_backends': ['NETLIB'],"
        " 'available_backends': ['NETLIB', 'OPENBLASPTHREAD']}]"
    )
    reply = ask(sys.executable, env=on_path(tmp_path, threadpoolctl=text))
    (blas,) = parse.blas_pools(reply) or ()
    assert (blas.library, blas.backend) == ("flexiblas", "NETLIB")
    assert blas.backends == ("NETLIB", "OPENBLASPTHREAD")


def test_child_asks_without_importing(tmp_path: Path) -> None:
    env = on_path(tmp_path, trap=f"open({str(tmp_path / 'sprung')!r}, 'w').close()")
    found = ask(sys.executable, env=env, names=["trap", "xml.trap"])["facts"]["found"]
    assert found == {"trap": True}
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", ["numpy", "pip", "json", "encodings", "sitecustomize"])
def test_child_module_lying_in_the_notebooks_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    facts = ask(sys.executable, names=["pip"])["facts"]
    assert facts["numpy"]["version"] == importlib.metadata.version("numpy")
    assert str(tmp_path) not in facts["path"]
    assert not (tmp_path / "sprung").exists()


def test_child_writes_no_bytecode(tmp_path: Path) -> None:
    ask(sys.executable, env=on_path(tmp_path, sitecustomize="import beside", beside=""))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["beside.py", "sitecustomize.py"]


def test_child_noise_around_the_reply(tmp_path: Path) -> None:
    noise = (
        "import sys, os; print('noise ' * 999); sys.stderr.write('more'); os.write(1, b'\\xff\\0')"
    )
    facts = ask(sys.executable, env=on_path(tmp_path, sitecustomize=noise))["facts"]
    assert facts["prefix"] == sys.prefix


def test_child_stdout_replaced(tmp_path: Path) -> None:
    env = on_path(tmp_path, sitecustomize="import io, sys; sys.stdout = io.StringIO()")
    assert ask(sys.executable, env=env)["facts"]["prefix"] == sys.prefix


def test_child_numpy_failure_whole(tmp_path: Path) -> None:
    long = "the original error was: " + "x" * 3_000 + " the end"
    env = on_path(tmp_path, numpy=f"raise ImportError({long!r})")
    reply = ask(sys.executable, env=env)
    assert reply["facts"]["numpy"]["error"] == f"ImportError: {long}"
    assert reply["facts"]["pools"] is None
    assert reply["unknown"]["pools"] == "numpy cannot be imported"


def test_child_numpy_failure_with_what_it_came_from(tmp_path: Path) -> None:
    text = "try:\n    import nowhere_at_all\nexcept ImportError as error:\n    raise ImportError('no numpy') from error"
    facts = ask(sys.executable, env=on_path(tmp_path, numpy=text))["facts"]
    assert facts["numpy"]["error"] == (
        "ImportError: no numpy\nbecause of ModuleNotFoundError: No module named 'nowhere_at_all'"
    )


def test_child_numpy_failure_that_cannot_be_shown(tmp_path: Path) -> None:
    text = "class Odd(ImportError):\n    def __str__(self): raise ValueError\nraise Odd"
    facts = ask(sys.executable, env=on_path(tmp_path, numpy=text))["facts"]
    assert facts["numpy"]["error"] == "Odd: (an error that cannot be shown)"


def test_child_numpy_absent() -> None:
    bare = [
        path
        for path in supported().values()
        if ask(path, names=["numpy"])["facts"]["found"] == {"numpy": False}
    ]
    if not bare:
        pytest.skip("every Python here has numpy")
    facts = ask(bare[0])["facts"]
    assert facts["numpy"]["state"] == "absent"
    assert facts["pools"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGILL)", "SIGILL", id="signal"
        ),
        pytest.param("import ctypes; ctypes.string_at(0)", "SIGSEGV", id="segfault"),
        pytest.param("import os; os._exit(3)", "status 3", id="exit"),
        pytest.param("import sys; sys.exit('no')", "status 1", id="sys.exit"),
        pytest.param("import threading; threading.Event().wait()", "0.8 seconds", id="hang"),
    ],
)
def test_child_numpy_ends_the_process(text: str, why: str, tmp_path: Path) -> None:
    reply = ask(sys.executable, env=on_path(tmp_path, numpy=text), timeout=0.8)
    assert reply["facts"]["prefix"] == sys.prefix
    assert reply["facts"]["numpy"] is None
    assert why in reply["unknown"]["numpy"]
    assert set(reply["unknown"]) == {"numpy", "pools", "mapped", "scipy", "all_pools"}
    assert len(set(reply["unknown"].values())) == 1
    assert parse.tried(reply, "numpy") == (True, reply["unknown"]["numpy"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc/self/maps")
def test_child_both_openmp_runtimes_of_intel_and_llvm(tmp_path: Path) -> None:
    for name in ("libiomp5.so", "libomp.so"):
        (tmp_path / name).write_bytes(b"x" * 4096)
    text = (
        f"import mmap\nfolder = {str(tmp_path)!r}\n"
        "files = [open(folder + name, 'rb') for name in ('/libiomp5.so', '/libomp.so')]\n"
        "kept = [mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) for file in files]\n"
        "__version__ = '9'\n"
    )
    reply = ask(sys.executable, env=on_path(tmp_path, numpy=text))
    assert reply["facts"]["pools"] is None
    assert "could hang" in reply["unknown"]["pools"]
    assert not reply["unknown"]["pools"].startswith("LookupError")
    assert {os.path.basename(path) for path in parse.mapped(reply)} >= {"libiomp5.so", "libomp.so"}
    assert reply["facts"]["numpy"]["version"] == "9"


def test_child_takes_the_environments_own_threadpoolctl(tmp_path: Path) -> None:
    text = "def threadpool_info():\n    return [{'user_api': 'blas', 'num_threads': 7, 'version': None}]"
    facts = ask(sys.executable, env=on_path(tmp_path, threadpoolctl=text))["facts"]
    assert facts["pools"] == [{"user_api": "blas", "num_threads": 7, "version": None}]


def test_child_threadpoolctl_only_ours(tmp_path: Path) -> None:
    gone = "import sys\nsys.modules['threadpoolctl'] = None"
    reply = ask(sys.executable, env=on_path(tmp_path, sitecustomize=gone))
    assert reply["unknown"] == {}
    assert reply["facts"]["pools"]


def test_live_changes_nothing() -> None:
    def state() -> object:
        return set(sys.modules), dict(os.environ), list(sys.path), os.getcwd()

    before = state()
    reply = script.live()
    assert state() == before
    assert reply["unknown"].keys() <= {"variables"}  # this process may have no IPython
    assert reply["facts"]["executable"] == sys.executable
    assert reply["facts"]["modules"]["pytest"][0] == pytest.__version__


def test_live_lazy_and_strange_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    touched = []

    class Lazy(type(sys)):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> object:
            touched.append(name)
            raise AssertionError(name)

    lazy = Lazy("envcheck_lazy")
    touched.clear()
    monkeypatch.setitem(sys.modules, "envcheck_lazy", lazy)
    monkeypatch.setitem(sys.modules, "envcheck_none", None)
    monkeypatch.setitem(sys.modules, "envcheck_object", object())
    seen = script.live()["facts"]["modules"]
    assert seen["envcheck_lazy"] == [None, None]
    assert touched == []
    assert "envcheck_none" not in seen


def test_live_counts_variables_and_touches_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Touchy:
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

    hidden = object()
    shell = SimpleNamespace(
        user_ns_hidden={"open": hidden, "get_ipython": hidden},
        user_ns={
            "open": print,  # the user's own since
            "get_ipython": hidden,
            "touchy": Touchy(),
            "json": json,
            "_": 1,
            "_i1": "x",
            1: 2,
        },
    )
    interactive = SimpleNamespace(InteractiveShell=SimpleNamespace(_instance=shell))
    monkeypatch.setitem(sys.modules, "IPython.core.interactiveshell", interactive)
    assert script.live()["facts"]["variables"] == 2
