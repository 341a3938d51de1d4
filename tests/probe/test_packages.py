"""Reading what is installed, however broken."""

from __future__ import annotations

import errno
import importlib.metadata
import os
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from packaging.utils import canonicalize_name

from jupyterlab_envcheck.probe import cache, packages
from jupyterlab_envcheck.probe.metadata import headers
from jupyterlab_envcheck.probe.packages import Folder, read_folder, together
from made_environments import dist_info


def names(folder: Folder) -> dict[str, str | None]:
    return {package.name: package.version for package in folder.packages}


def test_read_folder_as_importlib_metadata_does() -> None:
    folder = sysconfig.get_path("purelib")
    theirs = {
        canonicalize_name(d.name): (d.version, (d.read_text("INSTALLER") or "").strip() or None)
        for d in importlib.metadata.distributions(path=[folder])
    }
    ours = {p.name: (p.version, p.installer) for p in read_folder(folder).packages}
    assert ours == theirs
    for package in read_folder(folder).packages:
        requires = importlib.metadata.distribution(package.name).requires or []
        assert list(package.requires) == [r for r in requires if "extra ==" not in r]


def test_read_folder_one_package(tmp_path: Path) -> None:
    requires = ("six>=1.0", "rich; python_version > '3'", "uv ; extra == 'fast'", 'x; "y"==extra')
    dist_info(tmp_path, "Zope.Interface", "6.1", requires=requires, installer="uv")
    (package,) = read_folder(str(tmp_path)).packages
    assert (package.name, package.version, package.installer) == ("zope-interface", "6.1", "uv")
    assert package.requires == ("six>=1.0", "rich; python_version > '3'")
    assert (package.location, package.metadata) == (str(tmp_path), "Zope.Interface-6.1.dist-info")
    assert package.editable is False


@pytest.mark.parametrize(
    ("text", "editable"),
    [
        ('{"url": "file:///x", "dir_info": {"editable": true}}', True),
        ('{"url": "file:///x", "dir_info": {}}', False),
        ('{"dir_info": 3}', False),
        ("[]", False),
        ("no json", False),
    ],
)
def test_read_folder_editable(text: str, editable: bool, tmp_path: Path) -> None:  # noqa: FBT001
    dist_info(tmp_path, "a", direct_url_json=text)
    assert read_folder(str(tmp_path)).packages[0].editable is editable


def test_read_folder_egg_infos(tmp_path: Path) -> None:
    folder = tmp_path / "old-1.2-py3.9.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: old\nVersion: 1.2\n\n")
    (folder / "requires.txt").write_text("six>=1\n\nrich\n\n[extra]\nuv\n")
    (tmp_path / "flat-0.3.egg-info").write_text(
        "Metadata-Version: 1.0\r\nName: Flat\r\nVersion: 0.3\r\n"
    )
    found = {package.name: package for package in read_folder(str(tmp_path)).packages}
    assert names(read_folder(str(tmp_path))) == {"old": "1.2", "flat": "0.3"}
    assert found["old"].requires == ("six>=1", "rich")


def test_read_folder_one_broken_hides_no_other(tmp_path: Path) -> None:
    dist_info(tmp_path, "good")
    (tmp_path / "empty-2.0.dist-info").mkdir()
    (tmp_path / "dangling-1.dist-info").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder-1.dist-info" / "METADATA").mkdir(parents=True)
    (tmp_path / "bytes-3.0.dist-info").mkdir()
    (tmp_path / "bytes-3.0.dist-info" / "METADATA").write_bytes(b"\xff\xfe\0Name\0:")
    (tmp_path / "-.dist-info").mkdir()
    (tmp_path / ".dist-info").mkdir()
    if hasattr(os, "mkfifo"):
        (tmp_path / "pipe-1.dist-info").mkdir()
        os.mkfifo(tmp_path / "pipe-1.dist-info" / "METADATA")
    found = read_folder(str(tmp_path))
    assert names(found)["good"] == "1.0"
    assert names(found)["bytes"] == "3.0"
    assert str(tmp_path / "empty-2.0.dist-info") in found.leftovers
    assert not {"empty", "dangling"} & names(found).keys()


def loop(place: Path) -> Path:
    """Make what cannot be read by anyone, root included."""
    place.symlink_to(place)
    return place


def test_read_folder_unreadable_is_no_leftover(tmp_path: Path) -> None:
    (tmp_path / "Folder_ish-1.2.dist-info" / "METADATA").mkdir(parents=True)
    (tmp_path / "looped-3.dist-info").mkdir()
    loop(tmp_path / "looped-3.dist-info" / "METADATA")
    (tmp_path / "egg-4-py3.9.egg-info").mkdir()
    loop(tmp_path / "egg-4-py3.9.egg-info" / "PKG-INFO")
    loop(tmp_path / "whole-5.dist-info")
    found = read_folder(str(tmp_path))
    assert found.leftovers == ()
    assert names(found) == {"folder-ish": "1.2", "looped": "3", "egg": "4", "whole": "5"}
    assert found.unknown.keys() == {entry.name for entry in tmp_path.iterdir()}
    assert "METADATA cannot be read: Is a dir" in found.unknown["Folder_ish-1.2.dist-info"]
    assert "symbolic links" in found.unknown["looped-3.dist-info"]


