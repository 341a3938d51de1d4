"""Family installing: interrupted changes."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.interrupted import InterruptedChange
from jupyterlab_envcheck.facts import Interrupted
from jupyterlab_envcheck.recommendations import Gui, Repair, Severity, Skip
from make_facts import ENVIRONMENT, make_facts

INTERRUPTED = Interrupted(
    job="4d1c2b3a99",
    what="install scikit-learn",
    at="2026-11-21T09:00:00+00:00",
    undoable=True,
    reason=None,
    done=("scipy 1.18.1",),
    missing=("scikit-learn 1.9.1",),
)


def test_interrupted_change_that_can_be_put_back() -> None:
    environment = replace(ENVIRONMENT, interrupted=INTERRUPTED)
    [finding] = InterruptedChange.run(make_facts(environment=environment))
    assert finding.severity is Severity.ERROR
    assert finding.title == "A change of climate was interrupted: install scikit-learn"
    assert {(fact.label, fact.value) for fact in finding.evidence} == {
        ("Job", "4d1c2b3a"),
        ("Begun", "2026-11-21 09:00"),
        ("There already", "scipy 1.18.1"),
        ("Not there", "scikit-learn 1.9.1"),
    }
    assert finding.actions[0] == Repair(title="Put it back as it was", job="4d1c2b3a99")


def test_interrupted_change_of_which_nothing_was_kept() -> None:
    known = replace(INTERRUPTED, undoable=False, reason="this filesystem has no hard links")
    [finding] = InterruptedChange.run(
        make_facts(environment=replace(ENVIRONMENT, interrupted=known))
    )
    assert "cannot be put back: this filesystem has no hard links." in finding.why
    assert isinstance(finding.actions[0], Gui)


def test_interrupted_change_none() -> None:
    assert InterruptedChange.run(make_facts()) == ()


def test_interrupted_change_unknown() -> None:
    assert isinstance(InterruptedChange.run(make_facts(environment=None)), Skip)
