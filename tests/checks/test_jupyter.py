"""Family jupyter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.jupyter import (
    BrokenKernelspec,
    KernelNotServerEnv,
    KernelspecShadowed,
)
from jupyterlab_envcheck.checks.jupyter_environments import CondaEnvsNotOffered
from jupyterlab_envcheck.checks.jupyter_widgets import WidgetVersionsDiffer
from jupyterlab_envcheck.facts import Jupyter, Kernelspec, OtherEnvironment, Section
from jupyterlab_envcheck.recommendations import (
    Finding,
    Gui,
    Install,
    RegisterKernel,
    Run,
    Severity,
    Skip,
)
from make_facts import (
    ENVIRONMENT,
    JUPYTER,
    NOTEBOOK,
    PACKAGES,
    imported,
    make_facts,
    package,
    section,
)

MANAGER = "@jupyter-widgets/jupyterlab-manager"
SHARE = "/home/ada/.local/share/jupyter/kernels"


def kernelspec(name: str = "ocean", **changes: Any) -> Kernelspec:
    given: dict[str, Any] = {
        "display_name": name.title(),
        "folder": f"{SHARE}/{name}",
        "python": f"/home/ada/{name}/bin/python",
        "works": True,
        "trouble": None,
        "hides": None,
        "by_user": True,
    }
    return Kernelspec(name=name, **{**given, **changes})


def other(name: str = "ocean", **changes: Any) -> OtherEnvironment:
    given: dict[str, Any] = {
        "prefix": f"/home/ada/miniforge3/envs/{name}",
        "kind": "conda",
        "has_ipykernel": False,
        "offered": False,
    }
    return OtherEnvironment(name=name, **{**given, **changes})


def server(*specs: Kernelspec, **changes: Any) -> Jupyter:
    return replace(JUPYTER, kernelspecs=specs, **changes)


def partly(value: Jupyter, **unknown: str) -> Section[Jupyter]:
    told: Section[Jupyter] = section(value, "the server's own interpreter", **unknown)
    return told


def facts_with(told: Section[Jupyter], **changes: Any) -> Any:
    return replace(make_facts(**changes), jupyter=told)


def argvs(finding: Finding) -> list[tuple[str, ...]]:
    runs = [action for action in finding.actions if isinstance(action, Run)]
    return [command.argv for run in runs for command in run.commands]


def test_kernel_not_server_env_tells_both() -> None:
    (finding,) = KernelNotServerEnv.run(make_facts())
    assert finding.severity is Severity.INFO
    assert finding.title == "This kernel runs in climate, Jupyter itself in base"
    assert [fact.value for fact in finding.evidence] == [
        "/home/ada/climate", "/home/ada/miniforge3",
    ]  # fmt: skip


def test_kernel_not_server_env_is_silent_where_they_share_one() -> None:
    assert KernelNotServerEnv.run(make_facts(jupyter=replace(JUPYTER, same_environment=True))) == ()


def test_kernel_not_server_env_unknown_is_skipped() -> None:
    facts = make_facts(jupyter=replace(JUPYTER, same_environment=None))
    assert isinstance(KernelNotServerEnv.run(facts), Skip)


GONE = kernelspec(
    python=None, works=False, trouble="There is no Python at /home/ada/ocean/bin/python."
)
NO_IPYKERNEL = kernelspec(
    works=False, trouble="ipykernel is not installed for /home/ada/ocean/bin/python."
)


def test_broken_kernelspec_whose_python_is_gone_is_advice() -> None:
    (finding,) = BrokenKernelspec.run(make_facts(jupyter=server(GONE, kernelspec("works"))))
    assert (finding.about, finding.severity) == ("ocean", Severity.ADVICE)
    assert finding.title == "The kernelspec ocean cannot start a kernel"
    assert finding.evidence[0].value == "There is no Python at /home/ada/ocean/bin/python."
    assert argvs(finding) == [
        ("/home/ada/miniforge3/bin/python", "-m", "jupyter", "kernelspec", "remove", "ocean")
    ]


def test_broken_kernelspec_of_the_report_is_an_error_and_installs() -> None:
    mine = replace(ENVIRONMENT, python="/home/ada/ocean/bin/python")
    facts = make_facts(jupyter=server(NO_IPYKERNEL), environment=mine, process=None)
    (finding,) = BrokenKernelspec.run(facts)
    assert finding.severity is Severity.ERROR
    assert finding.title == "The kernelspec ocean starts a Python that has no ipykernel"
    assert isinstance(finding.actions[0], Install)
    assert finding.actions[0].specs == ("ipykernel",)


def test_broken_kernelspec_of_the_report_with_no_environment_at_all_is_an_error() -> None:
    tide = kernelspec("tide", works=False, trouble="Its own.")
    facts = replace(
        make_facts(jupyter=server(GONE, tide), process=None),
        environment=section(None, "files", value=str(GONE.trouble)),
    )
    found = BrokenKernelspec.run(facts)
    assert not isinstance(found, Skip)
    assert [one.severity for one in found] == [Severity.ERROR, Severity.ADVICE]


def test_broken_kernelspec_installs_ipykernel_into_an_environment_that_is_known() -> None:
    known = other(prefix="/home/ada/ocean")
    facts = make_facts(jupyter=server(NO_IPYKERNEL, environments=(known,)))
    (finding,) = BrokenKernelspec.run(facts)
    assert ("conda", "install", "-p", "/home/ada/ocean", "ipykernel") in argvs(finding)
    assert argvs(finding)[-1][-2:] == ("remove", "ocean")
    assert len({action.id for action in finding.actions}) == len(finding.actions)


def test_broken_kernelspec_makes_no_command_of_a_name_that_is_none() -> None:
    for name in ("--all", "a b", "x;y"):
        odd = replace(GONE, name=name)
        (finding,) = BrokenKernelspec.run(make_facts(jupyter=server(odd)))
        assert argvs(finding) == []


def test_broken_kernelspec_is_silent_where_that_cannot_be_told() -> None:
    wrapped = kernelspec(python=None, works=None)
    assert BrokenKernelspec.run(make_facts(jupyter=server(wrapped, kernelspec()))) == ()


def test_broken_kernelspec_is_silent_about_a_kernel_that_is_alive() -> None:
    mine = replace(ENVIRONMENT, python="/home/ada/ocean/bin/python")
    assert BrokenKernelspec.run(make_facts(jupyter=server(NO_IPYKERNEL), environment=mine)) == ()


def test_broken_kernelspec_unknown_is_skipped() -> None:
    assert isinstance(BrokenKernelspec.run(make_facts(jupyter=None)), Skip)
    told = partly(server(), kernelspecs="/srv cannot be listed")
    assert BrokenKernelspec.run(facts_with(told)) == Skip(reason="/srv cannot be listed")


HIDING = kernelspec(
    "python3",
    python="/home/ada/old/bin/python",
    hides="/home/ada/miniforge3/share/jupyter/kernels/python3",
)


def test_kernelspec_shadowed_by_ones_own_python3() -> None:
    (finding,) = KernelspecShadowed.run(make_facts(jupyter=server(HIDING)))
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "Your own kernelspec python3 hides the one of base, where Jupyter runs"
    )
    assert argvs(finding)[0][-2:] == ("remove", "python3")


def test_kernelspec_shadowed_beside_a_jupyter_for_everybody_is_advice() -> None:
    central = server(
        replace(HIDING, hides="/usr/share/jupyter/kernels/python3"),
        kind="system",
        prefix="/usr",
        python="/usr/bin/python3",
    )
    (finding,) = KernelspecShadowed.run(make_facts(jupyter=central))
    assert finding.severity is Severity.ADVICE


@pytest.mark.parametrize(
    "spec",
    [
        replace(
            HIDING, by_user=False
        ),  # JUPYTER_PREFER_ENV_PATH, or a venv: the environment's first
        replace(HIDING, hides=None),
        replace(HIDING, hides="/usr/share/jupyter/kernels/python3"),
        replace(HIDING, hides="/home/ada/miniforge3-old/share/jupyter/kernels/python3"),
        replace(HIDING, python=JUPYTER.python),
        replace(HIDING, python=None, works=False, trouble="There is no Python at /x."),
        replace(HIDING, name="ocean"),
    ],
)
def test_kernelspec_shadowed_is_silent_where_nothing_of_the_servers_is_hidden(
    spec: Kernelspec,
) -> None:
    assert KernelspecShadowed.run(make_facts(jupyter=server(spec))) == ()


def test_kernelspec_shadowed_unknown_is_skipped() -> None:
    assert isinstance(KernelspecShadowed.run(make_facts(jupyter=None)), Skip)
    wrapped = server(replace(HIDING, python=None, works=None))
    told = partly(wrapped, **{"kernelspecs.python3.works": "a program chooses"})
    assert KernelspecShadowed.run(facts_with(told)) == Skip(reason="a program chooses")
    told = partly(server(), kernelspecs="/srv cannot be listed")
    assert KernelspecShadowed.run(facts_with(told)) == Skip(reason="/srv cannot be listed")


def test_conda_envs_not_offered_are_counted() -> None:
    there = (
        other("climate", has_ipykernel=True),
        other("ocean"),
        other("done", offered=True, has_ipykernel=True),
        other("plain", kind="venv"),
    )
    (finding,) = CondaEnvsNotOffered.run(make_facts(jupyter=server(environments=there)))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "2 conda environments are not offered as kernels"
    assert [fact.value for fact in finding.evidence] == ["climate, ocean", "climate"]
    lines = argvs(finding)
    assert lines[0] == ("conda", "install", "-p", "/home/ada/miniforge3", "nb_conda_kernels")
    assert ("conda", "install", "-p", there[1].prefix, "ipykernel") in lines
    assert lines[-1][:4] == ("conda", "run", "-p", there[1].prefix)
    [register] = [action for action in finding.actions if isinstance(action, RegisterKernel)]
    assert (register.title, register.prefix) == ("Make climate a kernel…", there[0].prefix)
    assert register.commands[0].argv[:4] == ("conda", "run", "-p", there[0].prefix)
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    assert not any(isinstance(action, Gui) for action in finding.actions)


def test_conda_envs_not_offered_with_navigators_steps_and_one_environment() -> None:
    told = server(environments=(other("My env"),), navigator="2.7.0")
    (finding,) = CondaEnvsNotOffered.run(make_facts(jupyter=told))
    assert finding.title == "The conda environment My env is not offered as a kernel"
    assert any(isinstance(action, Gui) for action in finding.actions)
    assert argvs(finding)[-1][-4:] == ("--name", "my-env", "--display-name", "Python (My env)")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "venv", "environments": (other(),)},
        {"finds_conda_kernels": True, "environments": (other(),)},
        {"environments": (other(offered=True),)},
        {"environments": (other(kind="pixi"), other(kind="venv"))},
        # One JupyterLab in each environment is a way of its own.
        {"kind": "conda", "environments": (other(),)},
        {"kind": "conda", "environments": (other(kind="conda-base", has_ipykernel=True),)},
        {},
    ],
)
def test_conda_envs_not_offered_is_silent(changes: dict[str, Any]) -> None:
    assert CondaEnvsNotOffered.run(make_facts(jupyter=server(**changes))) == ()


def test_conda_envs_not_offered_names_five_and_counts_the_rest() -> None:
    there = tuple(other(f"e{n}") for n in range(7))
    (finding,) = CondaEnvsNotOffered.run(make_facts(jupyter=server(environments=there)))
    assert finding.evidence[0].value == "e0, e1, e2, e3, e4 and 2 more"


def test_conda_envs_not_offered_unknown_is_skipped() -> None:
    assert isinstance(CondaEnvsNotOffered.run(make_facts(jupyter=None)), Skip)
    told = partly(
        server(environments=(other(),), finds_conda_kernels=None), finds_conda_kernels="no Python"
    )
    assert CondaEnvsNotOffered.run(facts_with(told)) == Skip(reason="no Python")


def widgets(*installed: tuple[str, str], **labextensions: str) -> Any:
    named = {name.replace("manager", MANAGER): v for name, v in labextensions.items()}
    packages = tuple(package(name, version) for name, version in installed)
    return {
        "packages": (*PACKAGES, *packages),
        "jupyter": replace(JUPYTER, labextensions=named),
    }


def test_widget_versions_differ_with_the_older_half_in_the_kernel() -> None:
    facts = make_facts(**widgets(("ipywidgets", "7.8.5"), manager="5.0.16"))
    (finding,) = WidgetVersionsDiffer.run(facts)
    assert (finding.about, finding.severity) == ("ipywidgets", Severity.WARNING)
    assert finding.title == (
        f"ipywidgets 7.8.5 of this kernel does not fit JupyterLab's {MANAGER} 5.0.16"
    )
    assert isinstance(finding.actions[0], Install)
    assert finding.actions[0].specs == ("ipywidgets>=8,<9",)
    assert argvs(finding) == []


def test_widget_versions_differ_with_the_older_half_on_the_server() -> None:
    facts = make_facts(**widgets(("ipywidgets", "8.1.9"), manager="3.1.11"))
    (finding,) = WidgetVersionsDiffer.run(facts)
    assert not any(isinstance(action, Install) for action in finding.actions)
    assert argvs(finding)[0] == (
        "conda", "install", "-p", "/home/ada/miniforge3", "jupyterlab-widgets>=3,<4",
    )  # fmt: skip


def test_widget_versions_differ_where_only_their_beginnings_are_alike() -> None:
    facts = make_facts(**widgets(("ipywidgets", "8.1.9"), manager="50.0.0"))
    (finding,) = WidgetVersionsDiffer.run(facts)
    assert argvs(finding)[0][-1] == "jupyterlab-widgets>=3,<4"


def test_widget_versions_differ_by_minor_below_one() -> None:
    there = {"jupyter-matplotlib": "0.11.8", "anywidget": "0.11.0"}
    facts = make_facts(**widgets(("ipympl", "0.10.0"), ("anywidget", "0.9.21"), **there))
    found = WidgetVersionsDiffer.run(facts)
    assert not isinstance(found, Skip)
    assert [finding.about for finding in found] == ["ipympl", "anywidget"]


def test_widget_versions_differ_where_jupyterlab_has_no_half() -> None:
    facts = make_facts(**widgets(("ipywidgets", "8.1.9")))
    (finding,) = WidgetVersionsDiffer.run(facts)
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "base, where JupyterLab runs, has no extension for this kernel's ipywidgets 8.1.9"
    )
    used = replace(NOTEBOOK, imports=(imported("ipywidgets"),))
    facts = make_facts(**widgets(("ipywidgets", "8.1.9")), notebook=used)
    (finding,) = WidgetVersionsDiffer.run(facts)
    assert finding.severity is Severity.WARNING


def test_widget_versions_differ_never_offers_pip_for_the_systems_python() -> None:
    changes = widgets(("ipywidgets", "8.1.9"))
    changes["jupyter"] = replace(changes["jupyter"], kind="system", name="Python 3.13")
    (finding,) = WidgetVersionsDiffer.run(make_facts(**changes))
    assert argvs(finding) == []


@pytest.mark.parametrize(
    ("installed", "there"),
    [
        (("ipywidgets", "8.1.9"), {"manager": "5.0.16"}),
        (("ipywidgets", "7.8.5"), {"manager": "3.1.11"}),
        (("ipywidgets", "9.0.0"), {"manager": "5.0.16"}),  # not in the table: not judged
        (("ipympl", "0.10.0"), {"jupyter-matplotlib": "0.12.0"}),
        (("ipympl", "0.1"), {}),
        (("plotly", "7.1.0"), {}),
    ],
)
def test_widget_versions_differ_is_silent(
    installed: tuple[str, str], there: dict[str, str]
) -> None:
    assert WidgetVersionsDiffer.run(make_facts(**widgets(installed, **there))) == ()


def test_widget_versions_differ_without_a_version_is_silent() -> None:
    facts = make_facts(packages=(package("ipywidgets", None),))
    assert WidgetVersionsDiffer.run(facts) == ()


def test_widget_versions_differ_unknown_is_skipped() -> None:
    assert isinstance(WidgetVersionsDiffer.run(make_facts(packages=None)), Skip)
    assert isinstance(WidgetVersionsDiffer.run(make_facts(jupyter=None)), Skip)
    told = partly(JUPYTER, labextensions="some extensions were built in")
    facts = facts_with(told, packages=(package("ipywidgets", "8.1.9"),))
    assert WidgetVersionsDiffer.run(facts) == Skip(reason="some extensions were built in")
