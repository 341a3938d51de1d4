"""Commands for people: the right environment is named in each, and a shell takes them as meant."""

from __future__ import annotations

import itertools
import re
import shlex
import string
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.installers import (
    PROJECT_KINDS,
    commands_for,
    create_commands,
    navigator_create,
    navigator_install,
    recommended_manager,
    reinstall_commands,
    remove_commands,
    shell_line,
    system_commands,
    system_manager,
    update_commands,
)
from jupyterlab_envcheck.recommendations import Command

PYTHON, PREFIX = "/home/ada/my env/bin/python", "/home/ada/my env"
KINDS = (
    "venv", "uv-venv", "virtualenv", "conda", "conda-base", "pipx", "system", "pyenv", *PROJECT_KINDS,
)  # fmt: skip


def every_command() -> Iterator[Command]:
    """Yield all that any template makes."""
    for kind, pypi, channels, project in itertools.product(
        KINDS, (False, True), ((), ("conda-forge",), ("defaults",)), (None, "/home/ada/my project")
    ):
        whose = (kind, PYTHON, PREFIX, ("numpy>=2",))
        yield from commands_for(*whose, channels=channels, project=project, pypi=pypi)
        yield from remove_commands(*whose, project=project, pypi=pypi)
        yield from reinstall_commands(*whose, channels=channels)
    for kind, version in itertools.product(KINDS, (None, "3.14")):
        yield from create_commands(kind, "proj", ("numpy>=2",), version=version)


def lines(commands: tuple[Command, ...]) -> list[str]:
    return [shell_line(command.argv) for command in commands]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "venv",
            [
                "'/home/ada/my env/bin/python' -m pip install 'numpy>=2'",
                "uv pip install --python '/home/ada/my env/bin/python' 'numpy>=2'",
            ],
        ),
        (
            "conda",
            [
                "conda install -p '/home/ada/my env' 'numpy>=2'",
                "mamba install -p '/home/ada/my env' 'numpy>=2'",
                "micromamba install -p '/home/ada/my env' -c conda-forge 'numpy>=2'",
            ],
        ),
        ("pixi", ["pixi add 'numpy>=2'"]),
        ("poetry", ["poetry add 'numpy>=2'"]),
        ("pdm", ["pdm add 'numpy>=2'"]),
        ("pipenv", ["pipenv install 'numpy>=2'"]),
        ("hatch", ["hatch env run -- python -c ''"]),
        ("uv-project", ["uv add 'numpy>=2'"]),
        ("pipx", ["pipx inject 'my env' 'numpy>=2'"]),
    ],
)
def test_commands_for(kind: str, expected: list[str]) -> None:
    assert lines(commands_for(kind, PYTHON, PREFIX, ("numpy>=2",))) == expected


def test_commands_for_an_environment_from_conda_forge_take_nothing_from_elsewhere() -> None:
    commands = commands_for("conda", "p", "/e", ("six",), channels=("conda-forge",))
    assert lines(commands) == [
        "conda install -p /e -c conda-forge --override-channels six",
        "mamba install -p /e -c conda-forge --override-channels six",
        "micromamba install -p /e -c conda-forge six",
    ]


def test_commands_for_an_environment_from_defaults_name_no_channel() -> None:
    commands = commands_for("conda", "p", "/e", ("six",), channels=("defaults",))
    assert lines(commands) == [
        "conda install -p /e six",
        "mamba install -p /e six",
        "micromamba install -p /e -c defaults six",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("pixi", "pixi add --manifest-path /home/ada/proj six"),
        ("poetry", "poetry add --project /home/ada/proj six"),
        ("pdm", "pdm add --project /home/ada/proj six"),
        ("uv-project", "uv add --project /home/ada/proj six"),
    ],
)
def test_commands_for_a_project_name_its_folder(kind: str, expected: str) -> None:
    commands = commands_for(kind, PYTHON, PREFIX, ("six",), project="/home/ada/proj")
    assert lines(commands) == [expected]
    removal = remove_commands(kind, PYTHON, PREFIX, ("six",), project="/home/ada/proj")
    assert lines(removal) == [expected.replace(" add ", " remove ")]


def test_commands_for_what_is_on_pypi_only() -> None:
    assert lines(commands_for("pixi", "p", "/e", ("six",), pypi=True)) == ["pixi add --pypi six"]
    assert lines(commands_for("conda", "/e/bin/python", "/e", ("six",), pypi=True)) == [
        "/e/bin/python -m pip install six",
        "uv pip install --python /e/bin/python six",
    ]


@pytest.mark.parametrize(
    ("kind", "managed"),
    [
        ("homebrew", None),
        ("macports", None),
        ("spack", None),
        ("uv-tool", None),
        ("system", True),
        ("store", True),
    ],
)
def test_commands_where_the_owner_lets_no_tool_in(kind: str, managed: bool | None) -> None:  # noqa: FBT001
    whose = (kind, PYTHON, PREFIX, ("numpy",))
    assert commands_for(*whose, externally_managed=managed) == ()
    assert remove_commands(*whose, externally_managed=managed) == ()
    assert reinstall_commands(*whose, externally_managed=managed) == ()
    assert recommended_manager(kind, has_pip=True, externally_managed=managed) is None


