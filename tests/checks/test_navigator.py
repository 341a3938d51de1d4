"""Family navigator."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.navigator import NavigatorDetected
from jupyterlab_envcheck.recommendations import Gui, Severity, Skip
from make_facts import ENVIRONMENT, JUPYTER, make_facts, section

THERE = replace(JUPYTER, navigator="2.7.0")
CONDA = replace(ENVIRONMENT, kind="conda", name="climate")


def test_navigator_detected_tells_where_it_acts() -> None:
    (finding,) = NavigatorDetected.run(make_facts(jupyter=THERE, environment=CONDA))
    assert finding.severity is Severity.INFO
    assert finding.title == "Anaconda Navigator 2.7.0 is installed"
    (steps,) = (action.steps for action in finding.actions if isinstance(action, Gui))
    assert steps == (
        "Open Environments, and click climate.",
        "In the list above the packages choose “Not installed”.",
        "Search for the package, and tick it.",
        "Choose Apply; look through what would change, and choose Apply again.",
        "Restart the kernel.",
    )


def test_navigator_detected_speaks_of_base_where_the_kernel_is_none_of_condas() -> None:
    (finding,) = NavigatorDetected.run(make_facts(jupyter=THERE))
    (steps,) = (action.steps for action in finding.actions if isinstance(action, Gui))
    assert steps[0] == "Open Environments, and click base (root)."


def test_navigator_detected_is_silent_where_there_is_none() -> None:
    assert NavigatorDetected.run(make_facts()) == ()


def test_navigator_detected_is_silent_where_it_sees_no_environment_of_the_report() -> None:
    assert NavigatorDetected.run(make_facts(jupyter=replace(THERE, kind="venv"))) == ()


def test_navigator_detected_unknown_is_skipped() -> None:
    assert isinstance(NavigatorDetected.run(make_facts(jupyter=None)), Skip)
    told = section(JUPYTER, "the server's own interpreter", navigator="it cannot be listed")
    facts = replace(make_facts(), jupyter=told)
    assert NavigatorDetected.run(facts) == Skip(reason="it cannot be listed")
