"""What Jupyter offers, by its files."""

from __future__ import annotations

import json
import os
import site
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core import paths

from environments import make_kernelspec, make_uv_venv
from jupyterlab_envcheck.facts import Kernelspec
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.jupyter import Offer, look
from made_prefixes import base, conda_environment, environment

Look = Callable[..., tuple[Offer, dict[str, str]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of somebody who has nothing but a folder of Jupyter's of their own."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH", "CONDA_EXE", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    monkeypatch.setattr(paths, "SYSTEM_JUPYTER_PATH", [str(tmp_path / "system")])
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """Return the prefix of a server."""
    return environment(tmp_path / "server").parents[1]


@pytest.fixture
def offer(server: Path, home: Path) -> Look:
    def offered(prefix: Path = server, **env: str) -> tuple[Offer, dict[str, str]]:
        return look(str(prefix), {"HOME": str(home), **env}, kernel_prefix=None)

    return offered


def put(folder: Path, name: str, told: object) -> Path:
    """Write a kernelspec, or what stands in the place of one."""
    there = folder / "kernels" / name
    there.mkdir(parents=True)
    text = told if isinstance(told, str) else json.dumps(told)
    (there / "kernel.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    return there


def by_name(offer: Offer) -> dict[str, Kernelspec]:
    return {spec.name: spec for spec in offer.kernelspecs}


def test_kernelspecs_of_this_server_are_those_of_jupyter() -> None:
    told, _ = look(sys.prefix, os.environ, kernel_prefix=sys.prefix)
    assert {spec.name: spec.folder for spec in told.kernelspecs} == (
        KernelSpecManager().find_kernel_specs()
    )
    (own,) = (spec for spec in told.kernelspecs if spec.name == "python3")
    assert (own.python, own.works, own.trouble) == (sys.executable, True, None)
    assert "jupyterlab_pygments" in told.labextensions
    assert told.finds_conda_kernels is False


def test_kernelspec_of_real_environments(tmp_path: Path, home: Path, offer: Look) -> None:
    lacking = make_uv_venv(tmp_path / "lacking")
    working = make_uv_venv(tmp_path / "working", "--no-deps", "ipykernel")
    for name, python in (("lacking", lacking), ("working", working)):
        make_kernelspec(home / "jupyter", name, python)
    make_kernelspec(home / "jupyter", "gone", tmp_path / "gone/bin/python")
    told, _ = offer()
    specs = by_name(told)
    assert {name: spec.works for name, spec in specs.items()} == {
        "gone": False, "lacking": False, "working": True,
    }  # fmt: skip
    assert specs["gone"].python is None
    assert specs["gone"].trouble == f"There is no Python at {tmp_path}/gone/bin/python."
    assert specs["lacking"].python == str(lacking)
    assert specs["lacking"].trouble == f"ipykernel is not installed for {lacking}."
    assert all(spec.by_user for spec in specs.values())
    environments = {one.name: one for one in told.environments}
    assert set(environments) == {"lacking", "working"}
    assert environments["working"].has_ipykernel
    assert environments["lacking"].offered


def test_kernelspec_of_the_user_hides_the_environments(
    home: Path, server: Path, offer: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = server / "share/jupyter"
    make_kernelspec(own, "python3", server / "bin/python")
    make_kernelspec(home / "jupyter", "python3", Path(sys.executable))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    spec = by_name(offer()[0])["python3"]
    assert spec.by_user
    assert spec.hides == str(own / "kernels/python3")
    assert spec.folder == str(home / "jupyter/kernels/python3")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    spec = by_name(offer()[0])["python3"]
    assert not spec.by_user
    assert spec.hides == str(home / "jupyter/kernels/python3")


def test_kernelspec_by_another_way_to_the_same_folder_hides_nothing(
    home: Path, server: Path, offer: Look
) -> None:
    make_kernelspec(home / "jupyter", "python3", server / "bin/python")
    (server / "share").mkdir()
    (server / "share/jupyter").symlink_to(home / "jupyter")
    assert by_name(offer()[0])["python3"].hides is None


def test_kernelspec_of_ipythons_own_folder_comes_last(home: Path, offer: Look) -> None:
    make_kernelspec(home / ".ipython", "old", Path(sys.executable))
    make_kernelspec(home / "elsewhere", "moved", Path(sys.executable))
    assert by_name(offer()[0])["old"].by_user
    assert set(by_name(offer(IPYTHONDIR=str(home / "elsewhere"))[0])) == {"moved"}


def test_kernelspec_python_is_spelled_as_the_servers_own(tmp_path: Path, home: Path) -> None:
    (tmp_path / "link").symlink_to(sys.prefix)
    make_kernelspec(home / "jupyter", "mine", tmp_path / "link/bin" / Path(sys.executable).name)
    told, _ = look(sys.prefix, {"HOME": str(home)}, kernel_prefix=None)
    assert by_name(told)["mine"].python == sys.executable


@pytest.mark.parametrize(
    ("argv", "works", "why"),
    [
        (["python", "-m", "ipykernel_launcher"], True, None),
        ([sys.executable, "-m", "bash_kernel"], None, "does not start ipykernel"),
        (["some-wrapper", "-m", "ipykernel"], None, "chooses the Python itself"),
        (["/usr/bin/xpython", "-f", "x"], None, "chooses the Python itself"),
    ],
)
def test_kernelspec_that_cannot_be_judged_is_unknown(
    home: Path, offer: Look, *, argv: list[str], works: bool | None, why: str | None
) -> None:
    put(home / "jupyter", "odd", {"argv": argv, "language": "python"})
    told, unknown = offer()
    assert told.kernelspecs[0].works is works
    assert (why or "") in unknown.get("kernelspecs.odd.works", "")
    assert ("kernelspecs.odd.works" in unknown) is (works is None)


def test_kernelspec_of_another_language_is_unknown(home: Path, offer: Look) -> None:
    put(home / "jupyter", "ir", {"argv": ["R", "--slave"], "language": "R", "display_name": "R"})
    told, unknown = offer()
    assert (told.kernelspecs[0].python, told.kernelspecs[0].works) == (None, None)
    assert unknown["kernelspecs.ir.works"] == "This kernel runs R, not Python."


@pytest.mark.parametrize(
    ("told", "trouble"),
    [
        ("{", "Its kernel.json is no JSON."),
        ("[" * 100_000, "Its kernel.json is no JSON."),
        ("[]", "Its kernel.json names no command."),
        ({"argv": []}, "Its kernel.json names no command."),
        ({"argv": ["python", 3]}, "Its kernel.json names no command."),
    ],
)
def test_kernelspec_file_that_is_none(home: Path, offer: Look, told: object, trouble: str) -> None:
    put(home / "jupyter", "bad", told)
    (spec,) = offer()[0].kernelspecs
    assert (spec.works, spec.trouble, spec.display_name) == (False, trouble, "bad")


def test_kernelspec_file_that_is_huge_is_unknown(home: Path, offer: Look) -> None:
    put(home / "jupyter", "huge", " " * 1_100_000)
    told, unknown = offer()
    assert (told.kernelspecs[0].works, told.kernelspecs[0].trouble) == (None, None)
    assert "kernel.json cannot be read" in unknown["kernelspecs.huge.works"]


@pytest.mark.parametrize("sees_base", [True, False])
def test_ipykernel_of_a_venv_that_sees_its_bases_packages_is_unknown(
    tmp_path: Path, home: Path, offer: Look, *, sees_base: bool
) -> None:
    python = environment(tmp_path / "venv")
    config = f"home = /usr/bin\ninclude-system-site-packages = {str(sees_base).lower()}\n"
    (tmp_path / "venv/pyvenv.cfg").write_text(config)
    make_kernelspec(home / "jupyter", "venv", python)
    assert offer()[0].kernelspecs[0].works is (None if sees_base else False)


def test_ipykernel_of_a_system_python_is_unknown(tmp_path: Path, home: Path, offer: Look) -> None:
    make_kernelspec(home / "jupyter", "system", environment(tmp_path / "usr"))
    assert offer()[0].kernelspecs[0].works is None


def test_ipykernel_in_folders_of_pythonpath(tmp_path: Path, home: Path, offer: Look) -> None:
    python = conda_environment(tmp_path / "conda")
    make_kernelspec(home / "jupyter", "conda", python)
    assert offer()[0].kernelspecs[0].works is False
    (tmp_path / "more/ipykernel").mkdir(parents=True)
    (tmp_path / "more/ipykernel/__init__.py").touch()
    make_kernelspec(home / "jupyter", "conda", python, PYTHONPATH=str(tmp_path / "more"))
    assert offer()[0].kernelspecs[0].works is True


def test_ipykernel_in_the_users_own_site_packages_is_seen_by_a_conda_python(
    tmp_path: Path, home: Path, offer: Look
) -> None:
    python = conda_environment(tmp_path / "conda")
    base_folder = str(tmp_path / "user")
    make_kernelspec(home / "jupyter", "conda", python, PYTHONUSERBASE=base_folder)
    own = tmp_path / "user/lib/python3.13/site-packages/ipykernel"
    own.mkdir(parents=True)
    (own / "__init__.py").touch()
    assert offer()[0].kernelspecs[0].works is True
    own.parents[1].rename(tmp_path / "user/lib/python3.8")
    assert offer()[0].kernelspecs[0].works is False


def extension(folder: Path, name: str, told: object) -> None:
    place = folder / "labextensions" / name
    place.mkdir(parents=True)
    (place / "package.json").write_text(told if isinstance(told, str) else json.dumps(told))


def test_labextensions_with_and_without_a_scope(
    server: Path, home: Path, offer: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = server / "share/jupyter"
    extension(own, "@jupyter-widgets/manager", {"name": "@jupyter-widgets/m", "version": "5.0.16"})
    extension(own, "plain", {"name": "plain", "version": "1.0\x1b[31m"})
    extension(home / "jupyter", "plain", {"name": "plain", "version": "0.9"})
    extension(own, "nameless", {"version": "1"})
    extension(own, "broken", "{")
    (own / "labextensions/empty").mkdir()
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    assert offer()[0].labextensions == {"@jupyter-widgets/m": "5.0.16", "plain": "1.0"}
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    told, unknown = offer()
    assert told.labextensions == {"@jupyter-widgets/m": "5.0.16", "plain": "0.9"}
    assert unknown["labextensions.broken"] == "cannot be read"
    assert "labextensions" not in unknown


def test_labextensions_that_were_built_in_are_unknown(server: Path, offer: Look) -> None:
    built = server / "share/jupyter/lab/extensions"
    built.mkdir(parents=True)
    (built / "jupyter-widgets-jupyterlab-manager-2.0.0.tgz").touch()
    assert (
        offer()[1]["labextensions"] == "some extensions were built into JupyterLab, not installed"
    )


def test_conda_kernels_are_found_where_the_package_lies(tmp_path: Path, offer: Look) -> None:
    base(tmp_path / "conda")
    conda_environment(tmp_path / "conda/envs/climate", "ipykernel")
    told, unknown = offer(tmp_path / "conda")
    assert told.finds_conda_kernels is False
    assert [(one.name, one.offered) for one in told.environments] == [("climate", False)]
    package = tmp_path / "conda/lib/python3.13/site-packages/nb_conda_kernels"
    package.mkdir()
    (package / "__init__.py").touch()
    told, unknown = offer(tmp_path / "conda")
    assert told.finds_conda_kernels is True
    assert [one.offered for one in told.environments] == [True]
    assert unknown == {}


def test_conda_kernels_of_a_prefix_without_a_python_are_unknown(
    tmp_path: Path, offer: Look
) -> None:
    told, unknown = offer(tmp_path / "nowhere")
    assert told.finds_conda_kernels is None
    assert "finds_conda_kernels" in unknown


def test_navigator_of_condas_base(tmp_path: Path, offer: Look) -> None:
    base(tmp_path / "conda")
    assert offer(tmp_path / "conda")[0].navigator is None
    meta = tmp_path / "conda/conda-meta"
    (meta / "anaconda-navigator-updater-0.5.1-py312_0.json").touch()
    assert offer(tmp_path / "conda")[0].navigator is None
    (meta / "anaconda-navigator-2.7.0-py312h06a4308_0.json").touch()
    assert offer(tmp_path / "conda")[0].navigator == "2.7.0"
    conda_environment(tmp_path / "conda/envs/climate")
    assert offer(tmp_path / "conda/envs/climate")[0].navigator == "2.7.0"


def test_folders_that_cannot_be_listed_are_unknown(home: Path, offer: Look) -> None:
    (home / "jupyter").mkdir()
    (home / "jupyter/kernels").symlink_to(home / "jupyter/kernels")  # a link to itself
    assert "cannot be listed" in offer()[1]["kernelspecs"]


def test_without_a_home_directory(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> list[str]:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(paths, "jupyter_path", nowhere)
    told, unknown = look(str(server), {}, kernel_prefix=None)
    assert told.kernelspecs == ()
    assert unknown["kernelspecs"] == "Could not determine home directory."


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    told=st.fixed_dictionaries(
        {},
        optional={
            "argv": JSON | st.lists(st.text(max_size=20), min_size=1, max_size=3),
            "env": JSON,
            "metadata": JSON,
            "language": JSON,
            "display_name": JSON,
            "name": JSON,
            "version": JSON,
        },
    )
    | JSON
)
def test_look_never_fails_and_shows_what_is_clean(
    home: Path, server: Path, offer: Look, told: object
) -> None:
    place = home / "jupyter/kernels/any"
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(json.dumps(told))
    half = server / "share/jupyter/labextensions/any"
    half.mkdir(parents=True, exist_ok=True)
    (half / "package.json").write_text(json.dumps(told))
    found, unknown = offer()
    (spec,) = found.kernelspecs
    assert spec.works is not None or "kernelspecs.any.works" in unknown
    shown = [spec.name, spec.display_name, spec.folder, spec.python, spec.trouble]
    shown += [*found.labextensions, *found.labextensions.values(), *unknown, *unknown.values()]
    assert all(clean(text) == text for text in shown if text is not None)
