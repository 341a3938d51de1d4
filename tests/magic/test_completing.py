"""How a line goes on, as IPython itself asks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from golden_scenes import PROBLEMS, report
from jupyterlab_envcheck.magic.completing import completions

REPORT = report(PROBLEMS)


def offered(shell: InteractiveShell, line: str) -> list[str]:
    """Return what a line would be with each of what a front end offers at its end."""
    assert shell.Completer is not None
    with provisionalcompleter():
        offers = list(shell.Completer.completions(line, len(line)))
    return [line[: one.start] + one.text + line[one.end :] for one in offers]


@pytest.mark.parametrize(
    ("line", "holds", "holds_not"),
    [
        ("%envcheck ", {"install", "threads", "pip-missing", "missing-import:sklearn"}, {"--json"}),
        ("%envcheck thr", {"threads", "threads-exceed-cpus"}, set()),
        ("%envcheck threads ", {"blas", "missing-import:sklearn"}, {"install", "threads"}),
        ("%envcheck --", {"--json", "--html", "--text", "--redact"}, {"--yes", "install"}),
        ("%envcheck install --", {"--dry-run", "--yes", "--installer"}, {"--redact"}),
        ("%envcheck explain ", {"pip-missing"}, {"threads"}),
        ("%envcheck guide ", {"threads"}, {"pip-missing"}),
        ("%envcheck remove ", {"numpy", "requests"}, {"install"}),
        ("%envcheck install ", set(), {"install", "numpy"}),
        ("%envcheck install x --installer ", {"auto", "conda", "uv"}, {"python3", "--yes"}),
        ("%envcheck install x --target ", {"python3"}, {"numpy"}),
        ("%envcheck outdated ", {"python3"}, {"numpy"}),
        ("%envcheck update x --build ", set(), {"numpy"}),
        ("%%envcheck --", {"--redact", "--text"}, {"--json"}),
        ("%%envcheck ", {"--redact", "--text"}, {"--json", "threads"}),
    ],
)
def test_completions(line: str, holds: set[str], holds_not: set[str]) -> None:
    found = set(completions(line, REPORT))
    assert holds <= found
    assert not holds_not & found


def test_completions_without_a_report() -> None:
    assert "missing-import:sklearn" not in completions("%envcheck ", None)
    assert completions("%envcheck remove ", None) == []


def test_ipython_completes_words_of_ours(shell: InteractiveShell) -> None:
    assert offered(shell, "%envcheck installi") == ["%envcheck installing"]
    assert offered(shell, "%envcheck install --dr") == ["%envcheck install --dry-run"]
    assert offered(shell, "%%envcheck --r") == ["%%envcheck --redact"]
    assert offered(shell, "  %envcheck installi") == ["  %envcheck installing"]
    assert offered(shell, "x = %envcheck --j") == ["x = %envcheck --json"]


@pytest.mark.parametrize(
    "line",
    [
        "%envcheck install ",
        "%envcheck install pri",
        "%envcheck create ",
        "%envcheck create x --python ",
        "%envcheck nosuchzz",
        "%%envcheck --nosuch",
    ],
)
def test_ipython_offers_no_names_of_python_where_no_word_is_known(
    shell: InteractiveShell, line: str
) -> None:
    assert offered(shell, line) == []


@pytest.mark.parametrize("line", ["%envcheckx ", "x == %envcheck thr", "print('%envcheck thr"])
def test_ipython_offers_our_words_in_lines_of_ours_alone(
    shell: InteractiveShell, line: str
) -> None:
    assert not [one for one in offered(shell, line) if one.endswith(("threads", "install"))]


@pytest.mark.parametrize(
    "line", ["%envcheck restore ", "%envcheck export --file ", "%envcheck install x --target ./"]
)
def test_ipython_offers_files_where_a_file_is_meant(
    shell: InteractiveShell, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert [one for one in offered(shell, line) if "python3" not in one] == [f"{line}mine.yml"]


def test_completions_of_targets_load_no_part_of_jupyter(monkeypatch: pytest.MonkeyPatch) -> None:
    """It brings tornado along, which a plain IPython is without."""
    monkeypatch.delitem(sys.modules, "jupyter_client", raising=False)
    assert completions("%envcheck install x --target ", REPORT) == []
    assert "jupyter_client" not in sys.modules


def test_ipython_completes_a_finding_of_the_last_report(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("if False:\n    import sklearn", store_history=True)
    shell.run_line_magic("envcheck", "notebook")
    capsys.readouterr()
    line = "%envcheck missing-import:sklearn"
    assert offered(shell, "%envcheck missing-import:") == [line]
