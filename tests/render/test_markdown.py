"""The report for an issue: what it tells, that nothing in it is markup, and whom it does not name."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from golden_scenes import BUSY, CONDA_BASE, OLD, PROBLEMS, REMOTE, SAME, SILENT, report
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.facts.redaction import Identity, Redaction
from jupyterlab_envcheck.flow import redaction_of
from jupyterlab_envcheck.render.markdown import for_issue, markdown
from make_facts import ENVIRONMENT, make_facts

ADA = Redaction(Identity(homes=("/home/ada",), users=("ada",), hosts=("engine.lab.example",)))
SCENES = {
    "healthy": make_facts(),
    "problems": PROBLEMS,
    "busy": BUSY,
    "old": OLD,
    "silent": SILENT,
    "remote": REMOTE,
    "same": SAME,
    "conda-base": CONDA_BASE,
}


def test_markdown_tells_where_and_what() -> None:
    lines = for_issue(report(PROBLEMS), ADA).splitlines()
    assert "- Environment: `climate` (venv), `~/climate`" in lines
    assert "- Python: 3.13.1 (cpython)" in lines
    assert "- Jupyter: `base` (conda base), `~/miniforge3`" in lines
    assert "**1 problem · 3 warnings**" in lines
    title = "The notebook imports sklearn, which is not installed here"
    assert f"#### ✖ Problem: {title}" in lines
    assert "- pip: `~/climate/bin/python -m pip install scikit-learn`" in lines


def test_markdown_that_is_not_redacted_keeps_the_paths() -> None:
    assert "`/home/ada/climate`" in markdown(report(PROBLEMS))


@pytest.mark.parametrize("facts", SCENES.values(), ids=SCENES)
def test_redacted_markdown_names_no_user_and_no_home(facts: Facts) -> None:
    told = for_issue(report(facts), ADA)
    assert "/home/ada" not in told
    assert "ada" not in told.replace("metadata", "")


def test_user_of_the_environment_is_not_named_either() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, user="grace", name="grace-proj"))
    one = report(facts)
    assert "grace" not in for_issue(one, redaction_of([one]))


def test_html_is_text_wherever_it_comes_from() -> None:
    hostile = "<img src=x onerror=alert(1)>|[a](javascript:b) `</details>` **x**"
    facts = make_facts(environment=replace(ENVIRONMENT, name=hostile, kind=hostile))
    assert _markup(markdown(report(facts))) == set()


@given(st.text(alphabet=st.sampled_from("`*_[]<>()!|\\&#~$ \nab/:"), min_size=1, max_size=40))
def test_any_name_is_shown_as_it_is_and_makes_no_markup(name: str) -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, name=name))
    page = markdown(report(facts))
    assert _markup(page) == set()
    assert "- Python: 3.13.1" in page


def _markup(page: str) -> set[str]:
    """Return the HTML tags of a page, and the targets of links that are not web pages."""
    tags: set[str] = set()
    for block in MarkdownIt("commonmark", {"html": True}).enable("table").parse(page):
        if block.type == "html_block":
            tags |= {"<" + tag.split(">")[0] + ">" for tag in block.content.split("<")[1:]}
        for token in block.children or ():
            if token.type == "html_inline":
                tags.add(token.content)
            href = str((token.attrs or {}).get("href", "https://"))
            if not href.startswith("https://"):
                tags.add(href)
    return tags


def test_command_line_writes_markdown_for_an_issue() -> None:
    argv = [sys.executable, "-m", "jupyterlab_envcheck", "report", sys.prefix]
    ran = subprocess.run(
        [*argv, "--markdown", "--redact"], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.startswith("### What envcheck found\n")
    assert f"{Path.home()}/" not in ran.stdout
