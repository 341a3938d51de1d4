"""Family installing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.installing import (
    LeftoverMetadata,
    PipMissing,
    UnsatisfiedRequirements,
)
from jupyterlab_envcheck.checks.installing_conda import CondaPipClobber
from jupyterlab_envcheck.checks.installing_shared import SharedImportName
from jupyterlab_envcheck.checks.installs import channels_of, in_its_names, in_navigator
from jupyterlab_envcheck.facts import Environment, Facts, InstallLine, Overlap, Package
from jupyterlab_envcheck.recommendations import (
    Finding,
    Gui,
    Install,
    Remove,
    Severity,
    Skip,
)
from make_facts import (
    ENVIRONMENT,
    JUPYTER,
    KNOWLEDGE,
    NOTEBOOK,
    PACKAGES,
    conda,
    conda_record,
    imported,
    make_facts,
    package,
)

OLD_REQUESTS = package("requests", "2.28.0", requires=("urllib3<1.27,>=1.21.1",))

CONDA: Environment = replace(
    ENVIRONMENT,
    kind="conda",
    name="climate",
    prefix="/home/ada/climate",
    owner="conda",
    venv=None,
)


def record_of(name: str, version: str, **changes: Any) -> Any:
    """Return conda's record of a Python package."""
    distribution = f"{name.replace('-', '_')}-{version}.dist-info"
    return conda_record(name, version, **{"distributions": (distribution,), **changes})


def install_line(text: str, **changes: Any) -> InstallLine:
    given: dict[str, Any] = {"tool": "pip", "way": "magic", "specs": (), "redirects": ()}
    return InstallLine(cell="c1", line=1, text=text, target=None, **{**given, **changes})


def argvs(finding: Finding) -> list[str]:
    return [
        " ".join(command.argv)
        for action in finding.actions
        for command in getattr(action, "commands", ())
    ]


def test_pip_missing_in_a_uv_venv() -> None:
    environment = replace(ENVIRONMENT, kind="uv-venv", owner="uv", has_pip=False)
    (finding,) = PipMissing.run(make_facts(environment=environment))
    assert finding.severity is Severity.INFO
    assert finding.title == "pip is not installed in climate"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.recommended == "uv"
    assert [command.manager for command in action.commands] == ["uv"]


def test_pip_missing_is_an_error_where_the_notebook_calls_it() -> None:
    lines = (install_line("%pip install six"), install_line("!pip install six", way="shell"))
    facts = make_facts(
        environment=replace(ENVIRONMENT, has_pip=False),
        notebook=replace(NOTEBOOK, installs=lines),
    )
    (finding,) = PipMissing.run(facts)
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "pip is not installed in climate, and 1 line of the notebook calls %pip"
    )
    assert finding.evidence[1].value == "%pip install six"


@pytest.mark.parametrize("line", [{"way": "shell"}, {"tool": "uv"}, {"tool": "conda"}])
def test_pip_missing_is_an_information_where_the_notebook_calls_another(
    line: dict[str, str],
) -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, has_pip=False),
        notebook=replace(NOTEBOOK, installs=(install_line("x", **line),)),
    )
    (finding,) = PipMissing.run(facts)
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("kind", ["uv-project", "pixi", "poetry", "pdm"])
def test_pip_missing_in_a_projects_environment_is_as_it_should_be(kind: str) -> None:
    environment = replace(ENVIRONMENT, kind=kind, project="/home/ada/proj", has_pip=False)
    assert PipMissing.run(make_facts(environment=environment)) == ()
    facts = make_facts(
        environment=environment,
        notebook=replace(NOTEBOOK, installs=(install_line("%pip install six"),)),
    )
    (finding,) = PipMissing.run(facts)
    assert finding.severity is Severity.ERROR
    assert [action.kind for action in finding.actions] == ["read"]  # pip is no part of a project


def test_pip_missing_in_debians_python_is_brought_by_debian() -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind="system", has_pip=False, externally_managed=True)
    )
    interpreter = facts.interpreter.value
    assert interpreter is not None
    path = ("/usr/lib/python3/dist-packages",)
    interpreter = replace(interpreter, path=path)
    facts = replace(facts, interpreter=replace(facts.interpreter, value=interpreter))
    (finding,) = PipMissing.run(facts)
    assert argvs(finding) == ["sudo apt install python3-pip python3-venv"]


