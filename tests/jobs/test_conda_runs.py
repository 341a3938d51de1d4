"""Commands of conda's that run one after the other."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.installers import Actions, CondaPackage
from jupyterlab_envcheck.jobs.conda.runs import Part, altogether, in_order
from jupyterlab_envcheck.problems import Problem


def package(name: str, version: str) -> CondaPackage:
    return CondaPackage(
        name=name, version=version, build="0", channel="conda-forge", subdir="noarch"
    )


def part(verb: str, spec: str, unlink: tuple[str, ...], link: tuple[str, ...]) -> Part:
    """Return a command, and what it would do: `openssl 3.5`."""
    return Part(
        verb="update" if verb == "update" else "install",
        specs=(spec,),
        actions=Actions(
            link=tuple(package(*it.split()) for it in link),
            unlink=tuple(package(*it.split()) for it in unlink),
        ),
    )


def test_what_the_first_has_done_is_not_expected_of_the_second() -> None:
    first = part("install", "six=1.17", ("openssl 3.4", "six 1.16"), ("openssl 3.5", "six 1.17"))
    second = part("update", "numpy", ("openssl 3.4", "numpy 2.3"), ("openssl 3.5", "numpy 2.4"))
    one, two = in_order((first, second))
    assert one == first
    assert two.specs == ("numpy",)
    assert (two.actions.unlinked, two.actions.linked) == (
        ("noarch/numpy-2.3-0",),
        ("noarch/numpy-2.4-0",),
    )


def test_command_with_nothing_left_to_do_is_left_out() -> None:
    first = part("install", "six=1.17", ("six 1.16",), ("six 1.17",))
    again = part("update", "six", ("six 1.16",), ("six 1.17",))
    nothing = part("update", "pip", (), ())
    assert in_order((nothing, first, again)) == (first,)


@pytest.mark.parametrize("link", [("openssl 3.6",), ()])
def test_two_that_are_at_odds(link: tuple[str, ...]) -> None:
    first = part("install", "six=1.17", ("openssl 3.4",), ("openssl 3.5",))
    second = part("update", "numpy", ("openssl 3.4",), link)
    with pytest.raises(Problem) as odds:
        in_order((first, second))
    assert odds.value.reason == "conflict"
    assert "both would change openssl" in odds.value.message


def removal(*names: str) -> Part:
    """Return what takes away just these, of version 1."""
    gone = tuple(package(name, "1") for name in names)
    return Part(verb="remove", specs=names, actions=Actions(unlink=gone), alone=True)


def test_removal_of_what_the_first_moved_and_of_what_it_took_away_itself() -> None:
    """As where the versions of before are put back first, and what was not there goes then."""
    first = part(
        "install", "numpy=1.26", ("numpy 2.3", "scikit 1", "mkl 1"), ("numpy 1.26", "scikit 0.9")
    )
    one, two = in_order((first, removal("scikit", "mkl", "qhull")))
    assert one == first
    assert two.specs == ("scikit", "qhull")
    assert two.actions.unlinked == ("noarch/qhull-1-0", "noarch/scikit-0.9-0")
    both = altogether((one, two))
    assert both.linked == ("noarch/numpy-1.26-0",)
    assert both.unlinked == (
        "noarch/mkl-1-0",
        "noarch/numpy-2.3-0",
        "noarch/qhull-1-0",
        "noarch/scikit-1-0",
    )


def test_removal_of_what_is_gone_by_then_is_left_out() -> None:
    first = part("install", "libblas=*=*openblas", ("libblas 1", "mkl 1"), ("libblas 0.9",))
    assert in_order((first, removal("mkl"))) == (first,)
