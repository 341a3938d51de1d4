"""Reading what is installed, however broken."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from packaging.utils import canonicalize_name

from environments import UV, make_uv_venv, site_packages
from jupyterlab_envcheck.facts import DirectUrl, Package, Shadow
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import cache, packages
from jupyterlab_envcheck.probe.packages import Folder, read_folder, together
from jupyterlab_envcheck.probe.packages.metadata import headers
from made_environments import dist_info


def names(folder: Folder) -> dict[str, str | None]:
    return {package.name: package.version for package in folder.packages}


def only(folder: Path) -> Package:
    (package,) = read_folder(str(folder)).packages
    return package


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


@pytest.mark.parametrize(
    ("installer", "written", "requested"),
    [
        ("pip", True, True),
        ("pip", False, False),
        ("uv", False, False),
        ("pdm", True, True),
        ("Poetry 2.1", False, None),
        ("conda", True, None),
        (None, True, None),
    ],
)
def test_read_folder_requested(
    installer: str | None,
    written: bool,  # noqa: FBT001
    requested: bool | None,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    place = dist_info(tmp_path, "a", installer=installer)
    if written:
        (place / "REQUESTED").touch()
    assert only(tmp_path).requested is requested


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param(
            '{"url": "https://ada:ghp_abc@host/a.git?token=xyz", "vcs_info": {"commit_id": "1f"}}',
            DirectUrl(url="https://****@host/a.git?token=****", commit="1f", local=False),
            id="secrets",
        ),
        pytest.param(
            '{"url": "file:///home/ada/a"}',
            DirectUrl(url="file:///home/ada/a", commit=None, local=True),
            id="folder",
        ),
        pytest.param(
            '{"url": "https://host/a", "vcs_info": [1]}',
            DirectUrl(url="https://host/a", commit=None, local=False),
            id="wrong type",
        ),
        pytest.param('{"url": 3}', None, id="no text"),
        pytest.param("[" * 100_000, None, id="nested"),
    ],
)
def test_read_folder_direct_url(text: str, source: DirectUrl | None, tmp_path: Path) -> None:
    dist_info(tmp_path, "a", direct_url_json=text)
    found = read_folder(str(tmp_path))
    assert found.packages[0].direct_url == source
    unknown = {} if source is not None else {"a-1.0.dist-info": "direct_url.json tells no URL"}
    assert found.unknown == unknown
    assert not found.may_pass, "kept in the cache: it will be the same at the next look"


def test_read_folder_import_names(tmp_path: Path) -> None:
    place = dist_info(tmp_path, "a", RECORD="other/__init__.py,,\n", top_level="third\n")
    text = (
        "Name: a\nImport-Name: yaml\nImport-Name: _yaml ; private\nImport-Namespace: google\n"
        "Import-Name: google.cloud\nImport-Name: \x1b[31mred\nImport-Name: ../../etc\n\n"
    )
    (place / "METADATA").write_text(text)
    assert only(tmp_path).imports == ("yaml", "_yaml", "google.cloud")
    (place / "METADATA").write_text("Name: a\nImport-Name:\n\n")
    assert only(tmp_path).imports == (), "it says that it brings none"
    (place / "METADATA").write_text("Name: a\n\n")
    assert only(tmp_path).imports == ("other",)
    (place / "RECORD").unlink()
    (place / "top_level.txt").write_text("third\r\nfourth\nno name\n")
    assert only(tmp_path).imports == ("third", "fourth")
    assert only(tmp_path).compiled is None


def test_read_folder_editable_tells_nothing_of_its_files(tmp_path: Path) -> None:
    url = '{"url": "file:///x", "dir_info": {"editable": true}}'
    record = "__editable___a_1_0_finder.py,,\n__editable__.a-1.0.pth,,\n_a_loader.py,,\n"
    place = dist_info(tmp_path, "a", direct_url_json=url, RECORD=record)
    assert (only(tmp_path).imports, only(tmp_path).compiled) == ((), None)
    (place / "top_level.txt").write_text("a\n")
    assert only(tmp_path).imports == ("a",)


def test_read_folder_huge_record(tmp_path: Path) -> None:
    place = dist_info(tmp_path, "a")
    (place / "top_level.txt").write_text("a\n")
    with (place / "RECORD").open("wb") as file:
        file.truncate(200_000_000)
    found = read_folder(str(tmp_path))
    (package,) = found.packages
    assert (package.version, package.imports, package.compiled) == ("1.0", ("a",), None)
    why = "RECORD is 200 MB long, and is not read above 16 MB"
    assert found.unknown == {"a-1.0.dist-info": why}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("file", ["METADATA", "INSTALLER", "RECORD", "direct_url.json"])
def test_read_folder_pipe(file: str, tmp_path: Path) -> None:
    place = dist_info(tmp_path, "a")
    (place / file).unlink(missing_ok=True)
    os.mkfifo(place / file)
    found = read_folder(str(tmp_path))
    assert names(found) == {"a": "1.0"}
    assert found.unknown == {"a-1.0.dist-info": f"{file} is no regular file"}
    assert found.leftovers == ()


def test_read_folder_foreign_encodings(tmp_path: Path) -> None:
    place = dist_info(tmp_path, "a", RECORD="a.py,,\n")
    (place / "METADATA").write_bytes(
        b"Name: a\nVersion: 1\x000\nAuthor: Ren\xe9\nRequires-Dist: b; \xe9\n\n"
    )
    (place / "INSTALLER").write_bytes(b"\xff\xfep\0i\0p\0")
    package = only(tmp_path)
    assert (package.name, package.version, package.requires) == ("a", "10", ("b; \ufffd",))
    assert package.installer == "\ufffd\ufffdpip"


def test_read_folder_as_pip_inspect_does(tmp_path: Path) -> None:
    python = make_uv_venv(tmp_path / "venv", "six", "typing-extensions")
    for name, editable in (("local", False), ("mine", True)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "0.1"\ndependencies = ["six"]\n'
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        )
        (tmp_path / name / "backend.py").write_text(BACKEND.replace("NAME", name))
        argv = [UV, "pip", "install", "-q", "--python", str(python), "--no-build-isolation"]
        subprocess.run(
            [*argv, *(["-e"] if editable else []), str(tmp_path / name)],
            check=True,
            cwd=tmp_path,
        )
    told = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "inspect"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    theirs = {
        one["metadata"]["name"]: (
            one["metadata"]["version"],
            one["installer"],
            one["requested"],
            one.get("direct_url", {}).get("url"),
            one.get("direct_url", {}).get("dir_info", {}).get("editable", False),
            tuple(one["metadata"].get("requires_dist", ())),
        )
        for one in json.loads(told.stdout)["installed"]
    }
    found = read_folder(str(site_packages(python)))
    ours = {
        one.name.replace("-extensions", "_extensions"): (
            one.version,
            one.installer,
            one.requested,
            one.direct_url.url if one.direct_url is not None else None,
            one.editable,
            one.requires,
        )
        for one in found.packages
    }
    assert ours == theirs
    assert ours.keys() == {"six", "typing_extensions", "local", "mine"}
    assert {one.name: one.imports for one in found.packages} == {
        "six": ("six",),
        "typing-extensions": ("typing_extensions",),
        "local": ("local",),
        "mine": (),
    }


#: Builds a wheel of one module without anything that would have to be downloaded.
BACKEND = """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None, module="NAME.py"):
    info = "NAME-0.1.dist-info"
    with zipfile.ZipFile(f"{folder}/NAME-0.1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(module, "")
        text = "Metadata-Version: 2.1\\nName: NAME\\nVersion: 0.1\\nRequires-Dist: six\\n"
        wheel.writestr(f"{info}/METADATA", text)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        files = (module, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")
        wheel.writestr(f"{info}/RECORD", "".join(f"{file},,\\n" for file in files))
    return "NAME-0.1-py3-none-any.whl"

def build_editable(folder, config_settings=None, metadata_directory=None):
    return build_wheel(folder, module="__editable__.NAME.pth")
"""


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


def test_together_shadows(tmp_path: Path) -> None:
    dist_info(tmp_path / "user", "six", "2")
    dist_info(tmp_path / "site", "six", "1")
    dist_info(tmp_path / "system", "six", "0.9")
    found = together(read_folder(str(tmp_path / name)) for name in ("user", "site", "system"))
    seen = str(tmp_path / "user")
    assert found.shadows == tuple(
        Shadow(
            name="six",
            version=version,
            location=str(tmp_path / folder),
            seen_version="2",
            seen_location=seen,
        )
        for folder, version in (("site", "1"), ("system", "0.9"))
    )


def test_together_overlaps_of_each_folder(tmp_path: Path) -> None:
    for folder in ("user", "site"):
        for name in ("one", "two"):
            dist_info(tmp_path / folder, name, RECORD="shared.py,,\n")
    found = together(read_folder(str(tmp_path / folder)) for folder in ("user", "site"))
    assert [overlap.packages for overlap in found.overlaps] == [("one", "two")] * 2


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
    assert headers(metadata).keys() <= {"name", "version", "requires-dist", "import-name"}


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
        for name in ("METADATA", "INSTALLER", "direct_url.json", "RECORD", "top_level.txt"):
            (place / name).write_bytes(metadata if name == "METADATA" else other)
        (folder / f"e{number}.egg-link").write_bytes(other)
        (folder / f"z{number}-1.egg").write_bytes(b"PK\x05\x06" + other)
    for package in read_folder(str(folder)).packages:
        for text in (package.name, package.version, *package.imports, *package.requires):
            assert text is None or clean(text) == text
    assert len(read_folder(str(folder)).packages) + len(read_folder(str(folder)).leftovers) >= len(
        files
    )
