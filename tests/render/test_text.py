"""What a finding goes by, beside its labels or in lines, as wide as the terminal is."""

from __future__ import annotations

import pytest

from console_text import shown
from jupyterlab_envcheck.recommendations import Evidence, Outcome, Severity
from jupyterlab_envcheck.render.text import finding_parts

SHORT = ("Python", "3.11.7")
LIBRARY = ("Library", "/home/ada/climate/lib/python3.13/site-packages/numpy.libs/lib.so")
SUPPORT = ("SPEC 0 asked for its support until", "2025-10-24")
DIED = ("import statsmodels.tsa.statespace.api", "Python was ended by SIGSEGV in its extension")


def evidence(*facts: tuple[str, str], width: int) -> list[str]:
    """Return the lines of the evidence of a finding."""
    outcome = Outcome(
        id="x",
        check="x",
        family="python",
        status="finding",
        severity=Severity.INFO,
        title="Title",
        why="Why.",
        evidence=tuple(Evidence(label=label, value=told, source="s") for label, told in facts),
    )
    said = shown(lambda console: console.print(*finding_parts(outcome), sep="\n"), width)
    lines = [line.strip() for line in said.splitlines()]
    return lines[lines.index("Why.") + 1 :]


def test_evidence_stands_beside_its_labels() -> None:
    assert evidence(SHORT, LIBRARY, width=88) == [
        "Python   3.11.7",
        "Library  /home/ada/climate/lib/python3.13/site-packages/numpy.libs/lib.so",
    ]


def test_evidence_on_a_narrow_terminal() -> None:
    assert evidence(SHORT, SUPPORT, width=40) == [
        "Python: 3.11.7",
        "SPEC 0 asked for its support until:",
        "2025-10-24",
    ]


def test_evidence_whose_label_leaves_its_value_little_room() -> None:
    assert evidence(SHORT, DIED, width=72) == [
        "Python: 3.11.7",
        "import statsmodels.tsa.statespace.api: Python was ended by SIGSEGV in",
        "its extension",
    ]


@pytest.mark.parametrize("width", [72, 88])
def test_evidence_whose_label_is_long_and_whose_value_fits(width: int) -> None:
    assert evidence(SHORT, SUPPORT, width=width) == [
        "Python                              3.11.7",
        "SPEC 0 asked for its support until  2025-10-24",
    ]
