"""Broken wiring between Jupyter and kernels, made for real."""

from __future__ import annotations

import json
import os
import site
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jupyter_core import paths

from conda_channel import why_not
from conda_world import make_conda_base, make_conda_env
from environments import make_kernelspec, make_uv_venv
from jupyterlab_envcheck.checks.base import Check
from jupyterlab_envcheck.checks.jupyter import BrokenKernelspec, KernelspecShadowed
from jupyterlab_envcheck.checks.jupyter_environments import CondaEnvsNotOffered
from jupyterlab_envcheck.checks.jupyter_widgets import WidgetVersionsDiffer
from jupyterlab_envcheck.checks.navigator import NavigatorDetected
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import Facts, Jupyter
from jupyterlab_envcheck.probe import jupyter, kinds
from jupyterlab_envcheck.probe.found import section
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter, subject_of_kernelspec

TODAY = date(2026, 11, 21)
MANAGER = "@jupyter-widgets/jupyterlab-manager"
no_conda = pytest.mark.skipif(bool(why_not()), reason="a conda channel cannot be made here")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a person who has nothing yet, and whose own folder goes first."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith(("CONDA", "MAMBA", "_CONDA", "_CE_", "JUPYTER", "PYENV", "WORKON")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setattr(paths, "SYSTEM_JUPYTER_PATH", [])
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    return folder


def facts_of(kernel: Path, server: Path) -> Facts:
    """Return the facts of a kernel's Python under a server of another prefix than the tests'."""
    return _under(gather(subject_of_interpreter(str(kernel)), server=True, now=TODAY), server)


def _under(facts: Facts, server: Path) -> Facts:
    environment = facts.environment.value
    kernel = environment.prefix if environment is not None else None
    offer, unknown = jupyter.look(str(server), os.environ, kernel_prefix=kernel)
    kind = kinds.kind_of(str(server), version=None, base_prefix=None, stdlib=None, env=os.environ)
    value = Jupyter(
        prefix=str(server),
        python=str(server / "bin/python"),
        name=kind.name,
        kind=kind.kind,
        same_environment=kernel == str(server),
        **{name: getattr(offer, name) for name in offer.__dataclass_fields__},
    )
    return replace(facts, jupyter=section("the server's own process", value, unknown))


def see(check: type[Check], facts: Facts) -> list[tuple[str, str]]:
    """Return severity and title of what a check finds."""
    outcomes = judge(facts, [check])
    assert {outcome.status for outcome in outcomes} <= {"finding", "pass"}
    return [(str(o.severity), o.title) for o in outcomes if o.status == "finding"]


def test_kernelspecs_whose_environment_is_gone_or_lacks_ipykernel(
    tmp_path: Path, home: Path
) -> None:
    lacking = make_uv_venv(tmp_path / "lacking")
    make_kernelspec(home / "jupyter", "lacking", lacking)
    make_kernelspec(home / "jupyter", "gone", tmp_path / "gone/bin/python")
    server = make_uv_venv(tmp_path / "server").parents[1]
    assert see(BrokenKernelspec, facts_of(lacking, server)) == [
        ("error", "The kernelspec lacking starts a Python that has no ipykernel"),
        ("advice", "The kernelspec gone cannot start a kernel"),
    ]


def test_kernelspec_of_the_report_whose_environment_is_gone(tmp_path: Path, home: Path) -> None:
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415 - reads the variables

    make_kernelspec(home / "jupyter", "gone", tmp_path / "gone/bin/python")
    spec = KernelSpecManager().get_kernel_spec("gone")
    facts = gather(subject_of_kernelspec(spec), server=True, now=TODAY)
    assert see(BrokenKernelspec, _under(facts, Path(sys.prefix))) == [
        ("error", "The kernelspec gone cannot start a kernel"),
    ]


def test_kernelspec_that_works_is_left_in_peace(tmp_path: Path, home: Path) -> None:
    working = make_uv_venv(tmp_path / "working", "--no-deps", "ipykernel")
    make_kernelspec(home / "jupyter", "working", working)
    assert see(BrokenKernelspec, facts_of(working, Path(sys.prefix))) == []


