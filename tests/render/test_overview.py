"""Reports on kernelspecs side by side, for a terminal and as Markdown."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from golden_overview import OVERVIEW
from jupyterlab_envcheck.plan import Failure
from jupyterlab_envcheck.render.markdown import overview_markdown
from jupyterlab_envcheck.render.overview import Overview, count_line, print_overview
from jupyterlab_envcheck.render.text import plain

HOSTILE = "a|b\x07<b>[red]"


def shown(overview: Overview, width: int) -> list[str]:
    return plain(lambda console: print_overview(overview, console), width).splitlines()


@pytest.mark.parametrize("width", [40, 71, 72, 88, 200])
def test_overview_keeps_to_its_width(width: int) -> None:
    assert max(map(len, shown(OVERVIEW, width))) <= width


@pytest.mark.parametrize("width", [40, 88])
def test_overview_begins_with_all_kernelspecs_and_goes_on_with_each(width: int) -> None:
    lines = [line.rstrip() for line in shown(OVERVIEW, width)]
    assert lines[0] == "5 kernelspecs of 2 environments"
    heads = [line.split(" ─")[0] for line in lines if " ─" in line]
    assert heads == ["base", "climate", "climate-2", "ir", "old"]
    assert "The same as for climate." in lines


def test_environment_with_other_findings_is_not_the_same() -> None:
    # "old" is of climate's environment, too.
    lines = [line.rstrip() for line in shown(OVERVIEW, 88)]
    assert lines.count("The same as for climate.") == 1


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 kernelspecs"), (1, "1 kernelspec of 1 environment")],
)
def test_count(count: int, words: str) -> None:
    assert count_line(replace(OVERVIEW, kernelspecs=OVERVIEW.kernelspecs[:count])) == words


def test_names_and_sentences_from_outside_are_shown_as_text() -> None:
    failure = Failure(reason="x", message=HOSTILE, hint="Mend it.")
    failed = replace(OVERVIEW.kernelspecs[3], name=HOSTILE, failure=failure)
    overview = replace(OVERVIEW, kernelspecs=(failed,))
    assert any("<b>[red]" in line for line in shown(overview, 88))
    page = overview_markdown(overview).splitlines()
    [row] = [line for line in page if line.startswith("| a")]
    assert row.startswith("| a\\|b")
    assert "\\<b\\>\\[red\\]" in row


def test_colours_only_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    def coloured(**options: bool) -> str:
        page = io.StringIO()
        print_overview(OVERVIEW, Console(file=page, width=88, force_terminal=True, **options))  # type: ignore[arg-type]
        return page.getvalue()

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31m" in coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "31m" not in coloured()
