"""A requirements.txt, and conda's lists like it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.installers.environment_file import read_environment_file
from jupyterlab_envcheck.installers.requirements_file import write_requirements
from jupyterlab_envcheck.installers.specs import parse_spec
from jupyterlab_envcheck.problems import Problem

WHOLE = """\
# of the climate project
six==1.17.0
requests[socks] >= 2, <3   # for the proxy

numpy==2.4.6 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
rich
"""


def test_file_as_pip_freeze_and_people_write_it() -> None:
    read = read_environment_file(WHOLE)
    assert read.by_pip
    assert read.pypi == ("six==1.17.0", "requests[socks]<3,>=2", "numpy==2.4.6", "rich")
    assert (read.specs, read.channels, read.name, read.refused) == ((), (), None, ())
    assert read.told[0].startswith("The file says which hashes its packages are to have.")


@pytest.mark.parametrize(
    "line",
    [
        "-r more.txt",
        "-c pins.txt",
        "-e .",
        "-e git+https://example.org/x#egg=x",
        "--index-url https://ada:hunter2@example.org/simple",
        "--extra-index-url=https://ada:hunter2@example.org/simple",
        "--find-links /srv/wheels",
        "--no-binary :all:",
        "./local",
        "/srv/wheels/x.whl",
        "https://ada:hunter2@example.org/x.whl",
        "x @ https://ada:hunter2@example.org/x.whl",
        "x; python_version < '3.9'",
        "x===1.0",
        "${TOKEN}",
    ],
)
def test_line_that_is_no_plain_requirement_is_refused_by_its_number(line: str) -> None:
    read = read_environment_file(f"six\n\n{line}\nrich\n")
    assert read.pypi == ("six", "rich")
    assert [refused.line for refused in read.refused] == [3]
    assert "hunter2" not in read.refused[0].why


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("-r more.txt", "is an option of pip's: only packages are read, by their names"),
        ("./local", "is a path, and packages are fetched by name only"),
        ("https://x.example/x.whl", "is an address, and packages are fetched by name only"),
    ],
)
def test_line_is_refused_for_what_it_is(line: str, why: str) -> None:
    (refused,) = read_environment_file(f"six\n{line}\n").refused
    assert refused.why == f"“{line}” {why}"


def test_line_that_goes_on_has_the_number_of_its_beginning() -> None:
    read = read_environment_file("six\nrich \\\n  --pre\n-e .\n")
    assert [refused.line for refused in read.refused] == [2, 4]


def test_list_that_conda_writes() -> None:
    read = read_environment_file(
        "# This file may be used to create an environment using:\n"
        "# platform: linux-64\n"
        "_libgcc_mutex=0.1=conda_forge\n"
        "numpy=2.4.6=py_0\n"
        "rich=14.0=pypi_0\n"
    )
    assert not read.by_pip
    assert read.specs == ("_libgcc_mutex=0.1=conda_forge", "numpy=2.4.6=py_0")
    assert read.pypi == ("rich==14.0",)


def test_more_lines_than_are_read() -> None:
    with pytest.raises(Problem) as told:
        read_environment_file("".join(f"p{n}\n" for n in range(1_001)))
    assert told.value.message == "The file names more than 1,000 packages."


def test_written_file_is_read_as_what_was_written() -> None:
    pins, remarks = ("rich==14.0", "six==1.17.0"), ("mine is not from an index",)
    text = write_requirements(pins, python="3.13.1", remarks=remarks)
    assert text == ("# of Python 3.13.1\nrich==14.0\nsix==1.17.0\n# mine is not from an index\n")
    read = read_environment_file(text)
    assert (read.pypi, read.refused) == (("rich==14.0", "six==1.17.0"), ())


@given(st.lists(st.text(alphabet="ab1_-.=<>!~*,[];@ :/\\#", max_size=25), max_size=6))
def test_any_lines_are_read_strictly_or_refused(lines: list[str]) -> None:
    read = read_environment_file("\n".join(["six", *lines, ""]))
    for spec in read.pypi:
        assert parse_spec(spec) == spec
    assert all(1 <= refused.line <= len(lines) + 1 for refused in read.refused)
