"""Files that are written where there was none."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_envcheck.cli.new_file import write_new


def test_file_in_the_home_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_new("~/new.txt", b"six")
    assert (tmp_path / "new.txt").read_bytes() == b"six"
