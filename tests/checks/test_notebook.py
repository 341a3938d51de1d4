"""Family notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.notebook import InstalledElsewhere, MissingImport
from jupyterlab_envcheck.checks.notebook_running import RestartNeeded
from jupyterlab_envcheck.checks.notebook_shell import ShellInstallElsewhere
from jupyterlab_envcheck.checks.notebook_specifiers import UnquotedSpecifier
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import (
    Elsewhere,
    Facts,
    Import,
    ImportName,
    InstallLine,
    Kernelspec,
    Module,
    OtherEnvironment,
)
from jupyterlab_envcheck.recommendations import (
    CreateEnvironment,
    Gui,
    Install,
    Read,
    Run,
    Severity,
    Skip,
)
from make_facts import (
    ENVIRONMENT,
    INTERPRETER,
    JUPYTER,
    KNOWLEDGE,
    NOTEBOOK,
    PROCESS,
    conda,
    conda_record,
    imported,
    make_facts,
    package,
)


def missing(*names: str, optional: bool = False) -> Facts:
    return make_facts(
        notebook=replace(
            NOTEBOOK,
            imports=tuple(imported(name, found=False, optional=optional) for name in names),
        )
    )


def test_missing_import_of_a_known_name_offers_its_distribution() -> None:
    (finding,) = MissingImport.run(missing("sklearn"))
    assert finding.severity is Severity.ERROR
    assert finding.title == "The notebook imports sklearn, which is not installed here"
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.title == "Install scikit-learn…"
    assert action.commands[0].argv == (
        ENVIRONMENT.python, "-m", "pip", "install", "scikit-learn",
    )  # fmt: skip


def test_missing_import_of_an_unknown_name_has_no_action() -> None:
    (finding,) = MissingImport.run(missing("skleam"))
    assert finding.actions == ()
    assert "No package is known for certain" in finding.why


def test_missing_import_that_only_conda_has_is_not_offered_to_pip() -> None:
    (finding,) = MissingImport.run(missing("xesmf"))
    assert finding.actions == ()


def test_missing_import_that_only_conda_has_in_a_conda_environment() -> None:
    facts = replace(
        missing("xesmf"),
        environment=replace(
            make_facts().environment, value=replace(ENVIRONMENT, kind="conda", owner="conda")
        ),
    )
    (finding,) = MissingImport.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.recommended == "conda"


@pytest.mark.parametrize(
    ("name", "kind", "navigator", "shown"),
    [
        ("sklearn", "conda", "2.7.0", True),
        ("sklearn", "conda", None, False),
        ("sklearn", "venv", "2.7.0", False),
        ("wget", "conda", "2.7.0", False),  # a package of the Python Package Index alone
    ],
)
def test_missing_import_has_the_steps_of_a_navigator_that_can_install_it(
    name: str, kind: str, navigator: str | None, *, shown: bool
) -> None:
    facts = make_facts(
        environment=replace(ENVIRONMENT, kind=kind, owner="conda"),
        jupyter=replace(JUPYTER, navigator=navigator),
        notebook=replace(NOTEBOOK, imports=(imported(name, found=False),)),
        knowledge=replace(
            KNOWLEDGE,
            imports=replace(
                KNOWLEDGE.imports,
                rows={
                    "sklearn": ImportName(pypi="scikit-learn", conda="scikit-learn"),
                    "wget": ImportName(pypi="wget", conda=None),
                },
            ),
        ),
    )
    (finding,) = MissingImport.run(facts)
    steps = [action.steps for action in finding.actions if isinstance(action, Gui)]
    assert bool(steps) is shown
    if shown:
        assert "Search for scikit-learn, and tick it." in steps[0]


def test_missing_import_where_the_system_manages_python_offers_an_environment_with_it() -> None:
    facts = missing("sklearn")
    environment = replace(ENVIRONMENT, kind="system", externally_managed=True)
    facts = replace(facts, environment=replace(facts.environment, value=environment))
    (finding,) = MissingImport.run(facts)
    (action,) = finding.actions
    assert isinstance(action, CreateEnvironment)
    assert action.specs == ("scikit-learn",)


def test_missing_import_that_is_optional_is_an_information() -> None:
    (finding,) = MissingImport.run(missing("sklearn", optional=True))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("name", ["google", "kaggle_secrets"])
def test_missing_import_of_what_only_a_service_has_is_no_alarm(name: str) -> None:
    (finding,) = MissingImport.run(missing(name))
    assert finding.severity is Severity.INFO
    assert finding.actions == ()
    assert "it is there only" in finding.why
    assert MissingImport.run(missing(name, optional=True)) == ()


def test_missing_import_is_taken_from_the_channel_the_environment_is_made_of() -> None:
    facts = missing("sklearn")
    environment = replace(ENVIRONMENT, kind="conda", owner="conda", prefix="/c/envs/proj")
    known = conda(conda_record("python"), conda_record("numpy"))
    facts = replace(
        facts,
        environment=replace(facts.environment, value=environment),
        conda=replace(facts.conda, value=known, unknown={}),
    )
    (finding,) = MissingImport.run(facts)
    (action,) = finding.actions
    assert isinstance(action, Install)
    assert action.commands[0].argv == (
        *("conda", "install", "-p", "/c/envs/proj"),
        *("-c", "conda-forge", "--override-channels", "scikit-learn"),
    )


def test_missing_import_has_an_outcome_for_each_name() -> None:
    outcomes = judge(missing("sklearn", "requests"), [MissingImport])
    assert [outcome.id for outcome in outcomes] == [
        "missing-import:sklearn", "missing-import:requests",
    ]  # fmt: skip


def test_missing_import_is_silent_when_all_is_found() -> None:
    assert MissingImport.run(make_facts()) == ()


def test_missing_import_does_not_call_an_unknown_import_missing_or_found() -> None:
    facts = make_facts(notebook=replace(NOTEBOOK, imports=(imported("numpy", found=None),)))
    assert isinstance(MissingImport.run(facts), Skip)


def test_missing_import_with_a_cell_that_is_no_python_does_not_say_that_all_is_there() -> None:
    facts = make_facts(notebook=replace(NOTEBOOK, unreadable=("c2",)))
    assert MissingImport.run(facts) == Skip(reason="1 cell could not be read as Python")


def installed_by(text: str, *specs: str, **changes: Any) -> InstallLine:
    return replace(
        InstallLine(
            cell="c1",
            line=2,
            text=text,
            tool="pip",
            way="magic",
            specs=specs,
            redirects=(),
            target=None,
        ),
        **changes,
    )


def with_lines(*lines: InstallLine, imports: Sequence[Import] = (), **changes: Any) -> Facts:
    return make_facts(notebook=replace(NOTEBOOK, imports=tuple(imports), installs=lines), **changes)


# --- missing-import -------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", ["scikit-learn", "Scikit_Learn>=1", "scikit-learn[x]"])
def test_missing_import_that_a_cell_installs_is_a_warning(spec: str) -> None:
    line = installed_by(f"%pip install {spec}", spec)
    facts = with_lines(line, imports=[imported("sklearn", found=False)])
    (finding,) = MissingImport.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.why == "A cell of the notebook installs it. Run that cell first."
    assert finding.evidence[-1].value == line.text


@pytest.mark.parametrize(
    "line",
    [
        installed_by("%pip install sklearn-like", "sklearn-like"),
        installed_by("!pip install scikit-learn", "scikit-learn", way="shell"),
        installed_by("%conda install -n x scikit-learn", "scikit-learn", target="x"),
        installed_by("%pip uninstall scikit-learn", "scikit-learn"),
    ],
)
def test_missing_import_that_no_cell_installs_here_is_an_error(line: InstallLine) -> None:
    (finding,) = MissingImport.run(with_lines(line, imports=[imported("sklearn", found=False)]))
    assert finding.severity is Severity.ERROR


# --- installed-elsewhere --------------------------------------------------------------------------

PROJ = Elsewhere(name="proj", prefix="/home/ada/proj", version="1.7.2")
BASE = Elsewhere(name="base", prefix="/home/ada/miniforge3", version=None)


def elsewhere(*others: Elsewhere, optional: bool = False, **jupyter: Any) -> Facts:
    one = replace(imported("sklearn", found=False, optional=optional), elsewhere=others)
    return make_facts(
        notebook=replace(NOTEBOOK, imports=(one,)), jupyter=replace(JUPYTER, **jupyter)
    )


def kernelspec(**changes: Any) -> Kernelspec:
    given: dict[str, Any] = {
        "name": "proj",
        "display_name": "Python (proj)",
        "folder": "/home/ada/.local/share/jupyter/kernels/proj",
        "python": "/home/ada/proj/bin/python",
        "works": True,
        "trouble": None,
        "hides": None,
        "by_user": True,
    }
    return Kernelspec(**{**given, **changes})


def test_installed_elsewhere_names_the_other_environment() -> None:
    (finding,) = InstalledElsewhere.run(elsewhere(PROJ))
    assert finding.severity is Severity.WARNING
    assert finding.about == "sklearn"
    assert finding.title == "sklearn is installed in proj, but not in climate"
    assert finding.evidence[0].value == "/home/ada/proj, version 1.7.2"
    assert [action.id for action in finding.actions] == ["read"]


def test_installed_elsewhere_in_several_environments() -> None:
    (finding,) = InstalledElsewhere.run(elsewhere(PROJ, BASE))
    assert finding.title == "sklearn is installed in 2 other environments, but not in climate"
    assert [fact.value for fact in finding.evidence] == [
        "/home/ada/proj, version 1.7.2",
        "/home/ada/miniforge3",
    ]


def test_installed_elsewhere_offers_the_kernel_that_runs_there() -> None:
    (finding,) = InstalledElsewhere.run(elsewhere(BASE, PROJ, kernelspecs=(kernelspec(),)))
    action = finding.actions[0]
    assert isinstance(action, Gui)
    assert action.title == "Use the kernel “Python (proj)”"
    assert action.steps[1] == "Choose Python (proj), which runs in proj."


@pytest.mark.parametrize(
    "changes",
    [
        {"works": False},
        {"python": None},
        {"python": "/home/ada/project-2/bin/python"},
        {"hides": "/usr/share/jupyter/kernels/proj"},
    ],
)
def test_installed_elsewhere_offers_no_kernel_that_does_not_run_there(
    changes: dict[str, Any],
) -> None:
    (finding,) = InstalledElsewhere.run(elsewhere(PROJ, kernelspecs=(kernelspec(**changes),)))
    assert [action.id for action in finding.actions] == ["read"]


def test_installed_elsewhere_in_an_environment_that_is_no_kernel_yet() -> None:
    other = OtherEnvironment(
        name="proj", prefix=PROJ.prefix, kind="venv", has_ipykernel=True, offered=False
    )
    (finding,) = InstalledElsewhere.run(elsewhere(PROJ, environments=(other,)))
    action = finding.actions[0]
    assert isinstance(action, Run)
    assert action.commands[0].argv == (
        "/home/ada/proj/bin/python", "-m", "ipykernel", "install", "--user",
        "--name", "proj", "--display-name", "proj",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "python"), [("conda", r"C:\proj\python.exe"), ("venv", r"C:\proj\Scripts\python.exe")]
)
def test_installed_elsewhere_in_an_environment_on_windows(kind: str, python: str) -> None:
    other = OtherEnvironment(
        name="proj", prefix=r"C:\proj", kind=kind, has_ipykernel=True, offered=False
    )
    facts = elsewhere(replace(PROJ, prefix=r"C:\proj"), environments=(other,))
    (finding,) = InstalledElsewhere.run(facts)
    action = finding.actions[0]
    assert isinstance(action, Run)
    assert action.commands[0].argv[0] == python


def test_installed_elsewhere_of_an_optional_import_is_an_information() -> None:
    (finding,) = InstalledElsewhere.run(elsewhere(PROJ, optional=True))
    assert finding.severity is Severity.INFO


def test_installed_elsewhere_and_missing_import_do_not_say_the_same() -> None:
    facts = elsewhere(PROJ)
    missing_one, there = judge(facts, [MissingImport, InstalledElsewhere])
    assert missing_one.title != there.title
    assert missing_one.why not in there.why
    assert {action.kind for action in missing_one.actions} == {"install"}
    assert "install" not in {action.kind for action in there.actions}


def test_installed_elsewhere_is_silent_where_nothing_is_missing_or_no_other_has_it() -> None:
    assert InstalledElsewhere.run(make_facts()) == ()
    assert InstalledElsewhere.run(elsewhere()) == ()


def test_installed_elsewhere_unknown() -> None:
    assert InstalledElsewhere.run(make_facts(notebook=None)) == Skip(reason="it could not be read")
    assert isinstance(InstalledElsewhere.run(make_facts(environment=None)), Skip)
    facts = elsewhere()
    unknown = replace(facts.notebook, unknown={"elsewhere": "no time was left"})
    assert InstalledElsewhere.run(replace(facts, notebook=unknown)) == Skip(
        reason="no time was left"
    )


# --- shell-install-elsewhere ----------------------------------------------------------------------


def shell(text: str, *specs: str, **changes: Any) -> InstallLine:
    return installed_by(text, *specs, **{"way": "shell", **changes})


def on_path(
    *lines: InstallLine,
    kind: str = "venv",
    has_pip: bool = True,
    variables: Mapping[str, str] | None = None,
    **found: str,
) -> Facts:
    return with_lines(
        *lines,
        interpreter=replace(INTERPRETER, on_path=found, variables=variables or {}),
        environment=replace(ENVIRONMENT, kind=kind, has_pip=has_pip),
    )


SIX = shell("!pip install six", "six")


def test_shell_install_elsewhere_where_pip_is_of_another_environment() -> None:
    (finding,) = ShellInstallElsewhere.run(on_path(SIX, pip="/home/ada/other/bin/pip"))
    assert finding.severity is Severity.WARNING
    assert finding.about == "pip"
    assert finding.title == (
        "A cell runs !pip, which installs into /home/ada/other and not into climate"
    )
    assert finding.why == (
        "This kernel does not see what it installs. Write %pip install six, which reaches this "
        "kernel's environment."
    )
    assert [fact.value for fact in finding.evidence] == [
        "/home/ada/other/bin/pip",
        "/home/ada/climate",
        "!pip install six",
    ]


def test_shell_install_elsewhere_names_an_environment_that_is_known() -> None:
    (finding,) = ShellInstallElsewhere.run(on_path(SIX, pip="/home/ada/miniforge3/bin/pip"))
    assert finding.title == "A cell runs !pip, which installs into base and not into climate"


def test_shell_install_elsewhere_where_pip_is_not_found() -> None:
    (finding,) = ShellInstallElsewhere.run(on_path(SIX, conda="/opt/conda/bin/conda"))
    assert finding.title == "A cell runs !pip, which is not on this kernel's path"
    assert finding.why.startswith("The cell fails. Write %pip install six")


def test_shell_install_elsewhere_has_one_finding_for_each_program() -> None:
    lines = [SIX, shell("!pip install a", "a"), shell("!pip3 install b", "b")]
    findings = ShellInstallElsewhere.run(on_path(*lines, pip="/x/bin/pip", pip3="/x/bin/pip3"))
    assert not isinstance(findings, Skip)
    assert [finding.about for finding in findings] == ["pip", "pip3"]
    assert len(findings[0].evidence) == 4


@pytest.mark.parametrize(
    ("kind", "pip"),
    [
        ("venv", "/home/ada/climate/bin/pip"),
        ("venv", "/home/ada/climate//bin/pip"),
        ("venv", "/private/home/ada/climate/bin/pip"),
        ("pyenv", "/home/ada/.pyenv/shims/pip"),
        ("venv", "/home/ada/.pyenv/shims/pip"),
        ("system", "/usr/local/bin/pip"),
        ("system", "/home/ada/.local/bin/pip"),
        ("homebrew", "/opt/homebrew/bin/pip"),
    ],
)
def test_shell_install_elsewhere_is_silent_where_it_may_be_this_one(kind: str, pip: str) -> None:
    assert ShellInstallElsewhere.run(on_path(SIX, kind=kind, pip=pip)) == ()


def test_shell_install_elsewhere_for_a_shared_python_but_a_known_environment() -> None:
    facts = on_path(
        SIX, kind="system", pip="/home/ada/w/bin/pip", variables={"VIRTUAL_ENV": "/home/ada/w"}
    )
    (finding,) = ShellInstallElsewhere.run(facts)
    assert "installs into /home/ada/w" in finding.title


@pytest.mark.parametrize(
    "line",
    [
        installed_by("%pip install six", "six"),
        shell("!{sys.executable} -m pip install six", "six", target="{sys.executable}"),
        shell("!conda install -n proj six", "six", tool="conda", target="proj"),
        shell("!/x/bin/pip install six", "six", target="/x/bin/pip"),
        shell("!pip3.11 install six", "six", target="pip3.11"),
        shell("!uv add six", "six", tool="uv"),
        shell("!uv pip install --system six", "six", tool="uv"),
    ],
)
def test_shell_install_elsewhere_leaves_lines_alone_that_say_where(line: InstallLine) -> None:
    facts = on_path(line, pip="/x/bin/pip", conda="/x/bin/conda", uv="/x/bin/uv")
    assert ShellInstallElsewhere.run(facts) == ()


@pytest.mark.parametrize(
    "text",
    [
        "!python -m pip install six",
        "subprocess.run(['python', '-m', 'pip', 'install', 'six'])",
        "os.system('python -m pip install six')",
    ],
)
def test_shell_install_elsewhere_by_the_python_that_is_found(text: str) -> None:
    line = shell(text, "six", target="python")
    (finding,) = ShellInstallElsewhere.run(
        on_path(line, python="/usr/bin/python", pip="/home/ada/climate/bin/pip")
    )
    assert finding.title == "A cell runs !python, which installs into /usr and not into climate"
    assert ShellInstallElsewhere.run(on_path(line, python="/home/ada/climate/bin/python")) == ()


def test_shell_install_elsewhere_on_windows() -> None:
    facts = on_path(SIX, pip=r"C:\Other\Scripts\pip.exe")
    (finding,) = ShellInstallElsewhere.run(facts)
    assert r"installs into C:\Other and" in finding.title
    own = replace(ENVIRONMENT, prefix=r"C:\Proj", python=r"C:\Proj\python.exe", kind="conda")
    same = on_path(SIX, pip=r"c:\proj\Scripts\pip.exe")
    same = replace(same, environment=replace(same.environment, value=own))
    assert ShellInstallElsewhere.run(same) == ()


CONDA = shell("!conda install six", "six", tool="conda")


def test_shell_install_elsewhere_of_conda_goes_by_its_variable() -> None:
    there = {"CONDA_PREFIX": "/home/ada/proj"}
    facts = on_path(CONDA, kind="conda", conda="/opt/conda/bin/conda", variables=there)
    (finding,) = ShellInstallElsewhere.run(facts)
    assert finding.title == (
        "A cell runs !conda, which installs into /home/ada/proj and not into climate"
    )
    assert "Write %conda install six," in finding.why
    here = {"CONDA_PREFIX": "/home/ada/climate"}
    assert (
        ShellInstallElsewhere.run(on_path(CONDA, conda="/opt/conda/bin/conda", variables=here))
        == ()
    )


def test_shell_install_elsewhere_of_conda_without_a_variable_goes_into_its_base() -> None:
    facts = on_path(CONDA, conda="/home/ada/miniforge3/condabin/conda")
    (finding,) = ShellInstallElsewhere.run(facts)
    assert finding.title == "A cell runs !conda, which installs into base and not into climate"
    assert "climate is no environment of conda's: write %pip." in finding.why
    in_base = on_path(CONDA, kind="conda-base", conda="/home/ada/climate/bin/conda")
    assert ShellInstallElsewhere.run(in_base) == ()


UV = shell("!uv pip install 'six>=1'", "six>=1", tool="uv")


def test_shell_install_elsewhere_of_uv_goes_by_its_variables() -> None:
    there = {"VIRTUAL_ENV": "/home/ada/proj", "CONDA_PREFIX": "/home/ada/climate"}
    (finding,) = ShellInstallElsewhere.run(on_path(UV, uv="/usr/bin/uv", variables=there))
    assert finding.title == (
        "A cell runs !uv pip, which installs into /home/ada/proj and not into climate"
    )
    assert '!uv pip install --python /home/ada/climate/bin/python "six>=1"' in finding.why
    here = {"VIRTUAL_ENV": "/home/ada/climate/"}
    assert ShellInstallElsewhere.run(on_path(UV, uv="/usr/bin/uv", variables=here)) == ()


def test_shell_install_elsewhere_of_uv_that_nobody_told() -> None:
    (finding,) = ShellInstallElsewhere.run(on_path(UV, uv="/usr/bin/uv"))
    assert finding.title == "A cell runs !uv pip, which is not told of climate"
    facts = on_path(UV, uv="/usr/bin/uv")
    hidden = replace(ENVIRONMENT, prefix="/home/ada/climate/.venv")
    facts = replace(facts, environment=replace(facts.environment, value=hidden))
    assert ShellInstallElsewhere.run(facts) == (), "uv finds a .venv by itself"


def test_shell_install_elsewhere_offers_uv_where_there_is_no_pip() -> None:
    (finding,) = ShellInstallElsewhere.run(on_path(SIX, has_pip=False, pip="/usr/bin/pip"))
    assert "Write !uv pip install --python /home/ada/climate/bin/python six," in finding.why


def test_shell_install_elsewhere_unknown() -> None:
    assert ShellInstallElsewhere.run(make_facts()) == ()
    assert isinstance(ShellInstallElsewhere.run(make_facts(notebook=None)), Skip)
    assert isinstance(ShellInstallElsewhere.run(with_lines(SIX, interpreter=None)), Skip)
    assert isinstance(ShellInstallElsewhere.run(with_lines(SIX, environment=None)), Skip)
    unknown = on_path(SIX)
    unknown = replace(
        unknown, interpreter=replace(unknown.interpreter, unknown={"on_path": "nobody told"})
    )
    assert ShellInstallElsewhere.run(unknown) == Skip(reason="nobody told")


# --- unquoted-specifier ---------------------------------------------------------------------------


def test_unquoted_specifier_that_writes_a_file() -> None:
    line = installed_by("%pip install -q six>=1.0", "six", redirects=("=1.0",))
    (finding,) = UnquotedSpecifier.run(with_lines(line))
    assert finding.severity is Severity.WARNING
    assert finding.about == "c1:2"
    assert finding.title == "A line for pip writes the file =1.0 and loses the version"
    assert finding.why.endswith('Write: %pip install -q "six>=1.0"')
    assert [(fact.label, fact.value) for fact in finding.evidence] == [
        ("Line 2 of a cell", "%pip install -q six>=1.0"),
        ("File it writes", "=1.0"),
    ]
    (action,) = finding.actions
    assert isinstance(action, Read)
    assert action.entry == "specifiers"


def test_unquoted_specifier_that_reads_a_file() -> None:
    line = installed_by("!pip install numpy<2", "numpy", redirects=("2",), way="shell")
    (finding,) = UnquotedSpecifier.run(with_lines(line))
    assert finding.title == "A line for pip reads the file 2 and loses the version"
    assert "fails where there is no such file" in finding.why


@pytest.mark.parametrize(
    ("text", "redirects", "rewritten"),
    [
        ("%pip install a>=1,<2 b", ("=1,", "2"), '%pip install "a>=1,<2" b'),
        ("%pip install 'a>=1' b<2", ("2",), "%pip install 'a>=1' \"b<2\""),
        ("%pip install a[x]>1.*", ("1.*",), '%pip install "a[x]>1.*"'),
        ("%pip install a >= 1", ("=",), '%pip install "a>=1"'),
        ("%pip install a==1 b>2", ("2",), '%pip install a==1 "b>2"'),
    ],
)
def test_unquoted_specifier_rewrites_the_line(
    text: str, redirects: tuple[str, ...], rewritten: str
) -> None:
    (finding,) = UnquotedSpecifier.run(with_lines(installed_by(text, "a", redirects=redirects)))
    assert finding.why.endswith(f"Write: {rewritten}")


@pytest.mark.parametrize("spec", ["numpy>=2", '"numpy>=2"', "'numpy>=2'"])
def test_unquoted_specifier_of_the_conda_magic_needs_two_pairs(spec: str) -> None:
    line = installed_by(f"%conda install {spec}", "numpy", redirects=("=2",), tool="conda")
    (finding,) = UnquotedSpecifier.run(with_lines(line))
    assert finding.title == "A line for conda writes the file =2 and loses the version"
    assert finding.why.endswith("""Write: %conda install '"numpy>=2"'""")


def test_unquoted_specifier_has_an_outcome_for_each_line_alone() -> None:
    one = installed_by("!pip install a>1; pip install b>2", "a", redirects=("1",))
    two = replace(one, specs=("b",), redirects=("2",))
    three = replace(one, line=3)
    outcomes = judge(with_lines(one, two, three), [UnquotedSpecifier])
    assert [outcome.id for outcome in outcomes] == [
        "unquoted-specifier:c1:2",
        "unquoted-specifier:c1:3",
    ]


def test_unquoted_specifier_is_silent_and_unknown() -> None:
    quoted = installed_by('%pip install "six>=1.0"', "six>=1.0")
    assert UnquotedSpecifier.run(with_lines(quoted)) == ()
    assert UnquotedSpecifier.run(make_facts(notebook=None)) == Skip(reason="it could not be read")


# --- restart-needed -------------------------------------------------------------------------------


def running(
    version: str | None, installed: str | None, name: str = "numpy", **changes: Any
) -> Facts:
    module = Module(name=name, version=version, file=None, distribution=name, installed=installed)
    module = replace(module, **changes)
    return make_facts(process=replace(PROCESS, modules=(module,)))


def test_restart_needed_for_what_the_notebook_imports() -> None:
    (finding,) = RestartNeeded.run(running("2.4.0", "2.5.5"))
    assert finding.severity is Severity.WARNING
    assert finding.title == "The kernel runs numpy 2.4.0, and 2.5.5 is installed by now"
    assert finding.evidence[0].value == "2.4.0 in the kernel, 2.5.5 on disk"
    assert [action.kind for action in finding.actions] == ["restart-kernel"]


def test_restart_needed_for_others_is_an_information() -> None:
    (finding,) = RestartNeeded.run(running("27.0", "27.1.0", "pyzmq"))
    assert finding.severity is Severity.INFO


def test_restart_needed_names_first_what_the_notebook_imports() -> None:
    modules = tuple(
        Module(name=name, version="1", file=None, distribution=name, installed="2")
        for name in ("idna", "numpy", "pyzmq")
    )
    (finding,) = RestartNeeded.run(make_facts(process=replace(PROCESS, modules=modules)))
    assert finding.title == (
        "The kernel runs numpy 1, and 2 is installed by now, and 2 more packages"
    )
    assert finding.severity is Severity.WARNING


def test_restart_needed_for_what_is_gone() -> None:
    gone = running("2.4.0", None, distribution=None, gone=True)
    (finding,) = RestartNeeded.run(gone)
    assert finding.title == "The kernel runs numpy 2.4.0, which is gone by now"
    assert finding.severity is Severity.WARNING
    assert finding.evidence[0].value == "2.4.0 in the kernel, gone from disk"
    (finding,) = RestartNeeded.run(running(None, None, "six", distribution=None, gone=True))
    assert finding.title == "The kernel runs six, which is gone by now"


@pytest.mark.parametrize(
    ("version", "installed"),
    [
        ("2.5.5", "2.5.5"),
        ("2.5", "2.5.0"),
        ("2.5.5", "2.5.5+cu126"),
        ("4.10.0", "4.10.0.84"),  # cv2
        ("0.1.dev0+g1", "0.1.dev0+g2"),
        ("unknown", "2.5.5"),
        (None, "2.5.5"),
        ("2.5.5", None),
    ],
)
def test_restart_needed_is_silent_where_it_is_no_other_release(
    version: str | None, installed: str | None
) -> None:
    assert RestartNeeded.run(running(version, installed)) == ()


def test_restart_needed_is_silent_for_an_editable_install_and_an_unknown_distribution() -> None:
    facts = running("1.0", "1.1", "mine")
    assert RestartNeeded.run(facts) != ()
    editable = replace(facts.packages, value=(package("mine", "1.1", editable=True),))
    assert RestartNeeded.run(replace(facts, packages=editable)) == ()
    assert RestartNeeded.run(running("1.0", "1.1", distribution=None)) == ()


def test_restart_needed_unknown() -> None:
    assert isinstance(RestartNeeded.run(make_facts(process=None)), Skip)
    facts = make_facts(process=replace(PROCESS, modules=None))
    busy = replace(facts.process, unknown={"modules": "the kernel is busy"})
    assert RestartNeeded.run(replace(facts, process=busy)) == Skip(reason="the kernel is busy")
    assert isinstance(RestartNeeded.run(make_facts(packages=None)), Skip)


def test_notebook_family_is_silent_on_a_healthy_environment() -> None:
    checks = (MissingImport, InstalledElsewhere, ShellInstallElsewhere, UnquotedSpecifier)
    outcomes = judge(make_facts(), (*checks, RestartNeeded))
    assert {outcome.status for outcome in outcomes} == {"pass"}
