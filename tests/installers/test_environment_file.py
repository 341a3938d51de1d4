"""An environment.yml, written and read."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.installers.environment_file import (
    EnvironmentFile,
    decoded,
    read_environment_file,
    write_environment_file,
)
from jupyterlab_envcheck.installers.file_specs import parse_conda_line
from jupyterlab_envcheck.problems import Problem

WHOLE = """\
name: climate
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.13
  - "numpy>=2,<3"
  - libblas=*=*mkl   # for the workstation
  - pip
  - pip:
      - xarray-extras==1.0
      - requests[socks]>=2
"""


RECORDED = Path(__file__).parents[1] / "data" / "conda-cli"


def recorded(name: str) -> str:
    """Return what conda 26.7 wrote."""
    return (RECORDED / name).read_text()


def refused(text: str) -> str:
    """Return why a text is no such file at all."""
    with pytest.raises(Problem) as told:
        read_environment_file(text)
    assert told.value.reason == "bad-file"
    assert told.value.hint
    return told.value.message


def refused_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not read, with why."""
    return [(refused.line, refused.why) for refused in read_environment_file(text).refused]


def test_file_as_people_write_it() -> None:
    assert read_environment_file(WHOLE) == EnvironmentFile(
        name="climate",
        channels=("conda-forge",),
        specs=("python=3.13", "numpy>=2,<3", "libblas=*=*mkl", "pip"),
        pypi=("xarray-extras==1.0", "requests[socks]>=2"),
    )


def test_file_of_dependencies_alone() -> None:
    read = read_environment_file("dependencies: [six, python=3.10]\n")
    assert (read.name, read.channels, read.pypi) == (None, (), ())
    assert read.specs == ("six", "python=3.10")


def test_file_that_conda_exports_of_what_is_installed() -> None:
    assert read_environment_file(recorded("export.yml")) == EnvironmentFile(
        name="proj",
        channels=("file:///srv/channel",),
        specs=(
            "libblas=3.11.0=5_hd7b6a1c_openblas",
            "numpy=2.4.6=py_0",
            "python=3.11.7=h0_cpython",
            "six=1.17.0=py_0",
        ),
    )


def test_file_that_conda_exports_of_what_was_asked_for() -> None:
    assert read_environment_file(recorded("export-from-history.yml")) == EnvironmentFile(
        name="proj", specs=("numpy", "python=3.11", "libblas=*=*openblas", "six=1.17")
    )


def test_list_of_addresses_is_told_with_what_would_work() -> None:
    with pytest.raises(Problem) as told:
        read_environment_file(recorded("list-explicit.txt"))
    assert told.value.message == (
        "This is a list of addresses (@EXPLICIT), and packages are fetched by name here."
    )
    assert "`conda create --name NAME --file FILE`" in told.value.hint


@pytest.mark.parametrize(
    ("written", "spec"),
    [
        ("_openmp_mutex=4.5=2_gnu", "_openmp_mutex=4.5=2_gnu"),
        ("_libgcc_mutex=0.1=conda_forge", "_libgcc_mutex=0.1=conda_forge"),
        ("libblas[build=*openblas]", "libblas=*=*openblas"),
        ("numpy[version='>=2,<3']", "numpy>=2,<3"),
        ('numpy[version="2.4.6",build=py_0]', "numpy=2.4.6=py_0"),
        ("numpy[build=py_0, version=2.4.6]", "numpy=2.4.6=py_0"),
        ("numpy[version=2.4.6]", "numpy==2.4.6"),
        ("numpy[version='2.4.*']", "numpy=2.4.*"),
        ("numpy >=1.20, <2", "numpy>=1.20,<2"),
        ("python 3.9.*", "python=3.9.*"),
        ("six 1.17.0", "six==1.17.0"),
        ("six 1.17.0 py_0", "six=1.17.0=py_0"),
        ("libblas * *mkl", "libblas=*=*mkl"),
        ("six *", "six"),
    ],
)
def test_package_as_exports_and_people_spell_it(written: str, spec: str) -> None:
    quoted = written.replace("'", "''")
    read = read_environment_file(f"dependencies:\n  - '{quoted}'\n")
    assert (read.specs, read.refused) == ((spec,), ())


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("/opt/conda/envs/proj", "proj"),
        ("/opt/conda/envs/proj/", "proj"),
        (r"C:\Users\ada\miniconda3\envs\climate", "climate"),
        ("base", "base"),
    ],
)
def test_name_that_is_a_place_is_the_end_of_it(name: str, read: str) -> None:
    assert read_environment_file(f"name: {name}\ndependencies: [six]\n").name == read


