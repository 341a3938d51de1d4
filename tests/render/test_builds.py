"""What conda's changes are, in words."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.plan import Added, Changes, Removed, Updated
from jupyterlab_envcheck.render.builds import is_anew, origin, step
from jupyterlab_envcheck.render.wishes import change_lines


def update(old: str, new: str, *builds: str, channels: tuple[str, ...] = ()) -> Updated:
    old_build, build = builds or (None, None)
    old_channel, channel = channels or (None, None)
    return Updated(
        name="libblas",
        old=old,
        new=new,
        size=None,
        by="conda",
        old_build=old_build,
        build=build,
        old_channel=old_channel,
        channel=channel,
    )


@pytest.mark.parametrize(
    ("builds", "words"),
    [
        (("5_openblas", "5_mkl"), "openblas → mkl"),
        (("31_h59b9bed_openblas", "32_hfdb39a5_mkl"), "openblas → mkl"),
        (("cpu_generic_py312_0", "cuda126_mkl_py312_300"), "cpu generic → cuda126 mkl"),
        (("py312h06a4308_0", "py312h06a4308_1"), None),
        (("py312h06a4308_0", "py313h5eee18b_0"), None),
        (("0", "mkl_0"), None),
        (("", "5_mkl"), None),
    ],
)
def test_step_from_build_to_build(builds: tuple[str, str], words: str | None) -> None:
    told = step(update("3.9.0", "3.9.0", *builds))
    assert told == f"3.9.0 {words or ' → '.join(builds)}"


def test_step_from_version_to_version() -> None:
    assert step(update("3.9.0", "3.10.0", "5_openblas", "5_mkl")) == "3.9.0 → 3.10.0"


@given(st.text(max_size=30), st.text(max_size=30))
def test_step_of_any_two_builds_names_both_sides(old: str, new: str) -> None:
    told = step(update("1.0", "1.0", old, new))
    assert told == "1.0" if old == new else told.startswith("1.0 ") and " → " in told


def test_changes_in_a_line_each() -> None:
    moved = update("1.0", "1.0", "0", "0", channels=("defaults", "conda-forge"))
    assert not is_anew(moved)
    assert change_lines(
        Changes(update=(moved, update("1.0", "1.0"), update("1", "1", "a", "b")))
    ) == ["Changed: libblas 1.0 defaults → conda-forge, libblas 1.0 (anew), libblas 1 a → b"]


def test_where_a_change_comes_from() -> None:
    added = Added(name="a", version="1", size=None, by="conda", build="0", channel="bioconda")
    gone = Removed(name="a", version="1", by="pip")
    moved = update("1.0", "2.0", "0", "1", channels=("defaults", "conda-forge"))
    assert [origin(change) for change in (added, gone, moved)] == [
        *("conda · bioconda · 0", "pip", "conda · defaults → conda-forge · 1")
    ]
