"""Whatever of envcheck is broken: Jupyter starts, writes nothing of it, and says it who asks.

Anaconda Navigator shows what Jupyter writes as an error, and an extension that fails can keep
JupyterLab from starting there.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from jupyter_process import Jupyter, jupyter

ROOT = Path(__file__).parents[2]

#: Has a module be broken for envcheck, and for nobody else: Jupyter needs some of them, too.
_BREAKER = """\
import builtins

__name__ = "importlib"  # in a traceback this is no package that failed

_import = builtins.__import__

def broken(name, globals=None, locals=None, fromlist=(), level=0):
    who = (globals or {{}}).get("__name__", "")
    if level == 0 and f"{{name}}.".startswith("{module}.") and who.startswith("jupyterlab_envcheck"):
        exec("raise {error}", {{"__name__": "{module}"}})
    return _import(name, globals, locals, fromlist, level)

builtins.__import__ = broken
"""

#: The others, that take their time to start.
_OFF = ("jupyterlab", "jupyter_lsp", "notebook_shim", "jupyter_server_terminals")

_IMPORTED_AS = {"nvidia-ml-py": "pynvml"}
_ERRORS = {
    "missing": "ModuleNotFoundError('it is gone', name={module!r})",
    "broken": "ImportError('undefined symbol: _ZN4\\x1b[31m')",
    "failing": "RuntimeError('made for another Python')",
    "leaving": "SystemExit('no licence')",
}


def dependencies() -> list[str]:
    """Return all that pyproject.toml asks for, as it is imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [Requirement(text).name for text in project["dependencies"]]
    return [_IMPORTED_AS.get(name, name) for name in names]


@contextmanager
def server(
    folder: Path, settings: Mapping[str, Any] | None = None, **environ: str
) -> Iterator[Jupyter]:
    """Run Jupyter Server with envcheck; what lies in `folder / "python"` is imported first."""
    config = folder / "jupyter" / "config"
    config.mkdir(parents=True)
    extensions = {"jupyterlab_envcheck": True} | dict.fromkeys(_OFF, False)
    text = json.dumps({"ServerApp": {"jpserver_extensions": extensions}, **(settings or {})})
    (config / "jupyter_server_config.json").write_text(text)
    command = [sys.executable, "-m", "jupyter_server"]
    environ = {"PYTHONPATH": str(folder / "python"), **environ}
    with jupyter(command, folder, environ) as running:
        yield running


def ours(folder: Path) -> Path:
    """Return a copy of envcheck that is imported in place of the real one."""
    copy = folder / "python" / "jupyterlab_envcheck"
    source = ROOT / "src/jupyterlab_envcheck"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("labextension"))
    return copy


def says_why(running: Jupyter, words: str) -> None:
    """Check that who asks is told, the same each time, and that nobody else is."""
    for path, body in (
        ("report", {"kernelspec": "python3"}),
        ("checks", None),
        ("jobs/0123456789ab", None),
    ):
        status, told = running.ask(f"envcheck/api/{path}", body)
        assert status == 503, told
        assert words in told["message"], told
        assert told["reason"] == "unavailable"
        assert told["hint"].endswith("restart Jupyter.")
        assert "\x1b" not in told["message"]
        assert len(told["message"]) < 400


@pytest.mark.parametrize(
    ("dependency", "error"),
    [
        pytest.param(name, error, marks=() if (name, error) in quick else pytest.mark.soak)
        for quick in [{("psutil", "missing")}]
        for number, name in enumerate(dependencies())
        for error in dict.fromkeys(("missing", list(_ERRORS)[number % len(_ERRORS)]))
    ],
)
def test_dependency_that_is_broken(dependency: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    raised = _ERRORS[error].format(module=dependency)
    breaker = _BREAKER.format(module=dependency, error=raised)
    (tmp_path / "python" / "sitecustomize.py").write_text(breaker)
    with server(tmp_path) as running:
        status, _ = running.ask("envcheck/api/report", {"kernelspec": "python3"})
        if status != 200:  # some are needed for a part of a report only
            says_why(running, dependency.partition(".")[0])
    assert running.troubles() == []


@pytest.mark.parametrize(
    "broken", ["raise RuntimeError('half installed')\n", "def (\n", "import nosuch\n"]
)
@pytest.mark.parametrize(
    ("module", "status"),
    [
        ("server/app", 404),
        ("server/handler", 404),
        ("server/unavailable", 404),
        ("problems", 404),
        ("server/routes", 503),
        ("server/bell", 503),
        ("probe/untracked", 503),
        ("server/envcheck", 503),
        ("flow", 503),
        ("facts/__init__", 503),
    ],
)
@pytest.mark.soak
def test_module_of_ours_that_is_broken(
    module: str, status: int, broken: str, tmp_path: Path
) -> None:
    (ours(tmp_path) / f"{module}.py").write_text(broken)
    with server(tmp_path) as running:
        assert running.ask("api")[0] == 200
        if status == 503:
            says_why(running, "envcheck cannot be loaded: ")
        else:  # as where it is not installed, which the panel says in words of its own
            assert running.ask("envcheck/api/checks")[0] == 404
    assert [line for line in running.troubles() if " 404 " not in line] == []


@pytest.mark.soak
def test_table_that_is_corrupt(tmp_path: Path) -> None:
    (ours(tmp_path) / "knowledge" / "torch.toml").write_text("rows = [")
    with server(tmp_path) as running:
        says_why(running, "TOMLDecodeError")
    assert running.troubles() == []


@pytest.mark.soak
def test_table_that_is_missing(tmp_path: Path) -> None:
    (ours(tmp_path) / "knowledge" / "torch.toml").unlink()
    with server(tmp_path) as running:
        says_why(running, "torch.toml")
    assert running.troubles() == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"Envcheck": {"probe_timeout": "soon"}}, "'probe_timeout'", id="ours"),
        pytest.param({"EnvcheckApp": {"handlers": 3}}, "'handlers'", id="jupyters"),
    ],
)
def test_setting_that_is_wrong(settings: dict[str, Any], said: str, tmp_path: Path) -> None:
    with server(tmp_path, settings) as running:
        says_why(running, said)
    assert running.troubles() == []


def test_strangers_are_told_nothing_of_what_is_broken(tmp_path: Path) -> None:
    with server(tmp_path, {"Envcheck": {"probe_timeout": "soon"}}) as running:
        status, told = running.ask("envcheck/api/checks", token="of-nobody")  # noqa: S106
    assert status == 403
    assert "probe_timeout" not in str(told)


@pytest.mark.soak
def test_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    data = tmp_path / "jupyter" / "data"
    data.mkdir(parents=True)
    (data / "envcheck").touch()  # no folder can be made there
    with server(tmp_path) as running:
        status, report = running.ask("envcheck/api/report", {"kernelspec": "python3"})
        assert (status, report["summary"]["crash"]) == (200, 0)
        assert running.ask("envcheck/api/jobs")[1] == []
    assert running.troubles() == []


@pytest.mark.soak
def test_home_that_is_not_known(tmp_path: Path) -> None:
    with server(tmp_path, HOME="") as running:
        status, report = running.ask("envcheck/api/report", {"kernelspec": "python3"})
        assert (status, report["summary"]["crash"]) == (200, 0)
    assert running.troubles() == []


def test_nothing_that_is_broken(tmp_path: Path) -> None:
    with server(tmp_path) as running:
        status, report = running.ask("envcheck/api/report", {"kernelspec": "python3"})
        assert (status, report["summary"]["crash"]) == (200, 0)
    assert running.troubles() == []