def test_place_of_the_exported_environment_is_nobodys_business() -> None:
    read = read_environment_file("dependencies: [six]\nprefix: /opt/conda/envs/proj\n")
    assert (read.specs, read.told, read.refused) == (("six",), (), ())


def test_variables_are_told_by_their_names_alone() -> None:
    text = "dependencies: [six]\nvariables:\n  MKL_THREADING_LAYER: GNU\n  TOKEN: hunter2\n"
    read = read_environment_file(text)
    assert read.told == (
        "The file sets variables, which is not done here: MKL_THREADING_LAYER, TOKEN.",
    )
    assert "hunter2" not in repr(read)


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("- six\n", "- six\t \n").replace("x\n", "x\t# x\n", 1),
        lambda text: text.replace("\n", "  # why\n"),
        lambda text: f"# by ada\n---\n{text}",
    ],
    ids=["crlf", "bom", "tabs", "comments", "document"],
)
def test_file_of_another_editor(spoiled: Callable[[str], str]) -> None:
    text = "name: x\nchannels:\n- conda-forge\ndependencies:\n- six\n- pip:\n  - rich\n"
    read = read_environment_file(spoiled(text))
    assert (read.name, read.channels, read.specs) == ("x", ("conda-forge",), ("six",))
    assert (read.pypi, read.refused) == (("rich",), ())


@pytest.mark.parametrize("text", ["dependencies: [six]\n", "six\n"])
def test_file_that_begins_with_the_mark_of_windows(text: str) -> None:
    read = read_environment_file(f"\ufeff{text}")
    assert (*read.specs, *read.pypi) == ("six",)


def test_file_of_powershell() -> None:
    text = "name: über\n"
    assert decoded(text.encode("utf-16")) == decoded(text.encode()) == text


def test_line_that_begins_with_a_tab_is_told() -> None:
    with pytest.raises(Problem) as told:
        read_environment_file("dependencies:\n\t- six\n")
    assert told.value.message == "The file is not written as YAML in line 2."
    assert told.value.hint == "Put spaces in the place of tabs there, and read it again."


def test_file_of_many_hundred_packages() -> None:
    lines = "".join(f"  - package-{n}=1.{n}=h{n}_0\n" for n in range(700))
    read = read_environment_file(f"dependencies:\n{lines}")
    assert (len(read.specs), read.specs[-1]) == (700, "package-699=1.699=h699_0")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("platforms: [linux-64]", "“platforms” is not something that is read here"),
        ("variables: [A]", "variables is no list of names and values"),
        ("name: again", "name is there twice"),
        ("channels: conda-forge", "channels is no list"),
        ("channels: [https://conda.example/t/TOKEN/x]", "is not a channel that packages"),
        ("channels: [https://ada:hunter2@conda.example/x]", "is not a channel that packages"),
        ("channels: [/srv/channel]", "is not the plain name of a channel"),
        ("channels: [../channel]", "is not the plain name of a channel"),
        ("channels: [--copy]", "is not the plain name of a channel"),
        ("channels: [3]", "there is something else than a text"),
    ],
)
def test_line_that_is_something_else_is_refused_by_its_number(line: str, why: str) -> None:
    [(number, told)] = refused_lines(f"name: proj\ndependencies:\n  - six\n{line}\n")
    assert number == 4
    assert why in told
    assert "hunter2" not in told
    assert "TOKEN" not in told


