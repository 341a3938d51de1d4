"""Which channels conda's packages are taken from, from facts as literals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_envcheck.facts import Conda, Condarc, CondaRecord, Terms
from jupyterlab_envcheck.jobs.conda.channels import (
    channels_of,
    in_words,
    not_agreed_to,
    not_allowed,
)
from jupyterlab_envcheck.plan import Policy, Refusal, Request
from make_requests import request

MIRROR = "https://mirror.example/api/conda/conda-forge"
OURS = "https://conda.example/ours"
ANACONDAS = "https://repo.anaconda.com/pkgs"


def asked(*made_of: str | None, configured: tuple[str, ...] = (), **policy: object) -> Request:
    """Return a request for an environment of packages of these channels, in that order."""
    records = tuple(
        CondaRecord(
            name=f"p{number}",
            version="1.0",
            build="0",
            channel=channel,
            subdir="noarch",
            depends=(),
            distributions=(),
            size=None,
            missing=(),
        )
        for number, channel in enumerate(made_of)
    )
    config = Condarc(
        files=(),
        channels=configured,
        default_channels=None,
        channel_priority=None,
        solver=None,
        pkgs_dirs=(),
    )
    conda = Conda(
        records=records,
        requested=(),
        variants={},
        pinned=(),
        frozen=False,
        root=None,
        config=config,
        terms=None,
    )
    allowed = policy.get("allowed", ())
    assert isinstance(allowed, tuple)
    return request(conda=conda, policy=Policy(allowed_channels=allowed))


FORGE, DEFAULTS = "conda-forge", "defaults"


@pytest.mark.parametrize(
    ("made_of", "configured", "tool", "expected"),
    [
        pytest.param((FORGE, FORGE, DEFAULTS), (), "conda", (FORGE,), id="conda-forge"),
        pytest.param((FORGE,), (DEFAULTS,), "conda", (FORGE,), id="configured-otherwise"),
        pytest.param((DEFAULTS,), (), "conda", (), id="defaults"),
        pytest.param((DEFAULTS,), (), "micromamba", (DEFAULTS,), id="micromamba-has-none"),
        pytest.param((FORGE,), (MIRROR,), "conda", (), id="a-mirror-of-conda-forge"),
        pytest.param((FORGE,), (MIRROR,), "rattler", (MIRROR,), id="a-mirror-for-rattler"),
        pytest.param((MIRROR,), (MIRROR,), "mamba", (), id="made-of-a-mirror"),
        pytest.param((OURS, OURS, FORGE), (OURS, FORGE), "conda", (), id="their-own"),
        pytest.param((OURS, OURS, FORGE), (), "conda", (OURS, FORGE), id="not-configured"),
        pytest.param((FORGE, FORGE, "bioconda"), (FORGE, "bioconda"), "conda", (FORGE, "bioconda")),
        pytest.param((FORGE, FORGE, "bioconda"), (), "conda", (FORGE,), id="once-by-hand"),
        pytest.param((FORGE, "pypi", "pypi", None), (), "conda", (FORGE,), id="pips-do-not-count"),
        pytest.param((), (), "conda", (), id="empty"),
    ],
)
def test_channels(
    made_of: tuple[str, ...], configured: tuple[str, ...], tool: str, expected: tuple[str, ...]
) -> None:
    assert channels_of(asked(*made_of, configured=configured), tool) == expected


def test_channels_that_are_allowed() -> None:
    url = "https://conda.anaconda.org/conda-forge"
    assert channels_of(asked(FORGE, allowed=(url,)), "conda") == (FORGE,)
    both = asked(OURS, configured=(OURS, DEFAULTS), allowed=(OURS,))
    assert channels_of(both, "conda") == (OURS,)


def test_no_channel_is_allowed() -> None:
    refusal = channels_of(asked(DEFAULTS, allowed=(FORGE,)), "conda")
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.text) == (
        "channel-not-allowed",
        "This would take packages from defaults, and the administrator allows conda-forge.",
    )


def test_what_came_from_elsewhere_all_the_same() -> None:
    theirs = ("https://repo.anaconda.com/pkgs/main", "https://conda.anaconda.org/conda-forge")
    assert not_allowed(asked(allowed=(FORGE,)), theirs) == theirs[:1]
    assert not_allowed(asked(), theirs) == ()


def test_channels_in_words() -> None:
    assert in_words(asked(DEFAULTS), ()) == "defaults"
    assert in_words(asked(configured=(OURS, FORGE)), ()) == f"{OURS}, conda-forge"


@pytest.mark.parametrize(
    ("tool", "is_asked", "theirs"),
    [
        ("rattler", True, (f"{ANACONDAS}/r",)),
        ("rattler", False, ()),
        ("rattler", None, ()),
        ("conda", True, ()),  # which asks itself
    ],
)
def test_terms_that_nobody_agreed_to(
    tool: str, theirs: tuple[str, ...], *, is_asked: bool | None
) -> None:
    made = asked(DEFAULTS)
    assert made.conda is not None
    terms = Terms(asked=is_asked, accepted=(f"{ANACONDAS}/main",), rejected=())
    made = replace(made, conda=replace(made.conda, terms=terms))
    sources = (f"{ANACONDAS}/main", f"{ANACONDAS}/r", f"{ANACONDAS}/r", MIRROR)
    assert not_agreed_to(made, tool, sources) == theirs
