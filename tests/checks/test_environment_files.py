"""Family environment: what lies in the folder the kernel runs in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.environment_files import LocalFileShadowsPackage
from jupyterlab_envcheck.facts import DirectUrl, Facts, Module, Package
from jupyterlab_envcheck.recommendations import Finding, RestartKernel, Run, Severity, Skip
from make_facts import INTERPRETER, NOTEBOOK, PACKAGES, PROCESS, imported, make_facts, package

HERE = "/home/ada/notebooks"


def of_one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def with_local(name: str, path: str, *packages: Package, **changes: Any) -> Facts:
    notebook = replace(NOTEBOOK, imports=(replace(imported(name), local=path),), local=(name,))
    return make_facts(notebook=notebook, packages=(*PACKAGES, *packages), **changes)


def loaded(name: str, file: str) -> Facts:
    module = Module(name=name, version=None, file=file, distribution=name, installed="2.5.5")
    return make_facts(
        process=replace(PROCESS, modules=(module,)), notebook=replace(NOTEBOOK, imports=())
    )


def test_local_file_shadows_package_that_is_imported() -> None:
    finding = of_one(LocalFileShadowsPackage.run(with_local("numpy", f"{HERE}/numpy.py")))
    assert finding.severity is Severity.ERROR
    assert finding.about == "numpy"
    assert finding.title == (
        "numpy.py in the folder this kernel runs in hides the installed numpy 2.5.5"
    )
    run, restart = finding.actions
    assert isinstance(run, Run)
    assert run.commands[0].argv == ("mv", "-n", f"{HERE}/numpy.py", f"{HERE}/my_numpy.py")
    assert isinstance(restart, RestartKernel)


def test_local_file_shadows_package_by_the_name_that_is_imported() -> None:
    learn = package("scikit-learn", "1.9.1", imports=("sklearn",))
    facts = with_local("sklearn", f"{HERE}/sklearn.py", learn)
    assert of_one(LocalFileShadowsPackage.run(facts)).title.endswith("scikit-learn 1.9.1")


@pytest.mark.parametrize(
    "file", ["numpy.pyc", "numpy.so", "numpy.cpython-313-x86_64-linux-gnu.so", "numpy.abi3.so"]
)
def test_local_file_shadows_package_in_any_form(file: str) -> None:
    finding = of_one(LocalFileShadowsPackage.run(with_local("numpy", f"{HERE}/{file}")))
    assert finding.title.startswith(f"{file} in the folder")


def test_local_file_shadows_package_on_windows_is_renamed_by_its_own_command() -> None:
    windows = replace(INTERPRETER, markers={**INTERPRETER.markers, "sys_platform": "win32"})
    file = "C:\\ada\\numpy.py"
    facts = with_local("numpy", file, interpreter=windows, process=None)
    (run,) = of_one(LocalFileShadowsPackage.run(facts)).actions
    assert isinstance(run, Run)
    assert run.commands[0].argv == ("ren", file, "my_numpy.py")


def test_local_file_shadows_package_that_only_another_imports_is_advice() -> None:
    finding = of_one(LocalFileShadowsPackage.run(loaded("numpy", f"{HERE}/numpy.py")))
    assert finding.severity is Severity.ADVICE


def test_local_file_shadows_package_as_a_folder_that_was_loaded() -> None:
    facts = loaded("numpy", f"{HERE}/numpy/__init__.py")
    finding = of_one(LocalFileShadowsPackage.run(facts))
    assert finding.title.startswith("The folder numpy in the folder this kernel runs in hides")
    assert [type(action) for action in finding.actions] == [RestartKernel]


def test_local_file_shadows_package_silent_on_a_folder_that_may_be_a_namespace() -> None:
    assert LocalFileShadowsPackage.run(with_local("numpy", f"{HERE}/numpy")) == ()


@pytest.mark.parametrize("file", ["numpy.test.py", "numpy.copy", "numpy.old.pyc"])
def test_local_file_shadows_package_silent_on_files_that_are_no_such_module(file: str) -> None:
    assert LocalFileShadowsPackage.run(with_local("numpy", f"{HERE}/{file}")) == ()


def test_local_file_shadows_package_silent_on_ones_own_module() -> None:
    assert LocalFileShadowsPackage.run(with_local("mine", f"{HERE}/mine.py")) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"editable": True},
        {"direct_url": DirectUrl(url="file:///home/ada/mine", commit=None, local=True)},
        {"location": HERE},
    ],
    ids=["editable", "from-a-folder", "lies-there"],
)
def test_local_file_shadows_package_silent_on_ones_own_project(changes: dict[str, Any]) -> None:
    mine = package("mine", "1", **changes)
    assert LocalFileShadowsPackage.run(with_local("mine", f"{HERE}/mine.py", mine)) == ()


def test_local_file_shadows_package_silent_on_what_comes_before_it_on_the_path() -> None:
    before = replace(INTERPRETER, path=("/opt/extra", *INTERPRETER.path))
    extra = package("six", "1", location="/opt/extra")
    facts = with_local("six", f"{HERE}/six.py", extra, interpreter=before)
    assert LocalFileShadowsPackage.run(facts) == ()


def test_local_file_shadows_package_silent_on_modules_loaded_from_where_they_belong() -> None:
    assert LocalFileShadowsPackage.run(make_facts()) == ()


def test_local_file_shadows_package_unknown() -> None:
    assert isinstance(LocalFileShadowsPackage.run(make_facts(packages=None)), Skip)
    assert isinstance(LocalFileShadowsPackage.run(make_facts(notebook=None)), Skip)
    facts = make_facts()
    known = replace(facts.notebook, unknown={"local": "the folder is not known"})
    found = LocalFileShadowsPackage.run(replace(facts, notebook=known))
    assert found == Skip(reason="the folder is not known")