def test_kernelspec_python3_of_ones_own_hides_the_servers(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make_uv_venv(tmp_path / "server", "--no-deps", "ipykernel").parents[1]
    old = make_uv_venv(tmp_path / "old", "--no-deps", "ipykernel")
    assert (server / "share/jupyter/kernels/python3").is_dir()
    assert see(KernelspecShadowed, facts_of(old, server)) == []
    make_kernelspec(home / "jupyter", "python3", old)
    facts = facts_of(old, server)
    assert see(KernelspecShadowed, facts) == [
        ("warning", "Your own kernelspec python3 hides the one of server, where Jupyter runs"),
    ]
    assert see(BrokenKernelspec, facts) == []
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    assert see(KernelspecShadowed, facts_of(old, server)) == []


@no_conda
def test_conda_environments_that_are_not_offered(tmp_path: Path, home: Path) -> None:
    base = tmp_path / "conda"
    python = make_conda_base(base, "ipykernel")
    for name in ("climate", "ocean"):
        make_conda_env(base / "envs" / name, "python", *(["ipykernel"] * (name == "ocean")))
    assert see(CondaEnvsNotOffered, facts_of(python, base)) == [
        ("advice", "2 conda environments are not offered as kernels"),
    ]
    make_kernelspec(home / "jupyter", "ocean", base / "envs/ocean/bin/python")
    assert see(CondaEnvsNotOffered, facts_of(python, base)) == [
        ("advice", "The conda environment climate is not offered as a kernel"),
    ]
    # In a named environment, whose neighbours have no kernel, each may have a JupyterLab of its own.
    ocean = base / "envs/ocean"
    assert see(CondaEnvsNotOffered, facts_of(ocean / "bin/python", ocean)) == []
    found = next(base.glob("lib/python*/site-packages")) / "nb_conda_kernels"
    found.mkdir()
    (found / "__init__.py").touch()
    assert see(CondaEnvsNotOffered, facts_of(python, base)) == []


@no_conda
@pytest.mark.usefixtures("home")
def test_navigator_in_condas_base(tmp_path: Path) -> None:
    base = tmp_path / "conda"
    python = make_conda_base(base)
    assert see(NavigatorDetected, facts_of(python, base)) == []
    (base / "conda-meta/anaconda-navigator-2.7.0-py312h06a4308_0.json").write_text("{}")
    assert see(NavigatorDetected, facts_of(python, base)) == [
        ("info", "Anaconda Navigator 2.7.0 is installed"),
    ]


def manager(server: Path, version: str) -> None:
    """Put the extension there that jupyterlab_widgets brings, as far as its version tells."""
    folder = server / "share/jupyter/labextensions" / MANAGER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"name": MANAGER, "version": version}))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("wanted", "fits", "other"), [("7.8.5", "3.1.11", "5.0.16"), ("8.1.9", "5.0.16", "3.1.11")]
)
def test_ipywidgets_in_a_kernel_and_another_half_on_the_server(
    tmp_path: Path, wanted: str, fits: str, other: str
) -> None:
    kernel = make_uv_venv(tmp_path / "kernel", "--no-deps", f"ipywidgets=={wanted}")
    server = make_uv_venv(tmp_path / "server").parents[1]
    assert see(WidgetVersionsDiffer, facts_of(kernel, server)) == [
        (
            "advice",
            f"server, where JupyterLab runs, has no extension for this kernel's ipywidgets {wanted}",
        ),
    ]
    manager(server, other)
    assert see(WidgetVersionsDiffer, facts_of(kernel, server)) == [
        (
            "warning",
            f"ipywidgets {wanted} of this kernel does not fit JupyterLab's {MANAGER} {other}",
        ),
    ]
    manager(server, fits)
    assert see(WidgetVersionsDiffer, facts_of(kernel, server)) == []


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "check",
    [
        BrokenKernelspec,
        KernelspecShadowed,
        CondaEnvsNotOffered,
        WidgetVersionsDiffer,
        NavigatorDetected,
    ],
    ids=lambda check: check.id(),
)
def test_the_servers_own_environment_is_left_in_peace(check: type[Check]) -> None:
    own = Path(sys.prefix)
    assert see(check, facts_of(Path(sys.executable), own)) == []
