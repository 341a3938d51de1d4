"""What cells import."""

from __future__ import annotations

import ast
import builtins
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, strategies as st
from IPython.core import inputtransformer2

from jupyterlab_envcheck.probe import notebook
from jupyterlab_envcheck.probe.notebook import Read, cells


def read(*sources: object) -> Read:
    return notebook.read([{"id": f"c{n}", "source": source} for n, source in enumerate(sources)])


def names(found: Read) -> dict[str, bool]:
    return {wanted.name: wanted.optional for wanted in found.wanted}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy as np, scipy.linalg", {"numpy": False, "scipy": False}),
        ("from sklearn.svm import SVC", {"sklearn": False}),
        ("from . import a\nfrom .b import c", {}),
        ("def f():\n    import torch", {"torch": False}),
        ("async def f():\n    async with x:\n        import a", {"a": False}),
        (
            "class A:\n    if x:\n        import a\n    else:\n        import b",
            {"a": False, "b": False},
        ),
        ("try:\n    import a\nexcept ImportError:\n    import b", {"a": True, "b": True}),
        ("try:\n    import a\nexcept:\n    pass\nelse:\n    import b", {"a": True, "b": False}),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError):\n    pass", {"a": True}),
        ("try:\n    import a\nexcept Exception as e:\n    pass", {"a": True}),
        ("try:\n    import a\nexcept KeyError:\n    pass", {"a": False}),
        ("try:\n    pass\nfinally:\n    import a", {"a": False}),
        ("with suppress(ImportError):\n    import a", {"a": True}),
        ("with contextlib.suppress(KeyError):\n    import a", {"a": False}),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", {"a": True, "b": False}),
        ("if typing.TYPE_CHECKING:\n    import a", {"a": True}),
        ("match x:\n    case 1:\n        import a", {"a": False}),
        ("await thing()\nimport a", {"a": False}),
        ("return 3\nimport a", {"a": False}),
        ("x = '\\d'\nimport a", {"a": False}),
        ("%matplotlib inline\nimport a\n!pip install b", {"a": False}),
        ("if x:\n    %time f()\n    import a", {"a": False}),
        ("files = !ls\nimport a", {"a": False}),
        ("x = %who_ls\nimport a", {"a": False}),
        ("a.b?\nimport a", {"a": False}),
        ("?a\nimport a", {"a": False}),
        ("!pip install \\\n  x\nimport a", {"a": False}),
        ("%%time\nimport a", {"a": False}),
        ("%%capture out\n%%time\nimport a", {"a": False}),
        ("\n%%timeit -n 1\nimport a", {"a": False}),
        ("%%time", {}),
        ("%%bash\nimport a", {}),
        ("%%html\n<import>", {}),
        ("%%writefile x.py\nimport a", {}),
        (["import a\n", "import b"], {"a": False, "b": False}),
        ("", {}),
        (None, {}),
    ],
)
def test_read_one_cell(source: object, expected: dict[str, bool]) -> None:
    found = read(source)
    assert names(found) == expected
    assert found.unreadable == ()


@pytest.mark.parametrize(
    ("sources", "cell", "line"),
    [
        (["x = 1", "\n\nimport a"], "c1", 3),
        (["%%time\n\nimport a"], "c0", 3),
        (["\n\nfiles = !ls\nimport a"], "c0", 4),
        (["import a", "import a"], "c0", 1),
        (["try:\n    import a\nexcept ImportError: pass", "import a"], "c1", 1),
    ],
)
def test_read_place(sources: list[str], cell: str, line: int) -> None:
    (wanted,) = read(*sources).wanted
    assert (wanted.cell, wanted.line, wanted.optional) == (cell, line, False)


@pytest.mark.parametrize(
    "source", ["import", "def f(:", "<html>", "a\0b", "(" * 500, "x" * 2_000_000]
)
def test_read_garbage(source: str) -> None:
    found = read("import a", source, "import b")
    assert found.unreadable in (("c1",), ())
    assert names(found) == {"a": False, "b": False}
    assert found.cells == 3


