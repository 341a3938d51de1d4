"""What the facts say of real environments, beside what other tools say of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from environments import UV, make_uv_venv
from found_pythons import supported
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter

TODAY = date(2026, 11, 21)
PACKAGES = ("numpy", "scipy", "threadpoolctl", "six")


def run(*argv: object, **env: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    words = [str(word) for word in argv]
    ended = subprocess.run(
        words, check=True, capture_output=True, text=True, timeout=110, env={**environ, **env}
    )
    return ended.stdout


def by_uv(folder: Path) -> Path:
    return make_uv_venv(folder, *PACKAGES)


def by_venv(folder: Path) -> Path:
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES)
    return folder / "bin" / "python"


def by_virtualenv(folder: Path) -> Path:
    run(sys.executable, "-m", "virtualenv", "--quiet", "--no-download", folder)
    run(UV, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *PACKAGES)
    return folder / "bin" / "python"


MAKERS = {"uv-venv": by_uv, "venv": by_venv, "virtualenv": by_virtualenv}


@pytest.fixture(
    scope="module",
    params=["uv-venv", pytest.param("venv", marks=pytest.mark.soak), "virtualenv"],
)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A kind of environment, and the Python of a real one, with a project of one's own in it."""
    folder = tmp_path_factory.mktemp(request.param)
    make: Callable[[Path], Path] = MAKERS[request.param]
    python = make(folder / "proj")
    own = folder / "own"
    own.mkdir()
    (own / "own.py").touch()
    (own / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "own"\nversion = "3.2"\n'
    )
    run(UV, "pip", "install", "--quiet", "--python", python, "--editable", own)
    return request.param, python


def facts_of(python: Path | str, **kwargs: Any) -> Facts:
    return gather(subject_of_interpreter(str(python)), server=False, now=TODAY, **kwargs)


def test_packages_are_those_of_pip_inspect(made: tuple[str, Path]) -> None:
    kind, python = made
    told = json.loads(run(sys.executable, "-m", "pip", "--python", python, "inspect", "--local"))
    theirs = {
        canonicalize_name(one["metadata"]["name"]): (
            one["metadata"]["version"],
            one.get("installer") or None,
            one["requested"],
            one.get("direct_url", {}).get("url"),
            one.get("direct_url", {}).get("dir_info", {}).get("editable", False),
            one["metadata_location"],
        )
        for one in told["installed"]
    }
    facts = facts_of(python)
    assert facts.environment.value is not None
    assert facts.environment.value.kind == kind
    assert facts.packages.value is not None
    assert {
        one.name: (
            one.version,
            one.installer,
            one.requested,
            one.direct_url.url if one.direct_url is not None else None,
            one.editable,
            os.path.join(one.location, one.metadata),
        )
        for one in facts.packages.value
    } == theirs
    assert {"numpy", "scipy", "six", "own"} <= theirs.keys()
    assert facts.packages.unknown == {}


def test_thread_pools_are_those_of_threadpoolctl(made: tuple[str, Path]) -> None:
    _, python = made
    theirs = json.loads(run(python, "-m", "threadpoolctl", "-i", "numpy", "scipy.linalg"))
    facts = facts_of(python)
    assert facts.thread_pools.value is not None
    ours = [
        (pool.path, pool.version, pool.threads, pool.layer, pool.architecture)
        for pool in facts.thread_pools.value
    ]
    assert sorted(ours) == sorted(
        (
            one["filepath"],
            one["version"],
            one["num_threads"],
            one.get("threading_layer"),
            one.get("architecture"),
        )
        for one in theirs
    )
    assert {pool.owner for pool in facts.thread_pools.value} == {"numpy", "scipy"}
    assert [pool.owner for pool in facts.blas.value or ()] == ["numpy"]


def test_imports_and_builds_read_from_files_are_those_python_tells(made: tuple[str, Path]) -> None:
    _, python = made
    code = (
        "import json, numpy, importlib.metadata as m; "
        "blas = numpy.show_config(mode='dicts')['Build Dependencies']['blas']; "
        "print(json.dumps([m.packages_distributions(), blas['name'], blas['version']]))"
    )
    brought, name, version = json.loads(run(python, "-c", code))
    facts = facts_of(python)
    packages = {one.name: one for one in facts.packages.value or ()}
    for imported in ("numpy", "scipy", "six", "threadpoolctl"):
        (distribution,) = set(brought[imported])
        assert imported in packages[canonicalize_name(distribution)].imports
    assert packages["numpy"].compiled is True
    assert packages["six"].compiled is False
    assert packages["numpy"].build is not None
    assert (packages["numpy"].build.blas, packages["numpy"].build.blas_version) == (name, version)
    assert any(one.library == "openblas" for one in packages["numpy"].bundles)


@pytest.mark.parametrize("version", supported())
def test_packages_of_a_python_of_this_machine_are_those_importlib_metadata_finds(
    version: str,
) -> None:
    python = supported()[version]
    code = (
        "import json, importlib.metadata as m; "
        "print(json.dumps([[d.metadata['Name'], d.version] for d in m.distributions()]))"
    )
    facts = facts_of(python)
    assert facts.interpreter.value is not None
    theirs = {
        canonicalize_name(name): version for name, version in json.loads(run(python, "-c", code))
    }
    assert {one.name: one.version for one in facts.packages.value or ()} == theirs
