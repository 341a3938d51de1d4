"""Kinds of environments, by their files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest
import virtualenv
from hypothesis import HealthCheck, example, given, settings, strategies as st

from conda_channel import needs_channel
from conda_world import make_conda_base, make_conda_env, make_pixi_env
from found_pythons import supported
from jupyterlab_envcheck.facts import Venv
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import kinds, pyvenv
from jupyterlab_envcheck.probe.kinds import Kind, kind_of, venv_of


def kind(
    prefix: Path | str,
    *,
    version: str | None = None,
    base_prefix: str | None = None,
    stdlib: str | None = None,
    env: Mapping[str, str] | None = None,
) -> Kind:
    return kind_of(
        str(prefix), version=version, base_prefix=base_prefix, stdlib=stdlib, env=env or {}
    )


def write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def real_uv_venv(folder: Path) -> Path:
    import uv  # noqa: PLC0415

    command = [uv.find_uv_bin(), "venv", "--offline", "-p", sys.executable, str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder


# --- made by their own tools ----------------------------------------------------------------------


def test_kind_real_venv(tmp_path: Path) -> None:
    prefix = tmp_path / "proj" / ".venv"
    venv.create(prefix, with_pip=False)
    expected = Kind(kind="venv", name="proj", owner="pip", project=None, seen=True)
    assert kind(prefix) == expected
    told, unknown = venv_of(str(prefix), None)
    assert told is not None
    home = os.path.dirname(os.path.realpath(sys.executable))
    assert os.path.realpath(told.home or "") == home
    assert told.version == "{}.{}.{}".format(*sys.version_info)
    assert (told.home_exists, told.system_site, unknown) == (True, False, {})


def test_kind_real_uv_venv(tmp_path: Path) -> None:
    prefix = real_uv_venv(tmp_path / "fast")
    expected = Kind(kind="uv-venv", name="fast", owner="uv", project=None, seen=True)
    assert kind(prefix) == expected
    told, unknown = venv_of(str(prefix), sys.base_prefix)
    assert told is not None
    assert told.version == "{}.{}.{}".format(*sys.version_info)  # it writes version_info alone
    assert unknown == {}


def test_kind_real_uv_project(tmp_path: Path) -> None:
    prefix = real_uv_venv(tmp_path / "proj" / ".venv")
    write(tmp_path / "proj" / "uv.lock")
    found = kind(prefix)
    assert (found.kind, found.owner) == ("uv-project", "uv project")
    assert found.project == str(tmp_path / "proj")


def test_kind_real_virtualenv(tmp_path: Path) -> None:
    virtualenv.cli_run([str(tmp_path / "v"), "--without-pip", "--no-periodic-update"])
    assert kind(tmp_path / "v").kind == "virtualenv"
    told, unknown = venv_of(str(tmp_path / "v"), None)
    assert told is not None
    assert told.version == "{}.{}.{}".format(*sys.version_info)
    assert unknown == {}


def test_kind_real_system_python() -> None:
    if not Path("/usr/bin/python3").exists():
        pytest.skip("this system has no Python of its own")
    found = kind("/usr", version="3.11.2", base_prefix="/usr")
    expected = Kind(
        kind="system", name="Python 3.11", owner="the system's packages", project=None, seen=True
    )
    assert found == expected


def test_kind_real_venv_on_the_systems_python(tmp_path: Path) -> None:
    command = ["/usr/bin/python3", "-m", "venv", "--without-pip", str(tmp_path / "v")]
    if not Path("/usr/bin/python3").exists() or subprocess.run(command, check=False).returncode:
        pytest.skip("this system's Python makes no virtual environments")
    told, _ = venv_of(str(tmp_path / "v"), None)
    assert told is not None
    assert (told.base_kind, told.home_exists) == ("system", True)


def test_kind_real_pyenv() -> None:
    pythons = [path for path in supported().values() if "/.pyenv/versions/" in path]
    if not pythons:
        pytest.skip("pyenv is not here")
    assert kind(Path(pythons[0]).parents[1]).kind == "pyenv"


@needs_channel
def test_kind_real_conda(tmp_path: Path) -> None:
    make_conda_env(tmp_path / "envs" / "stats", "six")
    expected = Kind(kind="conda", name="stats", owner="conda", project=None, seen=True)
    assert kind(tmp_path / "envs" / "stats") == expected


@needs_channel
def test_kind_real_conda_base(tmp_path: Path) -> None:
    make_conda_base(tmp_path / "miniforge3")
    found = kind(tmp_path / "miniforge3")
    assert (found.kind, found.name) == ("conda-base", "base")


@needs_channel
def test_kind_real_pixi(tmp_path: Path) -> None:
    make_pixi_env(tmp_path / "proj", "six")
    found = kind(tmp_path / "proj" / ".pixi" / "envs" / "default")
    assert (found.kind, found.name, found.project) == ("pixi", "proj", str(tmp_path / "proj"))


# --- recorded -------------------------------------------------------------------------------------

#: As uv tool, Poetry 2.5, PDM 2.27, Hatch 1.17, Pipenv 2026 and pipx left them.
VIRTUALENV = "home = /usr/bin\nvirtualenv = 21.15.8\nversion = 3.11.7\n"


@pytest.mark.parametrize(
    ("marks", "prefix", "expected", "name"),
    [
        (["conda-meta/pixi", "conda-meta/history"], "default", "pixi", "default"),
        (["conda-meta/history"], "envs/stats", "conda", "stats"),
        (
            ["conda-meta/history", "condabin/conda", "conda-meta/conda-26.7.0-py313_0.json"],
            "miniforge3",
            "conda-base",
            "base",
        ),
        (["conda-meta/history", "bin/conda"], "mamba", "conda", "mamba"),
        (
            ["conda-meta/history", "envs/a/x", "pkgs/urls.txt"],
            "micromamba",
            "conda-base",
            "base",
        ),
        ([f"pyvenv.cfg:{VIRTUALENV}"], "v", "virtualenv", "v"),
        ([f"pyvenv.cfg:{VIRTUALENV}", "../poetry.lock"], ".venv", "poetry", None),
        ([f"pyvenv.cfg:{VIRTUALENV}prompt = 'po-py3.11'"], ".venv", "poetry", None),
        ([f"pyvenv.cfg:{VIRTUALENV}"], "pypoetry/virtualenvs/x", "poetry", "x"),
        ([f"pyvenv.cfg:{VIRTUALENV}"], "pypoetry/Cache/virtualenvs/x", "poetry", "x"),
        ([f"pyvenv.cfg:{VIRTUALENV}", "../pdm.lock"], ".venv", "pdm", None),
        (["pyvenv.cfg:uv = 1", "../.pdm-python"], ".venv", "pdm", None),
        ([f"pyvenv.cfg:{VIRTUALENV}"], "share/pdm/venvs/p-x", "pdm", "p-x"),
        ([f"pyvenv.cfg:{VIRTUALENV}", ".project:/p"], "x-a1", "pipenv", "x-a1"),
        (["pyvenv.cfg:home = /usr", "pipx_metadata.json"], "elsewhere/app", "pipx", "app"),
        (["pyvenv.cfg:home = /usr"], "pipx/venvs/app", "pipx", "app"),
        (["pyvenv.cfg:uv = 1", "uv-receipt.toml"], "elsewhere/app", "uv-tool", "app"),
        (["pyvenv.cfg:uv = 1"], "uv/tools/app", "uv-tool", "app"),
        (["pyvenv.cfg:uv = 1", "../uv.lock", "../poetry.lock"], ".venv", "uv-project", None),
        (["pyvenv.cfg:home = /", "../uv.lock"], "v", "venv", "v"),
        (["pyvenv.cfg:home = /usr"], "hatch/env/virtual/p/h/x", "hatch", "x"),
        (["pyvenv.cfg:home = /usr"], "p/.hatch/test", "hatch", "test"),
        (["pyvenv.cfg:"], "empty", "venv", "empty"),
        (["bin/python"], ".pyenv/versions/3.12.1", "pyenv", "Python 3.12"),
        (["bin/python"], "homebrew/opt/python@3.12", "homebrew", "Python 3.12"),
        (["bin/python"], "uv/python/cpython-3.12", "uv-managed", "Python 3.12"),
        (["bin/python", ".spack/spec.json"], "opt/py-x", "spack", "Python 3.12"),
        (["bin/python"], "opt/py", "standalone", "Python 3.12"),
    ],
)
def test_kind_recorded(
    marks: list[str], prefix: str, expected: str, name: str | None, tmp_path: Path
) -> None:
    place = tmp_path / prefix
    place.mkdir(parents=True)
    for mark in marks:
        file, _, text = mark.partition(":")
        write(place / file, text)
    found = kind(place, version="3.12.1")
    assert (found.kind, found.name) == (expected, name or tmp_path.name)


@pytest.mark.parametrize(
    ("prefix", "expected", "owner"),
    [
        (
            "/opt/homebrew/opt/python@3.12/Frameworks/Python.framework/Versions/3.12",
            "homebrew",
            "brew",
        ),
        (
            "/usr/local/opt/python@3.12/Frameworks/Python.framework/Versions/3.12",
            "homebrew",
            "brew",
        ),
        ("/usr/local/Cellar/python@3.12/3.12.1", "homebrew", "brew"),
        ("/home/linuxbrew/.linuxbrew/opt/python@3.12", "homebrew", "brew"),
        ("/Library/Frameworks/Python.framework/Versions/3.13", "python.org", "pip"),
        ("/opt/local/Library/Frameworks/Python.framework/Versions/3.12", "macports", "port"),
        (
            "/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9",
            "apple",
            None,
        ),
        (
            "/Applications/Xcode.app/Contents/Developer/Library/Frameworks/Python3.framework/Versions/3.9",
            "apple",
            None,
        ),
        (
            "C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_x64__q",
            "store",
            None,
        ),
        ("/home/me/spack/opt/spack/linux-x86_64/python-3.12.1-abc", "spack", "spack"),
        ("/nix/store/abc-python3-3.12.1", "nix", "nix"),
        ("/gnu/store/abc-python-3.12.1", "guix", "guix"),
        ("C:\\Users\\me\\AppData\\Roaming\\uv\\python\\cpython-3.12.1", "uv-managed", "uv"),
        ("C:\\Users\\me\\.pyenv\\pyenv-win\\versions\\3.12.1", "pyenv", "pip"),
    ],
)
def test_kind_by_place(prefix: str, expected: str, owner: str | None) -> None:
    found = kind(prefix, version="3.12.1")
    assert (found.kind, found.owner) == (expected, owner)
    assert found.seen is (expected == "pyenv")


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"EBROOTPYTHON": "{}"}, "module"),
        ({"EBROOTPYTHON": "/elsewhere"}, "standalone"),
        ({"LOADEDMODULES": "gcc/12.2:Python/3.12.3-GCCcore-13.3.0"}, "module"),
        ({"LOADEDMODULES": "gcc/12.2"}, "standalone"),
        ({"PYENV_ROOT": "{}/.."}, "standalone"),
        ({"UV_PYTHON_INSTALL_DIR": "{}"}, "uv-managed"),
        ({"SPACK_ROOT": "{}"}, "spack"),
    ],
)
def test_kind_by_variables(env: dict[str, str], expected: str, tmp_path: Path) -> None:
    filled = {name: value.format(tmp_path) for name, value in env.items()}
    assert kind(tmp_path, env=filled).kind == expected


def test_kind_pyenv_moved(tmp_path: Path) -> None:
    assert kind(tmp_path / "versions" / "3.12.1", env={"PYENV_ROOT": str(tmp_path)}).kind == "pyenv"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[externally-managed]\nError=Use apt", "system"),
        ("[externally-managed]\nError=This Python installation is managed by uv", "uv-managed"),
    ],
)
def test_kind_externally_managed(text: str, expected: str, tmp_path: Path) -> None:
    write(tmp_path / "EXTERNALLY-MANAGED", text)
    assert kind(tmp_path, stdlib=str(tmp_path)).kind == expected


def test_kind_micromambas_root_by_its_variable(tmp_path: Path) -> None:
    write(tmp_path / "conda-meta" / "history")
    assert kind(tmp_path).kind == "conda"
    assert kind(tmp_path, env={"MAMBA_ROOT_PREFIX": str(tmp_path)}).kind == "conda-base"


def test_kind_venv_whose_config_is_gone(tmp_path: Path) -> None:
    assert kind(tmp_path, base_prefix="/usr").kind == "venv"
    assert venv_of(str(tmp_path), "/usr") == (None, {"value": "its pyvenv.cfg is gone"})
    assert venv_of(str(tmp_path), str(tmp_path)) == (None, {})


def test_kind_pipenvs_project(tmp_path: Path) -> None:
    write(tmp_path / "pyvenv.cfg")
    write(tmp_path / ".project", "/home/me/analysis\n")
    assert kind(tmp_path).project == "/home/me/analysis"
    write(tmp_path / ".project", "\x1b[31m/home/me\0\n")
    assert kind(tmp_path).project == "/home/me"


def test_kind_pixi_detached(tmp_path: Path) -> None:
    write(tmp_path / "work" / "pyproject.toml")
    prefix = tmp_path / "cache" / "pixi" / "work-123" / "envs" / "default"
    write(
        prefix / "conda-meta" / "pixi",
        json.dumps({"manifest_path": str(tmp_path / "work" / "pyproject.toml")}),
    )
    found = kind(prefix)
    assert (found.project, found.name) == (str(tmp_path / "work"), "work")


@pytest.mark.parametrize("text", ["", "[]", '{"manifest_path": 3}', "[" * 5_000, "\0"])
def test_kind_pixi_odd_mark(text: str, tmp_path: Path) -> None:
    prefix = tmp_path / "p" / ".pixi" / "envs" / "test"
    write(prefix / "conda-meta" / "pixi", text)
    write(tmp_path / "p" / "pixi.toml")
    found = kind(prefix)
    assert (found.kind, found.name, found.project) == ("pixi", "test", str(tmp_path / "p"))


def test_kind_of_no_path() -> None:
    assert kind("a\0b").kind == "standalone"
    assert venv_of("a\0b", None) == (
        None,
        {"value": "pyvenv.cfg cannot be read: its path is no path"},
    )


def test_kinds_tell_whether_they_were_seen() -> None:
    assert {name for name in kinds._OWNERS if name not in kinds._SEEN} == {
        "conda-base",
        "guix",
        "homebrew",
        "macports",
        "nix",
        "pixi",
        "python.org",
        "spack",
        "uv-managed",
    }


# --- pyvenv.cfg -----------------------------------------------------------------------------------


def test_venv_of_whose_home_is_gone(tmp_path: Path) -> None:
    write(tmp_path / "pyvenv.cfg", "home = /gone/bin\nversion = 3.12.1\n")
    told, unknown = venv_of(str(tmp_path), None)
    assert told == Venv(
        home="/gone/bin", home_exists=False, version="3.12.1", system_site=True, base_kind=None
    )
    assert unknown == {"base_kind": "/gone is gone"}


def test_venv_of_conda(tmp_path: Path) -> None:
    write(tmp_path / "conda" / "conda-meta" / "history")
    write(
        tmp_path / "v" / "pyvenv.cfg",
        f"HOME = {tmp_path / 'conda' / 'bin'}\n"
        "Include-System-Site-Packages = TRUE\nversion_info = 3.13.0rc1.candidate\n",
    )
    told, unknown = venv_of(str(tmp_path / "v"), None)
    assert told is not None
    assert (told.base_kind, told.system_site, told.version) == ("conda", True, "3.13.0rc1")
    assert (told.home_exists, unknown) == (False, {})


def test_venv_of_itself(tmp_path: Path) -> None:
    write(tmp_path / "pyvenv.cfg", f"home = {tmp_path}/bin\n")
    told, unknown = venv_of(str(tmp_path), str(tmp_path))
    assert told is not None
    assert told.base_kind == "venv"
    assert unknown == {"version": "its pyvenv.cfg does not say"}


def test_venv_of_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder" / "pyvenv.cfg").mkdir(parents=True)
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "pyvenv.cfg")
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "pyvenv.cfg").symlink_to("pyvenv.cfg")
    (tmp_path / "huge").mkdir()
    with (tmp_path / "huge" / "pyvenv.cfg").open("wb") as file:
        file.truncate(10_000_000)
    for name, why in (
        ("folder", "is no regular file"),
        ("pipe", "is no regular file"),
        ("loop", "Too many levels of symbolic links"),
        ("huge", "is 10 MB long"),
    ):
        told, unknown = venv_of(str(tmp_path / name), None)
        assert told is None
        assert why in unknown["value"]
        assert kind(tmp_path / name).kind == "standalone"


def test_pyvenv_tolerant() -> None:
    assert pyvenv.parse("Home = /usr/bin\n\nnonsense\nprompt='my env'\nversion=3.12.1\n") == {
        "home": "/usr/bin",
        "prompt": "my env",
        "version": "3.12.1",
    }


@settings(deadline=None)
@example("\x1b=of a key that is nothing but an escape")
@given(st.text(max_size=300))
def test_pyvenv_any_text(text: str) -> None:
    read = pyvenv.parse(text)
    assert all(key == key.lower() and key for key in read)
    assert all(clean(value) == value for value in read.values())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_venv_of_any_bytes(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "pyvenv.cfg").write_bytes(written)
    told, unknown = venv_of(str(tmp_path), None)
    assert told is not None
    assert {name for name in unknown if getattr(told, name) is not None} == set()
    for name in ("home", "home_exists", "version", "base_kind"):
        assert getattr(told, name) is not None or unknown[name]
