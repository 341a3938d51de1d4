"""The laws of the script, and what it tells from a child."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import vermin  # type: ignore[import-untyped]

from found_pythons import old_python, pythons, supported
from jupyterlab_envcheck.probe import script
from jupyterlab_envcheck.probe.bootstrap import BOOTSTRAP, FLOOR
from jupyterlab_envcheck.probe.interpreter import ask

TEXT = Path(script.__file__).read_text(encoding="utf-8")
TREE = ast.parse(TEXT)

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


def test_script_floor() -> None:
    assert vermin.detect(TEXT)[1] <= FLOOR


def test_script_imports_standard_library_only() -> None:
    brought = imported(TREE)
    assert brought - {"numpy"} <= sys.stdlib_module_names
    typing_only = [n for n in TREE.body if isinstance(n, ast.If)]
    assert imported([n for n in TREE.body if n not in typing_only]) >= {"json", "os", "sys"}


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
    assert [p["user_api"] for p in facts["pools"]].count("blas") >= 1


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
    assert "ImportError" in reply["unknown"]["pools"]


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
    assert reply["unknown"]["pools"] == reply["unknown"]["numpy"]


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
    assert reply["unknown"] == {}
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
