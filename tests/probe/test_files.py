"""Where an environment's parts lie, and who may write them."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

import pytest

from found_pythons import supported
from jupyterlab_envcheck.probe import files
from made_environments import dist_info


def write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_externally_managed(tmp_path: Path) -> None:
    assert files.externally_managed(str(tmp_path), in_force=True) is False
    write(tmp_path / "EXTERNALLY-MANAGED")
    assert files.externally_managed(str(tmp_path), in_force=True) is True
    assert files.externally_managed(str(tmp_path), in_force=False) is False
    assert files.externally_managed(None, in_force=True) is None


def test_writable(tmp_path: Path) -> None:
    assert files.writable([str(tmp_path / "not" / "made" / "yet")]) is True
    assert files.writable([]) is None
    assert files.writable(["/proc/self/site-packages"]) is False
    assert files.writable(["a\0b"]) is False


def test_user_of(tmp_path: Path) -> None:
    assert files.user_of(str(tmp_path)) == getpass.getuser()
    assert files.user_of(str(tmp_path / "gone")) is None
    assert files.user_of("a\0b") is None


def test_user_of_number_without_a_name(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives folders away")
    os.chown(tmp_path, 54_321, -1)
    assert files.user_of(str(tmp_path)) == "uid 54321"


def test_same_by_link_and_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert files.same(str(tmp_path / "link"), str(tmp_path))
    assert files.same("/not/there/../here", "/not/here")
    assert not files.same("a\0b", "a")


def test_fingerprint_sees_installs_and_not_bytecode(tmp_path: Path) -> None:
    site = tmp_path / "site"
    dist_info(site, "a")

    def fingerprint() -> str:
        return files.fingerprint(str(tmp_path), [str(site)])

    first = fingerprint()
    (site / "__pycache__").mkdir()
    write(site / "module.py")
    os.utime(site, (1, 1))
    assert fingerprint() == first
    seen = {first}
    dist_info(site, "b")
    seen.add(fingerprint())
    write(site / "a-1.0.dist-info" / "REQUESTED")
    seen.add(fingerprint())
    write(tmp_path / "conda-meta" / "c-1-0.json")
    seen.add(fingerprint())
    assert len(seen) == 4
    write(tmp_path / "conda-meta" / "history", "conda writes it at every look")
    assert fingerprint() in seen


@pytest.mark.parametrize("version", sorted(supported()))
def test_python_of_and_layout(version: str, tmp_path: Path) -> None:
    if version.startswith("pypy"):
        pytest.skip("PyPy makes a venv in its own way; CPython shows the layout")
    subprocess.run(
        [supported()[version], "-m", "venv", "--without-pip", str(tmp_path / "e")], check=True
    )
    python = files.python_of(str(tmp_path / "e"))
    assert python == str(tmp_path / "e" / "bin" / "python")
    found = files.layout(python)
    assert found.prefix == str(tmp_path / "e")
    assert found.site_packages == (str(tmp_path / f"e/lib/python{version}/site-packages"),)
    assert files.python_of(str(tmp_path)) is None
