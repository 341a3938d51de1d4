"""Pins that conda holds to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyterlab_envcheck.jobs.pinning import pin
from jupyterlab_envcheck.problems import Problem


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    (tmp_path / "conda-meta").mkdir()
    return tmp_path / "conda-meta" / "pinned"


def test_first_pin(pinned: Path) -> None:
    pin(str(pinned.parents[1]), ["libblas=*=*mkl"])
    assert pinned.read_text() == "libblas=*=*mkl\n"
    assert [file.name for file in pinned.parent.iterdir()] == ["pinned"]


def test_pin_in_the_place_of_another_of_the_same_package(pinned: Path) -> None:
    pinned.write_text("# by hand\nlibblas=*=*openblas  # fast\nlibblas 3.9.* \n\nnumpy 2.3.*")
    pin(str(pinned.parents[1]), ["libblas=*=*mkl"])
    assert pinned.read_text() == "# by hand\n\nnumpy 2.3.*\nlibblas=*=*mkl\n"


def test_pin_writes_into_no_file_that_is_kept_elsewhere(pinned: Path, tmp_path: Path) -> None:
    pinned.write_text("numpy 2.3.*\n")
    pinned.chmod(0o640)
    os.link(pinned, tmp_path / "kept")
    pin(str(pinned.parents[1]), ["six"])
    assert (tmp_path / "kept").read_text() == "numpy 2.3.*\n"
    assert pinned.stat().st_mode & 0o777 == 0o640


def test_pin_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        pin(str(tmp_path), ["six"])
    assert told.value.reason == "not-kept"
