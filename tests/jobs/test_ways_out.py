"""What is offered instead of a refused plan: it is for the same environment, and can be typed."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from job_world import World
from jupyterlab_envcheck.cli.parser import Parser
from jupyterlab_envcheck.installers import parse_names, parse_wish, venvs
from jupyterlab_envcheck.jobs import resolve
from jupyterlab_envcheck.plan import (
    Changes,
    Policy,
    Refusal,
    Removed,
    Request,
    Wish,
    refusals,
)
from jupyterlab_envcheck.recommendations import Action, CreateEnvironment, Gui, Install, Run
from jupyterlab_envcheck.render.alternatives import lines_of
from make_requests import package, request
from package_index import PackageIndex, make_sdist

BACK = Wish(kind="back", specs=("alpha==1.0",), job="j1")
THREADS = Wish(kind="set-environment", variables={"OMP_NUM_THREADS": "4"})
CONDA = {"kind": "conda", "owner": "conda"}


@pytest.fixture
def source(index: PackageIndex) -> None:
    """An ipykernel of which a dependency is there as source code only."""
    index.wheel("ipykernel", "7.0", requires=["source"])
    make_sdist(index.folder, "source", "1.0", setup="")


def refused(world: World, wish: Wish, **facts: Any) -> Refusal:
    resolved = resolve(replace(world.request("ipykernel"), wish=wish, **facts))
    assert resolved.unforeseen is None, resolved.unforeseen
    assert resolved.plan.refusal is not None, resolved.plan
    return resolved.plan.refusal


def typed(action: Action) -> list[list[str]]:
    """Return the words of our own commands that an action shows, without `jupyter envcheck`."""
    lines = map(shlex.split, lines_of(action, None))
    return [words[2:] for words in lines if words[:2] == ["jupyter", "envcheck"]]


def assert_of_use(refusal: Refusal) -> None:
    """Assert that something is offered, and that all of it gets through the parsers."""
    assert refusal.alternatives, refusal
    for action in refusal.alternatives:
        for command, *words in typed(action):
            Parser().parse(command, words)
        match action:
            case CreateEnvironment():
                assert_is_a_wish(action)
            case Run():
                assert action.commands, action
                for made in action.commands:
                    assert made.argv[-2:] != ("--python", "/p/bin/python"), "it names no package"
            case Gui():
                assert action.steps, action
            case Install():
                pytest.fail("As an install it would go to the kernel in front.")


def assert_is_a_wish(action: CreateEnvironment) -> None:
    venvs.parse_name(action.name)
    if action.specs:
        parse_wish("install", action.specs)
    if action.build:
        parse_names(action.build)
    if action.python is not None:
        venvs.parse_version(action.python)


@pytest.mark.usefixtures("source")
def test_register_what_has_to_be_built_is_asked_for_of_the_same_environment(
    uv_world: World,
) -> None:
    wish = Wish(kind="register", folder=str(uv_world.prefix))
    refusal = refused(uv_world, wish)
    assert refusal.reason == "only-source"
    assert not any(isinstance(action, Install) for action in refusal.alternatives)
    ask = refusal.alternatives[0]
    assert ask.title == "Build source from its source, in a terminal"
    assert typed(ask) == [
        ["create", "proj", "--register", str(uv_world.prefix), "--build", "source"]
    ]


@pytest.mark.usefixtures("source")
def test_register_what_has_to_be_built_under_a_name_with_spaces(uv_world: World) -> None:
    target = replace(uv_world.request("ipykernel").target, name="My Climate (old)")
    wish = Wish(kind="register", folder=str(uv_world.prefix), build=("other",))
    [line] = typed(refused(uv_world, wish, target=target).alternatives[0])
    options = Parser().parse(line[0], line[1:])
    assert venvs.parse_name(options.name) == "my-climate-old"
    assert options.build == ["other", "source"]


def test_back_to_what_has_to_be_built_keeps_the_environment_and_the_removals() -> None:
    wish = Wish(kind="back", specs=("alpha==1.0", "beta==2.0"), build=("alpha",), job="j1")
    refusal = refusals.only_source(request(wish=wish, removals=("gamma",)), "beta==2.0")
    ask = refusal.alternatives[0]
    assert isinstance(ask, Run)
    target = ["--target", "/p/bin/python"]
    assert typed(ask) == [
        ["install", "alpha==1.0", "beta==2.0", "--build", "alpha", "--build", "beta", *target],
        ["remove", "gamma", *target],
    ]


@pytest.mark.parametrize(
    ("wish", "facts", "reason"),
    [
        pytest.param({}, {"remote": "behind a gateway"}, "remote", id="remote"),
        pytest.param({}, {"policy": Policy(allowed_installers=())}, "no-installer", id="installer"),
        pytest.param({"python": "3.99"}, {}, "no-python", id="python"),
        pytest.param({"python": "3.6"}, {"interpreter": None}, "no-python", id="python-too-old"),
        pytest.param({"name": "n" * 50}, {}, "name-taken", id="name"),
        pytest.param({"folder": "taken"}, {}, "name-taken", id="folder"),
        pytest.param({"folder": "taken/file/new"}, {}, "not-writable", id="below-a-file"),
        pytest.param({"python": "own"}, {}, "only-source", id="source"),
    ],
)
@pytest.mark.usefixtures("source")
def test_create_refused_offers_what_can_be_done(
    uv_world: World, tmp_path: Path, wish: dict[str, str], facts: dict[str, Any], reason: str
) -> None:
    (tmp_path / "home" / ".virtualenvs" / ("n" * 50) / "mine").mkdir(parents=True)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("")
    if "folder" in wish:
        wish = {**wish, "folder": str(tmp_path / wish["folder"])}
    if wish.get("python") == "own":
        wish = {**wish, "python": uv_world.interpreter.version}
    asked = Wish(kind="create", specs=("source",), **{"name": "new", **wish})  # type: ignore[arg-type]
    refusal = refused(uv_world, asked, **facts)
    assert refusal.reason == reason
    assert_of_use(refusal)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"remote": "behind a gateway"}, "remote", id="remote"),
        pytest.param({"interpreter": None}, "unknown-environment", id="unknown"),
        pytest.param({"frozen": True}, "frozen", id="frozen"),
        pytest.param({"policy": Policy(allowed_installers=())}, "no-installer", id="installer"),
        pytest.param({"free": 1}, "only-source", id="source"),
    ],
)
@pytest.mark.usefixtures("source")
def test_register_refused_offers_what_can_be_done(
    uv_world: World, facts: dict[str, Any], reason: str
) -> None:
    refusal = refused(uv_world, Wish(kind="register", folder=str(uv_world.prefix)), **facts)
    assert refusal.reason == reason
    assert_of_use(refusal)


def asked(wish: Wish, **facts: Any) -> Request:
    return request(package("ipykernel"), wish=wish, **facts)


@pytest.mark.parametrize("wish", [BACK, THREADS], ids=["back", "set-environment"])
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"remote": "its host is gpu-7"}, id="remote"),
        pytest.param({"packages": None}, id="unknown"),
        pytest.param({"environment": {"kind": "hatch", "owner": "hatch"}}, id="hatch"),
        pytest.param({"environment": {"externally_managed": True}}, id="system"),
        pytest.param({"environment": {"writable": False}}, id="not-writable"),
        pytest.param({"frozen": True}, id="frozen"),
        pytest.param({"locked": True}, id="locked"),
    ],
)
def test_before_offers_what_can_be_done(wish: Wish, facts: dict[str, Any]) -> None:
    facts = {"packages": (), **facts}
    refusal = refusals.before(replace(request(wish=wish), **_whole(facts)))
    assert refusal is not None
    assert_of_use(refusal)


def _whole(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts of which the environment is whole."""
    if "environment" not in facts:
        return facts
    return {**facts, "environment": request(environment=facts["environment"]).environment}


@pytest.mark.parametrize("wish", [BACK, THREADS], ids=["back", "set-environment"])
def test_refusals_of_a_dry_run_offer_what_can_be_done(wish: Wish) -> None:
    gone = Changes(remove=(Removed(name="ipykernel", version="1.0"),))
    of_kernel = refusals.protected(asked(wish), gone)
    assert of_kernel is not None
    for refusal in (
        of_kernel,
        refusals.no_installer(asked(wish), "No tool is there."),
        refusals.redirected(asked(wish), "pip", "global.target", "pip.conf"),
        refusals.other_prefix(asked(wish), "/q"),
        refusals.offline(asked(wish), "uv"),
        refusals.disk_full(asked(wish), "There is no room."),
        refusals.elsewhere(asked(wish), (package("alpha"),)),
    ):
        assert_of_use(refusal)


def test_back_to_what_has_to_be_built_offers_what_can_be_done() -> None:
    assert_of_use(refusals.only_source(asked(BACK, removals=("gamma",)), "alpha==1.0"))
