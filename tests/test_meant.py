"""Who asks for a module by its name is told the package that brings it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_envcheck.facts.knowledge import ImportName
from jupyterlab_envcheck.plan import Failure, Plan, Refusal, Undo, Wish
from jupyterlab_envcheck.plan.meant import with_what_was_meant
from make_requests import request

NAMES = {
    "sklearn": ImportName(pypi="scikit-learn", conda="scikit-learn"),
    "cv2": ImportName(pypi="opencv-python", conda="opencv"),
    "numpy": ImportName(pypi="numpy", conda="numpy"),
    "rpy2_r": ImportName(pypi=None, conda=None),
}
READY = Plan(
    id="0" * 32,
    state="ready",
    target=request().target,
    wish=Wish(kind="install", specs=("cv2>4",)),
    installer="uv",
    undo=Undo(possible=True),
)


def test_ready_plan_has_a_warning() -> None:
    assert with_what_was_meant(READY, NAMES, conda=False).warnings == (
        "The module cv2 comes with opencv-python, which is another package than cv2.",
    )


def test_conda_has_names_of_its_own() -> None:
    assert with_what_was_meant(READY, NAMES, conda=True).warnings == (
        "The module cv2 comes with opencv, which is another package than cv2.",
    )


def test_package_that_is_not_found() -> None:
    failure = Failure(reason="not-found", message="There is none.", hint="Look at the spelling.")
    plan = replace(READY, state="failed", failure=failure)
    told = with_what_was_meant(plan, NAMES, conda=False).failure
    assert told is not None
    assert told.message == "There is none."
    assert told.hint == (
        "The module cv2 comes with opencv-python, which is another package than cv2. "
        "Ask for that one."
    )


def test_source_that_nobody_agreed_to_build() -> None:
    refusal = Refusal(reason="only-source", text="sklearn is there as source code only.")
    wish = Wish(kind="install", specs=("sklearn",))
    plan = replace(READY, wish=wish, refusal=refusal)
    told = with_what_was_meant(plan, NAMES, conda=False).refusal
    assert told is not None
    assert told.text == (
        "The module sklearn comes with scikit-learn, which is another package than sklearn. "
        "sklearn is there as source code only."
    )


@pytest.mark.parametrize("spec", ["numpy", "rpy2_r", "scikit-learn", "six", "CV2"])
def test_name_of_which_nothing_is_to_be_told(spec: str) -> None:
    plan = replace(READY, wish=Wish(kind="install", specs=(spec,)))
    assert with_what_was_meant(plan, NAMES, conda=False) == plan


def test_removal_says_nothing() -> None:
    plan = replace(READY, wish=Wish(kind="remove", specs=("cv2",)))
    assert with_what_was_meant(plan, NAMES, conda=False) == plan
