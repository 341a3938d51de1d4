"""How plans are worked out, from facts as literals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.facts import Package
from jupyterlab_envcheck.facts.requirements import closure, unmet
from jupyterlab_envcheck.installers import Choice
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    PlanTarget,
    Policy,
    Refusal,
    Removed,
    Request,
    Restart,
    Updated,
    Wish,
    refusals,
    resolving,
    working,
)
from make_facts import ENVIRONMENT, INTERPRETER, package as make_package

MARKERS = {"python_version": "3.13", "sys_platform": "linux"}


def package(name: str, version: str | None = "1.0", *requires: str) -> Package:
    return make_package(
        name, version, location="/p/lib/python3.13/site-packages", requires=requires
    )


def request(*packages: Package, specs: tuple[str, ...] = ("alpha",), **facts: Any) -> Request:
    environment = replace(
        ENVIRONMENT, name="proj", prefix="/p", python="/p/bin/python", tool="/p/bin/python"
    )
    interpreter = replace(
        INTERPRETER,
        executable="/p/bin/python",
        prefix="/p",
        site_packages=("/p/lib/python3.13/site-packages",),
        path=(),
        markers=MARKERS,
    )
    environment = replace(environment, **facts.pop("environment", {}))
    whole = Request(
        id="p",
        target=PlanTarget(prefix="/p", python="/p/bin/python", name="proj"),
        wish=Wish(kind="install", specs=specs),
        environment=environment,
        interpreter=interpreter,
        packages=packages,
        fingerprint="f",
        shares_server=False,
        modules=(),
    )
    return replace(whole, **facts)


def test_before_lets_a_venv_pass() -> None:
    assert refusals.before(request()) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"remote": "its host is gpu-7"}, "remote", id="remote"),
        pytest.param({"packages": None}, "unknown-environment", id="unknown"),
        pytest.param(
            {"environment": {"externally_managed": True, "writable": False}},
            "externally-managed",
            id="system",
        ),
        pytest.param({"environment": {"writable": False}}, "not-writable", id="not-writable"),
        pytest.param({"environment": {"kind": "conda", "owner": "conda"}}, "not-owned", id="conda"),
        pytest.param(
            {"environment": {"kind": "poetry", "owner": "poetry"}}, "not-owned", id="poetry"
        ),
        pytest.param(
            {"environment": {"kind": "uv-tool", "owner": "uv"}}, "not-owned", id="uv-tool"
        ),
    ],
)
def test_before_refuses(facts: dict[str, Any], reason: str) -> None:
    refusal = refusals.before(request(**facts))
    assert refusal is not None
    assert refusal.reason == reason
    assert refusal.text.endswith(".") or reason == "remote"
    assert refusal.alternatives or reason == "unknown-environment"


def test_before_not_owned_shows_the_owners_command() -> None:
    refusal = refusals.before(request(environment={"kind": "conda", "owner": "conda"}))
    assert refusal is not None
    [run] = refusal.alternatives
    assert run.kind == "run"
    assert run.commands[0].argv == ("conda", "install", "-p", "/p", "alpha")


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


KERNEL = (
    package("ipykernel", "7.0", "tornado>=6", "comm", "appnope; sys_platform == 'darwin'"),
    package("tornado", "6.0"),
    package("comm", "0.2", "traitlets"),
    package("traitlets", "5.0"),
    package("appnope", "0.1"),
    package("numpy", "2.0"),
    package("jupyterlab-widgets", "3.0"),
)
SERVER = (package("jupyter-server", "2.0", "anyio"), package("anyio", "4.0"))


def test_protected_names_of_a_kernel() -> None:
    """Only what the kernel needs here: markers count, and labextensions without a server do not."""
    assert refusals.protected_names(request(*KERNEL)) == {
        "ipykernel",
        "tornado",
        "comm",
        "traitlets",
    }


def test_protected_names_with_a_server() -> None:
    names = refusals.protected_names(request(*KERNEL, *SERVER))
    assert {"jupyter-server", "anyio", "jupyterlab-widgets", "comm"} <= names
    assert "numpy" not in names


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        pytest.param(
            Changes(install=(Added(name="ipython", version="9", size=None),)), False, id="new"
        ),
        pytest.param(
            Changes(update=(Updated(name="numpy", old="2", new="3", size=None),)), False, id="numpy"
        ),
        pytest.param(
            Changes(update=(Updated(name="comm", old="0.2", new="0.1", size=None),)),
            True,
            id="comm",
        ),
        pytest.param(Changes(remove=(Removed(name="traitlets", version="5"),)), True, id="removal"),
    ],
)
def test_protected(changes: Changes, refused: bool) -> None:  # noqa: FBT001
    refusal = refusals.protected(request(*KERNEL), changes)
    assert (refusal is not None) is refused


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


def test_warnings_shared_environment() -> None:
    said = working.warnings(
        request(shares_server=True), Changes(install=(Added(name="a", version="1", size=None),)), ()
    )
    assert len(said) == 1
    assert "Jupyter itself runs in proj" in said[0]


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


def test_changes_of_a_version_spelled_in_two_ways() -> None:
    choices = [Choice(name="a", version="2024.1.5"), Choice(name="b", version="1.0.0rc1")]
    installed = [package("a", "2024.01.05"), package("b", "1.0.0-rc.1")]
    assert working.changes_of(choices, installed) == Changes()


def test_protected_names_of_a_kernel_that_lies_elsewhere() -> None:
    """In a venv that sees the packages of its base Python, which brings the kernel."""
    kernel, *rest = KERNEL
    names = refusals.protected_names(request(*rest, elsewhere=(kernel,)))
    assert {"ipykernel", "comm"} <= names


def test_broken_before_sees_what_lies_elsewhere() -> None:
    needy, found = package("a", "1.0", "b"), package("b")
    assert working.broken_before(request(needy)) == {"a": "a needs b, which is not installed"}
    assert working.broken_before(request(needy, elsewhere=(found,))) == {}


def test_not_owned_by_one_who_lets_no_tool_in_offers_an_environment() -> None:
    refusal = refusals.before(request(environment={"kind": "homebrew", "owner": "brew"}))
    assert refusal is not None
    assert [action.kind for action in refusal.alternatives] == ["create-environment"]


def test_policy_tells_no_password() -> None:
    assert "hunter2" not in repr(request(policy=Policy(index_url="https://ada:hunter2@x/simple")))


def test_resolving() -> None:
    plan = resolving(request())
    assert plan.state == "resolving"
    assert not plan.undo.possible
    assert plan.undo.reason == "this version cannot undo installs"
