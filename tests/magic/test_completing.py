"""How a line goes on, as IPython itself asks."""

from __future__ import annotations

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
        ("%%envcheck --", {"--redact", "--text"}, {"--json"}),
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


def test_ipython_completes_a_finding_of_the_last_report(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("if False:\n    import sklearn", store_history=True)
    shell.run_line_magic("envcheck", "notebook")
    capsys.readouterr()
    line = "%envcheck missing-import:sklearn"
    assert offered(shell, "%envcheck missing-import:") == [line]
