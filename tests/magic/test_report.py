"""`%envcheck` in IPython's shell: the report as text and as data."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_envcheck.render.json import dumps


def said(shell: InteractiveShell, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    shell.run_line_magic("envcheck", line)
    return capsys.readouterr().out


def test_report_is_of_this_interpreter(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(shell, "", capsys)
    assert sys.prefix in text.replace("\n", "")
    assert "NumPy uses" in text


def test_report_on_one_family(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(shell, "threads", capsys)
    assert "Installs go to" in text
    assert "NumPy uses" not in text


def test_report_that_finds_something_does_not_fail(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("if False:\n    import sklearn", store_history=True)
    assert shell.run_cell("%envcheck notebook").success
    assert "imports sklearn, which is not installed here" in capsys.readouterr().out


def test_report_speaks_of_the_cells_that_were_run(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("if False:\n    import sklearn", store_history=True)
    shell.run_cell("%envcheck notebook", store_history=True)
    assert "The notebook imports sklearn, which is not installed here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("nosuch", "There is no check or family named nosuch.\n`%envcheck list` shows them all.\n"),
        (
            "--nosuch",
            "Unrecognized arguments: --nosuch.\n`%envcheck --help` shows what can be said.\n",
        ),
        ('"x', "No closing quotation.\nClose what is open.\n"),
        ("--html --text", "Argument --text: not allowed with argument --html.\n"),
        ("install", "The following arguments are required: SPEC.\n"),
        ("install x --json", "--json asks nothing: give --dry-run or --yes, too.\n"),
        ("explain nosuch", "There is no check named nosuch.\n"),
        ("jobs nosuch", "There is no job nosuch.\n`%envcheck jobs` lists them.\n"),
    ],
)
def test_words_that_say_nothing_fail_and_are_answered_in_sentences(
    shell: Any, line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    result = shell.run_cell(f"%envcheck {line}")
    told = capsys.readouterr().out
    assert not result.success
    assert sentence in told
    assert "Traceback" not in told


def test_report_as_data(shell: InteractiveShell) -> None:
    data = shell.run_line_magic("envcheck", "blas --json")
    assert data["schema_version"] == 1
    assert {outcome["family"] for outcome in data["outcomes"]} == {"blas"}


def test_report_redacted_names_no_home_no_user_and_no_host(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", os.path.dirname(sys.prefix))  # noqa: PTH120 - a home, for once
    plain = dumps(shell.run_line_magic("envcheck", "--json"))
    redacted = dumps(shell.run_line_magic("envcheck", "--json --redact"))
    home = os.path.dirname(sys.prefix)  # noqa: PTH120
    assert f'"{sys.prefix}"' in plain
    assert f'"~/{os.path.basename(sys.prefix)}"' in redacted  # noqa: PTH119
    assert f"{home}/" not in redacted
    assert not re.search(rf"\b{re.escape(platform.node())}\b", redacted)
    assert getpass.getuser() == "root" or getpass.getuser() not in redacted


def test_report_redacted_has_nothing_that_became_a_secret_since_the_start(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "NumPy uses" in said(shell, "", capsys)
    monkeypatch.setenv("MY_TOKEN", "NumPy uses")
    assert "NumPy uses" not in said(shell, "--redact", capsys)


def test_report_adds_no_name_and_moves_no_variable(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    names, variables = set(shell.user_ns), dict(os.environ)
    said(shell, "", capsys)
    assert set(shell.user_ns) == names
    assert dict(os.environ) == variables


def test_help_of_a_command_is_shown_and_ends_nothing(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(shell, "install --help", capsys)
    assert text.startswith("usage: %envcheck install [-h]")
    assert "(default: this kernel's own environment)" in " ".join(text.split())
    assert said(shell, "--help", capsys).startswith("usage: %envcheck [-h]")


def test_guide_and_explain_and_list(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "# Which variable rules" in said(shell, "guide threads", capsys)
    assert "# pip-missing" in said(shell, "explain pip-missing", capsys)
    assert "\npip-missing " in said(shell, "list", capsys)


def test_question_mark_shows_the_documentation(shell: Any) -> None:
    shown = shell.object_inspect_text("%envcheck", detail_level=0)
    assert "%envcheck install SPEC…" in shown
    assert "Over a cell it tells what the cell used" in shown
