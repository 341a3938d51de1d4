"""Commands for people: the right environment is named in each, and a shell takes them as meant."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.installers import (
    commands_for,
    create_commands,
    recommended_manager,
    remove_commands,
    shell_line,
)

PYTHON, PREFIX = "/home/ada/my env/bin/python", "/home/ada/my env"


@pytest.mark.parametrize(
    ("kind", "lines"),
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
        ("pipx", ["pipx inject 'my env' 'numpy>=2'"]),
    ],
)
def test_commands_for(kind: str, lines: list[str]) -> None:
    commands = commands_for(kind, PYTHON, PREFIX, ("numpy>=2",))
    assert [shell_line(command.argv) for command in commands] == lines


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
    assert recommended_manager(kind, has_pip=True, externally_managed=managed) is None


@pytest.mark.parametrize(("kind", "manager"), [("conda-base", "conda"), ("pipx", "pipx")])
def test_commands_of_the_owner_of_a_managed_environment(kind: str, manager: str) -> None:
    """The marker of PEP 668 keeps pip and uv out, not who owns the environment."""
    assert recommended_manager(kind, has_pip=True, externally_managed=True) == manager
    commands = commands_for(kind, PYTHON, PREFIX, ("numpy",), externally_managed=True)
    assert commands[0].manager == manager


def test_remove_commands_of_pipx() -> None:
    [command] = remove_commands("pipx", PYTHON, "/home/ada/pipx/venvs/black/", ("numpy>=2",))
    assert command.argv == ("pipx", "uninject", "black", "numpy")


def test_remove_commands_take_names() -> None:
    [pip, uv] = remove_commands("venv", PYTHON, PREFIX, ("numpy>=2",))
    assert pip.argv == (PYTHON, "-m", "pip", "uninstall", "numpy")
    assert uv.argv == ("uv", "pip", "uninstall", "--python", PYTHON, "numpy")


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


@pytest.mark.parametrize("kind", ["venv", "conda"])
def test_create_commands_bring_a_kernel(kind: str) -> None:
    commands = create_commands(kind, "proj", ("numpy",))
    assert any({"ipykernel", "numpy"} <= set(command.argv) for command in commands)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_shell_line_is_taken_apart_into_the_same_words(argv: list[str]) -> None:
    assert shlex.split(shell_line(argv)) == argv


def test_shell_line_on_windows() -> None:
    line = shell_line((r"C:\my env\python.exe", "-m", "pip", "install", "numpy>=2"), windows=True)
    assert line == r'"C:\my env\python.exe" -m pip install "numpy>=2"'
