"""The other environments of a machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from conda_channel import needs_channel
from conda_world import make_conda_base, make_conda_env
from environments import make_uv_venv
from jupyterlab_envcheck.facts import Elsewhere, OtherEnvironment
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.other_environments import conda_roots, having, holds, look
from made_environments import dist_info
from made_prefixes import base, conda_environment, environment


def found(home: Path, *roots: Path, **more: object) -> tuple[OtherEnvironment, ...]:
    given: dict[str, object] = {"pythons": (), "apart": (), "finds_conda_kernels": False, **more}
    env = {"HOME": str(home), "USERPROFILE": str(home)}
    return look(env, roots=[str(root) for root in roots], **given)  # type: ignore[arg-type]


def by_name(environments: tuple[OtherEnvironment, ...]) -> dict[str, OtherEnvironment]:
    return {one.name: one for one in environments}


def test_look_finds_what_people_have(tmp_path: Path) -> None:
    base(tmp_path / "conda")
    conda_environment(tmp_path / "conda/envs/climate", "ipykernel")
    (tmp_path / "conda/envs/no-python").mkdir()
    conda_environment(tmp_path / "far/ocean")
    venv = environment(tmp_path / ".virtualenvs/thesis").parents[1]
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    environment(tmp_path / ".pyenv/versions/3.12.1")
    own = environment(tmp_path / "project")
    listed = tmp_path / ".conda/environments.txt"
    listed.parent.mkdir()
    listed.write_text(f"{tmp_path}/far/ocean\nnot/absolute\n{tmp_path}/gone\n\n")
    there = by_name(found(tmp_path, tmp_path / "conda", pythons=[str(own)]))
    assert {name: one.kind for name, one in there.items()} == {
        "project": "standalone",
        "ocean": "conda",
        "base": "conda-base",
        "climate": "conda",
        "thesis": "venv",
        "3.12.1": "pyenv",
    }
    assert [name for name, one in there.items() if one.has_ipykernel] == ["climate"]
    assert [name for name, one in there.items() if one.offered] == ["project"]


def test_look_tells_each_once_and_none_of_those_apart(tmp_path: Path) -> None:
    base(tmp_path / "conda")
    conda_environment(tmp_path / "conda/envs/climate")
    (tmp_path / "link").symlink_to(tmp_path / "conda/envs/climate")
    listed = tmp_path / ".conda/environments.txt"
    listed.parent.mkdir()
    listed.write_text(f"{tmp_path}/link\n{tmp_path}/conda/envs/climate\n")
    assert len(found(tmp_path, tmp_path / "conda")) == 2
    apart = [str(tmp_path / "conda"), str(tmp_path / "conda/envs/climate")]
    assert found(tmp_path, tmp_path / "conda", apart=apart) == ()


def test_look_offers_what_nb_conda_kernels_finds(tmp_path: Path) -> None:
    base(tmp_path / "conda")
    conda_environment(tmp_path / "conda/envs/climate", "ipykernel")
    conda_environment(tmp_path / "conda/envs/ocean")
    there = by_name(found(tmp_path, tmp_path / "conda", finds_conda_kernels=True))
    assert {name: one.offered for name, one in there.items()} == {
        "base": False, "climate": True, "ocean": False,
    }  # fmt: skip


def test_look_tells_of_fifty_at_most(tmp_path: Path) -> None:
    for number in range(55):
        environment(tmp_path / f".pyenv/versions/3.{number}")
    assert len(found(tmp_path)) == 50


def test_look_leaves_out_what_cannot_be_shown_as_it_is(tmp_path: Path) -> None:
    environment(tmp_path / ".pyenv/versions/a\u202eb")
    assert found(tmp_path) == ()


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(written=st.binary(max_size=300))
def test_look_never_fails_of_what_stands_in_condas_list(tmp_path: Path, written: bytes) -> None:
    listed = tmp_path / ".conda/environments.txt"
    listed.parent.mkdir(exist_ok=True)
    listed.write_bytes(written + b"\n/\n\0/x\n" + b"/" * 5000)
    for one in found(tmp_path):
        assert clean(one.prefix) == one.prefix


def test_look_passes_over_a_list_that_is_a_pipe(tmp_path: Path) -> None:
    (tmp_path / ".conda").mkdir()
    os.mkfifo(tmp_path / ".conda/environments.txt")
    assert found(tmp_path) == ()


@needs_channel
def test_conda_roots_of_a_real_base(tmp_path: Path) -> None:
    make_conda_base(tmp_path / "conda")
    make_conda_env(tmp_path / "conda/envs/climate", "python")
    env = {"HOME": str(tmp_path)}
    root = str(tmp_path / "conda")
    assert conda_roots([str(tmp_path / "conda/envs/climate")], env) == (root,)
    assert conda_roots([], env) == ()
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda/environments.txt").write_text(f"{root}\n{root}/envs/climate\n")
    assert conda_roots(["/usr"], env) == (root,)


def elsewhere(name: str, *prefixes: Path) -> tuple[Elsewhere, ...]:
    there = [
        OtherEnvironment(
            name=p.name, prefix=str(p), kind="venv", has_ipykernel=False, offered=False
        )
        for p in prefixes
    ]
    return having(name, there)


def test_having_tells_where_and_which_version(tmp_path: Path) -> None:
    environment(tmp_path / "with", "sklearn")
    environment(tmp_path / "without")
    dist_info(tmp_path / "with/lib/python3.13/site-packages", "scikit_learn", "1.9.1")
    (one,) = elsewhere("sklearn.cluster", tmp_path / "with", tmp_path / "without", tmp_path / "no")
    assert one == Elsewhere(name="with", prefix=str(tmp_path / "with"), version="1.9.1")


def test_having_an_own_module_has_no_version(tmp_path: Path) -> None:
    environment(tmp_path / "with", "mine")
    dist_info(tmp_path / "with/lib/python3.13/site-packages", "other", "2.0")
    (one,) = elsewhere("mine", tmp_path / "with")
    assert one.version is None


@pytest.mark.parametrize("name", ["", "../x", "a b", "\0", "."])
def test_having_what_is_no_name_is_found_nowhere(tmp_path: Path, name: str) -> None:
    environment(tmp_path / "with", "mine")
    assert elsewhere(name, tmp_path / "with") == ()


def test_having_in_a_real_environment(tmp_path: Path) -> None:
    make_uv_venv(tmp_path / "venv", "six==1.17.0", "pyyaml")
    (six,) = elsewhere("six", tmp_path / "venv")
    assert six.version == "1.17.0"
    (yaml,) = elsewhere("yaml", tmp_path / "venv")
    assert yaml.version
    assert elsewhere("numpy", tmp_path / "venv") == ()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("six.py", True),
        ("six.cpython-313-x86_64-linux-gnu.so", True),
        ("six.pyd", True),
        ("six-1.0.dist-info", True),
        ("six.egg-link", True),
        ("sixty.py", False),
        ("six.txt", False),
    ],
)
def test_holds_a_module(tmp_path: Path, file: str, expected: bool) -> None:  # noqa: FBT001
    (tmp_path / file).touch()
    assert holds(str(tmp_path), "six") is expected


def test_holds_is_not_what_a_removed_package_left_behind(tmp_path: Path) -> None:
    (tmp_path / "six/__pycache__").mkdir(parents=True)
    assert not holds(str(tmp_path), "six")
    (tmp_path / "six/core.py").touch()  # a namespace package has no __init__.py
    assert holds(str(tmp_path), "six")
