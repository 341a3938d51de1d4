"""`%%envcheck`: the cell runs as it would without it, and what it used is told."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def silence(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()


def test_cell_runs_in_the_namespace_and_its_result_and_history_are_as_ever(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    names, count = set(shell.user_ns), shell.execution_count
    result = shell.run_cell("%%envcheck\nleft = 20\nleft + 22", store_history=True)
    out = capsys.readouterr().out
    assert result.result == 42
    assert f"Out[{count}]: 42\n" in out
    assert "It took " in out
    new = set(shell.user_ns) - names
    assert {name for name in new if not name.startswith("_i")} == {"left", f"_{count}"}
    assert shell.execution_count == count + 1
    assert shell.history_manager.input_hist_raw[-1] == "%%envcheck\nleft = 20\nleft + 22"
    assert shell.user_ns["Out"][count] == 42


def test_cell_with_a_semicolon_shows_no_result(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%%envcheck\n1 + 1;", store_history=True)
    assert capsys.readouterr().out.startswith("It took ")


def test_cell_that_fails_fails_as_ever_and_names_its_own_line(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    result = shell.run_cell("%%envcheck\nzero = 0\n1 / zero", store_history=True)
    out = capsys.readouterr().out
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert "line 3" in out
    assert "jupyterlab_envcheck" not in out
    assert "It took " in out


def test_cell_with_an_error_of_syntax_fails_as_ever(shell: Any) -> None:
    result = shell.run_cell("%%envcheck\nx = = 1")
    assert isinstance(result.error_before_exec, SyntaxError)
    assert result.error_before_exec.lineno == 2


@pytest.mark.parametrize(
    "cell",
    [
        "%%envcheck\nfrom __future__ import annotations\n7",
        "%%envcheck\nimport asyncio\nawait asyncio.sleep(0)\n7",
        "\n\n%%envcheck --text\n7",
    ],
)
def test_cell_of_any_kind_is_told_of_once(
    shell: Any, cell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell.run_cell(cell).result == 7
    assert capsys.readouterr().out.count("It took ") == 1


def test_cell_after_a_watched_one_is_not_watched(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%%envcheck\n1;")
    capsys.readouterr()
    shell.run_cell("1;", store_history=True)
    assert capsys.readouterr().out == ""


def test_cell_that_runs_others_is_told_of_when_it_has_ended(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%%envcheck\nget_ipython().run_cell('print(6)')\nprint(7)")
    out = capsys.readouterr().out
    assert out.startswith("6\n")
    assert out.index("7\n") < out.index("It took ")
    assert out.count("It took ") == 1


def test_cell_with_another_magic_below(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%%envcheck\n%%time\nbelow = 1")
    out = capsys.readouterr().out
    assert shell.user_ns["below"] == 1
    assert "Wall time" in out
    assert "It took " in out


def test_cell_below_another_magic(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%%capture kept\n%%envcheck\nprint(5)")
    assert capsys.readouterr().out == ""
    assert shell.user_ns["kept"].stdout.startswith("5\n")
    assert "It took " in shell.user_ns["kept"].stdout


@pytest.mark.parametrize("above", ["%%time\n", "%%capture kept\n%%time\n"])
def test_cell_below_a_magic_that_runs_it_by_itself(
    shell: Any, above: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(f"{above}%%envcheck\ninside = 3")
    out = capsys.readouterr().out or shell.user_ns["kept"].stdout
    assert shell.user_ns.pop("inside") == 3
    assert out.count("It took ") == 1
    assert "Wall time" in out


def test_cell_that_is_pasted_with_prompts(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.run_cell(">>> %%envcheck\n>>> 3 + 4", store_history=True).result == 7
    assert capsys.readouterr().out.count("It took ") == 1


def test_cell_after_empty_ones_is_told_of_once(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("get_ipython().run_cell('')\nget_ipython().run_cell('%%time\\n%%envcheck\\n1')")
    shell.run_cell(" ")
    shell.run_cell("%%envcheck\n2")
    assert capsys.readouterr().out.count("It took ") == 2


def test_cell_with_words_that_say_nothing_does_not_run(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run All and programs that run notebooks go no further: what follows may need it."""
    assert not shell.run_cell("%%envcheck --nosuch\nnever = 1").success
    said = capsys.readouterr().out
    assert "Unrecognized arguments: --nosuch." in said
    assert "Traceback" not in said
    assert "never" not in shell.user_ns


def test_cell_help_is_shown_once(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.run_cell("%%envcheck --help\nnever = 1").success
    assert capsys.readouterr().out.count("Tell what a cell used while it ran.") == 1
    assert "never" not in shell.user_ns


def test_cell_redacted(
    shell: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run_cell("%%envcheck --redact\nimport numpy")
    out = capsys.readouterr().out
    assert "It took " in out
    assert "/home/" not in out
