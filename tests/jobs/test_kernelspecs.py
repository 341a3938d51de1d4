"""Kernelspecs appear whole, replace nothing, and go only where nobody changed them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_envcheck.jobs.making import kernelspecs
from jupyterlab_envcheck.plan import NewKernelspec
from jupyterlab_envcheck.problems import Problem

TEXT = json.dumps({"argv": ["/p/bin/python"], "display_name": "proj", "language": "python"})


def made(name: str = "proj", resources: Path | None = None) -> NewKernelspec:
    return NewKernelspec(
        name=name,
        display_name="proj",
        folder=str(kernelspecs.folder_of(name)),
        text=TEXT,
        diff=(),
        resources=None if resources is None else str(resources),
    )


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    """A folder such as ipykernel brings, and such as nobody should bring."""
    folder = tmp_path / "resources"
    folder.mkdir()
    (folder / "logo-32x32.png").write_bytes(b"small")
    (folder / "logo-svg.svg").write_text("<svg/>")
    (folder / "logo-huge.png").write_bytes(b"x" * 500_001)
    (folder / "kernel.js").write_text("alert(1)")
    (folder / "kernel.json").write_text("{}")
    (folder / "logo-64x64.png").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("secret")
    return folder


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_is_offered_by_jupyter(
    resources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    spec = made(resources=resources)
    kernelspecs.write(spec)
    found = KernelSpecManager().get_kernel_spec("proj")
    assert (found.argv, found.display_name) == (["/p/bin/python"], "proj")
    assert names_in(Path(spec.folder)) == ["kernel.json", "logo-32x32.png", "logo-svg.svg"]
    assert names_in(Path(spec.folder).parent) == ["proj"]


@pytest.mark.parametrize("there", ["proj", "Proj"])
def test_write_replaces_nothing(there: str) -> None:
    other = kernelspecs.folder_of(there)
    other.mkdir(parents=True)
    (other / "kernel.json").write_text("mine")
    with pytest.raises(Problem) as caught:
        kernelspecs.write(made())
    assert caught.value.reason == "name-taken"
    assert names_in(other.parent) == [there]
    assert (other / "kernel.json").read_text() == "mine"


def test_write_where_none_can_be(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kernels").write_text("a file")
    with pytest.raises(Problem) as caught:
        kernelspecs.write(made())
    assert caught.value.reason == "not-kept"


def test_remove_leaves_nothing(resources: Path) -> None:
    spec = made(resources=resources)
    kernelspecs.write(spec)
    assert kernelspecs.remove(spec)
    assert names_in(Path(spec.folder).parent) == []


def test_remove_what_is_gone() -> None:
    assert kernelspecs.remove(made())


def test_remove_after_the_environment_is_gone(resources: Path) -> None:
    """With it the folder that the logos came from is gone."""
    spec = made(resources=resources)
    kernelspecs.write(spec)
    resources.rename(resources.with_name("elsewhere"))
    assert kernelspecs.remove(spec)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("kernel.json", TEXT.replace("proj", "mine"), id="kernel-json-changed"),
        pytest.param("logo-svg.svg", "<svg>mine</svg>", id="logo-changed"),
        pytest.param("notes.txt", "mine", id="file-added"),
    ],
)
def test_remove_leaves_what_somebody_changed(resources: Path, file: str, text: str) -> None:
    spec = made(resources=resources)
    kernelspecs.write(spec)
    (Path(spec.folder) / file).write_text(text)
    assert not kernelspecs.remove(spec)
    assert (Path(spec.folder) / file).read_text() == text


def test_remove_follows_no_link(tmp_path: Path) -> None:
    spec = made()
    kernelspecs.write(spec)
    Path(spec.folder).rename(tmp_path / "moved")
    Path(spec.folder).symlink_to(tmp_path / "moved")
    assert not kernelspecs.remove(spec)
    assert names_in(tmp_path / "moved") == ["kernel.json"]


def test_remove_takes_the_rest_of_an_interrupted_writing_away() -> None:
    around = kernelspecs.folder_of("proj").parent
    for left in (".envcheck-proj-0123abcd/proj", ".envcheck-proj-2-0123abcd/proj-2"):
        (around / left).mkdir(parents=True)
    assert kernelspecs.remove(made())
    assert names_in(around) == [".envcheck-proj-2-0123abcd"]


@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        ("proj", "proj"),
        ("My Project!", "my-project"),
        ("climate", "climate-3"),
        ("python3", "python3-2"),
        ("ocean", "ocean-2"),
        ("../..", "kernel"),
        ("ü", "kernel"),
    ],
)
def test_free_name(wanted: str, free: str) -> None:
    assert kernelspecs.free_name(wanted, ("climate", "climate-2", "Ocean")) == free
