"""Free space, and what caches take of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from jupyterlab_envcheck.facts import Cache
from jupyterlab_envcheck.probe import disk


def put(file: Path, size: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * size)
    return file


def test_free(tmp_path: Path) -> None:
    free = disk.free(str(tmp_path))
    assert free is not None
    assert abs(free - shutil.disk_usage(tmp_path).free) < 1_000_000_000  # others write, too
    assert disk.free(str(tmp_path / "gone")) is None
    assert disk.free("a\0b") is None


def test_caches(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "UV_CACHE_DIR": str(tmp_path / "elsewhere")}
    put(tmp_path / ".cache" / "pip" / "http" / "a", 1_000)
    put(tmp_path / ".cache" / "uv" / "not used", 1)
    put(tmp_path / "elsewhere" / "b", 20)
    first = put(tmp_path / "pkgs" / "six" / "six.py", 300)
    os.link(first, tmp_path / "pkgs" / "six" / "again.py")
    os.link(first, tmp_path / "in an environment.py")
    (tmp_path / "pkgs" / "loop").symlink_to(tmp_path / "pkgs")
    link = os.lstat(tmp_path / "pkgs" / "loop").st_size
    conda = [str(tmp_path / "pkgs"), str(tmp_path / "gone"), "relative", str(tmp_path / "pkgs")]
    assert disk.caches(env, conda, 10) == (
        (
            Cache(tool="pip", path=str(tmp_path / ".cache" / "pip"), size=1_000),
            Cache(tool="uv", path=str(tmp_path / "elsewhere"), size=20),
            Cache(tool="conda", path=str(tmp_path / "pkgs"), size=300 + link),
        ),
        {},
    )


def test_folders_by_variables() -> None:
    env = {
        "HOME": "/home/me",
        "XDG_CACHE_HOME": "/xdg",
        "PIP_CACHE_DIR": "/pip",
        "POETRY_CACHE_DIR": "/poetry",
        "RATTLER_CACHE_DIR": "/rattler",
    }
    assert list(disk.folders(env, ["/pkgs"])) == [
        ("pip", "/pip"),
        ("uv", "/xdg/uv"),
        ("poetry", "/poetry"),
        ("pixi", "/rattler"),
        ("conda", "/pkgs"),
    ]


def test_no_time(tmp_path: Path) -> None:
    put(tmp_path / ".cache" / "pip" / "a", 1)
    put(tmp_path / "pkgs" / "a", 1)
    env = {"HOME": str(tmp_path)}
    found, unknown = disk.caches(env, [str(tmp_path / "pkgs")], 0)
    assert [(cache.tool, cache.size) for cache in found] == [("pip", None), ("conda", None)]
    assert unknown == dict.fromkeys(
        [str(tmp_path / ".cache" / "pip"), str(tmp_path / "pkgs")],
        "there was no time to count all of it",
    )


def test_size_of_as_du(tmp_path: Path) -> None:
    for number in range(200):
        put(tmp_path / f"d{number % 7}" / f"e{number % 3}" / str(number), number * 10)
    command = ["find", str(tmp_path), "-type", "f", "-printf", "%s\\n"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    size, why = disk.size_of(str(tmp_path), time.monotonic() + 60)
    assert (size, why) == (sum(map(int, told.split())), None)


def test_size_of_what_cannot_be_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "closed" / "a", 1)
    put(tmp_path / "open" / "a", 1)
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    end = time.monotonic() + 60
    assert disk.size_of(str(tmp_path), end) == (None, "not all of it can be looked into")


def test_size_of_nothing() -> None:
    end = time.monotonic() + 60
    assert disk.size_of("a\0b", end) == (None, "not all of it can be looked into")