@pytest.mark.parametrize(
    "line",
    [
        "conda-forge::six",
        "https://conda.example/linux-64/six-1.0-0.conda",
        "--copy",
        "-c evil",
        "six[channel=evil]",
        "six[version='>=1',build=py_0]",
        "./six.conda",
        "six 1.0 py_0 more",
        "3.10",
        "null",
        "{conda: [six]}",
        "[six]",
        "&anchor six",
        "!!python/name:os.system six",
        "|\n    six",
        "pip:\n    - -r requirements.txt",
        "pip:\n    - -e .",
        "pip:\n    - ./six",
        "pip:\n    - x @ git+https://example.org/x",
        "pip:\n    - git+https://example.org/x",
        "pip:\n    - --index-url=https://example.org",
        "pip: six",
    ],
)
def test_dependency_that_is_no_plain_name_is_refused_by_its_line(line: str) -> None:
    text = f"name: proj\ndependencies:\n  - {line}\n  - rich\n"
    [(number, _)] = refused_lines(text)
    assert number == 3 + (":\n" in line)
    assert read_environment_file(text).specs == ("rich",)
    assert read_environment_file(text).pypi == ()


def test_each_line_is_refused_by_itself() -> None:
    text = "dependencies:\n- six\n- --copy\n- pip:\n  - rich\n  - -e .\n- pip:\n  - more\n"
    assert [line for line, _ in refused_lines(text)] == [3, 6, 7]
    read = read_environment_file(text)
    assert (read.specs, read.pypi) == (("six",), ("rich",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- six",
        "name: proj",
        "name: [\n",
        "a: 1\n---\nb: 2\n",
        "[" * 10_000,
        "dependencies: six\n",
        "dependencies: [" + "six, " * 40_000 + "]",
        "dependencies:\n" + "".join(f"  - p{n}\n" for n in range(1_001)),
        "dependencies: " + "[" * 1_010 + "]" * 1_010,
        "dependencies: &a\n  - *a: [\n",
        "hello world\nhow are you\n",
        "\x00",
    ],
)
def test_text_that_is_no_such_file_is_refused(text: str) -> None:
    assert refused(text)


def test_list_that_holds_itself_is_refused() -> None:
    assert refused_lines("dependencies: &a\n  - *a\n") == [
        (1, "there is an anchor, which stands for something elsewhere in the file")
    ]


SPEC = re.compile(r"_?[a-z0-9][A-Za-z0-9_.+!*=<>~,-]*")
REQUIREMENT = re.compile(r"[a-z0-9][A-Za-z0-9._\-+!,\[\]<>=~*]*")
CHANNEL = re.compile(r"(?:(?:https?|file)://)?[A-Za-z0-9_/][A-Za-z0-9._~%+/:-]*")

#: What such files are made of, so that what is put together goes deep into the parser.
PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "dependencies:",
                "channels:",
                "name:",
                "prefix:",
                "variables:",
                "pip:",
                "\n",
                "\n  - ",
            ),
            *("\n- ", "\r\n", "\t", " ", "'", '"', "#", "&a ", "*a", "|", "[", "]", "{", "}", ","),
            *(
                "six",
                "_x",
                "=1.0",
                "=py_0",
                ">=2",
                "[build=*mkl]",
                "[version='>=2']",
                "conda-forge",
            ),
            *("https://x.example/t/k/c", "--copy", "-r x", "@EXPLICIT", "\ufeff", "\x00", "\u202e"),
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300)
@given(st.text(max_size=200) | PIECES)
def test_any_text_is_read_strictly_or_refused_in_words(text: str) -> None:
    around = (text, f"name: x\ndependencies:\n  - {text}\n", f"dependencies:\n- pip:\n  - {text}")
    assert all(map(is_read_strictly_or_refused, around))


