"""Whose Python is started, and whose is not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jupyter_client.kernelspec import KernelSpec

from environments import make_uv_venv
from jupyterlab_envcheck.probe.subject import (
    KernelLook,
    Subject,
    subject_of_interpreter,
    subject_of_kernel,
    subject_of_kernelspec,
)
from jupyterlab_envcheck.probe.whose import whose, withheld

posix = pytest.mark.skipif(os.name == "nt", reason="whose a file is, is not looked at on Windows")


def _is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0


root = pytest.mark.skipif(not _is_root(), reason="only root may give files to another user")

EVE = 54_321  #: a user that no machine of ours has


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    make_uv_venv(tmp_path / "venv")
    return tmp_path / "venv"


def spec(*argv: str, language: str = "python", **more: Any) -> KernelSpec:
    return KernelSpec(argv=list(argv), display_name="x", language=language, **more)


def is_started(subject: Subject) -> bool:
    return subject.python is not None and subject.withheld is None


def give(path: Path, user: int = EVE) -> None:
    os.chown(path, user, user, follow_symlinks=False)


def test_own_python_is_started(venv: Path) -> None:
    subject = subject_of_kernelspec(spec(str(venv / "bin" / "python"), "-m", "ipykernel_launcher"))
    assert is_started(subject)
    assert subject.withheld is None
    assert subject.how == "the kernelspec's command"


@root
@pytest.mark.parametrize("what", [".", "bin", "pyvenv.cfg", "lib/python*/site-packages"])
def test_environment_of_somebody_else_is_not_started(what: str, venv: Path) -> None:
    for path in venv.glob(what) if what != "." else [venv]:
        give(path)
    python = str(venv / "bin" / "python")
    subject = subject_of_kernelspec(spec(python, "-m", "ipykernel_launcher"))
    assert subject.python == python, "its files are read"
    assert not is_started(subject)
    assert subject.withheld is not None
    assert subject.withheld.message == (
        f"{python} belongs to uid {EVE}, and envcheck does not start other people's Pythons by"
        " itself."
    )
    assert subject.withheld.hint == "Start the kernel, or give this path to `jupyter envcheck`."


@root
def test_environment_made_from_the_python_of_somebody_else_is_not_started(tmp_path: Path) -> None:
    base = tmp_path / "base" / "bin" / "python3"
    base.parent.mkdir(parents=True)
    shutil.copy(sys.executable, base)
    link = tmp_path / "own" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(base)
    assert whose(str(link)) is None
    give(base)
    assert whose(str(link)) == f"belongs to uid {EVE}"


@root
def test_user_with_a_name_is_named(venv: Path) -> None:
    give(venv, 1)
    assert whose(str(venv / "bin" / "python")) == "belongs to the user daemon"


@posix
def test_environment_that_everybody_can_change_is_not_started(venv: Path) -> None:
    python = str(venv / "bin" / "python")
    venv.chmod(0o777)
    problem = withheld(python)
    assert problem is not None
    assert problem.reason == "withheld"
    assert f"can be changed by every user of this machine ({venv})" in problem.message
    venv.chmod(0o1777)
    assert withheld(python) is None, "where the sticky bit is set only its owner can replace a file"
    venv.chmod(0o775)
    assert withheld(python) is None


def test_the_servers_own_python_is_started() -> None:
    subject = subject_of_kernelspec(spec("python3", "-m", "ipykernel_launcher"))
    assert (subject.python, is_started(subject)) == (sys.executable, True)


@root
def test_python_that_a_person_names_is_started(venv: Path) -> None:
    give(venv)
    for path in (venv, venv / "bin" / "python"):
        subject = subject_of_interpreter(str(path))
        assert is_started(subject)
        assert subject.how == f"the path that was given; it belongs to uid {EVE}"


@root
def test_python_of_a_running_kernel_is_started(venv: Path) -> None:
    give(venv)
    look = KernelLook(
        state="idle",
        pid=None,
        hostname=None,
        remote=False,
        reply=None,
        reason=None,
        language="python",
    )
    subject = subject_of_kernel(look, spec(str(venv / "bin" / "python")))
    assert is_started(subject)
    assert subject.how == f"the kernelspec's command; it belongs to uid {EVE}"


def test_kernelspec_of_a_container_is_remote() -> None:
    subject = subject_of_kernelspec(spec("docker", "run", "image", "python"))
    assert (subject.python, subject.remote, is_started(subject)) == (None, True, False)
    assert subject.problem is not None
    assert "container (docker)" in subject.problem.message
    assert not subject_of_kernelspec(spec("/opt/wrapper")).remote


def test_path_that_is_no_python() -> None:
    for path in ("/nowhere/python", "/nowhere\0", "x" * 5_000, ""):
        subject = subject_of_interpreter(path + "/bin/python")
        assert subject.python is None
        assert subject.problem is not None
        assert subject.problem.reason == "not-found"


@given(st.text())
def test_whose_any_path(path: str) -> None:
    assert whose(path) is None or isinstance(whose(path), str)
    assert withheld("/usr/\0" + path) is None