def test_read_without_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_ipython(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("IPython"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_ipython)
    found = read("%matplotlib inline\nimport a", "files = !ls\nimport b", "import c")
    assert names(found) == {"a": False, "c": False}
    assert found.unreadable == ("c1",)


def test_read_five_thousand_cells() -> None:
    begun = time.monotonic()
    found = read(*[f"import m{n}\nx = [{n}] * 3\n" * 5 for n in range(5_000)])
    assert found.cells == 5_000
    assert len(found.wanted) <= 500
    assert time.monotonic() - begun < 5


def test_read_what_ipython_gives_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("import a", "x = !ls\n" * 501, "import b").unreadable == ("c1",)
    monkeypatch.setattr(inputtransformer2, "TRANSFORM_LOOP_LIMIT", 3)  # it is 500: RuntimeError
    found = read("import a", "x = !ls\n" * 9, "import b")
    assert found.unreadable == ("c1",)
    assert names(found) == {"a": False, "b": False}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("x = !ls\n" * 300 + "y=1\n" * 20_000, id="300-in-80-kB"),
        pytest.param("x = !ls\n" * 99 + "y=1\n" * 20_000, id="99-in-80-kB"),
        pytest.param("x = \\\n!ls\n" * 99 + "y=1\n" * 20_000, id="continued"),
        pytest.param("x = !ls\n" + "(((((" * 100_000, id="brackets"),
        pytest.param("%%time\n" * 140_000, id="140,000-magics"),
        pytest.param("=" + " " * 99_000, id="white-space"),
        pytest.param("?" + " ?" * 49_000, id="questions"),
        pytest.param("pip a" + " " * 400_000 + "\nb c", id="automagic"),
        pytest.param("%env A" + " " * 400_000, id="env"),
        pytest.param("%pip install " + "'" * 399_999, id="quotes"),
        pytest.param("%%bash\n" + "pip install 'a' b>1\n" * 40_000, id="script"),
    ],
)
def test_read_hard_cell_takes_no_time(source: str) -> None:
    begun = time.monotonic()
    found = read(source, "import a")
    assert time.monotonic() - begun < 4
    assert names(found).keys() <= {"a"}
    assert found.cells == 2


def test_read_many_hard_cells_in_a_time_for_all() -> None:
    hard = "x = !ls\n" * 3 + "y=1\n" * 20_000
    begun = time.monotonic()
    found = read("import a", *[hard] * 200, "import b")
    assert time.monotonic() - begun < 6
    assert names(found).keys() == {"a"}
    assert "c201" in found.unreadable, "left over, and said so"


def test_read_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    # Both must be in the parser at once for either to leave it.
    both = threading.Barrier(2, timeout=20)
    parse = ast.parse

    def met(*args: Any) -> Any:
        both.wait()
        return parse(*args)

    monkeypatch.setattr(ast, "parse", met)
    before = list(warnings.filters)
    with ThreadPoolExecutor(2) as threads:
        one, other = (threads.submit(read, f"import {name}") for name in "ab")
    assert (names(one.result()), names(other.result())) == ({"a": False}, {"b": False})
    assert list(warnings.filters) == before


@pytest.mark.filterwarnings("error")
def test_read_holds_back_warnings_of_the_cell_alone() -> None:
    assert names(read("x = '\\d'\nimport a")) == {"a": False}
    with cells._quiet, pytest.raises(UserWarning):
        warnings.warn("somebody else's", stacklevel=1)


def test_read_deep_nesting() -> None:
    depth = min(90, sys.getrecursionlimit())  # Python's own parser allows 100 levels of indents
    source = "".join("  " * level + "if x:\n" for level in range(depth)) + "  " * depth + "import a"
    assert names(read(source)) == {"a": False}
    long = "x = " + "+".join(["1"] * 3_000) + "\nimport a"
    assert names(read(long)) == {"a": False} or read(long).unreadable == ("c0",)


def test_read_cells_without_id_or_source() -> None:
    assert notebook.read([{}, {"source": "import a"}, {"id": 7, "source": 3}]).cells == 3


@given(st.lists(st.text(max_size=100), max_size=3))
def test_read_any_text(sources: list[str]) -> None:
    assert read(*sources).cells == len(sources)
