"""Family conda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks import Check
from jupyterlab_envcheck.checks.conda import DiskUse, TermsNotAccepted
from jupyterlab_envcheck.checks.conda_channels import (
    ChannelPriority,
    DefaultsChannelTerms,
    MixedChannels,
)
from jupyterlab_envcheck.facts import (
    Cache,
    Conda,
    Condarc,
    CondaRecord,
    Environment,
    Facts,
    InstallLine,
    Table,
    Terms,
)
from jupyterlab_envcheck.recommendations import CreateEnvironment, Finding, Run, Severity, Skip
from make_facts import (
    ENVIRONMENT,
    JUPYTER,
    KNOWLEDGE,
    MACHINE,
    NOTEBOOK,
    conda,
    conda_record,
    make_facts,
    section,
)

PREFIX = "/home/ada/miniconda3/envs/climate"
CONDA_ENVIRONMENT = replace(
    ENVIRONMENT,
    kind="conda",
    prefix=PREFIX,
    python=f"{PREFIX}/bin/python",
    owner="conda",
    venv=None,
)
MAIN, R = "https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"
CHECKS = (DefaultsChannelTerms, MixedChannels, ChannelPriority, TermsNotAccepted)


def config(*channels: str, **changes: Any) -> Condarc:
    given: dict[str, Any] = {
        "files": ("/home/ada/.condarc",),
        "default_channels": None,
        "channel_priority": None,
        "solver": None,
        "pkgs_dirs": (),
    }
    return Condarc(channels=channels, **{**given, **changes})


def in_conda(known: Conda | None, **changes: Any) -> Facts:
    return make_facts(environment=CONDA_ENVIRONMENT, conda=known, **changes)


def of(*records: CondaRecord, **changes: Any) -> Facts:
    return in_conda(conda(*records, **changes))


def by(channel: str | None, *names: str, subdir: str = "linux-64") -> tuple[CondaRecord, ...]:
    return tuple(conda_record(name, channel=channel, subdir=subdir) for name in names)


def one(found: Sequence[Finding] | Skip) -> Finding:
    assert not isinstance(found, Skip)
    (finding,) = found
    return finding


def argvs(finding: Finding) -> list[tuple[str, ...]]:
    return [
        command.argv
        for action in finding.actions
        if isinstance(action, Run | CreateEnvironment)
        for command in action.commands
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_conda_checks_are_silent_in_a_venv(check: type[Check]) -> None:
    assert check.run(make_facts()) == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_conda_checks_cannot_tell_where_the_environment_is_not_known(check: type[Check]) -> None:
    assert check.run(make_facts(environment=None)) == Skip(reason="it could not be read")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_conda_checks_cannot_tell_where_conda_meta_is_not_known(check: type[Check]) -> None:
    assert check.run(in_conda(None)) == Skip(reason="it could not be read")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id())
def test_conda_checks_are_silent_in_a_healthy_environment(check: type[Check]) -> None:
    known = conda(
        *by("conda-forge", "python", "numpy", "scipy"),
        config=config("conda-forge", channel_priority="strict"),
        terms=Terms(asked=False, accepted=(), rejected=()),
    )
    assert check.run(in_conda(known)) == ()


@pytest.mark.parametrize("check", [*CHECKS, DiskUse], ids=lambda check: check.id())
def test_conda_checks_never_offer_to_accept_terms(check: type[Check]) -> None:
    known = conda(
        *by("defaults", "numpy"),
        *by("conda-forge", "scipy"),
        config=config("defaults", "conda-forge"),
        terms=Terms(asked=True, accepted=(), rejected=()),
    )
    full = replace(CONDA_ENVIRONMENT, free=1_000_000_000)
    finding = one(check.run(make_facts(environment=full, conda=known)))
    assert not any("accept" in word.lower() for argv in argvs(finding) for word in argv)
    assert len({action.id for action in finding.actions}) == len(finding.actions)


# defaults-channel-terms


def test_defaults_channel_terms_counts_packages() -> None:
    records = (*by("defaults", "numpy", "scipy"), *by("conda-forge", "six"))
    finding = one(DefaultsChannelTerms.run(of(*records, requested=("python", "scipy"))))
    assert finding.severity is Severity.INFO
    assert finding.title == (
        "2 of the 3 conda packages here come from Anaconda's own channels, which have terms of use"
    )
    assert "no legal advice" in finding.why
    assert (
        "conda", "create", "-n", "proj", "-c", "conda-forge", "--override-channels",
        "python", "ipykernel", "scipy",
    ) in argvs(finding)  # fmt: skip


@pytest.mark.parametrize(
    "own", ["https://conda.example.com/main", "https://example.com/repo.anaconda.com/pkgs/main"]
)
def test_defaults_channel_terms_where_a_company_has_a_mirror(own: str) -> None:
    mirror = config("defaults", default_channels=(own,))
    assert DefaultsChannelTerms.run(of(*by("defaults", "numpy"), config=mirror)) == ()


def test_defaults_channel_terms_where_the_configuration_names_anacondas() -> None:
    named = config("defaults", default_channels=(MAIN,))
    one(DefaultsChannelTerms.run(of(*by("defaults", "numpy"), config=named)))


def test_defaults_channel_terms_where_a_record_cannot_be_read() -> None:
    assert DefaultsChannelTerms.run(of(*by(None, "six"))) == Skip(
        reason="the record of six does not tell which channel it is from"
    )


def test_defaults_channel_terms_that_no_table_has() -> None:
    table = replace(KNOWLEDGE, channels=Table(source="", as_of=KNOWLEDGE.channels.as_of, rows={}))
    facts = in_conda(conda(*by("defaults", "numpy")), knowledge=table)
    assert isinstance(DefaultsChannelTerms.run(facts), Skip)


# mixed-channels


def test_mixed_channels_of_compiled_packages() -> None:
    finding = one(
        MixedChannels.run(of(*by("conda-forge", "zlib", "zeromq"), *by("defaults", "tornado")))
    )
    assert finding.severity is Severity.WARNING
    assert finding.title == (
        "2 compiled packages here are from conda-forge, and 1 from Anaconda's own channels"
    )


def test_mixed_channels_that_split_what_loads_each_other() -> None:
    finding = one(
        MixedChannels.run(of(*by("conda-forge", "numpy", "zlib"), *by("defaults", "scipy")))
    )
    assert finding.severity is Severity.ERROR
    assert finding.title == "numpy is from conda-forge here, and scipy from Anaconda's channels"


@pytest.mark.parametrize("navigator", [None, "2.7.0"])
def test_mixed_channels_speaks_of_navigator_where_there_is_one(navigator: str | None) -> None:
    facts = of(*by("conda-forge", "numpy", "zlib"), *by("defaults", "scipy"))
    server = replace(JUPYTER, navigator=navigator)
    finding = one(MixedChannels.run(replace(facts, jupyter=replace(facts.jupyter, value=server))))
    assert ("gui" in [action.kind for action in finding.actions]) is (navigator is not None)


@pytest.mark.parametrize(
    "harmless",
    [
        by("defaults", "six", subdir="noarch"),
        by("defaults", "ca-certificates"),
        by("defaults", "anaconda-navigator", "conda-anaconda-tos"),
        by("https://conda.example.com/main", "scipy"),
        by("bioconda", "samtools"),
    ],
    ids=["noarch", "certificates", "anacondas-tools", "mirror", "bioconda"],
)
def test_mixed_channels_is_silent_about_what_does_no_harm(
    harmless: tuple[CondaRecord, ...],
) -> None:
    assert MixedChannels.run(of(*by("conda-forge", "numpy"), *harmless)) == ()


def test_mixed_channels_where_a_record_cannot_be_read() -> None:
    assert isinstance(MixedChannels.run(of(*by("conda-forge", "numpy"), *by(None, "scipy"))), Skip)


def test_mixed_channels_of_a_pixi_environment_has_no_steps_of_navigator() -> None:
    pixi = replace(CONDA_ENVIRONMENT, kind="pixi", owner="pixi")
    known = conda(*by("conda-forge", "numpy"), *by("defaults", "scipy"))
    finding = one(MixedChannels.run(make_facts(environment=pixi, conda=known)))
    assert [action.id for action in finding.actions] == ["run-create", "read"]


# channel-priority


def test_channel_priority_that_is_flexible() -> None:
    finding = one(ChannelPriority.run(of(config=config("conda-forge", "defaults"))))
    assert finding.severity is Severity.ADVICE
    assert finding.title == (
        "conda looks into 2 channels here, and their order is flexible, not strict"
    )
    assert argvs(finding) == [
        ("conda", "config", "--file", f"{PREFIX}/.condarc", "--set", "channel_priority", "strict")
    ]
    assert "cannot be solved" in finding.why


def test_channel_priority_that_is_disabled() -> None:
    disabled = config("conda-forge", "defaults", channel_priority="disabled")
    assert "disabled, not strict" in one(ChannelPriority.run(of(config=disabled))).title


@pytest.mark.parametrize(
    "fine",
    [
        config(),
        config("conda-forge"),
        config("conda-forge", "nodefaults"),
        config("conda-forge", "bioconda", channel_priority="strict"),
    ],
)
def test_channel_priority_is_silent_with_one_channel_or_a_strict_order(fine: Condarc) -> None:
    assert ChannelPriority.run(of(config=fine)) == ()


def test_channel_priority_does_not_look_at_pixi() -> None:
    pixi = replace(CONDA_ENVIRONMENT, kind="pixi", owner="pixi")
    known = conda(config=config("conda-forge", "defaults"))
    assert ChannelPriority.run(make_facts(environment=pixi, conda=known)) == ()


def test_channel_priority_without_a_configuration() -> None:
    assert isinstance(ChannelPriority.run(of()), Skip)


# terms-not-accepted


def asked(*channels: str, accepted: Sequence[str] = (), rejected: Sequence[str] = ()) -> Conda:
    terms = Terms(asked=True, accepted=tuple(accepted), rejected=tuple(rejected))
    return conda(config=config(*channels), terms=terms)


@pytest.mark.parametrize("channels", [(), ("defaults",), ("conda-forge", "defaults")])
def test_terms_not_accepted_of_two_channels(channels: tuple[str, ...]) -> None:
    finding = one(TermsNotAccepted.run(in_conda(asked(*channels))))
    assert finding.severity is Severity.WARNING
    assert finding.title == "conda waits for an answer to Anaconda's terms for 2 channels"
    assert ("conda", "tos", "view", "--override-channels", "--channel", MAIN) in argvs(finding)


def test_terms_not_accepted_on_windows_of_a_third_channel() -> None:
    windows = replace(MACHINE, system="Windows")
    finding = one(TermsNotAccepted.run(in_conda(asked(), machine=windows)))
    assert finding.title == "conda waits for an answer to Anaconda's terms for 3 channels"


def test_terms_not_accepted_of_one_of_them() -> None:
    finding = one(TermsNotAccepted.run(in_conda(asked("defaults", accepted=[MAIN]))))
    assert finding.title == "conda waits for an answer to Anaconda's terms for 1 channel"
    assert finding.evidence[0].value == R


def test_terms_not_accepted_but_rejected() -> None:
    known = asked("pkgs/main", rejected=[MAIN])
    finding = one(TermsNotAccepted.run(in_conda(known)))
    assert finding.title == "Anaconda's terms are rejected here for 1 channel that conda uses"


def test_terms_not_accepted_where_the_notebook_installs_by_conda() -> None:
    line = InstallLine(
        cell="c1", line=1, text="%conda install six", tool="conda", way="magic",
        specs=("six",), redirects=(), target=None,
    )  # fmt: skip
    notebook = replace(NOTEBOOK, installs=(line,))
    finding = one(TermsNotAccepted.run(in_conda(asked(), notebook=notebook)))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    "fine",
    [
        asked("defaults", accepted=[MAIN, R]),
        asked("conda-forge"),
        replace(asked(), terms=Terms(asked=False, accepted=(), rejected=())),
        replace(
            asked("defaults"),
            config=config("defaults", default_channels=("https://conda.example.com/main",)),
        ),
    ],
    ids=["accepted", "conda-forge", "nobody-asks", "mirror"],
)
def test_terms_not_accepted_is_silent(fine: Conda) -> None:
    assert TermsNotAccepted.run(in_conda(fine)) == ()


def test_terms_not_accepted_where_no_conda_was_found() -> None:
    known = replace(asked(), terms=Terms(asked=None, accepted=(), rejected=()))
    why = {"terms.asked": "no conda was found"}
    facts = replace(in_conda(known), conda=section(known, "conda-meta", **why))
    assert TermsNotAccepted.run(facts) == Skip(reason="no conda was found")


def test_terms_not_accepted_where_an_answer_cannot_be_read() -> None:
    facts = replace(in_conda(asked()), conda=section(asked(), "conda-meta", terms="no permission"))
    assert TermsNotAccepted.run(facts) == Skip(reason="no permission")


# disk-use


def disk(free: int | None, *caches: tuple[str, float | None], **changes: Any) -> Facts:
    """Return a disk with gigabytes free and caches by tool."""
    found = tuple(
        Cache(tool=tool, path=f"/c/{tool}", size=None if size is None else int(size * 1e9))
        for tool, size in caches
    )
    room = None if free is None else free * 1_000_000_000
    environment: Environment = replace(CONDA_ENVIRONMENT, free=room, **changes)
    return make_facts(environment=environment, machine=replace(MACHINE, caches=found))


def test_disk_use_where_little_is_free() -> None:
    finding = one(DiskUse.run(disk(2, ("pip", 1), ("conda", 3))))
    assert finding.severity is Severity.ADVICE
    assert finding.title == "2.0 GB are free on the disk of this environment"
    assert argvs(finding) == [
        ("conda", "clean", "--all", "--dry-run"),
        ("conda", "clean", "--all"),
        (f"{PREFIX}/bin/python", "-m", "pip", "cache", "purge"),
    ]
    assert "share" in finding.why


def test_disk_use_of_large_caches() -> None:
    finding = one(DiskUse.run(disk(60, ("conda", 9), ("uv", 4.5))))
    assert finding.title == "Caches of packages take 13.5 GB, and 60.0 GB are free"


def test_disk_use_of_large_caches_where_what_is_free_is_not_known() -> None:
    assert one(DiskUse.run(disk(None, ("conda", 14)))).title == "Caches of packages take 14.0 GB"


@pytest.mark.parametrize(
    "facts",
    [disk(200), disk(5, ("conda", 9)), disk(2_000, ("conda", 40))],
    ids=["no-caches", "small-caches", "room-for-all"],
)
def test_disk_use_is_silent(facts: Facts) -> None:
    assert DiskUse.run(facts) == ()


def test_disk_use_does_not_offer_a_pip_that_is_not_there() -> None:
    assert argvs(one(DiskUse.run(disk(2, ("pip", 1), has_pip=False)))) == []


def test_disk_use_where_a_cache_was_not_counted() -> None:
    facts = disk(200, ("conda", None))
    known = section(facts.machine.value, "/proc", **{"caches./c/conda": "there was no time"})
    assert DiskUse.run(replace(facts, machine=known)) == Skip(
        reason="the size of /c/conda is not known: there was no time"
    )


def test_disk_use_where_nothing_is_known() -> None:
    assert isinstance(DiskUse.run(make_facts(environment=None)), Skip)
    assert isinstance(DiskUse.run(disk(None)), Skip)
    assert isinstance(DiskUse.run(make_facts(machine=None)), Skip)
