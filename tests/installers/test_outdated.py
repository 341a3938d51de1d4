"""Lists of outdated packages, as pip and uv give them, and any other text."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, strategies as st
from packaging.version import Version

from jupyterlab_envcheck.installers import Installer, Outdated, Pip, Reply, Uv
from jupyterlab_envcheck.problems import Problem

PIP = Pip(python="/p/bin/python", version="24.2")
UV = Uv(python="/p/bin/python", executable="/usr/bin/uv")


def reply(output: str, errors: str = "", returncode: int = 0) -> Reply:
    return Reply(returncode=returncode, output=output, errors=errors)


OUTDATED = (
    '[{"name": "A_b", "version": "1.0", "latest_version": "2.0", "latest_filetype": "wheel"}]'
)


def test_outdated() -> None:
    expected = (Outdated(name="a-b", version="1.0", latest="2.0"),)
    assert UV.read_outdated(reply(output=OUTDATED)) == expected
    debug = f"Getting page https://x/\n{OUTDATED}\nRemoved build tracker: '/tmp/x'\n"
    assert PIP.read_outdated(reply(output=debug)) == expected


def test_outdated_of_an_index_that_does_not_answer_pip() -> None:
    """To pip that is an empty list, and a success."""
    said = "Could not fetch URL https://x/a/: connection error: refused - skipping\n[]\n"
    with pytest.raises(Problem) as caught:
        PIP.read_outdated(reply(output=said))
    assert caught.value.reason == "unreachable"
    unknown = "Could not fetch URL https://x/a/: 404 Client Error: Not Found - skipping\n[]\n"
    assert PIP.read_outdated(reply(output=unknown)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[1]",
        '[{"name": "a"}]',
        '[{"name": "-e", "version": "1", "latest_version": "2"}]',
        '[{"name": "a", "version": "1", "latest_version": "--pre"}]',
        "[" * 5_000,
    ],
)
def test_outdated_refuses(text: str) -> None:
    for installer in (PIP, UV):
        with pytest.raises(Problem) as caught:
            installer.read_outdated(reply(output=text))
        assert caught.value.reason == "bad-reply"


def read(installer: Installer, said: Reply) -> tuple[tuple[Outdated, ...], Problem | None]:
    try:
        return installer.read_outdated(said), None
    except Problem as problem:
        return (), problem


ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text() | st.from_regex(r"[A-Za-z][\w.-]{0,8}", fullmatch=True) | st.integers(),
        "version": st.text() | st.from_regex(r"[0-9](\.[0-9]){0,2}", fullmatch=True) | st.none(),
        "latest_version": st.text() | st.from_regex(r"[0-9](\.[0-9]){0,2}", fullmatch=True),
    },
)


@given(st.text() | st.builds(json.dumps, st.lists(ENTRY)), st.text(), st.integers(0, 2))
def test_any_list_of_what_is_outdated_is_read_or_a_problem(
    output: str, errors: str, status: int
) -> None:
    for installer in (PIP, UV):
        said = reply(output=output, errors=errors, returncode=status)
        found, problem = read(installer, said)
        assert problem is None or (problem.message and problem.hint)
        for entry in found:
            assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", entry.name)
            assert str(Version(entry.latest)) == entry.latest


def test_outdated_of_an_index_that_refuses_uv() -> None:
    said = "DEBUG Indexes search failed because of status code failure: 403 Forbidden\n"
    with pytest.raises(Problem) as caught:
        UV.read_outdated(reply(output="[]\n", errors=said))
    assert caught.value.reason == "denied"