def test_read_folder_unreadable_twin_is_no_leftover(tmp_path: Path) -> None:
    dist_info(tmp_path, "numpy", "1.0", age=50)
    (tmp_path / "numpy-2.0.dist-info" / "METADATA").mkdir(parents=True)
    found = read_folder(str(tmp_path))
    assert found.leftovers == ()
    assert names(found) == {"numpy": "2.0"}


def test_read_folder_unreadable_installer(tmp_path: Path) -> None:
    loop(dist_info(tmp_path, "a", installer=None) / "INSTALLER")
    found = read_folder(str(tmp_path))
    assert names(found) == {"a": "1.0"}
    assert "symbolic links" in found.unknown["a-1.0.dist-info"]


def test_read_folder_leftover_of_a_deceptive_name(tmp_path: Path) -> None:
    (tmp_path / "~a\u202eb").mkdir()
    found = read_folder(str(tmp_path))
    assert found.leftovers == (), "the command that removes it would name another"
    assert found.unknown.keys() == {"~ab"}


def test_read_folder_not_to_be_listed(tmp_path: Path) -> None:
    folder = str(loop(tmp_path / "site"))
    found = together([read_folder(folder)])
    assert "cannot be listed" in found.unknown[folder]
    assert found.packages == ()


def test_cache_folder_unreadable_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dist_info(tmp_path, "a")

    def too_many(*_: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr("os.open", too_many)
        first = cache.folder(str(tmp_path))
    assert names(first) == {"a": "1.0"}
    assert "Too many open files" in first.unknown["a-1.0.dist-info"]
    assert cache.folder(str(tmp_path)).unknown == {}
    assert first.leftovers == ()


def test_read_folder_leftovers(tmp_path: Path) -> None:
    dist_info(tmp_path, "numpy", "1.0", age=50)
    dist_info(tmp_path, "numpy", "2.0")
    dist_info(tmp_path, "Twice_over", "2", age=90)
    dist_info(tmp_path, "twice.over", "1")
    (tmp_path / "~umpy").mkdir()
    (tmp_path / "~-mpy-1.0.dist-info").mkdir()
    found = read_folder(str(tmp_path))
    assert names(found) == {"numpy": "2.0", "twice-over": "1"}
    left = {Path(path).name for path in found.leftovers}
    assert left == {"numpy-1.0.dist-info", "Twice_over-2.dist-info", "~umpy", "~-mpy-1.0.dist-info"}


def test_read_folder_hostile_text(tmp_path: Path) -> None:
    place = dist_info(tmp_path, "a", installer="\x1b[31mpip\x1b[0m")
    text = "Name: a\x1b]0;title\x07\nVersion: 1\u202e0\nRequires-Dist: b @ https://me:secret@host/b\n\n"
    (place / "METADATA").write_text(text, encoding="utf-8")
    (package,) = read_folder(str(tmp_path)).packages
    assert "\x1b" not in repr(package)
    assert package.version == "10"
    assert package.installer == "pip"
    assert package.requires == ("b @ https://****@host/b",)


def test_read_folder_long_headers(tmp_path: Path) -> None:
    requires = tuple(f"package-{number}>=1" for number in range(3_000))
    dist_info(tmp_path, "long", requires=requires)
    assert read_folder(str(tmp_path)).packages[0].requires == requires


@pytest.mark.parametrize("folder", ["/nowhere", "", "a\0b", __file__, "x" * 5_000])
def test_read_folder_none(folder: str) -> None:
    assert read_folder(folder) == Folder()


def test_together_first_on_path_wins(tmp_path: Path) -> None:
    dist_info(tmp_path / "user", "six", "2")
    dist_info(tmp_path / "site", "six", "1")
    dist_info(tmp_path / "site", "rich", "1")
    found = together(read_folder(str(tmp_path / name)) for name in ("user", "site"))
    assert names(found) == {"six": "2", "rich": "1"}
    assert found.leftovers == ()


def test_same_folders_through_links(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib64").symlink_to("lib")
    path = [str(tmp_path / "lib64"), str(tmp_path / "lib"), "/nowhere"]
    assert list(packages.same_folders(path).values()) == [path[0], "/nowhere"]


def test_cache_folder_sees_every_change(tmp_path: Path) -> None:
    dist_info(tmp_path, "a")
    first = cache.folder(str(tmp_path))
    assert cache.folder(str(tmp_path)) is first
    dist_info(tmp_path, "b")
    assert names(cache.folder(str(tmp_path))) == {"a": "1.0", "b": "1.0"}
    (tmp_path / "~b").mkdir()
    assert cache.folder(str(tmp_path)).leftovers


@given(st.binary(max_size=300))
def test_headers_any_bytes(metadata: bytes) -> None:
    assert headers(metadata).keys() <= {"name", "version", "requires-dist"}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)))
def test_headers_found_again(values: list[str]) -> None:
    text = "".join(f"Requires-Dist: {value}\r\n" for value in values) + "\r\nRequires-Dist: no\r\n"
    assert headers(text.encode()).get("requires-dist", []) == [value.strip() for value in values]


@pytest.mark.soak
@given(st.lists(st.tuples(st.binary(max_size=60), st.binary(max_size=60)), max_size=5))
def test_read_folder_any_files(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[bytes, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for number, (metadata, other) in enumerate(files):
        place = folder / f"p{number}-1.dist-info"
        place.mkdir()
        for name in ("METADATA", "INSTALLER", "direct_url.json"):
            (place / name).write_bytes(metadata if name == "METADATA" else other)
    assert len(read_folder(str(folder)).packages) + len(read_folder(str(folder)).leftovers) >= len(
        files
    )
