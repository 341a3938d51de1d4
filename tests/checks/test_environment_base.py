"""Family environment: the Python that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.environment_base import (
    BrokenVenv,
    EmulatedArchitecture,
    VenvOnCondaPython,
)
from jupyterlab_envcheck.facts import Environment, Facts, InstallLine
from jupyterlab_envcheck.recommendations import CreateEnvironment, Finding, Gui, Run, Severity, Skip
from make_facts import ENVIRONMENT, INTERPRETER, MACHINE, NOTEBOOK, make_facts, section

GONE = "/opt/python3.13/bin"
SILENT = "Python stopped: No module named 'encodings'"


def with_venv(environment: Environment = ENVIRONMENT, **changes: Any) -> Environment:
    assert ENVIRONMENT.venv is not None
    return replace(environment, venv=replace(ENVIRONMENT.venv, **changes))


def argvs(finding: Finding) -> list[tuple[str, ...]]:
    return [
        command.argv
        for action in finding.actions
        if isinstance(action, CreateEnvironment | Run)
        for command in action.commands
    ]


def of_one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def why_skipped(found: Sequence[Finding] | Skip) -> str:
    assert isinstance(found, Skip)
    return found.reason


# --- broken-venv ----------------------------------------------------------------------------------


def without_base(**changes: Any) -> Facts:
    gone = replace(with_venv(home=GONE, home_exists=False, base_kind=None), **changes)
    mute = section(None, "asked the interpreter in a child process", value=SILENT)
    return replace(make_facts(environment=gone), interpreter=mute)


def test_broken_venv_whose_python_is_gone() -> None:
    finding = of_one(BrokenVenv.run(without_base()))
    assert finding.severity is Severity.ERROR
    assert finding.title == "The Python that climate was made from is gone"
    assert [fact.value for fact in finding.evidence] == [GONE, SILENT]
    assert argvs(finding) == [("python3.13", "-m", "venv", "--clear", "/home/ada/climate")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"kind": "uv-venv"},
            [("uv", "venv", "--clear", "--no-project", "--python", "3.13", "/home/ada/climate")],
            id="uv-venv",
        ),
        pytest.param(
            {"kind": "virtualenv"},
            [("virtualenv", "--clear", "--python", "3.13", "/home/ada/climate")],
            id="virtualenv",
        ),
        pytest.param(
            {"kind": "uv-project", "project": "/home/ada/proj"},
            [("uv", "sync", "--project", "/home/ada/proj")],
            id="uv-project",
        ),
        pytest.param({"kind": "poetry"}, [], id="poetry"),
        pytest.param(
            {"python": "C:\\climate\\Scripts\\python.exe"},
            [("py", "-3.13", "-m", "venv", "--clear", "/home/ada/climate")],
            id="windows",
        ),
    ],
)
def test_broken_venv_is_made_anew_by_what_made_it(
    changes: dict[str, str], expected: list[tuple[str, ...]]
) -> None:
    assert argvs(of_one(BrokenVenv.run(without_base(**changes)))) == expected


def test_broken_venv_that_another_python_serves_is_advice() -> None:
    gone = with_venv(home=GONE, home_exists=False)
    finding = of_one(BrokenVenv.run(make_facts(environment=gone)))
    assert finding.severity is Severity.ADVICE
    assert finding.evidence[1].value == "with the library of /usr"


@pytest.mark.parametrize("base", [True, False], ids=["base-there", "base-gone"])
def test_broken_venv_with_another_minor_version(base: bool) -> None:  # noqa: FBT001
    made = with_venv(version="3.12.4", home_exists=base)
    finding = of_one(BrokenVenv.run(make_facts(environment=made)))
    assert finding.severity is Severity.ERROR
    assert finding.title == "climate was made for Python 3.12, and Python 3.13 starts in it"
    assert argvs(finding) == [("python3.13", "-m", "venv", "--clear", "/home/ada/climate")]


@pytest.mark.parametrize("version", ["3.13.0", "3.13", "3.13.9"])
def test_broken_venv_silent_after_an_update_of_the_last_number(version: str) -> None:
    assert BrokenVenv.run(make_facts(environment=with_venv(version=version))) == ()


def test_broken_venv_silent_where_there_is_no_venv() -> None:
    assert BrokenVenv.run(make_facts(environment=replace(ENVIRONMENT, venv=None))) == ()


def test_broken_venv_unknown_version() -> None:
    facts = make_facts(environment=with_venv(version=None))
    known = replace(facts.environment, unknown={"venv.version": "its pyvenv.cfg does not say"})
    found = BrokenVenv.run(replace(facts, environment=known))
    assert why_skipped(found) == "its pyvenv.cfg does not say"


def test_broken_venv_interpreter_unknown_but_its_base_is_there() -> None:
    assert why_skipped(BrokenVenv.run(make_facts(interpreter=None))) == "it could not be read"


def test_broken_venv_whose_pyvenv_cfg_is_gone_is_unknown() -> None:
    facts = make_facts(environment=replace(ENVIRONMENT, venv=None))
    known = replace(facts.environment, unknown={"venv": "its pyvenv.cfg is gone"})
    facts = replace(facts, environment=known)
    assert why_skipped(BrokenVenv.run(facts)) == "its pyvenv.cfg is gone"
    assert why_skipped(VenvOnCondaPython.run(facts)) == "its pyvenv.cfg is gone"


# --- venv-on-conda-python -------------------------------------------------------------------------


def line(text: str, tool: str, way: Any = "magic") -> InstallLine:
    return InstallLine(
        cell="c1", line=1, text=text, tool=tool, way=way, specs=(), redirects=(), target=None
    )


@pytest.mark.parametrize("kind", ["conda", "conda-base"])
def test_venv_on_conda_python_is_an_information(kind: str) -> None:
    finding = of_one(VenvOnCondaPython.run(make_facts(environment=with_venv(base_kind=kind))))
    assert finding.severity is Severity.INFO
    assert finding.title == "climate is a virtual environment on a Python of conda"
    assert "are not seen here" in finding.why


def test_venv_on_conda_python_whose_packages_are_seen() -> None:
    both = with_venv(base_kind="conda", system_site=True)
    assert "are seen, too" in of_one(VenvOnCondaPython.run(make_facts(environment=both))).why


def test_venv_on_conda_python_in_a_notebook_with_conda_magics_is_a_warning() -> None:
    used = replace(NOTEBOOK, installs=(line("%conda install six", "conda"),))
    facts = make_facts(environment=with_venv(base_kind="conda"), notebook=used)
    finding = of_one(VenvOnCondaPython.run(facts))
    assert finding.severity is Severity.WARNING
    assert finding.title.endswith("on a Python of conda, where %conda does not work")
    assert finding.evidence[-1].value == "%conda install six"


@pytest.mark.parametrize(
    "other", [line("%pip install six", "pip"), line("!conda install six", "conda", "shell")]
)
def test_venv_on_conda_python_with_other_lines_is_an_information(other: InstallLine) -> None:
    facts = make_facts(
        environment=with_venv(base_kind="conda"), notebook=replace(NOTEBOOK, installs=(other,))
    )
    assert of_one(VenvOnCondaPython.run(facts)).severity is Severity.INFO


def test_venv_on_conda_python_silent_on_another_and_in_conda_itself() -> None:
    assert VenvOnCondaPython.run(make_facts()) == ()
    itself = replace(ENVIRONMENT, kind="conda", venv=None)
    assert VenvOnCondaPython.run(make_facts(environment=itself)) == ()


def test_venv_on_conda_python_unknown_base() -> None:
    facts = make_facts(environment=with_venv(base_kind=None))
    known = replace(facts.environment, unknown={"venv.base_kind": "/opt/conda is gone"})
    found = VenvOnCondaPython.run(replace(facts, environment=known))
    assert why_skipped(found) == "/opt/conda is gone"


# --- emulated-architecture ------------------------------------------------------------------------

MAC = replace(MACHINE, system="Darwin", architecture="arm64", emulated=True)
CONDA = replace(ENVIRONMENT, kind="conda", venv=None)


def test_emulated_architecture_of_conda_on_a_mac() -> None:
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=MAC, environment=CONDA)))
    assert finding.severity is Severity.WARNING
    assert finding.title == "This Python is built for x86_64, and this machine is arm64"
    (argv,) = argvs(finding)
    assert argv[:4] == ("env", "CONDA_SUBDIR=osx-arm64", "conda", "create")
    assert isinstance(finding.actions[1], Gui)


def test_emulated_architecture_of_a_venv_on_a_mac_names_uvs_native_python() -> None:
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=MAC)))
    assert argvs(finding)[0][-2:] == ("cpython-3.13-macos-aarch64", "proj")


def test_emulated_architecture_on_windows_is_advice() -> None:
    windows = replace(MAC, system="Windows", architecture="ARM64")
    own = replace(INTERPRETER, markers={**INTERPRETER.markers, "platform_machine": "ARM64"})
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=windows, interpreter=own)))
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "This Python is built for another architecture, and this machine is ARM64"
    )
    assert argvs(finding)[0][-2:] == ("cpython-3.13-windows-aarch64", "proj")


def test_emulated_architecture_of_32_bits_names_the_machines_own() -> None:
    windows = replace(MAC, system="Windows", architecture="AMD64")
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=windows)))
    assert argvs(finding)[0][-2:] == ("cpython-3.13-windows-x86_64", "proj")


def test_emulated_architecture_that_was_asked_for_is_an_information() -> None:
    asked = replace(INTERPRETER, variables={"CONDA_SUBDIR": "osx-64"})
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=MAC, interpreter=asked)))
    assert finding.severity is Severity.INFO
    assert finding.actions == ()
    assert finding.evidence[-1].value == "osx-64"


def test_emulated_architecture_though_the_native_one_was_asked_for() -> None:
    asked = replace(INTERPRETER, variables={"CONDA_SUBDIR": "osx-arm64"})
    finding = of_one(EmulatedArchitecture.run(make_facts(machine=MAC, interpreter=asked)))
    assert finding.severity is Severity.WARNING


def test_emulated_architecture_silent_on_a_native_python() -> None:
    assert EmulatedArchitecture.run(make_facts()) == ()


def test_emulated_architecture_unknown() -> None:
    facts = make_facts(machine=replace(MACHINE, emulated=None))
    known = replace(facts.machine, unknown={"emulated": "Python was not asked"})
    assert why_skipped(EmulatedArchitecture.run(replace(facts, machine=known))) == (
        "Python was not asked"
    )
    assert why_skipped(EmulatedArchitecture.run(make_facts(machine=None)))
