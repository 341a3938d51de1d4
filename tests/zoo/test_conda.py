"""Real conda environments whose channels, terms and configuration are looked at."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import conda_channel
from conda_world import make_conda_env, records, rewrite_record
from conda_zoo import mixed_channels
from jupyterlab_envcheck.checks.conda import DiskUse, TermsNotAccepted
from jupyterlab_envcheck.checks.conda_channels import (
    ChannelPriority,
    DefaultsChannelTerms,
    MixedChannels,
)
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Finding, Severity, Skip

pytestmark = pytest.mark.skipif(
    conda_channel.why_not() is not None, reason=str(conda_channel.why_not())
)

MAIN, FORGE = "https://repo.anaconda.com/pkgs/main", "https://conda.anaconda.org/conda-forge"
CHECKS = (DefaultsChannelTerms, MixedChannels, ChannelPriority, TermsNotAccepted, DiskUse)


def look(python: Path, condarc: Path | None = None, **variables: str) -> Facts:
    """Return the facts on an environment whose kernel starts with no conda variables but these."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONDA")}
    env |= {"CONDARC": str(condarc)} if condarc is not None else {}
    env |= {"HOME": str(python.parents[2] / "home"), **variables}
    return gather(
        replace(subject_of_interpreter(str(python)), env=env),
        server=False,
        now=datetime.now(UTC).date(),
        timeout=60.0,
    )


def with_real_channels(prefix: Path) -> None:
    """Have the records name the channels that the ones in a folder stand for."""
    for name, record in records(prefix).items():
        real = MAIN if "pkgs/main" in record["channel"] else FORGE
        rewrite_record(prefix, name, channel=f"{real}/{record['subdir']}")


def title(found: object) -> str:
    assert isinstance(found, tuple), found
    (finding,) = found
    assert isinstance(finding, Finding)
    return finding.title


def test_packages_of_two_channels(tmp_path: Path) -> None:
    python = mixed_channels(tmp_path / "env")
    with_real_channels(tmp_path / "env")
    # What is in both channels is without compiled code there; say that one had some.
    rewrite_record(tmp_path / "env", "six", subdir="linux-64", channel=f"{MAIN}/linux-64")
    facts = look(python)
    of_main = [r for r in records(tmp_path / "env").values() if MAIN in r["channel"]]
    assert title(DefaultsChannelTerms.run(facts)) == (
        f"{len(of_main)} of the {len(records(tmp_path / 'env'))} conda packages here come from "
        "Anaconda's own channels, which have terms of use"
    )
    assert ", and 1 from Anaconda's own channels" in title(MixedChannels.run(facts))


def test_numpy_and_another_core_package_of_two_channels(tmp_path: Path) -> None:
    python = make_conda_env(tmp_path / "env", "python", "numpy", "libblas")
    with_real_channels(tmp_path / "env")
    rewrite_record(tmp_path / "env", "numpy", subdir="linux-64", channel=f"{MAIN}/linux-64")
    (finding,) = MixedChannels.run(look(python))  # type: ignore[misc]
    assert isinstance(finding, Finding)
    assert finding.severity is Severity.ERROR
    assert finding.title == "libblas is from conda-forge here, and numpy from Anaconda's channels"


def test_condarc_of_two_channels_without_an_order(tmp_path: Path) -> None:
    python = make_conda_env(tmp_path / "env", "python", "six")
    condarc = tmp_path / "condarc"
    condarc.write_text("channels: [conda-forge, defaults]\n")
    told = title(ChannelPriority.run(look(python, condarc)))
    assert told == "conda looks into 2 channels here, and their order is flexible, not strict"
    # What the check recommends writes this line into the environment's own configuration.
    (tmp_path / "env" / ".condarc").write_text("channel_priority: strict\n")
    assert ChannelPriority.run(look(python, condarc)) == ()


def test_terms_that_nobody_answered(tmp_path: Path) -> None:
    root = tmp_path / "conda"
    make_conda_env(root, "python", "conda", conda=str(root / "bin" / "conda"))
    (root / "conda-meta" / "conda-anaconda-tos-0.2.1-py313h_0.json").write_text("{}")
    python = make_conda_env(tmp_path / "env", "python", conda=str(root / "bin" / "conda"))
    ci = dict.fromkeys(("CI", "GITHUB_ACTIONS"), "")
    told = title(TermsNotAccepted.run(look(python, None, **ci)))
    assert told == "conda waits for an answer to Anaconda's terms for 2 channels"
    for number, channel in enumerate((MAIN, MAIN.replace("main", "r"))):
        answer = root / "conda-meta" / "tos" / str(number) / "1.json"
        answer.parent.mkdir(parents=True)
        answer.write_text(
            json.dumps(
                {"base_url": channel, "tos_accepted": True, "version": "2025-07-15T00:00:00Z"}
            )
        )
    assert TermsNotAccepted.run(look(python, None, **ci)) == ()


def test_healthy_environment_of_one_channel(tmp_path: Path) -> None:
    python = make_conda_env(tmp_path / "env", "python", "numpy", "six")
    with_real_channels(tmp_path / "env")
    condarc = tmp_path / "condarc"
    condarc.write_text("channels: [conda-forge]\n")
    facts = look(python, condarc)
    found = {check.id(): check.run(facts) for check in CHECKS}
    del found["disk-use"]  # of the disk the tests run on
    assert found == dict.fromkeys(found, ())
    assert not isinstance(facts.conda.value, Skip)
