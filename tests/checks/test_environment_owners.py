"""Family environment: who changes it, and who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.environment_owners import EnvNotWritable, UseProjectTool
from jupyterlab_envcheck.facts import InstallLine, Notebook, Project, ProjectFile
from jupyterlab_envcheck.recommendations import CreateEnvironment, Finding, Run, Severity, Skip
from make_facts import ENVIRONMENT, NOTEBOOK, PACKAGES, conda, make_facts, package

PROJECT = "/home/ada/proj"
OURS = replace(ENVIRONMENT, kind="uv-project", owner="uv project", name="proj", project=PROJECT)
BY_UV = tuple(replace(one, installer="uv") for one in PACKAGES)
SIX = package("six", "1.17", requested=True)


def of_one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def argvs(finding: Finding) -> list[tuple[str, ...]]:
    return [
        command.argv
        for action in finding.actions
        if isinstance(action, CreateEnvironment | Run)
        for command in action.commands
    ]


def installing(text: str, *specs: str, tool: str = "pip", **changes: Any) -> Notebook:
    given = {"cell": "c1", "line": 1, "way": "magic", "redirects": (), "target": None, **changes}
    return replace(NOTEBOOK, installs=(InstallLine(text=text, tool=tool, specs=specs, **given),))


# --- use-project-tool -----------------------------------------------------------------------------


def test_use_project_tool_where_pip_installed_past_it() -> None:
    facts = make_facts(environment=OURS, packages=(*BY_UV, SIX, package("dep", "1")))
    finding = of_one(UseProjectTool.run(facts))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "uv keeps the environment proj, and pip installed 1 package past it"
    assert argvs(finding) == [("uv", "add", "--project", PROJECT, "six")]


@pytest.mark.parametrize(
    ("kind", "tool", "argv"),
    [
        ("uv-project", "uv", ("uv", "add", "--project", PROJECT, "six>=1")),
        ("pixi", "pixi", ("pixi", "add", "--manifest-path", PROJECT, "--pypi", "six>=1")),
        ("poetry", "Poetry", ("poetry", "add", "--directory", PROJECT, "six>=1")),
        ("pdm", "PDM", ("pdm", "add", "-p", PROJECT, "six>=1")),
        ("pipenv", "Pipenv", ("pipenv", "install", "six>=1")),
        ("hatch", "Hatch", ("hatch", "env", "run", "--", "python", "-c", "")),
    ],
)
def test_use_project_tool_where_the_notebook_installs(
    kind: str, tool: str, argv: tuple[str, ...]
) -> None:
    facts = make_facts(
        environment=replace(OURS, kind=kind),
        packages=BY_UV,
        notebook=installing("%pip install 'six>=1'", "six>=1"),
    )
    finding = of_one(UseProjectTool.run(facts))
    assert finding.title == (
        f"{tool} keeps the environment proj, and the notebook installs into it with %pip"
    )
    assert argvs(finding) == [argv]


def test_use_project_tool_gives_pixi_what_was_asked_of_conda() -> None:
    facts = make_facts(
        environment=replace(OURS, kind="pixi"),
        packages=(),
        notebook=installing("%conda install gdal", "gdal", tool="conda"),
    )
    finding = of_one(UseProjectTool.run(facts))
    assert argvs(finding) == [("pixi", "add", "--manifest-path", PROJECT, "gdal")]


@pytest.mark.parametrize("kind", ["uv-venv", "venv", "conda"])
def test_use_project_tool_silent_where_there_is_no_project(kind: str) -> None:
    facts = make_facts(
        environment=replace(OURS, kind=kind, project=None),
        packages=(SIX,),
        notebook=installing("%pip install six", "six"),
    )
    assert UseProjectTool.run(facts) == ()


def test_use_project_tool_silent_on_what_the_tool_installed_and_on_seeds() -> None:
    seeds = tuple(package(name, "1", requested=True) for name in ("pip", "setuptools", "wheel"))
    assert UseProjectTool.run(make_facts(environment=OURS, packages=(*BY_UV, *seeds))) == ()


@pytest.mark.parametrize("kind", ["hatch", "pipenv"])
def test_use_project_tool_silent_where_the_tool_installs_by_pip(kind: str) -> None:
    facts = make_facts(environment=replace(OURS, kind=kind), packages=(SIX,))
    assert UseProjectTool.run(facts) == ()


@pytest.mark.parametrize(
    "changes", [{"way": "shell"}, {"target": "/opt/other"}], ids=["shell", "names-another"]
)
def test_use_project_tool_silent_on_lines_that_may_act_elsewhere(changes: dict[str, str]) -> None:
    notebook = installing("pip install six", "six", **changes)
    assert UseProjectTool.run(make_facts(environment=OURS, packages=BY_UV, notebook=notebook)) == ()


def locks(*tools: str) -> Project:
    return Project(
        folder=PROJECT,
        files=tuple(
            ProjectFile(
                name=f"{tool}.lock",
                path=f"{PROJECT}/{tool}.lock",
                tool=tool,
                lock=True,
                names=(),
                builds=0,
                prefix=False,
                pip=None,
                loose=0,
                local=0,
            )
            for tool in tools
        ),
    )


@pytest.mark.parametrize(("tools", "silent"), [(("uv",), False), (("uv", "poetry"), True)])
def test_use_project_tool_silent_where_two_tools_share_the_project(
    tools: tuple[str, ...],
    silent: bool,  # noqa: FBT001
) -> None:
    notebook = replace(NOTEBOOK, project=locks(*tools))
    facts = make_facts(environment=OURS, packages=(*BY_UV, SIX), notebook=notebook)
    assert (UseProjectTool.run(facts) == ()) is silent


def test_use_project_tool_unknown() -> None:
    assert isinstance(UseProjectTool.run(make_facts(environment=None)), Skip)
    assert isinstance(UseProjectTool.run(make_facts(environment=OURS, packages=None)), Skip)


# --- env-not-writable -----------------------------------------------------------------------------

CLOSED = replace(ENVIRONMENT, writable=False, user="root", prefix="/opt/climate")
CONDA = replace(ENVIRONMENT, kind="conda", owner="conda", venv=None)


def test_env_not_writable_is_an_information() -> None:
    finding = of_one(EnvNotWritable.run(make_facts(environment=CLOSED)))
    assert finding.severity is Severity.INFO
    assert finding.title == "You may not install into climate, which belongs to root"
    assert isinstance(finding.actions[0], CreateEnvironment)
    assert not any("sudo" in argv for argv in argvs(finding))


def test_env_not_writable_where_the_notebook_installs_is_a_warning() -> None:
    notebook = installing("%pip install six", "six")
    found = EnvNotWritable.run(make_facts(environment=CLOSED, notebook=notebook))
    assert of_one(found).severity is Severity.WARNING


def test_env_not_writable_of_root_in_somebodys_home_tells_how_to_take_it_back() -> None:
    mine = replace(CLOSED, prefix="/home/ada/climate")
    finding = of_one(EnvNotWritable.run(make_facts(environment=mine)))
    assert argvs(finding)[-1] == ("sudo", "chown", "-R", "ada", "/home/ada/climate")


def test_env_not_writable_in_the_home_of_a_user_called_root() -> None:
    roots = replace(CLOSED, prefix="/home/root/climate")
    finding = of_one(EnvNotWritable.run(make_facts(environment=roots)))
    assert not any("chown" in argv for argv in argvs(finding))


def test_env_not_writable_of_another_person_is_not_to_be_taken() -> None:
    hers = replace(CLOSED, prefix="/home/ada/climate", user="eve")
    finding = of_one(EnvNotWritable.run(make_facts(environment=hers)))
    assert finding.title == "You may not install into climate, which belongs to eve"
    assert not any("chown" in argv for argv in argvs(finding))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "nix", "prefix": "/nix/store/abc-python3"}, "Nix's store"),
        ({"kind": "module"}, "a cluster's modules"),
        ({"prefix": "C:\\Program Files\\Python313", "user": None}, "administrator"),
    ],
)
def test_env_not_writable_says_why_it_is_so(changes: dict[str, Any], words: str) -> None:
    finding = of_one(EnvNotWritable.run(make_facts(environment=replace(CLOSED, **changes))))
    assert words in finding.why


@pytest.mark.parametrize("writable", [True, False])
def test_env_not_writable_frozen(writable: bool) -> None:  # noqa: FBT001
    facts = make_facts(environment=replace(CONDA, writable=writable), conda=conda(frozen=True))
    finding = of_one(EnvNotWritable.run(facts))
    assert finding.severity is Severity.INFO
    assert finding.title == "climate is frozen, so conda does not change it"
    assert argvs(finding)[0] == ("conda", "create", "-n", "mine", "--clone", "/home/ada/climate")
    assert not any("--override-frozen" in argv for argv in argvs(finding))


def test_env_not_writable_silent_on_ones_own() -> None:
    assert EnvNotWritable.run(make_facts()) == ()
    assert EnvNotWritable.run(make_facts(environment=CONDA, conda=conda())) == ()


def test_env_not_writable_silent_where_the_system_manages_it() -> None:
    systems = replace(CLOSED, kind="system", externally_managed=True)
    assert EnvNotWritable.run(make_facts(environment=systems)) == ()


def test_env_not_writable_unknown() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, writable=None))
    known = replace(facts.environment, unknown={"writable": "its files do not tell"})
    assert EnvNotWritable.run(replace(facts, environment=known)) == Skip(
        reason="its files do not tell"
    )


def test_env_not_writable_unknown_whether_conda_froze_it() -> None:
    assert isinstance(EnvNotWritable.run(make_facts(environment=CONDA, conda=None)), Skip)
