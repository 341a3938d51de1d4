"""What a plan tells a person before the yes, from facts as literals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.facts import DirectUrl, Interrupted
from jupyterlab_envcheck.installers import Choice
from jupyterlab_envcheck.plan import (
    Added,
    Changes,
    Disk,
    Removed,
    Request,
    Updated,
    Wish,
    brought_by,
    remarks,
    room,
)
from jupyterlab_envcheck.probe import knowledge
from make_requests import package, request


def test_warnings_shared_environment() -> None:
    said = remarks.warnings(
        request(shares_server=True), Changes(install=(Added(name="a", version="1", size=None),)), ()
    )
    assert len(said) == 1
    assert "Jupyter itself runs in proj" in said[0]


NEW = Changes(install=(Added(name="new", version="1.0", size=None),))
UPDATE = Changes(update=(Updated(name="alpha", old="1.0", new="2.0", size=None),))


def said(whole: Request, changes: Changes, *choices: Choice, disk: Disk | None = None) -> str:
    return "\n".join(remarks.warnings(whole, changes, choices, disk=disk))


def test_warnings_of_a_healthy_plan() -> None:
    assert said(request(), NEW) == ""
    assert said(request(package("alpha")), UPDATE) == ""


@pytest.mark.parametrize(
    ("environment", "is_said"),
    [
        pytest.param({"kind": "pyenv", "venv": None}, True, id="pyenv"),
        pytest.param({"kind": "standalone", "venv": None}, True, id="standalone"),
        pytest.param({"kind": "conda-base", "venv": None}, True, id="conda-base"),
        pytest.param({"kind": "conda", "venv": None}, False, id="conda"),
        pytest.param({"kind": "venv"}, False, id="venv"),
        pytest.param({"kind": "unheard-of"}, False, id="unheard-of-but-a-venv"),
        pytest.param({"kind": "poetry", "venv": None}, False, id="project"),
    ],
)
def test_warnings_base(environment: dict[str, Any], is_said: bool) -> None:  # noqa: FBT001
    assert (
        "no environment of one project" in said(request(environment=environment), NEW)
    ) is is_said


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        (None, None),
        (0, None),
        (1, "Another notebook runs in this environment: restart it afterwards, too."),
        (2, "2 other notebooks run in this environment: restart them afterwards, too."),
    ],
)
def test_warnings_other_kernels(others: int | None, sentence: str | None) -> None:
    asked = request(package("alpha"), other_kernels=others)
    assert said(asked, UPDATE) == (sentence or "")
    assert said(asked, NEW) == ""  # what comes new makes nothing stale


KNOWN = knowledge.load()
BRINGS = brought_by(KNOWN.imports, KNOWN.clashes)
OPENCV = Changes(install=(Added(name="opencv-python", version="4.9", size=None),))


def headless(**facts: Any) -> Request:
    installed = replace(package("opencv-python-headless"), imports=("cv2",))
    return request(installed, specs=("opencv-python",), brings=BRINGS, **facts)


def test_warnings_files_of_another_package() -> None:
    assert said(headless(), OPENCV) == (
        "opencv-python brings cv2, which opencv-python-headless has installed already: files of "
        "one would be overwritten."
    )


def test_warnings_files_of_a_package_that_goes() -> None:
    gone = Changes(
        install=OPENCV.install, remove=(Removed(name="opencv-python-headless", version="4.9"),)
    )
    assert said(headless(), gone) == ""


def test_warnings_files_of_an_earlier_version_of_itself() -> None:
    installed = replace(package("opencv-python"), imports=("cv2",))
    update = Changes(update=(Updated(name="opencv-python", old="1", new="2", size=None),))
    assert said(request(installed, specs=("opencv-python",), brings=BRINGS), update) == ""


def test_brought_by_leaves_out_what_several_share_in_peace() -> None:
    assert "mpl_toolkits" not in BRINGS["matplotlib"]
    assert BRINGS["opencv-contrib-python"] == ("cv2",)


def test_warnings_builds() -> None:
    wish = Wish(kind="install", specs=("alpha",), build=("alpha", "beta"))
    coming = Choice(name="alpha", version="1.0"), Choice(name="gamma", version="1.0")
    [sentence] = remarks.warnings(request(wish=wish), NEW, coming)
    assert sentence.startswith("alpha is built from its source")


def test_warnings_what_came_from_elsewhere() -> None:
    here = DirectUrl(url="file:///home/ada/alpha", commit=None, local=True)
    local = replace(package("alpha"), direct_url=here, editable=True)
    assert "alpha is installed from file:///home/ada/alpha" in said(request(local), UPDATE)


def test_warnings_interrupted_for_good() -> None:
    lost = Interrupted(
        job="j1", what="install x", at=None, undoable=False, reason="why", done=(), missing=()
    )
    assert "cannot be put back: why." in said(request(environment={"interrupted": lost}), NEW)


def test_warnings_left_without_by_its_own_update() -> None:
    """What the newer alpha needs is not known before it is there."""
    changes = Changes(update=UPDATE.update, remove=(Removed(name="gone", version="1.0"),))
    asked = request(package("alpha", "1.0", "gone"), package("gone"))
    assert said(asked, changes) == ""


MB = 1_000_000


@pytest.mark.parametrize(
    ("needed", "free", "full", "tight"),
    [
        pytest.param(10 * MB, 10 * MB - 1, True, True, id="too-small"),
        pytest.param(10 * MB, 10 * MB, False, True, id="tight"),
        pytest.param(10 * MB, 40 * MB - 1, False, True, id="nearly-ample"),
        pytest.param(10 * MB, 40 * MB, False, False, id="ample"),
        pytest.param(None, 1, False, False, id="size-unknown"),
        pytest.param(10 * MB, None, False, False, id="free-unknown"),
    ],
)
def test_room(needed: int | None, free: int | None, full: bool, tight: bool) -> None:  # noqa: FBT001
    disk = Disk(needed=needed, free=free)
    assert (room.too_small(disk) is not None) is full
    assert (room.tight(disk) is not None) is tight


def test_room_of_sizes_of_which_some_are_known() -> None:
    changes = Changes(
        install=(Added(name="a", version="1", size=5), Added(name="b", version="1", size=None)),
        update=(Updated(name="c", old="1", new="2", size=7),),
    )
    assert room.disk_of(changes, 100) == Disk(needed=12, free=100)
    assert room.disk_of(NEW, 100) is None
    assert room.too_small(None) is None
    assert room.tight(None) is None


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (35_100_000, "35.1 MB"), (120_000_000_000, "120 GB")],
)
def test_in_units(size: int, words: str) -> None:
    assert room.in_units(size) == words