@pytest.mark.parametrize(("kind", "manager"), [("conda-base", "conda"), ("pipx", "pipx")])
def test_commands_of_the_owner_of_a_managed_environment(kind: str, manager: str) -> None:
    """The marker of PEP 668 keeps pip and uv out, not who owns the environment."""
    assert recommended_manager(kind, has_pip=True, externally_managed=True) == manager
    commands = commands_for(kind, PYTHON, PREFIX, ("numpy",), externally_managed=True)
    assert commands[0].manager == manager


def test_reinstall_commands() -> None:
    assert lines(reinstall_commands("venv", "p", "/e", ("six",))) == [
        "p -m pip install --force-reinstall --only-binary :all: six",
        "uv pip install --python p --reinstall --no-build six",
    ]
    conda = reinstall_commands("conda", "p", "/e", ("six=1.16.0",), channels=("conda-forge",))
    assert lines(conda) == [
        "conda install -p /e -c conda-forge --override-channels --force-reinstall six=1.16.0",
        "mamba install -p /e -c conda-forge --override-channels --force-reinstall six=1.16.0",
        "micromamba install -p /e -c conda-forge --force-reinstall six=1.16.0",
    ]


def test_remove_commands_of_pipx() -> None:
    [command] = remove_commands("pipx", PYTHON, "/home/ada/pipx/venvs/black/", ("numpy>=2",))
    assert command.argv == ("pipx", "uninject", "black", "numpy")


def test_remove_commands_take_names() -> None:
    [pip, uv] = remove_commands("venv", PYTHON, PREFIX, ("numpy>=2",))
    assert pip.argv == (PYTHON, "-m", "pip", "uninstall", "numpy")
    assert uv.argv == ("uv", "pip", "uninstall", "--python", PYTHON, "numpy")


def test_remove_commands_of_conda_name_no_channel() -> None:
    assert lines(remove_commands("conda", "p", "/e", ("six",))) == [
        "conda remove -p /e six",
        "mamba remove -p /e six",
        "micromamba remove -p /e six",
    ]


def test_remove_commands_of_what_pip_brought_into_an_environment_of_condas() -> None:
    commands = remove_commands("conda", PYTHON, PREFIX, ("six",), pypi=True)
    assert [command.manager for command in commands] == ["pip", "uv"]


@pytest.mark.parametrize(
    ("kind", "has_pip", "manager"),
    [
        ("venv", True, "pip"),
        ("venv", None, "pip"),
        ("venv", False, "uv"),
        ("uv-venv", True, "uv"),
        ("conda-base", True, "conda"),
        ("poetry", True, "poetry"),
    ],
)
def test_recommended_manager(kind: str, has_pip: bool | None, manager: str) -> None:  # noqa: FBT001
    assert recommended_manager(kind, has_pip=has_pip) == manager
    assert manager in {c.manager for c in commands_for(kind, PYTHON, PREFIX, ("x",))}


@pytest.mark.parametrize("kind", ["venv", "conda", "pixi", "uv-project", "poetry", "pdm"])
def test_create_commands_bring_a_kernel_and_what_is_asked_for(kind: str) -> None:
    words = {word for command in create_commands(kind, "proj", ("numpy",)) for word in command.argv}
    assert {"ipykernel", "numpy"} <= words


def test_create_commands_of_a_project() -> None:
    assert lines(create_commands("pixi", "proj", ("numpy",), version="3.14")) == [
        "pixi init proj",
        "pixi add --manifest-path proj python=3.14 ipykernel numpy",
    ]
    assert lines(create_commands("uv-project", "proj", ("numpy",))) == [
        "uv init proj",
        "uv add --project proj --dev ipykernel",
        "uv add --project proj numpy",
    ]


def test_system_commands_call_packages_as_the_system_does() -> None:
    names = ("numpy", "scikit-learn", "pyyaml")
    [apt] = system_commands("apt", names)
    assert shell_line(apt.argv) == "sudo apt install python3-numpy python3-sklearn python3-yaml"
    [dnf] = system_commands("dnf", names)
    assert (
        shell_line(dnf.argv) == "sudo dnf install python3-numpy python3-scikit-learn python3-pyyaml"
    )
    [brew] = system_commands("brew", names)
    assert shell_line(brew.argv) == "brew install numpy"
    assert system_commands("brew", ("seaborn",)) == ()


@pytest.mark.parametrize(
    ("kind", "path", "manager"),
    [
        ("system", "/usr/lib/python3/dist-packages", "apt"),
        ("system", "/usr/lib64/python3.13/site-packages", None),
        ("homebrew", "/opt/homebrew/lib/python3.13/site-packages", "brew"),
    ],
)
def test_system_manager(kind: str, path: str, manager: str | None) -> None:
    assert system_manager(kind, (path,)) == manager


