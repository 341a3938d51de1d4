"""How plans are worked out, from facts as literals."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_envcheck.facts.requirements import closure, unmet
from jupyterlab_envcheck.installers import Choice
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Policy,
    Refusal,
    Restart,
    Updated,
    resolving,
    working,
)
from make_requests import MARKERS, package, request


@pytest.mark.parametrize(
    ("facts", "uv", "chosen"),
    [
        pytest.param({"packages": (package("pip", "24.0"),)}, True, "pip", id="pip-is-there"),
        pytest.param({"packages": (package("pip", "22.1"),)}, True, "uv", id="pip-too-old"),
        pytest.param({"packages": ()}, True, "uv", id="pip-missing"),
        pytest.param(
            {"packages": (package("pip", "24.0"),), "environment": {"kind": "uv-venv"}},
            True,
            "uv",
            id="uv-venv",
        ),
        pytest.param(
            {"packages": (package("pip", "24.0"),), "installer": "uv"}, True, "uv", id="asked-for"
        ),
        pytest.param({"packages": ()}, False, None, id="neither"),
        pytest.param({"packages": (), "installer": "pip"}, True, None, id="asked-for-pip"),
        pytest.param(
            {"packages": (), "policy": Policy(allowed_installers=("pip",))},
            True,
            None,
            id="uv-not-allowed",
        ),
    ],
)
def test_choose(facts: dict[str, Any], uv: bool, chosen: str | None) -> None:  # noqa: FBT001
    found = working.choose(request(**facts), uv=uv)
    if chosen is None:
        assert isinstance(found, Refusal)
        assert found.reason == "no-installer"
    else:
        assert found == chosen


def test_pins_and_names() -> None:
    packages = (package("a"), package("b", None), package("c", "2004-legacy"), package("d", "1+cu"))
    assert working.pins(packages) == "a==1.0\nd==1+cu\n"
    assert working.names(packages, without={"d"}) == "a\n"


def test_plan_file() -> None:
    choices = (
        Choice(name="b", version="2", hashes=("sha256:11", "sha256:22")),
        Choice(name="a", version="1", hashes=("sha256:33",)),
    )
    assert working.plan_file(choices) == (
        "a==1 --hash=sha256:33\nb==2 --hash=sha256:11 --hash=sha256:22\n"
    )


def test_changes_of() -> None:
    choices = [Choice(name="new", version="1"), Choice(name="old", version="2")]
    changes = working.changes_of(
        [*choices, Choice(name="same", version="1")],
        [
            package("old"),
            package("same", "1"),
        ],
    )
    assert changes == Changes(
        install=(Added(name="new", version="1", size=None),),
        update=(Updated(name="old", old="1.0", new="2", size=None),),
    )


UPDATE = Changes(update=(Updated(name="pillow", old="1", new="2", size=None),))


@pytest.mark.parametrize(
    ("changes", "modules", "restart"),
    [
        pytest.param(UPDATE, ("PIL", "json"), Restart(needed=True, modules=("PIL",)), id="stale"),
        pytest.param(UPDATE, ("json",), Restart(needed=False), id="not-imported"),
        pytest.param(UPDATE, None, Restart(needed=True), id="unknown"),
        pytest.param(
            Changes(install=(Added(name="pillow", version="1", size=None),)),
            ("PIL",),
            Restart(needed=False),
            id="pure-addition",
        ),
    ],
)
def test_restart_for(changes: Changes, modules: tuple[str, ...] | None, restart: Restart) -> None:
    assert working.restart_for(changes, modules, {"pillow": {"PIL"}}) == restart


def test_unmet() -> None:
    packages = (package("a", "1.0", "b>=2", "c", "d; python_version < '3'"), package("b", "1.5"))
    assert [str(entry) for entry in unmet(packages, MARKERS)] == [
        "a needs b>=2, but 1.5 is installed",
        "a needs c, which is not installed",
    ]


def test_unmet_tolerates_nonsense() -> None:
    packages = (
        package("a", "1.0", ">>>", "b ; nonsense == '1'", "c>=1"),
        package("c", "not-a-version"),
    )
    assert unmet(packages, MARKERS) == ()


def test_closure_with_a_circle() -> None:
    packages = (package("a", "1", "b"), package("b", "1", "a", "c"), package("d"))
    assert closure(("a", "nosuch"), packages, MARKERS) == {"a", "b"}


def test_unmet_tolerates_a_thousand_brackets() -> None:
    assert unmet((package("a", "1.0", f"x; {'(' * 900}"),), MARKERS) == ()


def test_needed_is_what_the_changes_name() -> None:
    choices = [Choice(name=name, version="2") for name in ("again", "new", "old", "same")]
    there = [package("again", "2"), package("old", "1"), package("same", "2")]
    found = working.needed(choices, working.changes_of(choices, there, {"again"}))
    assert [choice.name for choice in found] == ["again", "new", "old"]


def test_changes_of_a_version_spelled_in_two_ways() -> None:
    choices = [Choice(name="a", version="2024.1.5"), Choice(name="b", version="1.0.0rc1")]
    installed = [package("a", "2024.01.05"), package("b", "1.0.0-rc.1")]
    assert working.changes_of(choices, installed) == Changes()


def test_broken_before_sees_what_lies_elsewhere() -> None:
    needy, found = package("a", "1.0", "b"), package("b")
    assert working.broken_before(request(needy)) == {"a": "a needs b, which is not installed"}
    assert working.broken_before(request(needy, elsewhere=(found,))) == {}


def test_policy_tells_no_password() -> None:
    assert "hunter2" not in repr(request(policy=Policy(index_url="https://ada:hunter2@x/simple")))


def test_resolving() -> None:
    plan = resolving(request())
    assert plan.state == "resolving"
    assert not plan.undo.possible
    assert plan.undo.reason == "there is no plan yet"
