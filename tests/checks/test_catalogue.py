"""Laws for every check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyterlab_envcheck.checks import CHECKS, Check
from jupyterlab_envcheck.engine import judge
from make_facts import make_facts

FAMILIES = {
    "blas", "conda", "environment", "gpu", "installing", "jupyter", "navigator", "notebook",
    "reproducibility", "support", "threads",
}  # fmt: skip

HEADINGS = [
    "## What it does",
    "## Why this matters",
    "## How to fix it",
    "## Example",
    "## Tried on",
]

#: On unknown facts every check says that it cannot tell; on a healthy venv these two inform.
INFORMING = {"kernel-not-server-env", "blas-report"}


@pytest.fixture(params=CHECKS, ids=lambda check: check.id())
def check(request: pytest.FixtureRequest) -> type[Check]:
    one: type[Check] = request.param
    return one


def test_ids_are_unique() -> None:
    assert len({check.id() for check in CHECKS}) == len(CHECKS)


def test_check_is_documented(check: type[Check]) -> None:
    documentation = check.__doc__ or ""
    assert re.findall(r"^\s*(## .*)$", documentation, re.MULTILINE) == HEADINGS
    assert check.title().endswith(".")


def test_check_cites_its_source_with_a_link(check: type[Check]) -> None:
    assert check.sources
    assert all(source.url.startswith("https://") and source.passage for source in check.sources)


def test_check_has_a_family(check: type[Check]) -> None:
    assert check.family in FAMILIES


def test_check_requires_only_what_the_catalogue_has(check: type[Check]) -> None:
    assert set(check.requires) <= set(CHECKS)


def test_check_has_tests_for_finding_and_for_silence(check: type[Check]) -> None:
    tests = "\n".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")
    )
    subject = check.id().replace("-", "_")
    assert len(re.findall(rf"^def test_{subject}_\w+", tests, re.MULTILINE)) >= 2


def test_check_on_unknown_facts_never_says_that_all_is_well(check: type[Check]) -> None:
    unknown = make_facts(
        **dict.fromkeys(
            (
                "interpreter", "environment", "packages", "conda", "blas", "thread_pools",
                "machine", "gpus", "process", "jupyter", "notebook",
            )
        )
    )  # fmt: skip
    (outcome,) = judge(unknown, [check])
    assert outcome.status == "skip"
    assert outcome.reason


def test_check_on_a_healthy_environment_is_silent_or_informs(check: type[Check]) -> None:
    outcomes = judge(make_facts(), [check])
    if check.id() in INFORMING:
        assert [str(outcome.severity) for outcome in outcomes] == ["info"]
    else:
        assert [outcome.status for outcome in outcomes] == ["pass"]
