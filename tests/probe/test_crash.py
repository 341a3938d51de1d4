"""Repeating the imports of a cell during which a kernel died, in a child."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.probe.crash import Crash, repeat
from jupyterlab_envcheck.probe.notebook import imported
from jupyterlab_envcheck.probe.subject import Subject
from jupyterlab_envcheck.problems import Problem

from .test_trial import on_path

posix = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")

OMP = "OMP: Error #15: Initializing libiomp5.so, but found libomp.so already initialized."


def repeated(folder: Path, source: str, *before: str, **modules: str) -> Crash:
    env = on_path(folder, **modules)
    subject = Subject(python=sys.executable, env=env, how="found")
    return repeat(subject, {"id": "c1", "source": source}, before)


@posix
def test_crash_by_an_import_is_told_with_what_it_wrote(tmp_path: Path) -> None:
    stops = f"import os; os.write(2, b{OMP!r}); os.abort()"
    crash = repeated(
        tmp_path,
        "import first\nfrom stopping import anything\nimport never\nopen('ran', 'w')",
        first="",
        stopping=stops,
        never="raise SystemExit",
    )
    died = crash.died
    assert (died.cell, died.state, died.culprit) == ("c1", "ended", "stopping")
    assert died.modules == ("first", "stopping")
    assert (died.signal, died.how) == ("SIGABRT", "was ended by SIGABRT")
    assert died.printed == OMP


@posix
def test_crash_by_a_module_in_a_module(tmp_path: Path) -> None:
    assert repeated(tmp_path, "from os import path, nothing").died.state == "survived"
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "deep.py").write_text("import os; os.abort()")
    crash = repeated(tmp_path, "def use():\n    from package import deep")
    assert crash.died.culprit == "package.deep"


@posix
def test_crash_that_takes_what_ran_before(tmp_path: Path) -> None:
    modules = {
        "one": "",
        "two": "import os, sys\nif 'one' in sys.modules: os.kill(os.getpid(), 11)",
    }
    alone = repeated(tmp_path, "import two", **modules)
    assert alone.died.state == "survived"
    together = repeated(tmp_path, "import two", "x = 1", "import one", **modules)
    assert (together.died.state, together.died.signal) == ("ended", "SIGSEGV")
    assert together.died.modules == ("one", "two")


def test_crash_of_an_exit_has_no_signal(tmp_path: Path) -> None:
    died = repeated(tmp_path, "import gone", gone="import os; os._exit(3)").died
    assert (died.state, died.signal, died.how) == ("ended", None, "ended with status 3")


def test_crash_that_is_none(tmp_path: Path) -> None:
    died = repeated(
        tmp_path, "import fine, broken, nowhere", fine="", broken="raise ValueError"
    ).died
    assert died.state == "survived"
    assert died.modules == ("fine", "broken", "nowhere")
    assert died.unrepeated == ("broken", "nowhere")


def test_crash_tells_what_could_not_be_imported_and_not_what_is_no_module(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "__init__.py").write_text("name = 1")
    (folder / "deep.py").write_text("raise ValueError")
    source = (
        "from json import dumps\nfrom package import name, deep\n"
        "from nowhere import a, b\nimport not_here.inside\nimport exits"
    )
    died = repeated(tmp_path, source, exits="raise SystemExit").died
    assert died.state == "survived"
    assert died.unrepeated == ("package.deep", "nowhere", "not_here.inside", "exits")


def test_crash_tells_that_it_was_not_repeated_after_what_ran_before(tmp_path: Path) -> None:
    hangs = "import sys, threading\nif 'one' in sys.modules: threading.Event().wait()"
    subject = Subject(python=sys.executable, env=on_path(tmp_path, one="", two=hangs), how="found")
    cell = {"id": "c1", "source": "import two"}
    died = repeat(subject, cell, ["import one"], timeout=3.0).died
    assert (died.state, died.modules) == ("survived", ("two",))
    assert died.how == (
        "while two was imported, Python did not answer within 3 seconds and was ended"
    )


def test_crash_of_a_cell_that_imports_nothing_starts_no_child() -> None:
    subject = Subject(python="/nosuch/python", env={}, how="found")
    assert repeat(subject, {"id": "c", "source": "print(1)"}).died.state == "survived"


def test_crash_that_hangs_is_late(tmp_path: Path) -> None:
    env = on_path(tmp_path, hanging="import threading; threading.Event().wait()")
    subject = Subject(python=sys.executable, env=env, how="found")
    died = repeat(subject, {"id": "c", "source": "import hanging"}, timeout=3.0).died
    assert (died.state, died.culprit, died.signal) == ("late", "hanging", None)


def test_crash_where_there_is_no_python_is_untried() -> None:
    problem = Problem("remote", "The kernel runs elsewhere.", "Look there.")
    subject = Subject(python=None, env=None, how="elsewhere", problem=problem)
    died = repeat(subject, {"id": "c", "source": "import numpy"}).died
    assert (died.state, died.how) == ("untried", "The kernel runs elsewhere.")


def test_crash_in_anothers_environment_is_untried() -> None:
    problem = Problem("withheld", "It is somebody else's.", "Ask them.")
    subject = Subject(python=sys.executable, env={}, how="found", withheld=problem)
    died = repeat(subject, {"id": "c", "source": "import numpy"}).died
    assert (died.state, died.how) == ("untried", "It is somebody else's.")


def test_nothing_of_the_notebooks_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lying_here.py").write_text("import os; os.abort()")
    monkeypatch.chdir(tmp_path)
    subject = Subject(python=sys.executable, env=dict(os.environ), how="found", cwd=str(tmp_path))
    died = repeat(subject, {"id": "c", "source": "import lying_here"}).died
    assert (died.state, died.unrepeated) == ("survived", ("lying_here",))


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        pytest.param("import a.b as c, d", ("a.b", "d"), id="import"),
        pytest.param("from a import b, c as d", ("a", "a.b", "a.c"), id="from"),
        pytest.param("from a import *", ("a",), id="star"),
        pytest.param("from . import a\nfrom .b import c", (), id="relative"),
        pytest.param("%pip install x\nimport a", ("a",), id="magic"),
        pytest.param("%%bash\nimport a", (), id="another-language"),
        pytest.param("try:\n    import a\nexcept ImportError:\n    import b", ("a", "b"), id="try"),
        pytest.param("__import__('a')\nexec('import b')", (), id="no-statement"),
        pytest.param("import a\nimport a", ("a",), id="twice"),
        pytest.param("import (", (), id="no-python"),
    ],
)
def test_imported(source: str, modules: tuple[str, ...]) -> None:
    assert imported([source]) == modules


@given(st.lists(st.text(max_size=200), max_size=5))
def test_imported_never_fails(sources: list[str]) -> None:
    assert all("\n" not in name for name in imported(sources))
