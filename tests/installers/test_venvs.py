"""Names of environments and versions of Python: what is meant gets through, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.installers import venvs
from jupyterlab_envcheck.problems import Problem


@pytest.mark.parametrize("name", ["proj", "Proj_2", "a", "_x", "py3.12-torch", "x" * 50])
def test_name_gets_through(name: str) -> None:
    assert venvs.parse_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../x", "a/b", "a\\b", "-rf", ".ssh", "a b", "a\n", "näme", "x" * 51, "~",
        "$HOME", "a;b", "proj.", "a\0", "{connection_file}",
    ],
)  # fmt: skip
def test_name_is_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        venvs.parse_name(name)
    assert caught.value.reason == "bad-name"
    assert len(caught.value.message) < 200


@given(st.text(max_size=60))
def test_name_of_any_text_is_one_folder(text: str) -> None:
    try:
        name = venvs.parse_name(text)
    except Problem:
        return
    assert name == text
    assert name.isascii()
    assert not set(name) & set("/\\: \n$~*?\"'`;&|<>(){}[]")
    assert name[0] not in "-."


@pytest.mark.parametrize("version", ["3.8", "3.13", "3.12.1"])
def test_version_gets_through(version: str) -> None:
    assert venvs.parse_version(version) == version


@pytest.mark.parametrize(
    "version", ["", "3", "3.x", "pypy3.10", ">=3.12", "3.12 ", "/usr/bin/python3", "--help", "3.1²"]
)
def test_version_is_refused(version: str) -> None:
    with pytest.raises(Problem) as caught:
        venvs.parse_version(version)
    assert caught.value.reason == "bad-version"


@pytest.mark.parametrize(
    ("version", "wanted", "is_so"),
    [
        ("3.12.1", "3.12", True),
        ("3.12.1", "3.12.1", True),
        ("3.12.1", "3.12.10", False),
        ("3.12.1", "3.1", False),
        ("3.1.0", "3.12", False),
    ],
)
def test_is_version(version: str, wanted: str, *, is_so: bool) -> None:
    assert venvs.is_version(version, wanted) is is_so


def test_read_list_names_each_version_once_the_newest_first() -> None:
    told = """[{"version": "3.9.1", "path": "/a"}, {"version": "3.12.1", "path": "/b"},
        {"version": "3.12.0", "path": "/c"}, {"version": "3.14.0", "path": "/theirs"}]"""
    assert venvs.read_list(told, lambda path: path != "/theirs") == ("3.12", "3.9")


@pytest.mark.parametrize("told", ["", "nonsense", "{}", '[{"version"', '[{"key": 1}]', "[1]"])
def test_read_list_of_nonsense(told: str) -> None:
    assert venvs.read_list(told, lambda _: True) == ()
