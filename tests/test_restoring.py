"""Wishes for environments that files describe."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.installers.environment_file import read_environment_file
from jupyterlab_envcheck.plan.restoring import Without, restoring
from jupyterlab_envcheck.problems import Problem

FILE = """\
dependencies:
  - python=3.11.7=h0_cpython
  - libblas=*=*mkl
  - six
  - --copy
  - pip:
      - rich==14.0
      - -e .
variables: {A: b}
"""


def test_lines_that_are_refused_are_told_with_the_way_on() -> None:
    with pytest.raises(Problem) as told:
        restoring(read_environment_file(FILE))
    assert told.value.reason == "lines-refused"
    assert told.value.message == (
        "2 lines are not read. Line 5: “--copy” is not a package name with versions; line 8: “-e .” "
        "is an option of pip's: only packages are read, by their names."
    )
    assert told.value.hint == (
        "Take them out or write them in another way, or go on without them: the plan says so."
    )


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://ada:hunter2@index.example/simple",
        "--extra-index-url=https://ada:hunter2@index.example/simple",
        "--extra-index https://ada:hunter2@index.example/simple",
        "-i https://ada:hunter2@index.example/simple",
        "--find-links ./wheels",
        "-f ./wheels",
        "--no-index",
    ],
)
@pytest.mark.parametrize(
    "text", ["{}\nours==1.0\n", "dependencies: [six, {{pip: [ours, '{}']}}]\n"]
)
def test_packages_of_a_place_are_not_taken_from_another(text: str, line: str) -> None:
    ways: tuple[tuple[Without, ...], ...] = ((), ("lines",))
    for without in ways:
        with pytest.raises(Problem) as told:
            restoring(read_environment_file(text.format(line)), without=without)
        assert told.value.reason == "bad-file"
        assert told.value.message.startswith("Line 1 says where packages are to be taken from, ")
        assert "hunter2" not in told.value.message


@pytest.mark.parametrize("line", ["--pre", "-r more.txt", "--no-binary :all:", "-e ."])
def test_other_options_can_be_left_out(line: str) -> None:
    wish = restoring(read_environment_file(f"{line}\nsix\n"), without=["lines"])
    assert wish.specs == ("six",)


def test_many_lines_that_are_refused_are_not_all_told_at_once() -> None:
    lines = "".join(f"  - -x{n}\n" for n in range(9))
    with pytest.raises(Problem) as told:
        restoring(read_environment_file(f"dependencies:\n{lines}"))
    assert told.value.message.startswith("9 lines are not read. Line 2: ")
    assert told.value.message.endswith("; and 4 more.")


def test_wish_without_lines_tells_each_of_them() -> None:
    wish = restoring(read_environment_file(FILE), without=["lines"])
    assert wish.specs == ("python=3.11.7=h0_cpython", "libblas=*=*mkl", "six")
    assert wish.pypi == ("rich==14.0",)
    assert wish.told == (
        "Line 5 of the file is left out: “--copy” is not a package name with versions.",
        (
            "Line 8 of the file is left out: “-e .” is an option of pip's: only packages are read, by "
            "their names."
        ),
        "The file sets variables, which is not done here: A.",
    )


def test_wish_without_builds_tells_so_and_keeps_what_was_meant_by_a_pattern() -> None:
    wish = restoring(read_environment_file(FILE), without=["lines", "builds"])
    assert wish.specs == ("python=3.11.7", "libblas=*=*mkl", "six")
    assert wish.told[-1].startswith("The builds that the file names are left out")


def test_wish_without_builds_where_there_are_none() -> None:
    wish = restoring(read_environment_file("dependencies: [six=1.17]"), without=["builds"])
    assert (wish.specs, wish.told) == (("six=1.17",), ())


def test_channels_in_the_place_of_the_files() -> None:
    file = read_environment_file("channels: [file:///srv/channel]\ndependencies: [six]\n")
    assert restoring(file).channels == ("file:///srv/channel",)
    assert restoring(file, channels=("conda-forge",)).channels == ("conda-forge",)


def test_file_of_pips_names_no_channel() -> None:
    wish = restoring(read_environment_file("six==1.17.0\n"), name="new")
    assert (wish.specs, wish.pypi, wish.channels) == (("six==1.17.0",), (), ())
    assert (wish.kind, wish.name) == ("create", "new")
