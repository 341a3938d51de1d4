"""Locks: who holds them, and for how long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from jupyterlab_envcheck.jobs import lock


def test_lock_is_held_by_one(tmp_path: Path) -> None:
    path = lock.path_for(tmp_path, "/prefix")
    assert not lock.is_held(path)
    held = lock.take(path)
    assert held is not None
    assert lock.is_held(path)
    assert lock.take(path) is None
    os.close(held)
    assert not lock.is_held(path)


def test_lock_lives_with_a_child_that_inherited_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = lock.take(path)
    assert held is not None
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held]
    ) as child:
        os.close(held)
        assert lock.is_held(path)
        child.communicate(b"\n")
    assert not lock.is_held(path)


def test_lock_of_a_prefix_is_not_in_the_prefix(tmp_path: Path) -> None:
    prefix, other = tmp_path / "proj", tmp_path / "link"
    prefix.mkdir()
    other.symlink_to(prefix)
    path = lock.path_for(tmp_path / "data", str(prefix))
    assert path == lock.path_for(tmp_path / "data", str(other))
    assert path.parent == tmp_path / "data" / "locks"
