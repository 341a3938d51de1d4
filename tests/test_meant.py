"""Who asks for a module by its name is told the package that brings it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.facts.knowledge import ImportName
from jupyterlab_envcheck.plan import Failure, Plan, Refusal, Undo, Wish
from jupyterlab_envcheck.plan.meant import with_what_was_meant
from jupyterlab_envcheck.recommendations import Install
from make_requests import request

NAMES = {
    "sklearn": ImportName(pypi="scikit-learn", conda="scikit-learn"),
    "cv2": ImportName(pypi="opencv-python", conda="opencv"),
    "numpy": ImportName(pypi="numpy", conda="numpy"),
    "Crypto": ImportName(pypi="pycryptodome", conda="pycryptodome"),
    "psycopg2": ImportName(pypi="psycopg2-binary", conda="psycopg2"),
    "rpy2_r": ImportName(pypi=None, conda=None),
}


def plan(*specs: str, conda: bool = False, **changes: Any) -> Plan:
    """Return what becomes of a plan of an install."""
    asked = request(specs=specs, environment={"kind": "conda" if conda else "venv"})
    made = Plan(
        id="0" * 32,
        state="ready",
        target=asked.target,
        wish=asked.wish,
        installer="uv",
        undo=Undo(possible=True),
    )
    return with_what_was_meant(replace(made, **changes), asked, NAMES)


def test_ready_plan_has_a_warning() -> None:
    assert plan("cv2>4", "six").warnings == (
        "The module cv2 comes with opencv-python, which is another package than cv2.",
    )


def test_module_with_capitals() -> None:
    assert plan("crypto").warnings == (
        "The module Crypto comes with pycryptodome, which is another package than crypto.",
    )


def test_conda_has_names_of_its_own() -> None:
    assert plan("cv2", conda=True).warnings == (
        "The module cv2 comes with opencv, which is another package than cv2.",
    )


def test_package_that_is_not_found() -> None:
    failure = Failure(reason="not-found", message="There is none.", hint="Look at the spelling.")
    told = plan("cv2", state="failed", failure=failure).failure
    assert told is not None
    assert told.message == "There is none."
    assert told.hint == (
        "The module cv2 comes with opencv-python, which is another package than cv2. "
        "Ask for that instead."
    )


def test_source_that_nobody_agreed_to_build() -> None:
    refusal = Refusal(reason="only-source", text="sklearn is there as source code only.")
    told = plan("six", "sklearn", refusal=refusal).refusal
    assert told is not None
    assert told.text == (
        "The module sklearn comes with scikit-learn, which is another package than sklearn. "
        "sklearn is there as source code only."
    )
    [other] = told.alternatives
    assert isinstance(other, Install)
    assert (other.title, other.specs) == (
        "Install six, scikit-learn…",
        ("six", "scikit-learn"),
    )


@pytest.mark.parametrize("spec", ["numpy", "rpy2_r", "scikit-learn", "six", "psycopg2"])
def test_name_of_which_nothing_is_to_be_told(spec: str) -> None:
    assert plan(spec).warnings == ()


def test_removal_says_nothing() -> None:
    assert plan("cv2", wish=Wish(kind="remove", specs=("cv2",))).warnings == ()
