"""Family environment: what else than the environment itself Python finds packages in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from jupyterlab_envcheck.checks.environment_paths import PythonpathSet, UserSiteLeaks
from jupyterlab_envcheck.facts import Environment, Facts, Package, Shadow
from jupyterlab_envcheck.recommendations import Finding, Run, SetEnvironment, Severity, Skip
from make_facts import ENVIRONMENT, INTERPRETER, PACKAGES, PROCESS, make_facts, package

SITE = INTERPRETER.site_packages[0]
USER = "/home/ada/.local/lib/python3.13/site-packages"
CONDA = replace(ENVIRONMENT, kind="conda", owner="conda", venv=None)
GLOBAL = replace(ENVIRONMENT, kind="python.org", venv=None)
OLD = package("numpy", "1.26.4", location=USER)


def of_one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def commands(finding: Finding) -> list[tuple[str, ...]]:
    runs = [action for action in finding.actions if isinstance(action, Run)]
    return [command.argv for run in runs for command in run.commands]


def settings(finding: Finding) -> list[dict[str, str]]:
    sets = [action for action in finding.actions if isinstance(action, SetEnvironment)]
    return [dict(action.variables) for action in sets]


def hides(seen: Package, version: str, location: str = SITE) -> Shadow:
    return Shadow(
        name=seen.name,
        version=version,
        location=location,
        seen_version=seen.version,
        seen_location=seen.location,
    )


# --- user-site-leaks ------------------------------------------------------------------------------


def with_user_site(
    environment: Environment, *packages: Package, shadows: Sequence[Shadow] = ()
) -> Facts:
    return make_facts(
        interpreter=replace(INTERPRETER, user_site=USER, path=("/usr/lib/python3.13", USER, SITE)),
        environment=replace(environment, shadows=tuple(shadows)),
        packages=(*PACKAGES, *packages),
    )


def test_user_site_leaks_another_version() -> None:
    facts = with_user_site(CONDA, OLD, shadows=[hides(OLD, "2.5.5")])
    finding = of_one(UserSiteLeaks.run(facts))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "1 package from your user site-packages hides another version in climate"
    )
    assert finding.evidence[1].value == f"1.26.4 in {USER} hides 2.5.5 in {SITE}"
    assert settings(finding) == [{"PYTHONNOUSERSITE": "1"}]
    assert commands(finding) == [
        ("conda", "env", "config", "vars", "set", "-p", CONDA.prefix, "PYTHONNOUSERSITE=1"),
        (CONDA.python, "-m", "pip", "uninstall", "numpy"),
    ]
    ids = [action.id for action in finding.actions]
    assert len(set(ids)) == len(ids)


def test_user_site_leaks_the_same_version() -> None:
    same = package("numpy", "2.5.5", location=USER)
    finding = of_one(
        UserSiteLeaks.run(with_user_site(CONDA, same, shadows=[hides(same, "2.5.5.0")]))
    )
    assert finding.severity is Severity.WARNING
    assert finding.title.endswith("hides the same version in climate")


def test_user_site_leaks_what_hides_nothing_is_advice() -> None:
    finding = of_one(
        UserSiteLeaks.run(with_user_site(CONDA, package("six", "1.17", location=USER)))
    )
    assert finding.severity is Severity.ADVICE
    assert finding.title == "1 package from your user site-packages is seen in climate"


def test_user_site_leaks_into_a_venv_that_sees_the_systems_packages() -> None:
    facts = with_user_site(ENVIRONMENT, OLD, shadows=[hides(OLD, "2.5.5")])
    finding = of_one(UserSiteLeaks.run(facts))
    assert finding.severity is Severity.ERROR
    assert not any("conda" in argv for argv in commands(finding))


def test_user_site_leaks_a_python_without_environment_is_meant_to_look_there() -> None:
    assert UserSiteLeaks.run(with_user_site(GLOBAL, package("six", "1", location=USER))) == ()
    same = package("numpy", "2.5.5", location=USER)
    assert UserSiteLeaks.run(with_user_site(GLOBAL, same, shadows=[hides(same, "2.5.5")])) == ()
    other = of_one(UserSiteLeaks.run(with_user_site(GLOBAL, OLD, shadows=[hides(OLD, "2.5.5")])))
    assert other.severity is Severity.WARNING
    assert settings(other) == []


def test_user_site_leaks_silent_in_a_venv_and_with_pythonnousersite() -> None:
    assert UserSiteLeaks.run(make_facts()) == ()
    assert UserSiteLeaks.run(make_facts(environment=CONDA)) == ()


def test_user_site_leaks_silent_where_the_folder_is_empty_or_not_there() -> None:
    assert UserSiteLeaks.run(with_user_site(CONDA)) == ()
    absent = replace(INTERPRETER, user_site=USER)  # and therefore not on the path
    facts = make_facts(interpreter=absent, environment=CONDA, packages=None)
    assert UserSiteLeaks.run(facts) == ()


def test_user_site_leaks_silent_about_what_is_hidden_elsewhere() -> None:
    elsewhere = package("numpy", "1.26.4", location="/opt/lib")
    facts = with_user_site(CONDA, elsewhere, shadows=[hides(elsewhere, "2.5.5")])
    assert UserSiteLeaks.run(facts) == ()


def test_user_site_leaks_never_offers_pip_where_it_may_not() -> None:
    managed = replace(GLOBAL, externally_managed=True)
    finding = of_one(UserSiteLeaks.run(with_user_site(managed, OLD, shadows=[hides(OLD, "2")])))
    assert commands(finding) == []


def test_user_site_leaks_unknown() -> None:
    assert isinstance(UserSiteLeaks.run(make_facts(interpreter=None)), Skip)
    facts = make_facts()
    known = replace(facts.interpreter, unknown={"user_site": "site could not be asked"})
    found = UserSiteLeaks.run(replace(facts, interpreter=known))
    assert found == Skip(reason="site could not be asked")
    full = with_user_site(CONDA)
    unread = replace(full.packages, unknown={USER: "the folder cannot be listed"})
    found = UserSiteLeaks.run(replace(full, packages=unread))
    assert found == Skip(reason="the folder cannot be listed")
    without = replace(full, packages=make_facts(packages=None).packages)
    assert UserSiteLeaks.run(without) == Skip(reason="it could not be read")
    nowhere = replace(full, environment=make_facts(environment=None).environment)
    assert UserSiteLeaks.run(nowhere) == Skip(reason="it could not be read")


# --- pythonpath-set -------------------------------------------------------------------------------

EXTRA = "/opt/extra"
THERE = package("numpy", "1.26.4", location=EXTRA)


def with_pythonpath(
    value: str,
    *packages: Package,
    shadows: Sequence[Shadow] = (),
    variables: Mapping[str, str] | None = None,
) -> Facts:
    # Python has the folders on its path first, without the slashes at their ends.
    folders = [folder.rstrip("/") for folder in value.split(":") if folder]
    return make_facts(
        interpreter=replace(
            INTERPRETER,
            variables={"PYTHONPATH": value, **(variables or {})},
            path=(*folders, *INTERPRETER.path),
        ),
        environment=replace(ENVIRONMENT, shadows=tuple(shadows)),
        packages=(*PACKAGES, *packages),
    )


def test_pythonpath_set_hides_another_version() -> None:
    facts = with_pythonpath(f"{EXTRA}/", THERE, shadows=[hides(THERE, "2.5.5")])
    finding = of_one(PythonpathSet.run(facts))
    assert finding.severity is Severity.ERROR
    assert finding.about == "PYTHONPATH"
    assert finding.title == "1 package from PYTHONPATH hides another version in climate"
    assert [fact.value for fact in finding.evidence] == [
        f"{EXTRA}/",
        f"1.26.4 in {EXTRA} hides 2.5.5 in {SITE}",
    ]
    assert settings(finding) == [{"PYTHONPATH": ""}]


def test_pythonpath_set_hides_the_same_version() -> None:
    same = package("numpy", "2.5.5", location=EXTRA)
    facts = with_pythonpath(EXTRA, same, shadows=[hides(same, "2.5.5")])
    finding = of_one(PythonpathSet.run(facts))
    assert finding.severity is Severity.WARNING
    assert finding.title == "1 package from PYTHONPATH hides the same version in climate"


def test_pythonpath_set_brings_packages() -> None:
    more = (package("six", "1", location=EXTRA), package("attrs", "1", location="/opt/b"))
    finding = of_one(PythonpathSet.run(with_pythonpath(f"{EXTRA}:/opt/b", *more)))
    assert finding.severity is Severity.WARNING
    assert finding.title == "PYTHONPATH brings 2 packages from 2 folders into climate"


@pytest.mark.parametrize(
    ("folder", "variables", "words"),
    [
        ("/opt/ros/jazzy/lib/python3.12/site-packages", {}, "It is ROS that"),
        ("/opt/spark-4.0.1-bin-hadoop3/python", {}, "It is Spark that"),
        ("/apps/x", {"LOADEDMODULES": "SciPy-bundle/2025.06"}, "a loaded environment module"),
    ],
)
def test_pythonpath_set_on_purpose_is_an_information(
    folder: str, variables: dict[str, str], words: str
) -> None:
    facts = with_pythonpath(folder, package("six", "1", location=folder), variables=variables)
    finding = of_one(PythonpathSet.run(facts))
    assert finding.severity is Severity.INFO
    assert words in finding.why


def test_pythonpath_set_on_purpose_that_hides_another_version_is_an_error_still() -> None:
    facts = with_pythonpath(
        EXTRA,
        THERE,
        shadows=[hides(THERE, "2.5.5")],
        variables={"LOADEDMODULES": "SciPy-bundle/2025.06"},
    )
    finding = of_one(PythonpathSet.run(facts))
    assert finding.severity is Severity.ERROR
    assert "a loaded environment module" in finding.why


def test_pythonpath_set_silent_on_ones_own_sources() -> None:
    assert PythonpathSet.run(with_pythonpath("/home/ada/project/src")) == ()
    own = package("mine", "0.1", location="/home/ada/project/src", form="egg-info")
    shadow = hides(own, "0.2")
    facts = with_pythonpath("/home/ada/project/src", own, shadows=[shadow])
    assert PythonpathSet.run(facts) == ()


def test_pythonpath_set_silent_where_it_is_empty() -> None:
    facts = make_facts(interpreter=replace(INTERPRETER, variables={"PYTHONPATH": ""}))
    assert PythonpathSet.run(facts) == PythonpathSet.run(make_facts()) == ()


def test_pythonpath_set_silent_on_the_environments_own_folder() -> None:
    assert PythonpathSet.run(with_pythonpath(SITE)) == ()


def test_pythonpath_set_silent_on_a_folder_that_python_does_not_look_in() -> None:
    facts = with_pythonpath(EXTRA, THERE, shadows=[hides(THERE, "2.5.5")])
    assert facts.interpreter.value is not None
    isolated = replace(facts.interpreter.value, path=INTERPRETER.path)  # python -E
    section = replace(facts.interpreter, value=isolated)
    assert PythonpathSet.run(replace(facts, interpreter=section)) == ()


def test_pythonpath_set_one_folder_of_it_hiding_another_hides_nothing_here() -> None:
    later = hides(THERE, "1.25", location="/opt/b")
    facts = with_pythonpath(f"{EXTRA}:/opt/b", THERE, shadows=[later])
    assert of_one(PythonpathSet.run(facts)).severity is Severity.WARNING


def test_pythonpath_set_as_windows_spells_it() -> None:
    folder = "C:\\extra"
    there = package("numpy", "1.26.4", location=folder)
    windows = replace(
        INTERPRETER,
        variables={"PYTHONPATH": "C:/extra/;D:\\none"},
        path=(folder, "D:\\none", *INTERPRETER.path),
        markers={**INTERPRETER.markers, "sys_platform": "win32"},
    )
    hiding = replace(ENVIRONMENT, shadows=(hides(there, "2.5.5"),))
    facts = make_facts(interpreter=windows, environment=hiding, packages=(*PACKAGES, there))
    finding = of_one(PythonpathSet.run(facts))
    assert finding.severity is Severity.ERROR
    assert commands(finding) == []  # neither of its shells knows unset


def test_pythonpath_set_pythonhome_is_an_error() -> None:
    facts = make_facts(interpreter=replace(INTERPRETER, variables={"PYTHONHOME": "/opt/other"}))
    finding = of_one(PythonpathSet.run(facts))
    assert (finding.severity, finding.about) == (Severity.ERROR, "PYTHONHOME")
    assert finding.title == (
        "PYTHONHOME makes this kernel look for Python's own library in /opt/other"
    )
    assert settings(finding) == [{"PYTHONHOME": ""}]


def test_pythonpath_set_pythonhome_of_a_python_that_cannot_start() -> None:
    process = replace(PROCESS, variables={"PYTHONHOME": "/gone", "PYTHONPATH": EXTRA})
    finding = of_one(PythonpathSet.run(make_facts(interpreter=None, process=process)))
    assert finding.evidence[0].source == "the process, seen from outside"


def test_pythonpath_set_both() -> None:
    facts = with_pythonpath(
        EXTRA, THERE, shadows=[hides(THERE, "2")], variables={"PYTHONHOME": "/opt/other"}
    )
    found = PythonpathSet.run(facts)
    assert not isinstance(found, Skip)
    assert [finding.about for finding in found] == ["PYTHONHOME", "PYTHONPATH"]


def test_pythonpath_set_unknown() -> None:
    assert isinstance(PythonpathSet.run(make_facts(interpreter=None, process=None)), Skip)
    process = replace(PROCESS, variables={"PYTHONPATH": EXTRA})
    assert isinstance(PythonpathSet.run(make_facts(interpreter=None, process=process)), Skip)
    facts = replace(with_pythonpath(EXTRA), packages=make_facts(packages=None).packages)
    assert PythonpathSet.run(facts) == Skip(reason="it could not be read")
