"""The words behind `%envcheck`, and what documents them."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.magic.first_line import without_ours, words_of
from jupyterlab_envcheck.magic.magics import EnvcheckMagics
from jupyterlab_envcheck.magic.words import COMMANDS, commands, report_parser, split
from jupyterlab_envcheck.problems import Problem

DOC = EnvcheckMagics.envcheck.__doc__ or ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("install 'numpy>=2,<3' scipy", ["install", "numpy>=2,<3", "scipy"]),
        ('restore "C:\\my files\\environment.yml"', ["restore", "C:\\my files\\environment.yml"]),
        ("export --file C:\\x.txt", ["export", "--file", "C:\\x.txt"]),
        ("install scipy  # it's for the fit", ["install", "scipy"]),
        ("# install scipy", []),
        ("install '# a' b#c  # d 'e'", ["install", "# a", "b#c"]),
        ("export --file notes#2.txt", ["export", "--file", "notes#2.txt"]),
        ("", []),
    ],
)
def test_words_of_a_line(line: str, words: list[str]) -> None:
    assert split(line) == words


@given(st.lists(st.text(st.characters(exclude_characters="'\x00"))))
def test_words_in_quotation_marks_come_through_as_they_are(words: list[str]) -> None:
    assert split(" ".join(f"'{word}'" for word in words)) == words


@given(st.text())
def test_any_line_has_words_or_is_a_problem(line: str) -> None:
    with suppress(Problem):
        split(line)


def test_documentation_names_every_command() -> None:
    named = set(re.findall(r"[a-z]+", DOC))
    assert set(COMMANDS) <= named
    parser = commands()
    assert all(parser.knows(command) for command in COMMANDS)


def test_documentation_names_every_option_of_a_report() -> None:
    options = re.findall(r"--[a-z]+", report_parser().format_help())
    assert set(options) - {"--help"} <= set(re.findall(r"--[a-z]+", DOC))


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        (["%%envcheck\n", "x = 1\n"], ["\n", "x = 1\n"]),
        (["%%envcheck --redact --text\n", "x = 1\n"], ["\n", "x = 1\n"]),
        (["%%envcheck\n", "\n", "%%time\n", "x\n"], ["%%time\n", "x\n"]),
        (["%%envcheck --nosuch\n", "x\n"], None),
        (["%%envcheck --help\n", "x\n"], None),
        (["%%envcheck --he\n", "x\n"], None),
        (["%%envcheck\n", "\n"], None),
        (["%%envcheck2\n", "x\n"], None),
        (["%envcheck\n", "x\n"], None),
        (["%%time\n", "%%envcheck\n"], None),
        ([], None),
    ],
)
def test_first_line_is_blank_where_it_is_ours_and_can_be_understood(
    lines: list[str], after: list[str] | None
) -> None:
    assert without_ours(lines) == (lines if after is None else after)


def test_words_of_the_first_line() -> None:
    assert words_of("%%envcheck  --redact \nx\n") == "--redact"
