"""The files that say which packages a project needs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from environments import UV, make_uv_venv
from jupyterlab_envcheck.facts import Project, ProjectFile
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import project_text
from jupyterlab_envcheck.probe.project_files import project
from jupyterlab_envcheck.probe.project_text import Told, Unread

#: As conda 26.7 wrote it of a real environment.
EXPORT = """\
name: /opt/conda/envs/proj
channels:
  - conda-forge
dependencies:
  - libblas=3.11.0=5_hd7b6a1c_openblas
  - numpy=2.4.6=py_0
  - python=3.11.7=h0_cpython
  - pip:
    - humanize==4.9.0
    - tiny @ file:///home/ada/tiny-1.0-py3-none-any.whl
prefix: /opt/conda/envs/proj
"""
#: The same one, from the history.
ASKED_FOR = """\
name: proj
dependencies:
  - numpy
  - python=3.11
  - libblas[build=*openblas]
  - conda-forge::six=1.17
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return the root of version control, with a folder `notebooks` in it."""
    (tmp_path / "climate" / ".git").mkdir(parents=True)
    (tmp_path / "climate" / "notebooks").mkdir()
    return tmp_path / "climate"


def the(folder: Path) -> Project:
    found, why = project(str(folder))
    assert found is not None
    assert why is None
    return found


def only(folder: Path) -> ProjectFile:
    (file,) = the(folder).files
    return file


def test_folder_that_is_not_known() -> None:
    assert project(None) == (None, "the folder the kernel runs in is not known")


def test_folder_that_is_gone(tmp_path: Path) -> None:
    why = "the folder the kernel runs in cannot be listed: No such file or directory"
    assert project(str(tmp_path / "gone")) == (None, why)


def test_folder_with_a_null_character_in_its_name() -> None:
    why = "the folder the kernel runs in cannot be listed: its path is no path"
    assert project("/a\0b") == (None, why)


def test_plain_folder_tells_of_no_project(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("numpy")
    assert project(str(tmp_path)) == (None, None)


def test_plain_folder_does_not_look_above_itself(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy")
    (tmp_path / "in").mkdir()
    assert project(str(tmp_path / "in")) == (None, None)


@pytest.mark.parametrize("control", [".git", ".hg"])
def test_version_control_alone_tells_of_a_project(tmp_path: Path, control: str) -> None:
    (tmp_path / control).mkdir()
    (tmp_path / "in").mkdir()
    assert the(tmp_path / "in") == Project(folder=str(tmp_path), files=())


def test_worktree_whose_git_is_a_file(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert the(tmp_path) == Project(folder=str(tmp_path), files=())


def test_files_on_the_way_up(repository: Path) -> None:
    (repository / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["numpy"]\n')
    (repository / "notebooks" / "requirements.txt").write_text("six==1.16.0\n")
    (repository.parent / "environment.yml").write_text("dependencies: [scipy]\n")
    assert [file.name for file in the(repository / "notebooks").files] == [
        "requirements.txt",
        "pyproject.toml",
    ]


@pytest.mark.parametrize("at_home", [".", "notebooks"])
def test_home_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_home: str) -> None:
    (tmp_path / ".git").mkdir()  # of somebody's dotfiles
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "requirements.txt").write_text("numpy")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert project(str(tmp_path / at_home)) == (None, None)


def test_top_of_the_filesystem_is_no_project() -> None:
    assert project(os.sep) == (None, None)


def test_folder_whose_path_is_not_shown_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "a\u202eb"
    (folder / ".git").mkdir(parents=True)
    why = "the path of the project's folder has characters that are not shown"
    assert project(str(folder)) == (None, why)


@pytest.mark.parametrize(
    ("name", "tool", "lock"),
    [
        ("conda-lock.yml", "conda", True),
        ("dev.conda-lock.yaml", "conda", True),
        ("explicit.txt", "conda", True),
        ("pixi.lock", "pixi", True),
        ("uv.lock", "uv", True),
        ("poetry.lock", "poetry", True),
        ("pdm.lock", "pdm", True),
        ("Pipfile.lock", "pipenv", True),
        ("pylock.toml", "pip", True),
        ("pylock.dev.toml", "pip", True),
        ("spack.lock", "spack", True),
        ("environment.yml", "conda", False),
        ("environment-dev.yaml", "conda", False),
        ("pixi.toml", "pixi", False),
        ("Pipfile", "pipenv", False),
        ("requirements.txt", "pip", False),
        ("requirements-dev.txt", "pip", False),
        ("requirements.in", "pip", False),
        ("spack.yaml", "spack", False),
        ("setup.py", "pip", False),
    ],
)
def test_file_is_known_by_its_name(tmp_path: Path, name: str, tool: str, lock: bool) -> None:  # noqa: FBT001
    (tmp_path / name).touch()
    assert only(tmp_path) == ProjectFile(
        name=name,
        path=str(tmp_path / name),
        tool=tool,
        lock=lock,
        names=(),
        builds=0,
        prefix=False,
        pip=False if name.startswith("environment") else None,
        loose=0,
        local=0,
    )


@pytest.mark.parametrize("name", ["uv.lock", "environment.yml", "requirements.txt"])
def test_folder_or_pipe_in_the_place_of_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).mkdir()
    assert the(tmp_path).files == ()
    (tmp_path / name).rmdir()
    os.mkfifo(tmp_path / name)
    assert the(tmp_path).files == ()


def test_file_that_cannot_be_understood_is_told_with_why(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("dependencies: [numpy\n")
    found, why = project(str(tmp_path))
    assert found is not None
    assert [(file.name, file.names, file.pip) for file in found.files] == [
        ("environment.yml", (), None)
    ]
    assert why is not None
    assert why.startswith("environment.yml cannot be read: ")


def test_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("#" * 70_000)
    _, why = project(str(tmp_path))
    assert why == (
        "environment.yml cannot be read: it is 0.07 MB long, and is not read above 0.0655 MB"
    )


def test_export_with_builds() -> None:
    assert project_text.of_environment_yml(EXPORT) == Told(
        tool="conda",
        names=("libblas", "numpy", "python", "humanize", "tiny"),
        builds=3,
        prefix=True,
        pip=True,
        loose=0,
        local=1,
    )


def test_export_of_what_was_asked_for() -> None:
    assert project_text.of_environment_yml(ASKED_FOR) == Told(
        tool="conda", names=("numpy", "python", "libblas", "six"), builds=0, pip=False, loose=1
    )


@pytest.mark.parametrize(
    ("spec", "builds", "loose"),
    [
        ("numpy", 0, 1),
        ("numpy=2.1", 0, 0),
        ("numpy==2.1", 0, 0),
        ("numpy >=2,<3", 0, 0),
        ("numpy=2.1=py312h1_0", 1, 0),
        ("numpy==2.1=py312h1_0", 1, 0),
        ("numpy 2.1 py312h1_0", 1, 0),
        ("conda-forge::numpy=2.1=0", 1, 0),
        ("libblas=*=*openblas", 0, 0),
        ("libblas=3.9=*mkl", 0, 0),
        ("pytorch=2.7=cuda*", 0, 0),
    ],
)
def test_spec_of_conda(spec: str, builds: int, loose: int) -> None:
    told = project_text.of_environment_yml(f"dependencies:\n  - {spec}\n")
    assert (told.builds, told.loose) == (builds, loose)


def test_spec_of_conda_behind_which_a_comment_stands() -> None:
    told = project_text.of_environment_yml("dependencies:\n  - 'numpy  # for the plots'\n")
    assert (told.names, told.loose) == (("numpy",), 1)


def test_real_freeze_of_uv_is_a_lock(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "env", "packaging", "six")
    freeze = subprocess.run(
        [UV, "pip", "freeze", "--python", str(python)], check=True, capture_output=True, text=True
    )
    told = project_text.of_requirements(freeze.stdout)
    assert told == Told(tool="pip", lock=True, names=("packaging", "six"))


def test_requirements_with_hashes_as_pip_tools_writes_them() -> None:
    told = project_text.of_requirements(
        "# made by a tool\n"
        "six==1.16.0 \\\n    --hash=sha256:1e61c3 \\\n    --hash=sha256:8abb2f\n"
        "    # via -r requirements.in\n"
        'colorama==0.4.6 ; sys_platform == "win32"\n'
    )
    assert told == Told(tool="pip", lock=True, names=("six", "colorama"))


def test_requirements_that_would_take_a_minute() -> None:
    with pytest.raises(project_text.Unread, match="20,000 lines"):
        project_text.of_requirements("a\n" * 2_000_000)


def test_requirements_of_a_person() -> None:
    told = project_text.of_requirements(
        "-r base.txt\n--index-url https://ada:hunter2@pypi.example/simple\n"
        "NumPy  # for arrays\npandas>=2\nscikit_learn[all]==1.*\n-e .\n\n"
    )
    assert told == Told(tool="pip", names=("numpy", "pandas", "scikit-learn"), loose=1)


def test_requirements_that_include_others_are_no_lock() -> None:
    assert not project_text.of_requirements("-r others.txt\nsix==1.16.0\n").lock


@pytest.mark.parametrize(
    "line",
    [
        "numpy @ file:///home/conda/feedstock_root/build_artifacts/numpy_1/work",
        "file:///home/ada/tiny.whl",
        "/home/ada/tiny.whl",
        "-e /home/ada/tiny",
        "C:\\Users\\ada\\tiny.whl",
    ],
)
def test_requirement_that_points_to_a_file_of_one_machine(line: str) -> None:
    told = project_text.of_requirements(f"{line}\nsix==1.16.0\n")
    assert told.local == 1
    assert not told.lock


@pytest.mark.parametrize(
    "line", ["-e .", "./tiny", "git+https://git.example/tiny", "tiny @ https://x.example/tiny.whl"]
)
def test_requirement_that_everybody_can_follow(line: str) -> None:
    assert project_text.of_requirements(line).local == 0


def test_list_of_conda_in_the_place_of_requirements() -> None:
    told = project_text.of_requirements("# platform: linux-64\nnumpy=2.4.6=py_0\nsix=1.17.0=py_0\n")
    assert told == Told(tool="conda", names=("numpy", "six"), builds=2)


def test_pyproject_of_a_library() -> None:
    told = project_text.of_pyproject(
        '[project]\nname = "a"\ndependencies = ["numpy>=2", "six"]\n'
        '[project.optional-dependencies]\nplot = ["matplotlib"]\n'
        '[dependency-groups]\ndev = ["pytest", {include-group = "plot"}]\n'
        "[tool.ruff]\nline-length = 100\n"
    )
    assert told == Told(tool="pip", names=("numpy", "six", "pytest", "matplotlib"), loose=3)


@pytest.mark.parametrize(
    ("written", "tool", "names"),
    [
        ('[project]\nname = "a"\n[tool.uv]\npackage = false\n', "uv", ()),
        ('[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = "^2"\n', "poetry", ("numpy",)),
        ('[tool.poetry.group.dev.dependencies]\nx = "*"\n', "poetry", ("x",)),
        ('[tool.pixi.dependencies]\nnumpy = "*"\n', "pixi", ("numpy",)),
        ('[tool.pixi.feature.gpu.pypi-dependencies]\njax = "*"\n', "pixi", ("jax",)),
    ],
)
def test_pyproject_of_a_tool(written: str, tool: str, names: tuple[str, ...]) -> None:
    told = project_text.of_pyproject(written)
    assert told is not None
    assert (told.tool, told.names) == (tool, names)


def test_pyproject_that_speaks_of_no_packages_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert project(str(tmp_path)) == (None, None)


def test_pipfile() -> None:
    told = project_text.of_pipfile('[packages]\nsix = "*"\nmine = {path = "/home/ada/mine"}\n')
    assert told == Told(tool="pipenv", names=("six", "mine"), loose=1, local=1)


@pytest.mark.parametrize(
    "written",
    [
        "a" + ".a" * 100_000 + "=1",
        "x=" + "[" * 200_000,
        "x=" + "{a=" * 60_000,
    ],
)
def test_toml_made_to_take_all_memory_is_not_read(written: str) -> None:
    with pytest.raises(Unread):
        project_text.of_pyproject(written)


@pytest.mark.parametrize(
    "written",
    [
        "- [" * 20_000,
        "a: &a [x]\ndependencies:\n" + "- *a\n" * 5_000,
        "dependencies:\n- pip: &p\n" + "  - x==1\n" * 2_000 + "- pip: *p\n" * 2_000,
    ],
)
def test_yaml_made_to_take_all_time_is_read_or_not(written: str) -> None:
    try:
        told = project_text.of_environment_yml(written)
    except Unread:
        return
    assert len(told.names) <= 2_000


def test_no_secret_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "--index-url https://ada:hunter2@pypi.example/simple\n"
        "tiny @ https://ada:hunter2@x.example/tiny.whl\nhttps://x.example/?token=hunter2\n"
    )
    (tmp_path / "environment.yml").write_text(
        "channels: ['https://conda.example/t/hunter2/private']\n"
        "dependencies: ['https://conda.example/t/hunter2/private::six', {pip: ['--extra-index-url "
        "https://a:hunter2@x.example', numpy]}]\n"
    )
    (tmp_path / "environment-2.yml").write_text("password: *hunter2\n")
    assert "hunter2" not in repr(project(str(tmp_path)))


_WORDS = st.sampled_from(
    [
        *("dependencies:", "- ", "pip:", "numpy", "=", "==2.1", "\n", "  ", "[", "]", "{", "}"),
        *("&a", "*a", "prefix:", "@ file:///", "-e ", "-r x", '"', "[project]", "\\\n", "\x00"),
        *("[tool.poetry.dependencies]", "\u202e", "https://u:p@x/", "? ", "<<: ", "#", "!!set "),
    ]
)
_FOREIGN = st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=30).map("".join))


@given(_FOREIGN)
@example("&0[&0")  # an anchor that is used twice
@settings(deadline=None)
def test_whatever_a_file_says_is_read_or_refused(written: str) -> None:
    for read in (
        project_text.of_environment_yml,
        project_text.of_requirements,
        project_text.of_pyproject,
        project_text.of_pixi,
        project_text.of_pipfile,
    ):
        refused = ""
        try:
            told = read(written)
        except Unread as why:
            refused = str(why)
            told = None
        assert clean(refused) == refused
        assert told is None or all(clean(name) == name for name in told.names)
        assert told is None or 0 <= told.loose <= len(told.names) + written.count("\n") + 30


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_lie_there_nothing_is_raised(tmp_path: Path, content: bytes) -> None:
    for name in ("environment.yml", "requirements.txt", "pyproject.toml", "Pipfile"):
        (tmp_path / name).write_bytes(content)
    found, why = project(str(tmp_path))
    assert found is None or all(isinstance(file, ProjectFile) for file in found.files)
    assert why is None or clean(why) == why
