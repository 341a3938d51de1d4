"""Eggs, links to sources, and archives that are none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from jupyterlab_envcheck.probe.packages import read_folder, together
from made_environments import dist_info


def egg_link(folder: Path, sources: Path) -> None:
    info = sources / "My_Project.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: my-project\nVersion: 0.5\n\n")
    (info / "top_level.txt").write_text("mine\n")
    folder.mkdir(exist_ok=True)
    (folder / "my-project.egg-link").write_text(f"{sources}\n../")


def test_egg_link(tmp_path: Path) -> None:
    egg_link(tmp_path / "site", tmp_path / "sources")
    (package,) = read_folder(str(tmp_path / "site")).packages
    assert (package.name, package.version, package.form) == ("my-project", "0.5", "egg-link")
    assert package.editable
    assert (package.metadata, package.imports) == ("my-project.egg-link", ("mine",))
    found = together(read_folder(str(tmp_path / name)) for name in ("site", "sources"))
    assert found.packages == (package,)
    assert found.shadows == (), "the link leads there"


@pytest.mark.parametrize("text", ["", "\n", "/nowhere\n", "\0\n", "a\n" * 99_999])
def test_egg_link_to_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "gone.egg-link").write_text(text)
    found = read_folder(str(tmp_path))
    assert (found.packages, found.leftovers) == ((), ())
    assert "the folder it leads to" in found.unknown["gone.egg-link"]


def test_eggs(tmp_path: Path) -> None:
    inside = tmp_path / "Old-1.0-py3.9.egg" / "EGG-INFO"
    inside.mkdir(parents=True)
    (inside / "PKG-INFO").write_text("Name: Old\nVersion: 1.0\n\n")
    (inside / "requires.txt").write_text("six\n[extra]\nuv\n")
    with zipfile.ZipFile(tmp_path / "zipped-2.0-py3.9.egg", "w", zipfile.ZIP_DEFLATED) as egg:
        egg.writestr("EGG-INFO/PKG-INFO", "Name: zipped\nVersion: 2.0\n\n")
        egg.writestr("EGG-INFO/top_level.txt", "zipped\n")
    old, zipped = read_folder(str(tmp_path)).packages
    assert (old.name, old.version, old.form, old.requires) == ("old", "1.0", "egg", ("six",))
    assert (zipped.name, zipped.version, zipped.form) == ("zipped", "2.0", "egg")
    assert (zipped.imports, zipped.editable) == (("zipped",), False)


def test_eggs_broken(tmp_path: Path) -> None:
    (tmp_path / "text-1.egg").write_text("no archive")
    (tmp_path / "folder-1.egg").mkdir()
    (tmp_path / "loop-1.egg").symlink_to("loop-1.egg")
    with (tmp_path / "huge-1.egg").open("wb") as file:
        file.truncate(200_000_000)
    with zipfile.ZipFile(tmp_path / "bomb-1.egg", "w", zipfile.ZIP_DEFLATED) as egg:
        egg.writestr("EGG-INFO/PKG-INFO", "Name: bomb\n\n" + "0" * 20_000_000)
    dist_info(tmp_path, "good")
    found = read_folder(str(tmp_path))
    assert found.leftovers == ()
    assert {one.name: one.version for one in found.packages} == {
        "good": "1.0",
        "bomb": "1",
        "text": "1",
        "loop": "1",
        "huge": "1",
    }
    assert found.unknown == {
        "folder-1.egg": "no egg lies there",
        "huge-1.egg": "the egg is 200 MB long, and is not read above 50 MB",
        "loop-1.egg": "the egg cannot be read: Too many levels of symbolic links",
        "text-1.egg": "the egg cannot be read: BadZipFile",
    }