@given(st.lists(st.text(alphabet="ab1_-.=<>!~*,[]' @:/", max_size=25), max_size=5))
def test_any_dependency_is_read_strictly_or_refused_by_its_line(dependencies: list[str]) -> None:
    lines = [f"  - '{dependency.replace(chr(39), chr(39) * 2)}'\n" for dependency in dependencies]
    read = read_environment_file("dependencies:\n" + "".join(lines) + "  - pip\n")
    assert all(SPEC.fullmatch(spec) for spec in read.specs)
    numbers = {refused.line for refused in read.refused}
    assert numbers <= set(range(2, 2 + len(dependencies)))
    assert len(read.specs) + len(numbers) <= len(dependencies) + 1


def is_read_strictly_or_refused(text: str) -> bool:
    try:
        read = read_environment_file(text)
    except Problem as problem:
        return clean(problem.message) == problem.message
    said = (*read.told, *(refused.why for refused in read.refused))
    return (
        all(SPEC.fullmatch(spec) for spec in read.specs)
        and all(REQUIREMENT.fullmatch(spec) for spec in read.pypi)
        and all(CHANNEL.fullmatch(channel) for channel in read.channels)
        and all(clean(sentence) == sentence and "\n" not in sentence for sentence in said)
    )


SPACES = " " * 100_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"dependencies:\n  - 'a[version={SPACES}\"]'\n", id="value"),
        pytest.param(f"dependencies:\n  - 'a[{SPACES}]'\n", id="keys"),
        pytest.param(f"dependencies:\n  - 'a{SPACES}]'\n", id="behind-a-name"),
        pytest.param(f"dependencies:\n  - '{'a' * 100_000}]'\n", id="name"),
        pytest.param("\n" * 100_000, id="lines"),
        pytest.param(f"dependencies{SPACES}\n" + "dependencies\n" * 1_000, id="key"),
    ],
)
def test_reading_takes_no_longer_for_a_file_that_is_made_to_take_long(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Problem):
        read_environment_file(text)
    assert time.process_time() - began < 2


@given(
    st.sampled_from(["a[version=", "a[build='", "a ", "a[", "a>="]),
    st.lists(
        st.sampled_from([" ", "=", "'", '"', ",", "a", "[", "]", ">"]), min_size=1, max_size=3
    ),
    st.sampled_from(['"]', "'", "]", "!", ""]),
)
def test_line_of_a_stranger_is_read_in_no_time(begun: str, again: list[str], end: str) -> None:
    repeated = "".join(again)
    line = f"{begun}{repeated * (380 // len(repeated))}{end}"
    began = time.process_time()
    with contextlib.suppress(Problem):
        parse_conda_line(line)
    assert time.process_time() - began < 0.1


def test_written_file_is_read_as_what_was_written() -> None:
    file = EnvironmentFile(
        name="climate",
        channels=("conda-forge",),
        specs=("python=3.13", "numpy>=2,<3", "libblas=*=*mkl", "pip"),
        pypi=("xarray-extras==1.0",),
    )
    text = write_environment_file(file)
    assert text == (
        "name: climate\n"
        "channels:\n"
        "  - conda-forge\n"
        "dependencies:\n"
        "  - python=3.13\n"
        "  - numpy>=2,<3\n"
        "  - libblas=*=*mkl\n"
        "  - pip\n"
        "  - pip:\n"
        "      - xarray-extras==1.0\n"
    )
    assert read_environment_file(text) == file


@pytest.mark.parametrize("name", ["true", "No", "3.13", "1e3", "x: y", "it's"])
def test_written_name_stays_a_text(name: str) -> None:
    file = EnvironmentFile(name=name, channels=(), specs=("six",), pypi=())
    text = write_environment_file(file)
    if "'" in name or ":" in name:
        [(line, why)] = refused_lines(text)
        assert line == 1
        assert "is not a name" in why
    else:
        assert read_environment_file(text).name == name
