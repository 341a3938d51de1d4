"""Family reproducibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.checks.reproducibility import NoEnvironmentFile, NoLockFile
from jupyterlab_envcheck.checks.reproducibility_files import (
    ExportNotPortable,
    PipPackagesNotRecorded,
)
from jupyterlab_envcheck.facts import DirectUrl, Facts, Package, Project, ProjectFile
from jupyterlab_envcheck.recommendations import Finding, Run, Severity, Skip
from make_facts import (
    ENVIRONMENT,
    NOTEBOOK,
    PACKAGES,
    conda,
    conda_record,
    make_facts,
    package,
    section,
)

FOLDER = "/home/ada/notebooks"
CHECKS = (NoEnvironmentFile, ExportNotPortable, PipPackagesNotRecorded, NoLockFile)
IN_CONDA = replace(ENVIRONMENT, kind="conda", owner="conda", venv=None)


def file(name: str, *names: str, tool: str = "pip", **changes: Any) -> ProjectFile:
    given: dict[str, Any] = {
        "lock": False,
        "builds": 0,
        "prefix": False,
        "pip": None,
        "loose": 0,
        "local": 0,
    }
    path = f"{FOLDER}/{name}"
    return ProjectFile(name=name, path=path, tool=tool, names=names, **{**given, **changes})


def yml(*names: str, **changes: Any) -> ProjectFile:
    return file("environment.yml", *names, tool="conda", **{"pip": False, **changes})


LOCK = file("conda-lock.yml", tool="conda", lock=True)


def of(*files: ProjectFile, **changes: Any) -> Facts:
    project = Project(folder=FOLDER, files=files)
    return make_facts(notebook=replace(NOTEBOOK, project=project), **changes)


def unread(facts: Facts) -> Facts:
    """Have one of the files be unreadable."""
    notebook = section(facts.notebook.value, "the notebook's cells", project="x cannot be read")
    return replace(facts, notebook=notebook)


def one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def argvs(finding: Finding) -> list[tuple[str, ...]]:
    runs = [action for action in finding.actions if isinstance(action, Run)]
    return [command.argv for run in runs for command in run.commands]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_without_an_open_notebook_cannot_be_told(check: type[Check]) -> None:
    assert check.run(make_facts(notebook=None)) == Skip(reason="it could not be read")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_in_a_folder_that_is_no_project_is_silent(check: type[Check]) -> None:
    assert check.run(make_facts()) == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_where_the_folder_is_not_known(check: type[Check]) -> None:
    assert check.run(unread(make_facts())) == Skip(reason="x cannot be read")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_where_the_environment_is_not_known(check: type[Check]) -> None:
    assert check.run(of(environment=None)) == Skip(reason="it could not be read")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_with_a_lock_is_silent(check: type[Check]) -> None:
    files = (yml("numpy", loose=1, pip=True), LOCK)
    assert check.run(of(*files, environment=IN_CONDA, conda=conda(conda_record("numpy")))) == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_reproducibility_where_a_file_cannot_be_read_is_not_called_well(check: type[Check]) -> None:
    files = () if check is NoEnvironmentFile else (yml("numpy", pip=True),)
    facts = of(*files, environment=IN_CONDA, conda=conda(conda_record("numpy")))
    assert check.run(unread(facts)) == Skip(reason="x cannot be read")


# no-environment-file


def test_no_environment_file_of_a_venv() -> None:
    finding = one(NoEnvironmentFile.run(of()))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "No file in notebooks says which packages its notebooks need"
    assert argvs(finding) == [
        (ENVIRONMENT.python, "-m", "pip", "list", "--format=freeze"),
        ("uv", "pip", "freeze", "--python", ENVIRONMENT.python),
    ]


def test_no_environment_file_where_pip_is_missing() -> None:
    finding = one(NoEnvironmentFile.run(of(environment=replace(ENVIRONMENT, has_pip=False))))
    assert argvs(finding) == [("uv", "pip", "freeze", "--python", ENVIRONMENT.python)]


def test_no_environment_file_of_conda() -> None:
    finding = one(NoEnvironmentFile.run(of(environment=IN_CONDA)))
    export = argvs(finding)[0]
    assert export == (
        "conda", "export", "-p", ENVIRONMENT.prefix, "--from-history",
        "--format=environment-yaml", "--file", f"{FOLDER}/environment.yml",
    )  # fmt: skip


def test_no_environment_file_on_windows() -> None:
    project = Project(folder="C:\\Users\\ada\\climate", files=())
    notebook = replace(NOTEBOOK, project=project)
    finding = one(NoEnvironmentFile.run(make_facts(notebook=notebook, environment=IN_CONDA)))
    assert finding.title == "No file in climate says which packages its notebooks need"
    assert argvs(finding)[0][-1] == "C:\\Users\\ada\\climate\\environment.yml"


def test_no_environment_file_is_silent_with_any_file() -> None:
    assert NoEnvironmentFile.run(of(file("setup.py"))) == ()


# export-not-portable


def test_export_not_portable_with_builds() -> None:
    exported = yml("libblas", "numpy", "six", builds=2, prefix=True)
    finding = one(ExportNotPortable.run(of(exported, environment=IN_CONDA)))
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "environment.yml names builds for 2 of 3 packages, which are of one platform"
    )
    assert [evidence.label for evidence in finding.evidence] == ["File", "prefix"]
    assert argvs(finding)[0] == (
        "conda", "export", "-p", ENVIRONMENT.prefix, "--from-history", "--format=environment-yaml",
    )  # fmt: skip
    assert argvs(finding)[1][5] == f"{FOLDER}/conda-lock.yml"


def test_export_not_portable_where_no_version_is_named() -> None:
    finding = one(ExportNotPortable.run(of(yml("numpy", "six", loose=2), environment=IN_CONDA)))
    assert finding.title == "environment.yml names 2 packages and no version of any"


def test_export_not_portable_seen_from_a_venv_offers_nothing_of_conda() -> None:
    assert argvs(one(ExportNotPortable.run(of(yml("numpy", builds=1))))) == []


@pytest.mark.parametrize(
    "fine",
    [
        yml("numpy", "six", loose=1),
        yml("numpy", prefix=True),
        file("requirements.txt", "numpy", loose=1),
    ],
    ids=["some-versions", "prefix-alone", "requirements"],
)
def test_export_not_portable_is_silent(fine: ProjectFile) -> None:
    assert ExportNotPortable.run(of(fine, environment=IN_CONDA)) == ()


# pip-packages-not-recorded

BY_PIP = (
    package("numpy", "2.5.5", installer="conda"),
    package("humanize", "4.9.0", requires=("tiny",)),
    package("tiny", "1.0"),
    package("pip", "26.3"),
)
RECORDS = conda(conda_record("numpy"), conda_record("python"))


def by_pip(*files: ProjectFile, packages: tuple[Package, ...] = BY_PIP, **changes: Any) -> Facts:
    given = {"environment": IN_CONDA, "conda": RECORDS, **changes}
    return of(*files, packages=packages, **given)


def test_pip_packages_not_recorded_in_environment_yml() -> None:
    finding = one(PipPackagesNotRecorded.run(by_pip(yml("numpy", "python"))))
    assert finding.severity is Severity.WARNING
    assert finding.title == "environment.yml leaves out 1 package that pip installed here"
    assert finding.evidence[0].value == "humanize 4.9.0"
    assert argvs(finding)[0] == (ENVIRONMENT.python, "-m", "pip", "list", "--format=freeze")


@pytest.mark.parametrize(
    "files",
    [
        (yml("numpy", "python", pip=True),),
        (yml("numpy", "python", pip=None),),
        (yml("numpy", "python"), file("requirements.txt", "humanize")),
        (yml("pandas", "scipy", "numpy"),),
    ],
    ids=["pip-part", "unread", "requirements-beside", "of-another-environment"],
)
def test_pip_packages_not_recorded_is_silent(files: tuple[ProjectFile, ...]) -> None:
    assert PipPackagesNotRecorded.run(by_pip(*files)) == ()


@pytest.mark.parametrize(
    "installed",
    [
        package("mine", "1.0", editable=True),
        package(
            "mine", "1.0", direct_url=DirectUrl(url="file:///home/ada", commit=None, local=True)
        ),
        package("numpy", "2.6"),
        package("six", "1.17.0", installer=None),
    ],
    ids=["editable", "local", "over-conda", "nobody-says"],
)
def test_pip_packages_not_recorded_is_silent_about(installed: Package) -> None:
    facts = by_pip(yml("numpy", "python"), packages=(installed,))
    assert PipPackagesNotRecorded.run(facts) == ()


def test_pip_packages_not_recorded_in_a_venv_is_silent() -> None:
    assert PipPackagesNotRecorded.run(by_pip(yml("numpy"), environment=ENVIRONMENT)) == ()


def test_pip_packages_not_recorded_where_conda_meta_is_not_known() -> None:
    assert isinstance(PipPackagesNotRecorded.run(by_pip(yml("numpy"), conda=None)), Skip)
    assert isinstance(PipPackagesNotRecorded.run(of(packages=None)), Skip)


def test_pip_packages_not_recorded_but_files_of_one_machine() -> None:
    finding = one(PipPackagesNotRecorded.run(of(file("requirements.txt", "numpy", local=2))))
    assert finding.title == (
        "2 lines of requirements.txt point to files of the machine it was made on"
    )


# no-lock-file


def test_no_lock_file_of_requirements() -> None:
    finding = one(NoLockFile.run(of(file("requirements.txt", "numpy", "six", loose=1))))
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "No lock file fixes the versions of the 2 packages that notebooks asks for"
    )
    assert argvs(finding) == [
        (
            ENVIRONMENT.python, "-m", "pip", "lock", "-r", f"{FOLDER}/requirements.txt",
            "-o", f"{FOLDER}/pylock.toml",
        ),
        (
            "uv", "pip", "compile", "--python", ENVIRONMENT.python, f"{FOLDER}/requirements.txt",
            "-o", f"{FOLDER}/pylock.toml",
        ),
    ]  # fmt: skip


def test_no_lock_file_of_what_may_be_a_library_informs() -> None:
    finding = one(NoLockFile.run(of(file("pyproject.toml", "numpy"))))
    assert finding.severity is Severity.INFO
    assert finding.title == "No lock file fixes the version of numpy and of what it needs"
    assert argvs(finding)[0][3:5] == ("lock", FOLDER)


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("uv", ("uv", "lock", "--project", FOLDER)),
        ("poetry", ("poetry", "lock", "--project", FOLDER)),
        ("pdm", ("pdm", "lock", "--project", FOLDER)),
        ("pixi", ("pixi", "lock", "--manifest-path", FOLDER)),
        ("pipenv", ("pipenv", "lock")),
    ],
)
def test_no_lock_file_of_a_project_tool(tool: str, line: tuple[str, ...]) -> None:
    finding = one(NoLockFile.run(of(file("pyproject.toml", "numpy", tool=tool))))
    assert argvs(finding) == [line]


def test_no_lock_file_of_environment_yml() -> None:
    facts = of(yml("numpy", "six", loose=1, pip=True), environment=IN_CONDA)
    assert argvs(one(NoLockFile.run(facts)))[0] == (
        "conda", "export", "-p", ENVIRONMENT.prefix, "--file", f"{FOLDER}/conda-lock.yml",
        "--platform", "linux-64", "--platform", "osx-arm64", "--platform", "win-64",
    )  # fmt: skip


@pytest.mark.parametrize(
    "fine",
    [
        file("requirements.txt", "numpy", lock=True),
        yml("numpy", builds=1),
        yml("numpy", loose=1),
        file("setup.py"),
    ],
    ids=["exact", "builds", "said-by-export-not-portable", "not-read"],
)
def test_no_lock_file_is_silent(fine: ProjectFile) -> None:
    assert NoLockFile.run(of(fine)) == ()


def test_reproducibility_of_a_healthy_project_is_silent() -> None:
    exact = file("requirements.txt", *(one.name for one in PACKAGES), lock=True)
    assert [check.run(of(exact)) for check in CHECKS] == [()] * len(CHECKS)