def test_no_command_forces_its_way_or_asks_for_more_rights() -> None:
    commands = list(every_command())
    assert len(commands) > 100
    for command in commands:
        assert "--break-system-packages" not in command.argv
        assert "--override-frozen" not in command.argv
        assert "--user" not in command.argv
        assert "sudo" not in command.argv


def test_no_install_leaves_open_which_environment_is_meant() -> None:
    """pipenv and hatch know no option for it: they are told by the folder one stands in."""
    for kind in set(KINDS) - {"pipenv", "hatch", "pipx"}:
        whose = (kind, PYTHON, PREFIX, ("numpy",))
        project = "/home/ada/my project"
        for command in (
            *commands_for(*whose, project=project),
            *remove_commands(*whose, project=project),
        ):
            assert {PYTHON, PREFIX, project} & set(command.argv), command


def test_navigators_steps_name_environment_and_packages() -> None:
    told = " ".join(navigator_install("climate", ("numpy", "scipy")))
    assert "click climate" in told
    assert "numpy and scipy" in told
    assert "Apply" in told


def test_navigators_steps_that_create() -> None:
    assert "version 3.14" in " ".join(navigator_create("climate", "3.14"))


@given(st.lists(st.text(min_size=1), min_size=1))
def test_shell_line_is_taken_apart_into_the_same_words(argv: list[str]) -> None:
    assert shlex.split(shell_line(argv)) == argv


#: What stands in commands on Windows; a path there can hold none of `"<>|*?`, but a requirement can.
WORDS = st.lists(st.text(string.printable.strip() + " é", min_size=1), min_size=1)


@given(WORDS)
def test_shell_line_of_cmd_is_taken_apart_into_the_same_words(argv: list[str]) -> None:
    assert taken_apart_by_windows(shell_line(argv, dialect="cmd")) == argv


@given(WORDS)
def test_shell_line_of_powershell_is_taken_apart_into_the_same_words(argv: list[str]) -> None:
    line = shell_line(argv, dialect="powershell")
    words = re.findall(r"'((?:[^']|'')*)'|(\S+)", line.removeprefix("& "))
    assert [quoted.replace("''", "'") or bare for quoted, bare in words] == argv
    bare = re.sub(r"'(?:[^']|'')*'", "", line.removeprefix("& "))
    assert not re.search(r"[|&<>()$`{}@#,;\"]", bare)


def test_shell_line_of_cmd_ends_a_word_with_a_backslash() -> None:
    line = shell_line(("cd", "C:\\my env\\", "&"), dialect="cmd")
    assert line == r'cd "C:\my env\\" "&"'
    assert taken_apart_by_windows(line) == ["cd", "C:\\my env\\", "&"]


def test_shell_line_on_windows() -> None:
    argv = (r"C:\my env\python.exe", "-m", "pip", "install", "numpy>=2")
    assert shell_line(argv, dialect="cmd") == r'"C:\my env\python.exe" -m pip install "numpy>=2"'
    assert (
        shell_line(argv, dialect="powershell")
        == r"& 'C:\my env\python.exe' -m pip install 'numpy>=2'"
    )


def taken_apart_by_windows(line: str) -> list[str]:
    """Take a line apart as programs on Windows do (CommandLineToArgvW), after the first word, too."""
    words: list[str] = []
    word, quoted, begun, at = "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        after = line[at + slashes : at + slashes + 1]
        if slashes and after == '"':
            word, begun = word + "\\" * (slashes // 2), True
            at += slashes
            if slashes % 2:
                word += '"'
                at += 1
        elif slashes:
            word, begun = word + "\\" * slashes, True
            at += slashes
        elif line[at] == '"':
            quoted, begun = not quoted, True
            at += 1
        elif line[at] in " \t" and not quoted:
            words += [word] if begun else []
            word, begun = "", False
            at += 1
        else:
            word, begun = word + line[at], True
            at += 1
    return [*words, word] if begun else words


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (
            "venv",
            [
                "/p/bin/python -m pip install --upgrade a>1 b",
                "uv pip install --python /p/bin/python --upgrade-package a --upgrade-package b a>1 b",
            ],
        ),
        (
            "conda",
            ["conda update -p /p a>1 b", "mamba update -p /p a>1 b"],
        ),
        ("pixi", ["pixi update --manifest-path /code a b"]),
        ("poetry", ["poetry update --project /code a b"]),
        ("pdm", ["pdm update --project /code a b"]),
        ("pipenv", ["pipenv update a b"]),
        ("uv-project", ["uv sync --project /code --upgrade-package a --upgrade-package b"]),
        ("homebrew", []),
        ("hatch", []),
    ],
)
def test_update_commands(kind: str, lines: list[str]) -> None:
    found = update_commands(kind, "/p/bin/python", "/p", ("a>1", "b"), project="/code")
    assert [" ".join(command.argv) for command in found][: len(lines) or None] == lines


def test_update_commands_where_no_tool_is_let_in() -> None:
    assert (
        update_commands("system", "/usr/bin/python3", "/usr", ("a",), externally_managed=True) == ()
    )
