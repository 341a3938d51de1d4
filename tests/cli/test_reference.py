"""What `--help` and the reference say of each command."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.cli.parser import Parser
from jupyterlab_envcheck.cli.reference import command_md

COMMANDS = Parser().commands
PAGE = command_md()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_says_what_it_does_and_names_its_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: jupyter envcheck {command}")
    assert all(option in told for option in Parser().options_of(command))
    description = COMMANDS[command].description
    assert description is not None
    assert " ".join(description.split()) in " ".join(told.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_reference_has_each_command_with_all_its_words(command: str) -> None:
    section = PAGE.split(f"\n## {command}\n")[1].split("\n## ")[0]
    for action in COMMANDS[command]._actions:
        if action.dest != "help":
            word = action.option_strings[0] if action.option_strings else str(action.metavar)
            assert f"| `{word}" in section


def test_help_alone_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)