def test_pip_missing_where_there_is_a_navigator() -> None:
    facts = make_facts(
        environment=replace(CONDA, has_pip=False), jupyter=replace(JUPYTER, navigator="2.7.0")
    )
    (finding,) = PipMissing.run(facts)
    assert isinstance(finding.actions[-1], Gui)
    assert in_navigator(make_facts(environment=CONDA), ("pip",)) == ()


def test_navigator_is_not_said_to_install_a_version() -> None:
    facts = make_facts(environment=CONDA, jupyter=replace(JUPYTER, navigator="2.7.0"))
    assert in_navigator(facts, ("tzdata", "h5py"))
    assert in_navigator(facts, ("tzdata", "numpy>=2")) == ()


def test_pip_missing_is_silent_where_pip_is() -> None:
    assert PipMissing.run(make_facts()) == ()


def test_pip_missing_unknown() -> None:
    unknown = replace(ENVIRONMENT, has_pip=None)
    assert isinstance(PipMissing.run(make_facts(environment=unknown)), Skip)


def test_unsatisfied_requirements_version_too_new() -> None:
    facts = make_facts(packages=(OLD_REQUESTS, package("urllib3", "2.2.0")))
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "1 requirement of installed packages is not met"
    assert finding.evidence[0].label == "requests"
    assert finding.evidence[0].value == "needs urllib3<1.27,>=1.21.1, and 2.2.0 is there"


