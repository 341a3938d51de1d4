"""The report as text and HTML, with hostile strings in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from html5lib import HTMLParser

from golden_scenes import BUSY, CONDA_BASE, OLD, PROBLEMS, REMOTE, SAME, SILENT, report
from jupyterlab_envcheck.facts import Facts, Interrupted
from jupyterlab_envcheck.render.html import html
from jupyterlab_envcheck.render.sentences import untold
from jupyterlab_envcheck.render.text import text
from make_facts import ENVIRONMENT, OPENBLAS_FILE, make_facts

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


@pytest.mark.parametrize("facts", SCENES.values(), ids=SCENES)
def test_html_is_well_formed(facts: Facts) -> None:
    parser = HTMLParser(strict=True)
    parser.parseFragment(html(report(facts)))


@pytest.mark.parametrize("facts", SCENES.values(), ids=SCENES)
def test_text_keeps_to_its_width(facts: Facts) -> None:
    assert max(map(len, text(report(facts), width=60).splitlines())) <= 60


def test_text_tells_where_installs_go_and_where_jupyter_is() -> None:
    lines = text(report(make_facts())).splitlines()
    assert lines[1] == "Installs go to climate (venv)."
    assert lines[2] == "Jupyter itself runs in base; !pip and terminals act there."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "conda", "owner": "conda", "externally_managed": True}, "Installs go to climate"),
        ({"kind": "system", "externally_managed": True}, "climate belongs to the operating system"),
        (
            {"kind": "pixi", "owner": "pixi"},
            "climate is looked after by pixi: nothing is installed",
        ),
    ],
)
def test_text_tells_where_no_installs_go(changes: dict[str, Any], told: str) -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, **changes))
    assert text(report(facts)).splitlines()[1].startswith(told)


def test_text_of_a_remote_kernel_does_not_speak_of_where_pip_acts() -> None:
    told = text(report(REMOTE))
    assert "node7" in told
    assert "!pip" not in told


def test_text_folds_a_long_path_and_loses_nothing_of_it() -> None:
    told = text(report(make_facts()), width=60)
    assert OPENBLAS_FILE in "".join(line.strip() for line in told.splitlines()).replace(" ", "")


def test_text_counts_by_severity() -> None:
    assert "1 problem · 3 warnings" in text(report(PROBLEMS))


def test_text_of_unknown_facts_does_not_say_that_all_is_well() -> None:
    assert "Nothing is wrong" not in text(report(SILENT))


def test_interrupted_change_is_shown_with_the_command_that_mends_it() -> None:
    known = Interrupted(
        job="0123456789abcdef",
        what="install scipy",
        at=None,
        undoable=True,
        reason=None,
        done=(),
        missing=("scipy 1.18.1",),
    )
    facts = make_facts(environment=replace(ENVIRONMENT, interrupted=known))
    told = [line.rstrip() for line in text(report(facts)).splitlines()]
    after = told.index("  Put it back as it was:") + 1
    assert told[after] == "    envcheck jupyter envcheck undo 01234567"
    assert "%envcheck undo 01234567" in html(report(facts))


def test_markup_in_names_is_shown_as_text() -> None:
    hostile = "<img src=x onerror=alert(1)>[bold]"
    facts = make_facts(environment=replace(ENVIRONMENT, name=hostile))
    assert "<img" not in html(report(facts))
    assert hostile in text(report(facts), width=200)


def test_untold_checks_are_told_once_for_each_reason() -> None:
    lines = untold(report(SILENT))
    assert len(lines) == len({line.partition(": ")[0] for line in lines})
    assert all(line.count(", ") for line in lines[:1]), "the commonest reason comes first"
