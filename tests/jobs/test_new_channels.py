"""Which channels a new environment takes packages from, where a person or a file names some."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_envcheck.jobs.conda.new_channels import NewChannels, new_channels
from jupyterlab_envcheck.plan import PlanTarget, Policy, Request, Wish
from make_facts import conda, conda_record

MIRROR = "https://conda.example/conda-forge"
OTHER = "https://conda.example/other"


def known(asked: tuple[str, ...], configured: tuple[str, ...] = ()) -> NewChannels:
    return NewChannels(asked=asked, configured=configured, known=frozenset(configured))


@pytest.mark.parametrize(
    ("asked", "configured", "by_conda", "by_rattler"),
    [
        (("conda-forge",), (), ("conda-forge",), ("conda-forge",)),
        (("conda-forge",), ("conda-forge",), ("conda-forge",), ("conda-forge",)),
        (("conda-forge",), (MIRROR,), (), (MIRROR,)),
        ((MIRROR,), (MIRROR,), (), (MIRROR,)),
        (("conda-forge",), (MIRROR, OTHER), (MIRROR,), (MIRROR,)),
        ((OTHER,), ("conda-forge",), (OTHER,), (OTHER,)),
        (("bioconda", "conda-forge"), ("bioconda", MIRROR), (), ("bioconda", MIRROR)),
        (("conda-forge", "bioconda"), ("bioconda", MIRROR), (MIRROR, "bioconda"), None),
    ],
)
def test_mirror_that_is_configured_is_taken_and_left_to_conda(
    asked: tuple[str, ...],
    configured: tuple[str, ...],
    by_conda: tuple[str, ...],
    by_rattler: tuple[str, ...] | None,
) -> None:
    """Its address in condarc may hold a password, which is not known here."""
    channels = known(asked, configured)
    assert channels.for_tool("conda") == by_conda
    assert channels.for_tool("rattler") == (by_conda if by_rattler is None else by_rattler)


def request(channels: tuple[str, ...], **facts: object) -> Request:
    target = PlanTarget(prefix="/nowhere/new", python="/nowhere/new/bin/python", name="new")
    wish = Wish(kind="create", channels=channels)
    return Request(id="1", target=target, wish=wish, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "is_known"),
    [
        ("conda-forge", True),
        ("https://conda.anaconda.org/conda-forge", True),
        ("https://repo.anaconda.com/pkgs/main", True),
        (MIRROR, False),
        ("file:///srv/channel", False),
    ],
)
def test_address_is_known_or_a_name(tmp_path: Path, channel: str, *, is_known: bool) -> None:
    channels = new_channels(request((channel,)), {"HOME": str(tmp_path)})
    assert channels.unknown() == (() if is_known else (channel,))


def test_address_that_condarc_names_is_known(tmp_path: Path) -> None:
    (tmp_path / ".condarc").write_text("channels: [https://ada:hunter2@conda.example/other]\n")
    channels = new_channels(request((OTHER,)), {"HOME": str(tmp_path)})
    assert (channels.unknown(), channels.configured) == ((), (OTHER,))
    assert channels.for_tool("conda") == ()


def test_address_of_what_is_installed_or_allowed_is_known(tmp_path: Path) -> None:
    of_records = request((OTHER,), conda=conda(conda_record("six", "1.0", channel=OTHER)))
    allowed = request((OTHER,), policy=Policy(allowed_channels=(OTHER,)))
    for asked in (of_records, allowed):
        assert new_channels(asked, {"HOME": str(tmp_path)}).unknown() == ()
