"""The engine: order, requirements, crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.engine import judge, summarise
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.recommendations import Finding, Severity, Skip, Summary
from make_facts import make_facts


class Fine(Check):
    """All is well."""

    family = "blas"

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        return ()


class Advises(Check):
    """Has advice."""

    family = "blas"
    requires = (Fine,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        return (Finding(severity=Severity.ADVICE, title="a", why="b"),)


class Broken(Check):
    """Raises."""

    family = "blas"

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        msg = "no\x1b[31m such\nthing"
        raise LookupError(msg)


class NeedsBroken(Check):
    """Requires a check that crashes."""

    family = "blas"
    requires = (Broken,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        raise AssertionError


class Errs(Check):
    """Has an error about something."""

    family = "blas"

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        return (Finding(about="x", severity=Severity.ERROR, title="a", why="b"),)


def test_outcomes_come_worst_first() -> None:
    outcomes = judge(make_facts(), [Fine, NeedsBroken, Broken, Advises, Errs])
    assert [(o.id, o.status) for o in outcomes] == [
        ("errs:x", "finding"),
        ("advises", "finding"),
        ("broken", "crash"),
        ("needs-broken", "skip"),
        ("fine", "pass"),
    ]


def test_crash_is_an_outcome_with_a_clean_reason() -> None:
    (outcome,) = judge(make_facts(), [Broken])
    assert outcome.reason == "LookupError: no such\nthing"


def test_requirement_that_did_not_pass_skips() -> None:
    outcomes = judge(make_facts(), [Broken, NeedsBroken])
    assert outcomes[1].reason == "it needs broken to pass first"


def test_summary_counts_severities_and_what_could_not_be_told() -> None:
    outcomes = judge(make_facts(), [Fine, NeedsBroken, Broken, Advises, Errs])
    assert summarise(outcomes) == Summary(error=1, advice=1, skip=1, crash=1)


class Compares(Check):
    """Compares with what is known."""

    family = "support"

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        assert "3.13" in facts.knowledge.pythons.rows
        return (Finding(severity=Severity.ADVICE, title="a", why="b"),)


def test_finding_by_data_of_more_than_a_year_says_so() -> None:
    facts = make_facts()
    (outcome,) = judge(facts, [Compares])
    assert outcome.evidence == ()
    as_of = facts.knowledge.pythons.as_of
    (outcome,) = judge(replace(facts, now=as_of + timedelta(days=366)), [Compares])
    (evidence,) = outcome.evidence
    assert evidence.label == "Old data"
    assert evidence.value == f"what is known of pythons is of {as_of}, more than a year ago"
    assert evidence.source == facts.knowledge.pythons.source