def test_unsatisfied_requirements_missing_package_is_offered_in_one_command() -> None:
    facts = make_facts(
        packages=(OLD_REQUESTS, package("pandas", "3.1.1", requires=("numpy>=2", "tzdata")))
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.specs == ("numpy>=2", "tzdata", "urllib3<1.27,>=1.21.1")


def test_unsatisfied_requirements_of_a_package_the_notebook_imports_is_an_error() -> None:
    facts = make_facts(
        packages=(OLD_REQUESTS,),
        notebook=replace(NOTEBOOK, imports=(imported("requests"),)),
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("installer", ["conda", None])
def test_unsatisfied_requirements_of_a_conda_package_is_an_information(
    installer: str | None,
) -> None:
    """Its recipe can have left something out, so that to install it is no advice."""
    facts = make_facts(
        environment=CONDA,
        conda=conda(record_of("requests", "2.28.0")),
        packages=(replace(OLD_REQUESTS, installer=installer),),
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.INFO
    assert finding.actions == ()


def test_unsatisfied_requirements_of_the_systems_package_is_an_information() -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind="system", externally_managed=True),
        packages=(replace(OLD_REQUESTS, installer=None),),
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert finding.severity is Severity.INFO


def test_unsatisfied_requirements_of_pips_package_beside_condas() -> None:
    """Of conda's own nothing is said then, and what is missing is called as conda calls it."""
    knowledge = replace(
        KNOWLEDGE,
        imports=replace(
            KNOWLEDGE.imports,
            rows={"torch": replace(KNOWLEDGE.imports.rows["numpy"], pypi="torch", conda="pytorch")},
        ),
    )
    facts = make_facts(
        environment=CONDA,
        conda=conda(record_of("requests", "2.28.0")),
        packages=(
            replace(OLD_REQUESTS, installer="conda"),
            package("fastai", "2.8", requires=("torch<3",)),
        ),
        knowledge=knowledge,
    )
    (finding,) = UnsatisfiedRequirements.run(facts)
    assert [fact.label for fact in finding.evidence] == ["fastai"]
    assert argvs(finding)[0] == (
        "conda install -p /home/ada/climate -c conda-forge --override-channels pytorch<3"
    )


@pytest.mark.parametrize(
    "requires",
    [
        pytest.param("colorama; sys_platform == 'win32'", id="other-platform"),
        pytest.param("tomli; python_version < '3.11'", id="other-python"),
        pytest.param("urllib3>=2", id="met"),
        pytest.param("urllib3>=2.2.0rc1", id="met-by-prerelease-rule"),
        pytest.param("not a requirement at all ==", id="unreadable"),
    ],
)
def test_unsatisfied_requirements_is_silent_for(requires: str) -> None:
    facts = make_facts(
        packages=(package("x", "1", requires=(requires,)), package("urllib3", "2.2.0"))
    )
    assert UnsatisfiedRequirements.run(facts) == ()


@pytest.mark.parametrize("version", [None, "banana"])
def test_unsatisfied_requirements_does_not_call_an_unreadable_version_wrong(
    version: str | None,
) -> None:
    facts = make_facts(packages=(OLD_REQUESTS, replace(package("urllib3", "0"), version=version)))
    assert UnsatisfiedRequirements.run(facts) == ()


def test_unsatisfied_requirements_unknown() -> None:
    skipped = UnsatisfiedRequirements.run(make_facts(interpreter=None))
    assert skipped == Skip(reason="it could not be read")


def test_leftover_metadata_names_every_path() -> None:
    paths = ("/e/site-packages/~umpy", "/e/site-packages/~cipy-1.0.dist-info")
    facts = make_facts(environment=replace(ENVIRONMENT, leftovers=paths))
    (finding,) = LeftoverMetadata.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "2 leftovers of interrupted installs lie in climate"
    assert tuple(fact.value for fact in finding.evidence) == paths


def test_leftover_metadata_of_condas_own_is_an_information_and_nothing_is_deleted() -> None:
    path = "/home/ada/climate/lib/python3.13/site-packages/six-1.16.0.dist-info"
    facts = make_facts(
        environment=replace(CONDA, leftovers=(path,)), conda=conda(record_of("six", "1.16.0"))
    )
    (finding,) = LeftoverMetadata.run(facts)
    assert finding.severity is Severity.INFO
    assert finding.title == (
        "1 of conda's packages in climate has the metadata of another version beside its own"
    )
    assert argvs(finding)[0] == (
        "conda install -p /home/ada/climate -c conda-forge --override-channels --force-reinstall "
        "six=1.16.0"
    )


def test_leftover_metadata_beside_condas_own_names_only_what_is_not_condas() -> None:
    paths = ("/home/ada/climate/x/six-1.16.0.dist-info", "/home/ada/climate/x/~ix")
    facts = make_facts(
        environment=replace(CONDA, leftovers=paths), conda=conda(record_of("six", "1.16.0"))
    )
    (finding,) = LeftoverMetadata.run(facts)
    assert finding.title == "1 leftover of interrupted installs lies in climate"
    assert argvs(finding) == ["rm -r -- /home/ada/climate/x/~ix"]


def test_leftover_metadata_is_silent_without_any() -> None:
    assert LeftoverMetadata.run(make_facts()) == ()


def test_leftover_metadata_unknown() -> None:
    assert isinstance(LeftoverMetadata.run(make_facts(environment=None)), Skip)


def clobbered(*packages: Package, **changes: Any) -> Facts:
    return make_facts(
        environment=CONDA,
        packages=(*PACKAGES, *packages),
        conda=conda(record_of("six", "1.16.0", **changes), record_of("numpy", "2.4.0")),
    )


HEALTHY_NUMPY = package("numpy", "2.4.0", installer="conda")


def test_conda_pip_clobber() -> None:
    packages = (HEALTHY_NUMPY, package("six", "1.17.0"))
    facts = replace(clobbered(), packages=replace(clobbered().packages, value=packages))
    (finding,) = CondaPipClobber.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "conda has six 1.16.0 on record, but pip put 1.17.0 there"
    assert finding.evidence[0].value == "conda: 1.16.0 from conda-forge; pip: 1.17.0"
    mend, new, read = finding.actions
    assert isinstance(mend, Install)
    assert (mend.wish, mend.specs) == ("reinstall", ("six",))
    assert mend.title == "Put conda's six back in its place…"
    assert new.id == "create-environment"
    assert read.id == "read"
    lines = [command.argv for command in mend.commands]
    assert lines[0] == (CONDA.python, "-m", "pip", "uninstall", "six")
    assert lines[2][-2:] == ("--force-reinstall", "six=1.16.0")


def test_conda_pip_clobber_of_what_others_are_linked_with_is_an_error() -> None:
    (finding,) = CondaPipClobber.run(clobbered(package("six", "1.17.0", installer="uv")))
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "2 packages that conda has on record were replaced by pip and uv, numpy among them"
    )


def six_alone(six: Package, **changes: Any) -> Facts:
    facts = clobbered(**changes)
    return replace(facts, packages=replace(facts.packages, value=(HEALTHY_NUMPY, six)))


@pytest.mark.parametrize(
    "six",
    [
        pytest.param(package("six", "1.16.0", installer="conda"), id="condas"),
        pytest.param(package("six", "1.16.0", installer="pip"), id="built-by-pip-for-conda"),
        pytest.param(package("six", "1.17.0", installer=None), id="nobody-says-whose"),
        pytest.param(
            package("six", "1.17.0", location="/home/ada/.local/lib/python3.13/site-packages"),
            id="the-users-own",
        ),
        pytest.param(package("seven", "1.17.0"), id="pips-alone"),
    ],
)
def test_conda_pip_clobber_is_silent_for(six: Package) -> None:
    assert CondaPipClobber.run(six_alone(six)) == ()


def test_conda_pip_clobber_of_the_same_version_where_condas_files_are_gone() -> None:
    missing = ("lib/python3.13/site-packages/six-1.16.0.dist-info/direct_url.json",)
    (finding,) = CondaPipClobber.run(six_alone(package("six", "1.16.0"), missing=missing))
    assert finding.title == "pip put a six 1.16.0 of its own in the place of conda's"


def test_conda_pip_clobber_goes_by_condas_files_and_not_by_its_names() -> None:
    facts = make_facts(
        environment=CONDA,
        packages=(package("torch", "2.15.0"), package("pytorch", "1.0")),
        conda=conda(conda_record("pytorch", "2.14.0", distributions=("torch-2.14.0.dist-info",))),
    )
    (finding,) = CondaPipClobber.run(facts)
    assert finding.title == "conda has torch 2.14.0 on record, but pip put 2.15.0 there"
    assert "pytorch=2.14.0" in argvs(finding)[2]


def test_conda_pip_clobber_of_a_pixi_environment_gives_no_command_of_condas() -> None:
    facts = six_alone(package("six", "1.17.0"))
    facts = replace(
        facts, environment=replace(facts.environment, value=replace(CONDA, kind="pixi"))
    )
    (finding,) = CondaPipClobber.run(facts)
    assert argvs(finding) == []


def test_conda_pip_clobber_is_silent_outside_conda() -> None:
    assert CondaPipClobber.run(make_facts()) == ()


def test_conda_pip_clobber_unknown() -> None:
    assert isinstance(CondaPipClobber.run(make_facts(environment=CONDA)), Skip)
    assert isinstance(CondaPipClobber.run(make_facts(environment=None)), Skip)


def overlapping(*names: str, example: str = "cv2/__init__.py", **changes: Any) -> Facts:
    pairs = [(a, b) for n, a in enumerate(sorted(names)) for b in sorted(names)[n + 1 :]]
    overlaps = tuple(Overlap(packages=pair, files=3, example=example) for pair in pairs)
    packages = [
        package(name, "4.11.0", requested=True, imports=("cv2",), **changes) for name in names
    ]
    return make_facts(
        environment=replace(ENVIRONMENT, overlaps=overlaps), packages=(*PACKAGES, *packages)
    )


def test_shared_import_name_of_a_known_set() -> None:
    (finding,) = SharedImportName.run(overlapping("opencv-python", "opencv-python-headless"))
    assert finding.severity is Severity.ERROR
    assert finding.about == "cv2"
    assert finding.title == "opencv-python and opencv-python-headless both bring cv2"
    remove, install = finding.actions
    assert isinstance(remove, Remove)
    assert remove.title == "First uninstall all of them…"
    assert remove.commands[0].argv[-2:] == ("opencv-python", "opencv-python-headless")
    assert isinstance(install, Install)
    assert install.specs == ("opencv-python-headless",)


def test_shared_import_name_of_three_is_one_finding() -> None:
    names = ("opencv-contrib-python", "opencv-python", "opencv-python-headless")
    (finding,) = SharedImportName.run(overlapping(*names))
    assert finding.title == (
        "opencv-contrib-python, opencv-python and opencv-python-headless all bring cv2"
    )


def test_shared_import_name_keeps_what_others_need() -> None:
    facts = overlapping("opencv-python", "opencv-python-headless")
    needing = package("albumentations", "2", requires=("opencv-python>=4",))
    assert facts.packages.value is not None
    packages = (*facts.packages.value, needing)
    facts = replace(facts, packages=replace(facts.packages, value=packages))
    (finding,) = SharedImportName.run(facts)
    assert finding.actions[-1].title == "Then install opencv-python…"


def test_shared_import_name_keeps_what_was_asked_for() -> None:
    facts = overlapping("opencv-python", "opencv-python-headless")
    assert facts.packages.value is not None
    packages = tuple(replace(p, requested=p.name == "opencv-python") for p in facts.packages.value)
    facts = replace(facts, packages=replace(facts.packages, value=packages))
    (finding,) = SharedImportName.run(facts)
    assert finding.actions[-1].title == "Then install opencv-python…"


def test_shared_import_name_that_no_table_knows_is_a_warning() -> None:
    (finding,) = SharedImportName.run(overlapping("one", "two", example="both/core.py"))
    assert finding.severity is Severity.WARNING
    assert finding.about == "one+two"
    assert finding.title == "one and two both bring the same 3 files"
    assert [action.kind for action in finding.actions] == ["remove"]


def test_shared_import_name_is_silent_on_tests_that_nobody_imports() -> None:
    assert SharedImportName.run(overlapping("one", "two", example="tests/__init__.py")) == ()


def test_shared_import_name_is_silent_where_conda_brought_both() -> None:
    """py-opencv stands for opencv-python and for its headless twin."""
    facts = overlapping("opencv-python", "opencv-python-headless", installer="conda")
    assert SharedImportName.run(facts) == ()


def test_shared_import_name_of_condas_and_pips_keeps_condas() -> None:
    facts = overlapping("opencv-python", "opencv-python-headless")
    record = conda_record("py-opencv", "4.11.0", distributions=("opencv_python-4.11.0.dist-info",))
    assert facts.environment.value is not None
    environment = replace(CONDA, overlaps=facts.environment.value.overlaps)
    facts = replace(
        facts,
        environment=replace(facts.environment, value=environment),
        conda=replace(facts.conda, value=conda(record), unknown={}),
    )
    (finding,) = SharedImportName.run(facts)
    lines = argvs(finding)
    assert lines[0].endswith("pip uninstall opencv-python-headless")
    assert lines[2].endswith("--force-reinstall py-opencv=4.11.0")
    assert len({action.id for action in finding.actions}) == len(finding.actions)


def test_shared_import_name_is_silent_without_overlaps() -> None:
    assert SharedImportName.run(make_facts()) == ()


def test_shared_import_name_unknown() -> None:
    facts = make_facts()
    unknown = {"overlaps": "only the first 200,000 were compared"}
    facts = replace(facts, packages=replace(facts.packages, unknown=unknown))
    assert SharedImportName.run(facts) == Skip(reason="only the first 200,000 were compared")
    assert isinstance(SharedImportName.run(make_facts(environment=None)), Skip)


def test_channels_of_the_majority() -> None:
    forge, main = conda_record("a"), conda_record("b", channel="defaults")
    assert channels_of(conda(forge, forge, main)) == ("conda-forge",)
    assert channels_of(conda(forge, main, main)) == ("defaults",)
    assert channels_of(conda(conda_record("a", channel="conda.example/private"))) == ()
    assert channels_of(conda()) == ()
    assert channels_of(None) == ()


def test_names_stay_outside_conda() -> None:
    specs = ("scikit-learn>=1",)
    assert in_its_names(ENVIRONMENT, specs, KNOWLEDGE.imports) == specs
