"""Who but this user and the system can change a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_envcheck.probe.trust import distrusted
from jupyterlab_envcheck.probe.whose import whose

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no modes and groups")

JOVYAN = 1000
Directory = Callable[..., None]


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\nexit 1\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> Directory:
    """Return a function that says which users and groups there are, and that this user is jovyan."""
    import grp  # noqa: PLC0415 - not on Windows
    import pwd  # noqa: PLC0415

    def set_up(
        group: tuple[str, int, list[str]], *users: tuple[str, int, int], listed: bool = True
    ) -> None:
        name, number, members = group
        entries = [
            pwd.struct_passwd((user, "x", uid, gid, "", f"/home/{user}", "/bin/bash"))
            for user, uid, gid in users
        ]
        monkeypatch.setattr(os, "geteuid", lambda: JOVYAN)
        monkeypatch.setattr(pwd, "getpwuid", {entry.pw_uid: entry for entry in entries}.__getitem__)
        monkeypatch.setattr(pwd, "getpwall", lambda: entries if listed else entries[:1])
        monkeypatch.setattr(
            grp, "getgrgid", {number: grp.struct_group((name, "x", number, members))}.__getitem__
        )

    return set_up


def shared(folder: Path, group: int) -> str:
    """Return a conda as a container image has it: its folders are a group's to write."""
    if os.geteuid():
        pytest.skip("only root gives folders away")
    there = program(folder / "opt" / "conda" / "bin" / "conda")
    for place in (there, there.parent, there.parent.parent):
        os.chown(place, JOVYAN, group)
        place.chmod(0o2775 if place.is_dir() else 0o775)
    return str(there)


ROOT, ME = ("root", 0, 0), ("jovyan", JOVYAN, 100)


def test_conda_of_jupyters_container_images(tmp_path: Path, directory: Directory) -> None:
    """There the folders are of jovyan and users, his first group, and the group may write."""
    conda = shared(tmp_path, 100)
    directory(("users", 100, []), ROOT, ME)
    assert distrusted(conda) is None
    directory(("users", 100, ["jovyan", "root"]), ROOT, ME)
    assert distrusted(conda) is None


def test_group_that_others_are_in(tmp_path: Path, directory: Directory) -> None:
    conda = shared(tmp_path, 100)
    directory(("users", 100, ["eve"]), ROOT, ME)
    assert distrusted(conda) == "it can be changed by the group users (eve)"
    anna, bert, carl = ("anna", 1001, 100), ("bert", 1002, 100), ("carl", 1003, 100)
    directory(("users", 100, ["eve"]), ROOT, ME, anna, bert, carl)
    assert distrusted(conda) == "it can be changed by the group users (anna, bert, carl and 1 more)"
    Path(conda).chmod(0o755)
    around = Path(conda).parent
    assert distrusted(conda) == (
        f"{around} can be changed by the group users (anna, bert, carl and 1 more)"
    )


def test_group_that_cannot_be_looked_up(tmp_path: Path, directory: Directory) -> None:
    """A directory service need not list its users: who else is in a group is then not known."""
    conda = shared(tmp_path, 100)
    directory(("users", 100, []), ROOT, ME, listed=False)
    said = "it can be changed by the group users, whose members are not known"
    assert distrusted(conda) == said
    directory(("users", 100, []), ROOT)  # the number of this user has no name
    said = "it can be changed by the group 100, whose members are not known"
    assert distrusted(conda) == said
    directory(("others", 101, []), ROOT, ME)
    assert distrusted(conda) == said


def test_group_of_ones_own(tmp_path: Path, directory: Directory) -> None:
    """Of these it is enough that they are called alike: that is how they are made."""
    conda = shared(tmp_path, 1000)
    directory(("jovyan", 1000, []), ROOT, ME, listed=False)
    assert distrusted(conda) is None
    directory(("jovyan", 1000, ["eve"]), ROOT, ME, listed=False)
    assert distrusted(conda) == "it can be changed by the group jovyan (eve)"


@pytest.mark.skipif(sys.platform == "darwin", reason="every user's first group is staff there")
def test_group_of_the_systems(tmp_path: Path, directory: Directory) -> None:
    """As Debian's /usr/local is: its group can write there, and nobody is in it."""
    conda = shared(tmp_path, 50)
    directory(("staff", 50, []), ROOT, ME, listed=False)
    assert distrusted(conda) is None
    directory(("staff", 50, ["eve"]), ROOT, ME, listed=False)
    assert distrusted(conda) == "it can be changed by the group staff (eve)"


def test_an_interpreter_is_judged_alike(tmp_path: Path, directory: Directory) -> None:
    conda = shared(tmp_path, 100)
    directory(("users", 100, []), ROOT, ME)
    assert whose(conda) is None
    directory(("users", 100, ["eve"]), ROOT, ME)
    assert whose(conda) == f"can be changed by the group users (eve) ({os.path.realpath(conda)})"


def test_file_of_anothers(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away")
    there = program(tmp_path / "bin" / "conda")
    os.chown(there, 54_321, -1)
    assert distrusted(str(there)) == "it belongs to uid 54321"
    os.chown(there, 0, 54_321)
    assert distrusted(str(there)) is None
    there.chmod(0o775)
    said = "it can be changed by the group 54321, whose members are not known"
    assert distrusted(str(there)) == said


def test_folders_above(tmp_path: Path) -> None:
    """Whoever may write there can put another folder in the place of one that is trusted."""
    there = program(tmp_path / "shared" / "team" / "conda" / "bin" / "conda")
    assert distrusted(str(there)) is None
    shared = tmp_path / "shared"
    shared.chmod(0o777)
    said = f"{shared} can be changed by every user of this machine"
    assert distrusted(str(there)) == said
    shared.chmod(0o1777)  # as /tmp, where nobody moves what is another's
    assert distrusted(str(there)) is None
    shared.chmod(0o755)
    (tmp_path / "elsewhere").symlink_to(shared / "team")
    behind = str(tmp_path / "elsewhere" / "conda" / "bin" / "conda")
    assert distrusted(behind) is None
    shared.chmod(0o777)
    assert distrusted(behind) == said


def test_links_and_what_is_not_there(tmp_path: Path) -> None:
    target = program(tmp_path / "open" / "conda")
    target.chmod(0o777)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "conda").symlink_to(target)
    said = f"{target} can be changed by every user of this machine"
    assert distrusted(str(tmp_path / "bin" / "conda")) == said
    assert distrusted(os.path.realpath(sys.executable)) is None
    assert distrusted(str(tmp_path / "gone")) == "it cannot be looked at"
    assert distrusted("a\0b") == "it cannot be looked at"
