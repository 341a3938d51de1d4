"""Which Python a kernelspec starts, or that this cannot be told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jupyter_client.kernelspec import KernelSpec

from jupyterlab_envcheck.probe.kernelspec import Start, is_python, start_of


def spec(*argv: str, language: str = "python", **more: Any) -> KernelSpec:
    return KernelSpec(argv=list(argv), display_name="x", language=language, **more)


def python_in(prefix: Path) -> str:
    """Make a prefix that has a Python, as far as files tell."""
    name = "python.exe" if os.name == "nt" else "bin/python"
    file = prefix / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o755)
    return str(file)


def refused(start: Start) -> str:
    assert start.python is None
    assert start.problem is not None
    assert start.problem.message.endswith(".")
    assert start.problem.hint.endswith(".")
    return start.problem.reason


def test_start_full_path() -> None:
    start = start_of(spec(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"))
    assert start.python == sys.executable
    assert start.how == "the kernelspec's command"


@pytest.mark.parametrize("name", ["python", "python3", "python{}.{}".format(*sys.version_info)])
def test_start_bare_python_is_the_servers_own(name: str) -> None:
    start = start_of(spec(name, "-m", "ipykernel_launcher"))
    assert start.python == sys.executable
    assert "the server's own" in start.how


def test_start_other_python_on_path(tmp_path: Path) -> None:
    (tmp_path / "python2.6").touch(mode=0o755)
    start = start_of(spec("python2.6", env={"PATH": str(tmp_path)}))
    assert start.python == str(tmp_path / "python2.6")
    assert refused(start_of(spec("python2.5", env={"PATH": str(tmp_path)}))) == "not-found"


def test_start_usr_bin_env(tmp_path: Path) -> None:
    (tmp_path / "python3").touch(mode=0o755)
    start = start_of(spec("/usr/bin/env", "python3", "-m", "x", env={"PATH": str(tmp_path)}))
    assert start.python == str(tmp_path / "python3")
    assert refused(start_of(spec("/usr/bin/env", "A=1", "python3"))) == "unclear"


def test_start_missing(tmp_path: Path) -> None:
    assert refused(start_of(spec(str(tmp_path / "python")))) == "not-found"


def test_start_nb_conda_kernels(tmp_path: Path) -> None:
    python = python_in(tmp_path)
    argv = (sys.executable, "-m", "nb_conda_kernels.runner", "/base", str(tmp_path), "python")
    for one in (spec(*argv, metadata={"conda_env_path": str(tmp_path)}), spec(*argv)):
        start = start_of(one)
        assert start.python == python
        assert "nb_conda_kernels" in start.how


@pytest.mark.parametrize(
    "words",
    [
        ["run", "-p", "PREFIX", "python"],
        ["run", "--prefix", "PREFIX", "python"],
        ["run", "--prefix=PREFIX", "--no-capture-output", "python"],
        ["run", "-n", "stats", "python"],
        ["run", "--name=stats", "python"],
    ],
)
@pytest.mark.parametrize("program", ["conda", "mamba", "micromamba"])
def test_start_conda_run(program: str, words: list[str], tmp_path: Path) -> None:
    python = python_in(tmp_path / "envs" / "stats")
    conda = tmp_path / "bin" / program
    conda.parent.mkdir()
    conda.touch(mode=0o755)
    prefix = str(tmp_path / "envs" / "stats")
    start = start_of(spec(str(conda), *[word.replace("PREFIX", prefix) for word in words]))
    assert start.python == python


def test_start_conda_run_base_and_unknown(tmp_path: Path) -> None:
    python = python_in(tmp_path)
    conda = tmp_path / "bin" / "conda"
    conda.touch(mode=0o755)
    assert start_of(spec(str(conda), "run", "-n", "base", "python")).python == python
    assert refused(start_of(spec(str(conda), "run", "-n", "gone", "python"))) == "not-found"
    assert refused(start_of(spec(str(conda), "run", "python"))) == "unclear"


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["uv", "run", "--with", "ipykernel", "python", "-m", "x"], id="uv-run"),
        pytest.param(["bash", "-c", f"{sys.executable} -m ipykernel"], id="bash"),
        pytest.param(["/opt/wrapper", sys.executable, "-m", "ipykernel"], id="wrapper"),
        pytest.param(["docker", "run", "image", "python"], id="docker"),
        pytest.param([], id="empty"),
    ],
)
def test_start_says_unknown_rather_than_guess(argv: list[str]) -> None:
    start = start_of(spec(*argv))
    assert refused(start) == "unclear"


def test_start_other_language() -> None:
    assert refused(start_of(spec("R", "--slave", language="R"))) == "not-python"


def test_start_environment_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOT_OF_IT", "/r")
    env = {"A": "${ROOT_OF_IT}/lib", "B": "$unknown ${", "ROOT_OF_IT": "mine"}
    start = start_of(spec(sys.executable, env=env))
    assert start.env["A"] == "/r/lib"
    assert start.env["B"] == "$unknown ${"
    assert start.env["ROOT_OF_IT"] == "mine"
    assert start.env["PATH"] == os.environ["PATH"]
    assert "/r/lib" not in repr(start), "an environment holds tokens"


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=12),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3),
)


@given(
    argv=st.lists(
        st.sampled_from(["conda", "run", "-n", "-p", "--name=", "env", "python", "uv"])
        | st.text(max_size=8)
    ),
    env=json_values,
    metadata=json_values | st.fixed_dictionaries({"conda_env_path": json_values}),
    language=st.sampled_from(["python", "", "R"]) | st.none(),
)
def test_start_any_kernelspec(
    argv: object, env: object, metadata: object, language: object
) -> None:
    one = SimpleNamespace(
        argv=argv, env=env, metadata=metadata, language=language, display_name="x"
    )
    start = start_of(one)
    assert (start.python is None) == (start.problem is not None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/x/bin/python3.13t", True),
        ("C:\\x\\python.exe", True),
        ("C:\\x\\pythonw.exe", True),
        ("pypy3.9", True),
        ("/x/python-wrapper", False),
        ("/x/ipython", False),
        ("/x/bash", False),
        ("", False),
    ],
)
def test_is_python(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_python(path) is expected
