"""Wishes that are understood and not carried out: why, and what is offered instead."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_envcheck.facts import Interrupted
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    PlanTarget,
    Refusal,
    Removed,
    Updated,
    Wish,
    refusals,
    ways_out,
)
from jupyterlab_envcheck.recommendations import CreateEnvironment, Gui, Install, Repair, Run
from make_requests import package, request


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
        pytest.param({"environment": {"kind": "pixi", "owner": "pixi"}}, "not-owned", id="pixi"),
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
    assert refusal.text.endswith(".")
    assert refusal.alternatives


@pytest.mark.parametrize("kind", ["conda", "conda-base"])
def test_before_lets_conda_through(kind: str) -> None:
    # The marker asks that pip keep out, and is no reason against conda itself.
    facts = {"kind": kind, "owner": "conda", "externally_managed": True}
    assert refusals.before(request(environment=facts)) is None


def test_before_not_owned_shows_the_owners_command() -> None:
    refusal = refusals.before(request(environment={"kind": "pixi", "owner": "pixi"}))
    assert refusal is not None
    run = refusal.alternatives[0]
    assert isinstance(run, Run)
    assert run.commands[0].argv[:2] == ("pixi", "add")


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


def test_protected_names_of_a_kernel_that_lies_elsewhere() -> None:
    """In a venv that sees the packages of its base Python, which brings the kernel."""
    kernel, *rest = KERNEL
    names = refusals.protected_names(request(*rest, elsewhere=(kernel,)))
    assert {"ipykernel", "comm"} <= names


def test_not_owned_by_one_who_lets_no_tool_in_offers_an_environment() -> None:
    refusal = refusals.before(request(environment={"kind": "homebrew", "owner": "brew"}))
    assert refusal is not None
    assert [action.kind for action in refusal.alternatives] == ["create-environment"]


def kinds(refusal: Refusal | None) -> list[str]:
    assert refusal is not None
    return [action.kind for action in refusal.alternatives]


def test_before_frozen() -> None:
    refusal = refusals.before(request(environment={"kind": "conda", "owner": "conda"}, frozen=True))
    assert refusal is not None
    assert refusal.reason == "frozen"
    assert "conda-meta/frozen" in refusal.text
    assert kinds(refusal) == ["create-environment"]


def test_before_locked() -> None:
    refusal = refusals.before(request(locked=True))
    assert refusal is not None
    assert refusal.reason == "locked"
    assert kinds(refusal) == ["gui", "create-environment"]


@pytest.mark.parametrize("undoable", [True, False])
def test_before_interrupted(undoable: bool) -> None:  # noqa: FBT001
    cut = Interrupted(
        job="j1", what="install x", at=None, undoable=undoable, reason=None, done=(), missing=()
    )
    refusal = refusals.before(request(environment={"interrupted": cut}))
    assert (refusal is not None) is undoable
    if refusal is not None:
        assert refusal.reason == "interrupted"
        repair, _ = refusal.alternatives
        assert isinstance(repair, Repair)
        assert repair.job == "j1"


PROJECTS = [
    pytest.param("uv-project", "uv project", ("uv", "add", "--project", "/code"), id="uv"),
    pytest.param("poetry", "poetry", ("poetry", "add", "--project", "/code"), id="poetry"),
    pytest.param("pdm", "pdm", ("pdm", "add", "--project", "/code"), id="pdm"),
    pytest.param("pixi", "pixi", ("pixi", "add", "--manifest-path", "/code"), id="pixi"),
    pytest.param("pipenv", "pipenv", ("pipenv", "install"), id="pipenv"),
]


@pytest.mark.parametrize(("kind", "owner", "begin"), PROJECTS)
def test_before_project_shows_its_tools_command(
    kind: str, owner: str, begin: tuple[str, ...]
) -> None:
    project = {"kind": kind, "owner": owner, "project": "/code"}
    refusal = refusals.before(request(environment=project))
    assert refusal is not None
    run = refusal.alternatives[0]
    assert isinstance(run, Run)
    assert [command.argv for command in run.commands] == [(*begin, "alpha")]
    assert run.title == f"With {owner}, in a terminal"


def test_before_pixi_shows_the_way_to_the_package_index() -> None:
    project = {"kind": "pixi", "owner": "pixi", "project": "/code"}
    refusal = refusals.before(request(environment=project))
    assert refusal is not None
    _, run = refusal.alternatives
    assert isinstance(run, Run)
    assert run.commands[0].argv == ("pixi", "add", "--manifest-path", "/code", "--pypi", "alpha")


@pytest.mark.parametrize(
    ("wish", "step"),
    [
        ("install", "Write “alpha” into the dependencies in the pyproject.toml in /code."),
        ("remove", "Take “alpha” out of the dependencies in the pyproject.toml in /code."),
    ],
)
def test_before_hatch_shows_steps(wish: Any, step: str) -> None:
    project = {"kind": "hatch", "owner": "hatch", "project": "/code"}
    asked = request(environment=project, wish=Wish(kind=wish, specs=("alpha",)))
    refusal = refusals.before(asked)
    assert refusal is not None
    [gui] = refusal.alternatives
    assert isinstance(gui, Gui)
    assert gui.steps[0] == step


@pytest.mark.parametrize(
    ("kind", "owner", "wish", "argv"),
    [
        ("poetry", "poetry", "update", ("poetry", "update", "alpha")),
        ("uv-project", "uv project", "update", ("uv", "sync", "--upgrade-package", "alpha")),
    ],
)
def test_before_not_owned_in_the_owners_words(
    kind: str, owner: str, wish: Any, argv: tuple[str, ...]
) -> None:
    asked = request(
        environment={"kind": kind, "owner": owner}, wish=Wish(kind=wish, specs=("alpha",))
    )
    refusal = refusals.before(asked)
    assert refusal is not None
    run = refusal.alternatives[0]
    assert isinstance(run, Run)
    assert run.commands[0].argv == argv


@pytest.mark.parametrize(
    ("wish", "argv"),
    [
        ("update", ("conda", "update", "-p", "/p", "alpha")),
        ("remove", ("conda", "remove", "-p", "/p", "alpha")),
        ("reinstall", ("conda", "install", "-p", "/p", "--force-reinstall", "alpha")),
    ],
)
def test_in_a_terminal_in_condas_words(wish: Any, argv: tuple[str, ...]) -> None:
    asked = request(
        environment={"kind": "conda", "owner": "conda"}, wish=Wish(kind=wish, specs=("alpha",))
    )
    [run] = ways_out.in_a_terminal(asked, "In a terminal")
    assert isinstance(run, Run)
    assert run.commands[0].argv == argv


def test_before_remote_whose_python_is_unknown_offers_a_cell() -> None:
    nowhere = PlanTarget(prefix="", python="", name="Climate")
    refusal = refusals.before(request(remote="its host is gpu-7", target=nowhere))
    assert refusal is not None
    [run] = refusal.alternatives
    assert isinstance(run, Run)
    assert run.commands[0].argv == ("%pip", "install", "alpha")


def test_before_kernelspec_that_may_lead_elsewhere_says_what_is_known_of_it() -> None:
    why = (
        "The kernel would run where ssh puts it, which may be another machine; its environment "
        "cannot be seen from here."
    )
    refusal = refusals.before(request(remote="unknown", why_unknown=why))
    assert refusal is not None
    assert refusal.reason == "remote"
    assert refusal.text == f"The environment of this kernel cannot be changed from here. {why}"


def test_before_kernel_behind_a_gateway_says_so() -> None:
    where = "the kernel runs behind a gateway"
    why = f"Of this kernel's environment little can be seen: {where}."
    refusal = refusals.before(request(remote=where, why_unknown=why))
    assert refusal is not None
    assert refusal.text == f"The environment of this kernel cannot be changed from here. {why}"


def test_no_installer_offers_to_bring_pip() -> None:
    refusal = refusals.no_installer(request(environment={"has_pip": False}), "No tool is there.")
    terminal, bring, create = refusal.alternatives
    assert isinstance(terminal, Run)
    assert [command.manager for command in terminal.commands] == ["uv"]
    assert isinstance(bring, Run)
    assert bring.commands[0].argv == ("/p/bin/python", "-m", "ensurepip", "--upgrade")
    assert isinstance(create, CreateEnvironment)


def test_only_source_asks_for_the_second_consent() -> None:
    wish = Wish(kind="update", specs=("alpha", "beta>=2"), build=("alpha",))
    refusal = refusals.only_source(request(wish=wish), "beta>=2")
    ask = refusal.alternatives[0]
    assert isinstance(ask, Install)
    assert (ask.wish, ask.specs, ask.build) == ("update", ("alpha", "beta>=2"), ("alpha", "beta"))
    assert ask.recommended == "pip"


def test_create_environment_is_called_otherwise_than_what_is_there() -> None:
    [create] = refusals.beside(request(shares_server=True))
    assert isinstance(create, CreateEnvironment)
    assert (create.name, create.specs) == ("proj-2", ("alpha",))


def test_beside_a_plan_for_an_environment_of_its_own() -> None:
    assert refusals.beside(request()) == ()
    assert len(refusals.beside(request(environment={"kind": "pyenv", "venv": None}))) == 1
    removal = Wish(kind="remove", specs=("alpha",))
    assert refusals.beside(request(shares_server=True, wish=removal)) == ()


def test_protected_at_the_same_version() -> None:
    renewed = Changes(update=(Updated(name="comm", old="0.2", new="0.2", size=None),))
    assert refusals.protected(request(*KERNEL), renewed) is None
